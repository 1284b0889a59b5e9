//! Thumbnails: read from the store, and rebuilt from the pictures' files if they were lost.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{command::RequestId, event::Event, shared::Shared, source::Resolved, work::Work};
use crate::{
    domain::{
        query::QuerySource,
        record::{ContentHash, RecordId},
    },
    engine::{
        decode::{self, Limits},
        files::ReadFiles,
    },
};

/// A thumbnail that could not be made (the drive is away) is tried again after so long.
const TRY_AGAIN: Duration = Duration::from_secs(60);
/// Most on the pool at once, so that a picture to show does not wait long behind them.
const AT_ONCE: usize = 8;

/// The desk of thumbnails: which it has tried to rebuild, and when.
#[derive(Default)]
pub struct Thumbnails {
    tried: HashMap<RecordId, Instant>,
}

impl Thumbnails {
    /// Sends the stored ones. A lost one is empty, and follows under the same request once it is
    /// rebuilt.
    pub fn send(&mut self, shared: &Shared, request: RequestId, ids: &[RecordId]) {
        let store = shared.catalogue.store();
        let thumbnails: Vec<(RecordId, Arc<[u8]>)> = ids
            .iter()
            .map(|id| {
                // A thumbnail is a cache: without it the grid shows the name alone.
                let jpeg = store.thumbnail(*id).ok().flatten().unwrap_or_default();
                (*id, Arc::from(jpeg))
            })
            .collect();
        let lost: Vec<RecordId> = thumbnails
            .iter()
            .filter(|(_, jpeg)| jpeg.is_empty())
            .map(|(id, _)| *id)
            .collect();
        shared.out.send(Event::Thumbnails {
            request,
            thumbnails,
        });
        for some in lost.chunks(AT_ONCE) {
            self.make(shared, request, some);
        }
    }

    /// Stores rebuilt thumbnails, and sends them to whoever asked for them.
    pub fn made(
        &mut self,
        shared: &mut Shared,
        request: Option<RequestId>,
        made: Vec<(RecordId, Vec<u8>)>,
    ) {
        for (id, jpeg) in &made {
            self.tried.remove(id);
            // Without space for it, it is made again when it is next shown.
            let _ = shared.catalogue.store_mut().put_thumbnail(*id, jpeg);
        }
        let Some(request) = request else { return };
        let thumbnails = made
            .into_iter()
            .map(|(id, jpeg)| (id, Arc::from(jpeg)))
            .collect();
        shared.out.send(Event::Thumbnails {
            request,
            thumbnails,
        });
    }

    fn make(&mut self, shared: &Shared, request: RequestId, ids: &[RecordId]) {
        let now = Instant::now();
        self.tried
            .retain(|_, tried| now.duration_since(*tried) < TRY_AGAIN);
        let sources: Vec<(RecordId, ContentHash, Resolved)> = ids
            .iter()
            .filter(|id| self.tried.insert(**id, now).is_none())
            .filter_map(|id| {
                let record = shared.catalogue.store().record(*id).ok().flatten()?;
                let source = QuerySource::Record(*id);
                let resolved = Resolved::pixels_of(&source, &shared.catalogue).ok()?;
                Some((*id, record.hash, resolved))
            })
            .collect();
        if sources.is_empty() {
            return;
        }
        let (files, limits) = (shared.options.files.clone(), shared.options.limits);
        let work = shared.work.clone();
        shared.pools.pictures.spawn(move || {
            let made: Vec<(RecordId, Vec<u8>)> = sources
                .into_iter()
                .filter_map(|(id, hash, resolved)| {
                    Some((id, remade(&hash, &resolved, files.as_ref(), &limits)?))
                })
                .collect();
            if !made.is_empty() {
                // A worker that has ended stores nothing: they are rebuilt later.
                let request = Some(request);
                let _ = work.send(Work::ThumbnailsMade { request, made });
            }
        });
    }
}

/// A thumbnail made again from one of the picture's files; `None` where none can be read.
pub fn remade(
    hash: &ContentHash,
    resolved: &Resolved,
    files: &dyn ReadFiles,
    limits: &Limits,
) -> Option<Vec<u8>> {
    let bytes = resolved.bytes(files).ok()?;
    // A file that has changed since shows another picture.
    let is_same = ContentHash::of(&bytes) == *hash;
    is_same.then(|| decode::thumbnail(&bytes, limits).ok())?
}
