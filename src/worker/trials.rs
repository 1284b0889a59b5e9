//! Trials of copies: candidates tried on a pool, each thumbnail and verdict on its own.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    shared::Shared,
    source::Resolved,
    thumbnails::remade,
    work::{Epoch, Work},
};
use crate::{
    domain::{proof::Trial, record::RecordId},
    engine::{
        caught::caught,
        proof::{Looks, QueryLook, prove},
    },
};

/// What trying the pictures that one query found came to, and which are being tried.
#[derive(Default)]
pub struct Trials {
    known: HashMap<RecordId, Trial>,
    under_way: HashSet<RecordId>,
    /// Told to the pool when nobody waits for them any more.
    dropped: Arc<AtomicBool>,
}

impl Trials {
    pub fn known(&self) -> &HashMap<RecordId, Trial> {
        &self.known
    }

    /// Whether one of `ids` is being tried.
    pub fn wait_for(&self, mut ids: impl Iterator<Item = RecordId>) -> bool {
        ids.any(|id| self.under_way.contains(&id))
    }

    /// Takes over a result.
    pub fn note(&mut self, id: RecordId, trial: Trial) {
        self.under_way.remove(&id);
        self.known.insert(id, trial);
    }

    /// Starts the trials of those that were not tried yet.
    pub fn start(
        &mut self,
        shared: &Shared,
        epoch: Epoch,
        look: &Arc<QueryLook>,
        ids: impl Iterator<Item = RecordId>,
    ) {
        let fresh: HashSet<RecordId> = ids
            .filter(|id| !self.known.contains_key(id) && !self.under_way.contains(id))
            .collect();
        let fresh: Vec<RecordId> = fresh.into_iter().collect();
        // Without their records nothing can be tried: they stay as they are.
        let records = shared.catalogue.store().records(&fresh).unwrap_or_default();
        for record in records {
            let thumbnail = shared.catalogue.store().thumbnail(record.id);
            let thumbnail = thumbnail.ok().flatten();
            self.under_way.insert(record.id);
            let (look, looks) = (look.clone(), shared.looks.clone());
            let (work, dropped) = (shared.work.clone(), self.dropped.clone());
            let (files, limits) = (shared.options.files.clone(), shared.options.limits);
            shared.pools.queries.spawn(move || {
                if dropped.load(Ordering::Relaxed) {
                    return;
                }
                let id = record.id;
                let made = match thumbnail {
                    Some(_) => None,
                    None => {
                        let from = Resolved::files_of(&record);
                        remade(&record.hash, &from, files.as_ref(), &limits)
                    }
                };
                let size = [record.width, record.height];
                let trial = match thumbnail.as_ref().or(made.as_ref()) {
                    Some(thumbnail) => tried(&look, &looks, thumbnail, size),
                    None => Trial::NoThumbnail,
                };
                if let Some(jpeg) = made {
                    let (request, made) = (None, vec![(id, jpeg)]);
                    let _ = work.send(Work::ThumbnailsMade { request, made });
                }
                // A worker that has ended answers nobody.
                let _ = work.send(Work::Tried { epoch, id, trial });
            });
        }
    }
}

impl Drop for Trials {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::Relaxed);
    }
}

/// Tries one picture by its thumbnail; `size` is the picture's own.
fn tried(query: &QueryLook, looks: &Looks, thumbnail: &[u8], size: [u32; 2]) -> Trial {
    guarded(|| match looks.get(thumbnail, size) {
        Some(picture) => prove(query, &picture),
        None => Trial::NoThumbnail,
    })
}

/// A trial in which one picture cannot take the others' answers with it.
pub fn guarded(trial: impl FnOnce() -> Trial) -> Trial {
    caught(trial).unwrap_or_default()
}
