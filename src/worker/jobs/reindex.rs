//! Computes every descriptor with the model in force, beside the old ones, which serve nobody
//! meanwhile but are kept until all is done.

use std::{
    collections::{HashSet, VecDeque},
    path::PathBuf,
    sync::atomic::Ordering,
    time::Instant,
};

use super::run::{Run, Step, Stretch};
use crate::{
    domain::{
        import::FileFailure,
        job::Job,
        record::{ContentHash, RecordId},
    },
    engine::{
        catalogue::CatalogueError,
        describe::Describe,
        files::{
            ReadFiles,
            guard::{DEADLY, Guard},
        },
        index::Codes,
        store::{PendingPicture, StoreError},
    },
    worker::{
        deadline::Deadline,
        shared::Shared,
        work::{JobPart, Work},
    },
};

/// Pictures taken from the store at once, and descriptors written at once.
const AT_ONCE: usize = 200;

/// Pictures to embed again, and those on the pool.
pub struct Reindex {
    queue: VecDeque<PendingPicture>,
    after: RecordId,
    exhausted: bool,
    in_flight: usize,
    ready: Vec<(RecordId, Vec<u8>)>,
    failures: Vec<FileFailure>,
    failed: HashSet<RecordId>,
}

impl Reindex {
    /// Continues from the descriptors already made; files that failed are tried again.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the job's place cannot be read.
    pub fn start(shared: &mut Shared, job: &mut Job) -> Result<Self, StoreError> {
        let stored = shared.catalogue.stored();
        let store = shared.catalogue.store_mut();
        store.restart_reindex(job.id, stored)?;
        job.total = stored;
        job.indexed = store.reindexed()?;
        job.failed = 0;
        Ok(Self {
            queue: VecDeque::new(),
            after: RecordId(0),
            exhausted: false,
            in_flight: 0,
            ready: Vec::new(),
            failures: Vec::new(),
            failed: HashSet::new(),
        })
    }

    fn feed(&mut self, shared: &Shared, stretch: &Stretch) -> Result<(), StoreError> {
        while self.in_flight < shared.pools.import_threads * 3 + 2 {
            let Some(picture) = self.queue.pop_front() else {
                if self.exhausted {
                    return Ok(());
                }
                let store = shared.catalogue.store();
                let next = store.reindex_pending(self.after, AT_ONCE)?;
                self.exhausted = next.is_empty();
                if let Some(last) = next.last() {
                    self.after = last.id;
                }
                self.queue.extend(next);
                continue;
            };
            self.begin(shared, stretch, picture);
        }
        Ok(())
    }

    fn begin(&mut self, shared: &Shared, stretch: &Stretch, picture: PendingPicture) {
        self.in_flight += 1;
        let (epoch, cancelled) = (stretch.epoch, stretch.cancelled.clone());
        let (describer, files) = (
            shared.options.describer.clone(),
            shared.options.files.clone(),
        );
        let (work, guard) = (shared.work.clone(), shared.guard.clone());
        shared.pools.imports.spawn(move || {
            if cancelled.load(Ordering::Relaxed) {
                return;
            }
            let id = picture.id;
            let result = embed(&picture, describer.as_ref(), (files.as_ref(), &guard));
            let part = JobPart::Reembedded { id, result };
            // A worker that has ended goes on at its next start.
            let _ = work.send(Work::Job { epoch, part });
        });
    }

    fn write(&mut self, shared: &mut Shared, stretch: &Stretch) -> Result<(), StoreError> {
        if self.ready.is_empty() && self.failures.is_empty() {
            return Ok(());
        }
        let store = shared.catalogue.store_mut();
        store.put_next_vectors(stretch.job.id, &self.ready, &self.failures)?;
        self.ready.clear();
        self.failures.clear();
        Ok(())
    }

    /// Queues pictures that undo restored behind the position reached.
    fn found_more(&mut self, shared: &Shared) -> Result<bool, StoreError> {
        let store = shared.catalogue.store();
        let mut left = store.reindex_pending(RecordId(0), self.failed.len() + 1)?;
        left.retain(|picture| !self.failed.contains(&picture.id));
        self.queue.extend(left);
        Ok(!self.queue.is_empty())
    }
}

impl Run for Reindex {
    fn advance(
        &mut self,
        shared: &mut Shared,
        stretch: &mut Stretch,
        now: Instant,
    ) -> Result<Step, CatalogueError> {
        self.feed(shared, stretch)?;
        let drained = self.exhausted && self.queue.is_empty() && self.in_flight == 0;
        if drained || self.ready.len() + self.failures.len() >= AT_ONCE {
            self.write(shared, stretch)?;
        }
        if !drained {
            return Ok(Step::Wait(Deadline::NEVER));
        }
        if self.found_more(shared)? {
            return Ok(Step::Wait(Deadline::at_once(now)));
        }
        let at = shared.now();
        shared
            .catalogue
            .store_mut()
            .finish_reindex(stretch.job.id, at)?;
        shared
            .catalogue
            .reload_index(shared.options.index.clone())?;
        Ok(Step::Done)
    }

    fn handle(
        &mut self,
        _shared: &mut Shared,
        stretch: &mut Stretch,
        part: JobPart,
    ) -> Result<(), CatalogueError> {
        let JobPart::Reembedded { id, result } = part else {
            return Ok(());
        };
        self.in_flight = self.in_flight.saturating_sub(1);
        stretch.rate.add(1);
        match result {
            Ok(descriptor) => {
                stretch.job.indexed += 1;
                let codes = Codes::quantise(&descriptor).to_bytes();
                self.ready.push((id, codes));
            }
            Err(failure) => {
                stretch.job.failed += 1;
                self.failed.insert(id);
                self.failures.push(failure);
            }
        }
        Ok(())
    }

    fn leave(&mut self, shared: &mut Shared, stretch: &mut Stretch) -> Result<(), CatalogueError> {
        Ok(self.write(shared, stretch)?)
    }
}

/// The descriptor of the first file that still has the picture's content.
fn embed(
    picture: &PendingPicture,
    describer: &dyn Describe,
    (files, guard): (&dyn ReadFiles, &Guard),
) -> Result<Vec<f32>, FileFailure> {
    let mut failure = FileFailure {
        path: PathBuf::from(picture.id.to_string()),
        reason: "This picture has no file to read.".to_owned(),
    };
    for path in &picture.paths {
        let _note = guard.note(path);
        let read = guard.allows(path).then(|| files.read(path));
        let reason = match read {
            None => DEADLY.to_owned(),
            Some(Ok(read)) if ContentHash::of(&read.bytes) != picture.hash => {
                "The file has changed since. Index it again.".to_owned()
            }
            Some(Ok(read)) => match describer.describe(&read.bytes) {
                Ok(described) => return Ok(described.descriptor),
                Err(error) => error.to_string(),
            },
            Some(Err(error)) => error.to_string(),
        };
        failure = FileFailure {
            path: path.clone(),
            reason,
        };
    }
    Err(failure)
}
