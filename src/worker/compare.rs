//! What any two pictures are to each other. Stateless, and no call under the quota.

use std::sync::Arc;

use super::{
    command::RequestId,
    event::{Event, FailureKind},
    shared::Shared,
    source::{Resolved, describe, describe_indexed},
    trials::guarded,
    work::Work,
};
use crate::{
    domain::{
        proof::Trial,
        query::{QuerySource, QueryView},
        record::{ContentHash, Record},
        verdict::{Evidence, Thresholds},
    },
    engine::{
        catalogue::Catalogue,
        describe::Describe,
        files::ReadFiles,
        proof::prove,
        rest::{Kept, rest},
    },
};

/// Where one of the two comes from.
enum Side {
    Given(Resolved),
    /// Of the catalogue, with its thumbnail: its file may be away.
    Indexed(Box<Record>, Option<Vec<u8>>),
}

/// One of the two, read.
struct Picture {
    hash: Option<ContentHash>,
    /// Unit length.
    descriptor: Vec<f32>,
    kept: Option<Kept>,
}

/// What reading takes.
struct Reader {
    describer: Arc<dyn Describe>,
    files: Arc<dyn ReadFiles>,
}

/// Reads both pictures and compares them on a pool.
pub fn compare(shared: &Shared, request: RequestId, left: &QuerySource, right: &QuerySource) {
    let sides = side(left, &shared.catalogue).and_then(|left| {
        let right = side(right, &shared.catalogue)?;
        Ok((left, right))
    });
    let (left, right) = match sides {
        Ok(sides) => sides,
        Err(reason) => return shared.out.failed(request, FailureKind::Input, reason),
    };
    let reader = Reader {
        describer: shared.options.describer.clone(),
        files: shared.options.files.clone(),
    };
    let work = shared.work.clone();
    shared.pools.queries.spawn(move || {
        let (left, right) = rayon::join(|| reader.read(left), || reader.read(right));
        let result = left.and_then(|left| Ok(reader.compared(&left, &right?)));
        // A worker that has ended compares nothing.
        let _ = work.send(Work::Compared { request, result });
    });
}

/// Answers.
pub fn done(shared: &Shared, request: RequestId, result: Result<Evidence, String>) {
    match result {
        Ok(evidence) => shared.out.send(Event::Compared {
            request,
            evidence: Box::new(evidence),
        }),
        Err(reason) => shared.out.failed(request, FailureKind::Input, reason),
    }
}

fn side(source: &QuerySource, catalogue: &Catalogue) -> Result<Side, String> {
    let QuerySource::Record(id) = source else {
        return Ok(Side::Given(Resolved::pixels_of(source, catalogue)?));
    };
    let record = catalogue.store().record(*id).map_err(|e| e.to_string())?;
    let thumbnail = catalogue.store().thumbnail(*id).ok().flatten();
    let record = record.ok_or(super::source::GONE)?;
    Ok(Side::Indexed(Box::new(record), thumbnail))
}

impl Reader {
    fn read(&self, side: Side) -> Result<Picture, String> {
        match side {
            Side::Given(source) => self.given(&source),
            Side::Indexed(record, thumbnail) => self.indexed(&record, thumbnail.as_deref()),
        }
    }

    fn given(&self, source: &Resolved) -> Result<Picture, String> {
        let view = QueryView::default();
        let fresh = describe(source, view, self.describer.as_ref(), self.files.as_ref())?;
        let upright = fresh.vectors.turned.into_iter().next();
        Ok(Picture {
            hash: fresh.vectors.hash,
            descriptor: upright.map(|(_, vector)| vector).unwrap_or_default(),
            kept: fresh.kept,
        })
    }

    fn indexed(&self, record: &Record, thumbnail: Option<&[u8]>) -> Result<Picture, String> {
        let (describer, files) = (self.describer.as_ref(), self.files.as_ref());
        let (kept, descriptor) =
            describe_indexed(record, thumbnail, describer, files).ok_or_else(|| {
                format!(
                    "{} cannot be read, and the catalogue has no thumbnail of it. Make its file \
                     available again.",
                    record.title()
                )
            })?;
        Ok(Picture {
            hash: Some(record.hash),
            descriptor,
            kept,
        })
    }

    /// The left one is the query.
    fn compared(&self, left: &Picture, right: &Picture) -> Evidence {
        let same_bytes = left.hash.is_some() && left.hash == right.hash;
        let mut score = dot(&left.descriptor, &right.descriptor);
        let mut trial = Trial::NotTried;
        if let Some(kept) = left.kept.as_ref().filter(|_| !same_bytes) {
            let rest = rest(kept, self.describer.as_ref());
            let crops = rest.crops.iter();
            score = crops.fold(score, |best, crop| best.max(dot(crop, &right.descriptor)));
            trial = match (&rest.look, &right.kept) {
                (Some(look), Some(right)) => guarded(|| prove(look, &right.picture_look())),
                _ => Trial::NoThumbnail,
            };
        }
        Evidence {
            same_bytes,
            score: score.clamp(0.0, 1.0),
            query_turned_degrees: 0,
            trial,
            thresholds: Thresholds::default(),
        }
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
