//! A copy of the catalogue once a day, made beside the work.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use jiff::SignedDuration;

use super::{run::Worker, work::Work};
use crate::engine::store::Store;

/// A backup older than this is followed by another.
const EVERY: SignedDuration = SignedDuration::from_hours(24);
/// How often the worker looks whether one is due; first at once, while the files are checked.
const LOOK_EVERY: Duration = Duration::from_secs(600);

/// The copy under way, and when it was last looked for one that is due.
#[derive(Default)]
pub struct Backups {
    looked: Option<Instant>,
    running: Option<Running>,
}

impl Backups {
    /// Ends the copy under way; what was written of it is deleted.
    pub fn stop(&mut self) {
        self.running = None;
    }
}

struct Running {
    cancelled: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It reports by message; that it panicked was printed already.
            let _ = thread.join();
        }
    }
}

impl Worker<'_> {
    pub fn tick_backup(&mut self, now: Instant) {
        let looked = self.backups.looked;
        let looks = looked.is_none_or(|at| now.duration_since(at) >= LOOK_EVERY);
        // A copy taken in the middle of an import would be old before it is written.
        if !looks || self.importer.is_busy() {
            return;
        }
        self.backups.looked = Some(now);
        if self.backups.running.is_none() && self.backup_is_due() {
            self.start_backup();
        }
    }

    fn backup_is_due(&mut self) -> bool {
        let worth = self.catalogue.stored() > 0 || !self.door.account.orders().is_empty();
        let (now, newest) = (self.now(), Store::backed_up_at(&self.options.data_dir));
        worth && newest.is_none_or(|at| now.duration_since(at) >= EVERY)
    }

    fn start_backup(&mut self) {
        let cancelled = Arc::new(AtomicBool::new(false));
        let (stop, work) = (cancelled.clone(), self.work.clone());
        let (dir, now) = (self.options.data_dir.clone(), self.now());
        let spawned = thread::Builder::new().name("backup".into()).spawn(move || {
            let result = Store::back_up(&dir, now, &stop).map_err(|error| error.to_string());
            // The worker may be gone by now; nobody waits then.
            let _ = work.send(Work::BackedUp(result.map(drop)));
        });
        match spawned {
            Ok(thread) => {
                let thread = Some(thread);
                self.backups.running = Some(Running { cancelled, thread });
            }
            Err(error) => self.backed_up(Err(error.to_string())),
        }
    }

    pub fn backed_up(&mut self, result: Result<(), String>) {
        self.backups.stop();
        if let Err(reason) = result {
            self.warn(format!(
                "The daily copy of the catalogue was not made: {reason} It is tried again."
            ));
        }
    }
}
