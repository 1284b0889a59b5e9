//! What is only looked at: listings, records, thumbnails, pictures, jobs, messages.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    command::RequestId,
    event::{Event, FailureKind},
    run::Worker,
    search::{Resolved, pixels},
};
use crate::{
    domain::{
        catalogue::ListRequest,
        import::JobId,
        message::{Message, Severity},
        query::QuerySource,
        record::RecordId,
    },
    engine::store::StoreError,
};

/// Lines of Activity and failures told at the most.
const MOST_LINES: usize = 10_000;

impl Worker<'_> {
    pub fn list(&mut self, request: RequestId, list: &ListRequest) {
        let generation = self.catalogue.generation();
        match self.catalogue.store().listing(list) {
            Ok(listing) => {
                self.out.send(Event::Listed {
                    request,
                    listing: Arc::new(listing),
                    generation,
                });
            }
            Err(error) => self.out.failed(request, FailureKind::System, error),
        }
    }

    pub fn tell_records(&mut self, request: RequestId, ids: &[RecordId]) {
        match self.catalogue.store().records(ids) {
            Ok(records) => {
                let records = records.into_iter().map(Arc::new).collect();
                self.out.send(Event::Records { request, records });
            }
            Err(error) => self.out.failed(request, FailureKind::System, error),
        }
    }

    pub fn tell_record_at(&mut self, request: RequestId, path: &Path) {
        match self.catalogue.store().id_by_path(path) {
            Ok(id) => self.tell_records(request, id.as_slice()),
            Err(error) => self.out.failed(request, FailureKind::System, error),
        }
    }

    pub fn tell_thumbnails(&mut self, request: RequestId, ids: &[RecordId]) {
        let store = self.catalogue.store();
        let thumbnails = ids
            .iter()
            .map(|id| {
                // A thumbnail is a cache: without it the grid shows the name alone.
                let jpeg = store.thumbnail(*id).ok().flatten().unwrap_or_default();
                (*id, Arc::from(jpeg))
            })
            .collect();
        self.out.send(Event::Thumbnails {
            request,
            thumbnails,
        });
    }

    /// Decodes a picture to look at, in the background; the thumbnail serves where the file is
    /// gone.
    pub fn show_picture(&mut self, request: RequestId, source: &QuerySource, max_side: u32) {
        let thumbnail = match source {
            QuerySource::Record(id) => self.catalogue.store().thumbnail(*id).ok().flatten(),
            _ => None,
        };
        let resolved = match self.resolve(source, false) {
            Ok(resolved) => resolved,
            Err(reason) => return self.out.failed(request, FailureKind::Input, reason),
        };
        let (out, limits) = (self.out.clone(), self.options.limits);
        self.pools.background.spawn(move || {
            let whole = |resolved: &Resolved| {
                let bytes = resolved.bytes(&limits)?;
                pixels(&bytes, max_side, &limits)
                    .map_err(|reason| format!("{}: {reason}", resolved.name()))
            };
            let shown = whole(&resolved).or_else(|reason| match &thumbnail {
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

    pub fn tell_jobs(&mut self, request: RequestId) {
        match self.catalogue.store().jobs(MOST_LINES) {
            Ok(jobs) => self.out.send(Event::Jobs { request, jobs }),
            Err(error) => self.out.failed(request, FailureKind::System, error),
        }
    }

    pub fn tell_failures(&mut self, request: RequestId, job: JobId) {
        match self.catalogue.store().failures(job, MOST_LINES) {
            Ok(failures) => self.out.send(Event::JobFailures {
                request,
                job,
                failures,
            }),
            Err(error) => self.out.failed(request, FailureKind::System, error),
        }
    }

    pub fn tell_messages(&mut self, request: RequestId) {
        match self.catalogue.store().messages(MOST_LINES) {
            Ok(messages) => self.out.send(Event::Messages { request, messages }),
            Err(error) => self.out.failed(request, FailureKind::System, error),
        }
    }

    pub fn verify(&mut self, request: RequestId) {
        let pictures = self.catalogue.stored();
        match self.catalogue.store().verify() {
            Ok(problems) => self.out.send(Event::Verified {
                request,
                problems,
                pictures,
            }),
            Err(error) => self.out.failed(request, FailureKind::System, error),
        }
    }

    /// Adds a line to Activity.
    pub fn say(&mut self, severity: Severity, text: String, job: Option<JobId>) {
        let message = Message {
            at: self.now(),
            severity,
            text,
            job,
        };
        // On a full disk the line is at least shown.
        let kept: Result<(), StoreError> = self.catalogue.store_mut().add_message(&message);
        drop(kept);
        self.out.send(Event::Message(message));
    }

    pub fn warn(&mut self, text: String) {
        self.say(Severity::Warning, text, None);
    }

    /// Another start of the program leaves a file to ask this one's window to come forward.
    pub fn look_for_raise(&mut self) {
        let asked: PathBuf = self.options.data_dir.join(super::RAISE_FILE);
        if asked.exists() && std::fs::remove_file(&asked).is_ok() {
            self.out.send(Event::Raise);
        }
    }
}
