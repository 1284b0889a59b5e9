//! Commits what is done, within the calls a second.

use std::time::{Duration, Instant};

use super::{Hold, Worker};
use crate::{
    domain::{quota::CallKind, record::RecordId},
    engine::{
        catalogue::CatalogueError,
        store::{Batch, Calls, Committed, Done, Outcome},
    },
    worker::event::Event,
};

/// A commit is due after so many outcomes, or after so long.
const DUE_COUNT: usize = 100;
const DUE_AFTER: Duration = Duration::from_millis(400);
/// Images an add call carries at most, as the service's batches do.
const IMAGES_A_CALL: u64 = 1_000;
/// Freshly indexed pictures shown in one event.
const SHOWN: usize = 32;

impl Worker<'_> {
    pub(super) fn commit_due(&mut self, now: Instant) {
        let Some(running) = &self.importer.running else {
            return;
        };
        let drained = running.in_flight == 0 && running.queue.is_empty() && running.exhausted;
        let due = running.done.len() >= DUE_COUNT
            || now.duration_since(running.last_commit) >= DUE_AFTER
            || drained;
        if due && running.turn_at.is_none_or(|at| now >= at) {
            let result = self.flush_import(false);
            if let Err(error) = result {
                self.hold(Hold::Space, &error.to_string());
            }
        }
    }

    /// Commits what is done. A batch with new pictures is part of an add call, which waits for its
    /// turn; `ending` commits what may go now and leaves the rest pending.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] where the store fails: the batch is not committed and its files stay
    /// pending.
    pub fn flush_import(&mut self, ending: bool) -> Result<(), CatalogueError> {
        loop {
            self.settle_echoes()?;
            let Some(running) = &mut self.importer.running else {
                return Ok(());
            };
            running.last_commit = Instant::now();
            if running.done.is_empty() {
                return Ok(());
            }
            let now = self.options.clock.now();
            let mut calls = Vec::new();
            let adds = running
                .done
                .iter()
                .any(|done| matches!(done.outcome, Outcome::New(_)));
            if adds && running.call_left == 0 {
                if let Some(wait_ms) = self.door.wait_ms(CallKind::Add, now) {
                    running.turn_at = Some(Instant::now() + Duration::from_millis(wait_ms));
                    if ending || !keep_known(running) {
                        return Ok(());
                    }
                } else {
                    running.turn_at = None;
                    running.call_left = IMAGES_A_CALL;
                    calls.push(Calls {
                        kind: CallKind::Add,
                        at_ms: self.door.note_call(CallKind::Add, now),
                        count: 1,
                    });
                }
            }
            let running_done = take_batch(running);
            let batch = Batch {
                job: Some(running.job.id),
                done: running_done,
                now: self.door.observe(now),
                calls,
            };
            let committed = self.catalogue.commit(&batch)?;
            self.committed(&batch, &committed);
        }
    }

    /// Files whose bytes were in flight for another path: known now, or to be read again where
    /// that other one failed.
    fn settle_echoes(&mut self) -> Result<(), CatalogueError> {
        let Some(running) = &mut self.importer.running else {
            return Ok(());
        };
        let echoes = std::mem::take(&mut running.echoes);
        for echo in echoes {
            if running.claimed.contains(&echo.hash) {
                running.echoes.push(echo);
                continue;
            }
            match self.catalogue.store().id_by_hash(&echo.hash)? {
                Some(record) => running.done.push(Done {
                    item: echo.file.item,
                    outcome: Outcome::Unchanged {
                        record,
                        path: echo.file.path,
                        len: echo.len,
                        modified_ns: echo.modified_ns,
                    },
                }),
                None => running.queue.push_front(echo.file),
            }
        }
        Ok(())
    }

    fn committed(&mut self, batch: &Batch, committed: &[Committed]) {
        let mut fresh: Vec<RecordId> = Vec::new();
        let Some(running) = &mut self.importer.running else {
            return;
        };
        for (done, result) in batch.done.iter().zip(committed) {
            match &done.outcome {
                Outcome::New(new) => {
                    running.claimed.remove(&new.hash);
                    if result.new {
                        running.job.indexed += 1;
                        fresh.extend(result.record);
                    } else {
                        running.job.unchanged += 1;
                    }
                }
                Outcome::Unchanged { .. } => running.job.unchanged += 1,
                Outcome::Failed { .. } => running.job.failed += 1,
                Outcome::Refused { .. } => running.job.refused += 1,
            }
        }
        running.rate.add(committed.len() as u64);
        self.door.uploaded += fresh.len() as u64;
        self.publisher.touch();
        if !fresh.is_empty() {
            self.publisher.uploads_changed();
            let ids = fresh.split_off(fresh.len().saturating_sub(SHOWN));
            self.out.send(Event::Indexed { ids });
        }
    }
}

/// While new pictures wait for their turn, what is known or failed may go: moves it to the front.
/// `false` where nothing but new pictures waits.
fn keep_known(running: &mut super::Running) -> bool {
    running
        .done
        .sort_by_key(|done| matches!(done.outcome, Outcome::New(_)));
    running
        .done
        .first()
        .is_some_and(|done| !matches!(done.outcome, Outcome::New(_)))
}

/// The longest run of outcomes whose new pictures the present add call can carry.
fn take_batch(running: &mut super::Running) -> Vec<Done> {
    let mut left = running.call_left;
    let mut count = 0;
    for done in &running.done {
        if matches!(done.outcome, Outcome::New(_)) {
            if left == 0 {
                break;
            }
            left -= 1;
        }
        count += 1;
    }
    running.call_left = left;
    let rest = running.done.split_off(count);
    std::mem::replace(&mut running.done, rest)
}
