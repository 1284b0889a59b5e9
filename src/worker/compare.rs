//! Measures how alike two pictures are. Stateless, and no call under the quota.

use super::{
    command::RequestId,
    event::{Event, FailureKind},
    shared::Shared,
    source::{GONE, Resolved, describe},
    work::Work,
};
use crate::{
    domain::{
        proof::Trial,
        query::{QueryPicture, QuerySource, QueryView},
        record::RecordId,
        verdict::{Evidence, Thresholds},
    },
    engine::catalogue::QueryVectors,
};

/// From the stored descriptors, or with the left picture read.
pub fn compare(shared: &mut Shared, request: RequestId, left: QuerySource, right: QuerySource) {
    let QuerySource::Record(right) = right else {
        return shared.out.failed(request, FailureKind::Input, GONE);
    };
    match Resolved::of(&QueryPicture::new(left), &shared.catalogue) {
        Ok(Resolved::Vectors(vectors)) => ready(shared, request, right, Ok(vectors)),
        Ok(source) => {
            let (describer, files) = (
                shared.options.describer.clone(),
                shared.options.files.clone(),
            );
            let work = shared.work.clone();
            shared.pools.queries.spawn(move || {
                let result = describe(
                    &source,
                    QueryView::default(),
                    describer.as_ref(),
                    files.as_ref(),
                );
                // A worker that has ended compares nothing.
                let _ = work.send(Work::CompareReady {
                    request,
                    right,
                    result,
                });
            });
        }
        Err(reason) => shared.out.failed(request, FailureKind::Input, reason),
    }
}

/// Compares and answers once the left picture's vectors are known.
pub fn ready(
    shared: &Shared,
    request: RequestId,
    right: RecordId,
    left: Result<QueryVectors, String>,
) {
    match left.and_then(|left| compared(shared, &left, right)) {
        Ok((score, same_bytes)) => shared.out.send(Event::Compared {
            request,
            evidence: Box::new(Evidence {
                same_bytes,
                score,
                query_turned_degrees: 0,
                trial: Trial::NotTried,
                thresholds: Thresholds::default(),
            }),
        }),
        Err(reason) => shared.out.failed(request, FailureKind::Input, reason),
    }
}

/// Score, and whether the bytes are the same.
fn compared(shared: &Shared, left: &QueryVectors, right: RecordId) -> Result<(f32, bool), String> {
    let record = shared.catalogue.store().record(right);
    let record = record.map_err(|error| error.to_string())?.ok_or(GONE)?;
    let vector = shared
        .catalogue
        .vector(right)
        .ok_or("That picture has no descriptor of the model in force. Re-index it.")?;
    let (_, upright) = left.turned.first().ok_or(GONE)?;
    let score: f32 = upright.iter().zip(&vector).map(|(a, b)| a * b).sum();
    Ok((score.clamp(0.0, 1.0), left.hash == Some(record.hash)))
}
