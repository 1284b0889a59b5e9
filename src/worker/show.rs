//! Read-only requests: listings, records, pictures, messages.

use std::{path::Path, sync::Arc};

use super::{
    command::RequestId,
    event::{Event, FailureKind},
    shared::Shared,
    source::{Resolved, pixels},
};
use crate::{
    domain::{
        catalogue::ListRequest,
        job::JobId,
        query::QuerySource,
        record::{Record, RecordId},
    },
    engine::store::StoreError,
};

/// Most lines of Activity, and most failures, in one answer.
const MOST_LINES: usize = 10_000;

/// Records in one page.
const RECORDS_A_PAGE: usize = 1_000;

pub fn list(shared: &Shared, request: RequestId, list: &ListRequest) {
    let generation = shared.catalogue.generation();
    match shared.catalogue.store().listing(list) {
        Ok(listing) => shared.out.send(Event::Listed {
            request,
            listing: Arc::new(listing),
            generation,
        }),
        Err(error) => shared.out.failed(request, FailureKind::System, error),
    }
}

pub fn records(shared: &Shared, request: RequestId, ids: &[RecordId]) {
    send_records(shared, request, shared.catalogue.store().records(ids));
}

pub fn page(shared: &Shared, request: RequestId, before: Option<RecordId>) {
    let page = shared.catalogue.store().page(before, RECORDS_A_PAGE);
    send_records(shared, request, page);
}

fn send_records(shared: &Shared, request: RequestId, records: Result<Vec<Record>, StoreError>) {
    match records {
        Ok(records) => {
            let records = records.into_iter().map(Arc::new).collect();
            shared.out.send(Event::Records { request, records });
        }
        Err(error) => shared.out.failed(request, FailureKind::System, error),
    }
}

pub fn record_at(shared: &Shared, request: RequestId, path: &Path) {
    match shared.catalogue.store().id_by_path(path) {
        Ok(id) => records(shared, request, id.as_slice()),
        Err(error) => shared.out.failed(request, FailureKind::System, error),
    }
}

/// Decodes a picture to look at, on the pool; the thumbnail serves where the file is gone.
pub fn picture(shared: &Shared, request: RequestId, source: &QuerySource, max_side: u32) {
    let thumbnail = match source {
        QuerySource::Record(id) => shared.catalogue.store().thumbnail(*id).ok().flatten(),
        _ => None,
    };
    let resolved = match Resolved::pixels_of(source, &shared.catalogue) {
        Ok(resolved) => resolved,
        Err(reason) => return shared.out.failed(request, FailureKind::Input, reason),
    };
    let (out, limits) = (shared.out.clone(), shared.options.limits);
    let files = shared.options.files.clone();
    shared.pools.pictures.spawn(move || {
        let whole = resolved.bytes(files.as_ref()).and_then(|bytes| {
            pixels(&bytes, max_side, &limits)
                .map_err(|reason| format!("{}: {reason}", resolved.name()))
        });
        let shown = whole.or_else(|reason| match &thumbnail {
            Some(jpeg) => pixels(jpeg, max_side, &limits).map_err(|_| reason),
            None => Err(reason),
        });
        match shown {
            Ok(pixels) => out.send(Event::Picture {
                request,
                pixels: Arc::new(pixels),
            }),
            Err(reason) => out.failed(request, FailureKind::Input, reason),
        }
    });
}

pub fn jobs(shared: &Shared, request: RequestId) {
    match shared.catalogue.store().jobs(MOST_LINES) {
        Ok(jobs) => shared.out.send(Event::Jobs { request, jobs }),
        Err(error) => shared.out.failed(request, FailureKind::System, error),
    }
}

pub fn failures(shared: &Shared, request: RequestId, job: JobId) {
    match shared.catalogue.store().failures(job, MOST_LINES) {
        Ok(failures) => shared.out.send(Event::JobFailures {
            request,
            job,
            failures,
        }),
        Err(error) => shared.out.failed(request, FailureKind::System, error),
    }
}

pub fn messages(shared: &Shared, request: RequestId) {
    match shared.catalogue.store().messages(MOST_LINES) {
        Ok(messages) => shared.out.send(Event::Messages { request, messages }),
        Err(error) => shared.out.failed(request, FailureKind::System, error),
    }
}
