//! Computes every descriptor anew with the model in force, beside the old ones, which serve
//! nobody meanwhile but are kept until all is done. Killed, it goes on at the next start.

use std::{
    collections::{HashMap, VecDeque},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::Timestamp;

use super::{
    command::RequestId,
    event::FailureKind,
    import::Epoch,
    run::{OpenError, Worker},
    search::Resolved,
    work::Work,
};
use crate::{
    domain::{
        catalogue::OTHER_MODEL,
        import::{Job, JobId, JobState},
        message::Severity,
        record::{ContentHash, RecordId},
        words::pictures,
    },
    engine::{index::Codes, store::StoreError},
};

/// Pictures taken from the store at once, and descriptors written at once.
const AT_ONCE: usize = 200;

/// Pictures to embed again, and those on the pools.
pub struct Reindex {
    epoch: Epoch,
    queue: VecDeque<(RecordId, Vec<PathBuf>, ContentHash)>,
    after: RecordId,
    exhausted: bool,
    in_flight: usize,
    ready: Vec<(RecordId, Vec<u8>)>,
    total: u64,
    done: u64,
    failed: HashMap<RecordId, String>,
    started_at: Timestamp,
    started: std::time::Instant,
    cancelled: Arc<AtomicBool>,
}

impl Drop for Reindex {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

impl Reindex {
    /// As shown among the jobs; its id is no job's in the store.
    pub fn as_job(&self) -> Job {
        let secs = self.started.elapsed().as_secs_f64();
        let pace = if secs > 0.5 {
            self.done as f64 / secs
        } else {
            0.0
        };
        let left = self
            .total
            .saturating_sub(self.done + self.failed.len() as u64);
        Job {
            id: JobId(0),
            title: "Re-index with the new model".to_owned(),
            state: JobState::Running,
            held_because: None,
            total: self.total,
            indexed: self.done,
            unchanged: 0,
            refused: 0,
            failed: self.failed.len() as u64,
            images_per_sec: pace,
            secs_left: (pace > 0.0).then(|| left as f64 / pace),
            started_at: self.started_at,
            ended_at: None,
        }
    }
}

impl Worker<'_> {
    /// Why nothing may be added: the catalogue is another model's, or on its way to another.
    pub fn model_refusal(&self) -> Option<String> {
        if self.reindex.is_some() {
            return Some("Re-indexing is under way. Import again when it is done.".to_owned());
        }
        let differs = self.catalogue.model().catalogue_differs.is_some();
        differs.then(|| OTHER_MODEL.to_owned())
    }

    pub fn start_reindex(&mut self, request: RequestId) {
        if self.importer.is_busy() {
            let text = "An import is running. Let it end or cancel it, then re-index.";
            return self.out.failed(request, FailureKind::Input, text);
        }
        if self.reindex.is_some() {
            return self
                .out
                .done(request, "Re-indexing is under way already", false);
        }
        let model = self.catalogue.model().clone();
        match self
            .catalogue
            .store_mut()
            .begin_reindex(&model.id, model.dimension)
        {
            Ok(()) => match self.take_up_reindex() {
                Ok(()) => self.out.done(request, "Re-indexing has begun", false),
                Err(error) => self.out.failed(request, FailureKind::System, error),
            },
            Err(error) => self.out.failed(request, FailureKind::System, error),
        }
    }

    /// Goes on with what an earlier start left, if it was for the model in force.
    pub fn resume_reindex(&mut self) -> Result<(), OpenError> {
        let model = self.catalogue.model().id.clone();
        if self.catalogue.store().reindexing()?.as_deref() == Some(&*model) {
            self.take_up_reindex()?;
        }
        Ok(())
    }

    fn take_up_reindex(&mut self) -> Result<(), StoreError> {
        let total = self.catalogue.stored();
        let done = self.catalogue.store().reindexed()?;
        self.reindex = Some(Reindex {
            epoch: self.importer.new_epoch(),
            queue: VecDeque::new(),
            after: RecordId(0),
            exhausted: false,
            in_flight: 0,
            ready: Vec::new(),
            total,
            done,
            failed: HashMap::new(),
            started_at: self.now(),
            started: std::time::Instant::now(),
            cancelled: Arc::default(),
        });
        self.publisher.touch();
        Ok(())
    }

    /// Keeps the pools busy, writes what is ready, ends when all is done.
    pub fn tick_reindex(&mut self) -> bool {
        if self.reindex.is_none() {
            return false;
        }
        if let Err(error) = self.step_reindex() {
            self.reindex = None;
            self.warn(format!(
                "Re-indexing stopped: {error} It goes on at the next start."
            ));
        }
        false
    }

    fn step_reindex(&mut self) -> Result<(), StoreError> {
        self.feed_reindex()?;
        let Some(reindex) = &mut self.reindex else {
            return Ok(());
        };
        let drained = reindex.exhausted && reindex.queue.is_empty() && reindex.in_flight == 0;
        if reindex.ready.len() >= AT_ONCE || (drained && !reindex.ready.is_empty()) {
            let ready = std::mem::take(&mut reindex.ready);
            self.catalogue.store_mut().put_next_vectors(&ready)?;
        }
        if drained && !self.found_more_to_reindex()? {
            self.finish_reindex()
        } else {
            Ok(())
        }
    }

    /// Pictures that undo brought back behind the place reached.
    fn found_more_to_reindex(&mut self) -> Result<bool, StoreError> {
        let Some(reindex) = &mut self.reindex else {
            return Ok(false);
        };
        let known_bad = reindex.failed.len();
        let mut left = self
            .catalogue
            .store()
            .reindex_pending(RecordId(0), known_bad + 1)?;
        left.retain(|(id, ..)| !reindex.failed.contains_key(id));
        reindex.queue.extend(left);
        Ok(!reindex.queue.is_empty())
    }

    fn feed_reindex(&mut self) -> Result<(), StoreError> {
        let Some(reindex) = &mut self.reindex else {
            return Ok(());
        };
        while reindex.in_flight < self.pools.import_threads * 3 + 2 {
            let Some((id, paths, hash)) = reindex.queue.pop_front() else {
                if reindex.exhausted {
                    return Ok(());
                }
                let next = self
                    .catalogue
                    .store()
                    .reindex_pending(reindex.after, AT_ONCE)?;
                reindex.exhausted = next.is_empty();
                if let Some((last, ..)) = next.last() {
                    reindex.after = *last;
                }
                reindex.queue.extend(next);
                continue;
            };
            reindex.in_flight += 1;
            let (epoch, cancelled) = (reindex.epoch, reindex.cancelled.clone());
            let (describer, limits) = (self.options.describer.clone(), self.options.limits);
            let work = self.work.clone();
            self.pools.imports.spawn(move || {
                if cancelled.load(Ordering::Relaxed) {
                    return;
                }
                let source = Resolved::Files {
                    name: id.to_string(),
                    paths,
                };
                let result = source.bytes(&limits).and_then(|bytes| {
                    if *blake3::hash(&bytes).as_bytes() != hash.0 {
                        return Err("Its file has changed since. Index it again.".to_owned());
                    }
                    let described = describer
                        .describe(&bytes)
                        .map_err(|error| error.to_string())?;
                    Ok(described.descriptor)
                });
                // A worker that has gone goes on at the next start.
                let _ = work.send(Work::Reembedded { epoch, id, result });
            });
        }
        Ok(())
    }

    pub fn reembedded(&mut self, epoch: Epoch, id: RecordId, result: Result<Vec<f32>, String>) {
        let Some(reindex) = self.reindex.as_mut().filter(|one| one.epoch == epoch) else {
            return;
        };
        reindex.in_flight -= 1;
        match result {
            Ok(descriptor) => {
                reindex.done += 1;
                reindex
                    .ready
                    .push((id, Codes::quantise(&descriptor).to_bytes()));
            }
            Err(reason) => {
                reindex.failed.insert(id, reason);
            }
        }
    }

    fn finish_reindex(&mut self) -> Result<(), StoreError> {
        let Some(reindex) = self.reindex.take() else {
            return Ok(());
        };
        self.catalogue.store_mut().finish_reindex()?;
        if let Err(error) = self.catalogue.reload_index(self.options.index.clone()) {
            self.warn(error.to_string());
        }
        let mut text = format!("Re-indexed {}.", pictures(reindex.done));
        let mut severity = Severity::Info;
        if let Some(reason) = reindex.failed.values().next() {
            severity = Severity::Warning;
            text += &format!(
                " {} could not be read again and cannot be found by picture until indexed anew, for \
                 instance: {reason}",
                pictures(reindex.failed.len() as u64)
            );
        }
        self.say(severity, text, None);
        self.importer.look_for_jobs();
        self.publish_now();
        Ok(())
    }
}
