//! Lists of files: walked on their own pool, kept in the store.

use std::{
    cell::RefCell,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crossbeam_channel::Sender;

use crate::{
    domain::{job::JobId, path::shown_name},
    engine::{
        files::{self, Found},
        store::JobFile,
    },
    worker::{shared::Shared, work::Work},
};

/// Files a message of a walk carries.
const CHUNK: usize = 500;

/// The walks under way.
#[derive(Default)]
pub struct Listings {
    walks: Vec<(JobId, Arc<AtomicBool>)>,
}

impl Listings {
    /// Walks `roots` and sends what it finds for the job, a part at a time.
    pub fn begin(&mut self, shared: &Shared, job: JobId, roots: Vec<PathBuf>) {
        if self.is_under_way(job) {
            return;
        }
        let cancelled = Arc::<AtomicBool>::default();
        let (stop, work) = (cancelled.clone(), shared.work.clone());
        shared
            .pools
            .walks
            .spawn(move || walk(job, &roots, &stop, &work));
        self.walks.push((job, cancelled));
    }

    /// Whether a walk is under way; results of any other walk are dropped.
    pub fn is_under_way(&self, job: JobId) -> bool {
        self.walks.iter().any(|(id, _)| *id == job)
    }

    pub fn is_empty(&self) -> bool {
        self.walks.is_empty()
    }

    /// Ends the job's walk, if there is one.
    pub fn end(&mut self, job: JobId) {
        self.walks.retain(|(id, cancelled)| {
            if *id == job {
                cancelled.store(true, Ordering::Relaxed);
            }
            *id != job
        });
    }
}

impl Drop for Listings {
    fn drop(&mut self) {
        for (_, cancelled) in &self.walks {
            cancelled.store(true, Ordering::Relaxed);
        }
    }
}

fn walk(job: JobId, roots: &[PathBuf], cancelled: &AtomicBool, work: &Sender<Work>) {
    let chunk = RefCell::new((Vec::new(), Vec::new()));
    let pass_on = |least: usize| {
        let (files, failures) = &mut *chunk.borrow_mut();
        if files.len() + failures.len() > least {
            // A worker that has ended takes nothing; the job is listed again at the next start.
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

/// What is imported, in a few words.
pub fn title(roots: &[PathBuf]) -> String {
    match roots {
        [one] => shown_name(one),
        several => format!("{} files and folders", several.len()),
    }
}

/// Paths that mean the same from any working folder.
pub fn absolute(roots: &[PathBuf]) -> Vec<PathBuf> {
    roots
        .iter()
        .map(|root| std::path::absolute(root).unwrap_or_else(|_| root.clone()))
        .collect()
}
