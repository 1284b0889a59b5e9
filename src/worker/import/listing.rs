//! A job's list of files: walked by a thread of its own, kept in the store.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crossbeam_channel::Sender;

use super::Worker;
use crate::{
    domain::import::{FileFailure, Job, JobId, JobState},
    engine::{
        files::{self, Found},
        store::JobFile,
    },
    worker::work::Work,
};

/// Files a message of the lister carries.
const CHUNK: usize = 1_000;

/// What is imported, in a few words.
pub fn title(roots: &[PathBuf]) -> String {
    match roots {
        [one] => one.file_name().map_or_else(
            || one.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        ),
        several => format!("{} files and folders", several.len()),
    }
}

/// A line for Activity, once a job is over.
pub fn summary(job: &Job) -> Option<String> {
    let counts = format!(
        "{} indexed, {} already known, {} failed",
        job.indexed, job.unchanged, job.failed
    );
    match job.state {
        JobState::Done => Some(format!("“{}” is indexed: {counts}.", job.title)),
        JobState::Cancelled => Some(format!("“{}” was cancelled: {counts}.", job.title)),
        _ => None,
    }
}

impl Worker<'_> {
    /// Walks `roots` on a thread of its own and adds what it finds to the job.
    pub(super) fn list_files(&mut self, job: JobId, roots: Vec<PathBuf>) {
        let cancelled = Arc::<AtomicBool>::default();
        let (stop, work) = (cancelled.clone(), self.work.clone());
        // A walk that the pool has no thread for yet begins after the one before it.
        self.pools
            .background
            .spawn(move || walk(job, &roots, &stop, &work));
        self.importer.listing.push((job, cancelled));
    }

    pub fn listed(&mut self, job: JobId, files: &[JobFile], failures: &[FileFailure]) {
        let store = self.catalogue.store_mut();
        let added = store
            .add_job_files(job, files)
            .and_then(|_| store.add_job_failures(job, failures));
        if let Err(error) = added {
            self.end_listing(job);
            self.warn(error.to_string());
        }
        self.publisher.touch();
    }

    pub fn listing_ended(&mut self, job: JobId) {
        if !self.end_listing(job) {
            return;
        }
        if let Err(error) = self.catalogue.store_mut().finish_listing(job) {
            self.warn(error.to_string());
        }
        self.importer.jobs_changed = true;
        self.publisher.touch();
    }

    /// `false` where the job was cancelled meanwhile.
    fn end_listing(&mut self, job: JobId) -> bool {
        let before = self.importer.listing.len();
        self.importer.listing.retain(|(id, _)| *id != job);
        before != self.importer.listing.len()
    }
}

fn walk(job: JobId, roots: &[PathBuf], cancelled: &AtomicBool, work: &Sender<Work>) {
    let chunk = std::cell::RefCell::new((Vec::new(), Vec::new()));
    let pass_on = |least: usize| {
        let (files, failures) = &mut *chunk.borrow_mut();
        if files.len() + failures.len() > least {
            // A worker that has gone takes nothing; the job is listed anew at the next start.
            let _ = work.send(Work::Listed {
                job,
                files: std::mem::take(files),
                failures: std::mem::take(failures),
            });
        }
    };
    files::walk(
        roots,
        &|| cancelled.load(Ordering::Relaxed),
        &mut |Found {
                  path,
                  len,
                  modified_ns,
              }| {
            chunk.borrow_mut().0.push(JobFile {
                path,
                len,
                modified_ns,
            });
            pass_on(CHUNK - 1);
        },
        &mut |failure| {
            chunk.borrow_mut().1.push(failure);
            pass_on(CHUNK - 1);
        },
    );
    pass_on(0);
    if !cancelled.load(Ordering::Relaxed) {
        let _ = work.send(Work::ListingEnded { job });
    }
}

/// The name a picture starts with: its file's, without the ending.
pub fn picture_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
