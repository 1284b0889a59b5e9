//! Keeps the pools supplied with the files of the job in work.

use std::sync::atomic::Ordering;

use super::{Running, Worker, stages};
use crate::engine::store::{Done, Outcome, PendingFile};

/// Pending files taken from the store at once.
const TAKE: usize = 500;
/// Files passed in one go before other work is looked at.
const AT_ONCE: usize = 256;
/// Bytes of files held in memory at most, beside the one a thread works on.
const MOST_BYTES: u64 = 256 << 20;
/// Outcomes that may wait for their commit before no further file is begun.
const MOST_WAITING: usize = 2_000;

impl Worker<'_> {
    /// Begins files as long as the pools want some; `true` where more can be begun at once.
    pub(super) fn feed(&mut self) -> bool {
        let most = self.pools.import_threads * 3 + 2;
        for _ in 0..AT_ONCE {
            let Some(running) = &mut self.importer.running else {
                return false;
            };
            if running.in_flight >= most
                || running.done.len() >= MOST_WAITING
                || (running.in_flight > 0 && running.bytes_in_flight > MOST_BYTES)
            {
                return false;
            }
            let Some(file) = running.queue.pop_front() else {
                if running.exhausted || !self.refill() {
                    return false;
                }
                continue;
            };
            self.begin(file);
        }
        true
    }

    /// Takes the next pending files from the store; `false` where there are none.
    fn refill(&mut self) -> bool {
        let Some(running) = &mut self.importer.running else {
            return false;
        };
        match self
            .catalogue
            .store()
            .next_files(running.job.id, running.cursor, TAKE)
        {
            Ok(files) => {
                running.exhausted = files.is_empty();
                if let Some(last) = files.last() {
                    running.cursor = last.item;
                }
                running.queue.extend(files);
                !running.exhausted
            }
            Err(error) => {
                self.hold(super::Hold::Space, &error.to_string());
                false
            }
        }
    }

    /// A file whose size and time are those it was indexed with is not read again.
    fn begin(&mut self, file: PendingFile) {
        let known = self.catalogue.store().known_file(&file.path);
        let Some(running) = &mut self.importer.running else {
            return;
        };
        match known {
            Ok(Some(known)) if known.len == file.len && known.modified_ns == file.modified_ns => {
                running.done.push(Done {
                    item: file.item,
                    outcome: Outcome::Unchanged {
                        record: known.record,
                        path: file.path,
                        len: file.len,
                        modified_ns: file.modified_ns,
                    },
                });
            }
            Ok(_) => {
                running.in_flight += 1;
                running.bytes_in_flight += file.len;
                let limits = self.options.limits;
                let work = self.work.clone();
                let (epoch, cancelled) = (running.epoch, running.cancelled.clone());
                self.pools.imports.spawn(move || {
                    if !cancelled.load(Ordering::Relaxed) {
                        stages::read(epoch, file, &limits, &work);
                    }
                });
            }
            Err(error) => self.hold(super::Hold::Space, &error.to_string()),
        }
    }
}

impl Running {
    pub(super) fn landed(&mut self, file: &PendingFile) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.bytes_in_flight = self.bytes_in_flight.saturating_sub(file.len);
    }
}
