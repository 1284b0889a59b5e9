//! The life cycle of jobs: listed, started, paused, held, resumed, ended.

mod held;
mod previews;

use std::{
    collections::{HashMap, HashSet},
    time::Instant,
};

use super::{
    kinds,
    listing::Listings,
    run::{Run, Step, Stretch},
    survey::Survey,
};
use crate::{
    domain::{
        catalogue::OTHER_MODEL,
        job::{HeldBy, Job, JobId, JobKind, JobState},
        subscription::Refusal,
        usage::Wanted,
    },
    engine::{catalogue::CatalogueError, store::StoreError},
    worker::{
        command::RequestId,
        deadline::Deadline,
        event::{Event, FailureKind},
        shared::Shared,
        work::{Epoch, JobPart},
    },
};

/// The title of every re-index.
const REINDEX_TITLE: &str = "Re-index the catalogue";
/// Why a re-index for another model than the one in force waits.
const OTHER_REINDEX: &str =
    "Re-indexing was begun with another model. Start with that model to go on, or cancel it.";

/// The running job.
struct Running {
    stretch: Stretch,
    run: Box<dyn Run>,
}

/// Why a job does not go on when it is asked to.
#[derive(Debug, thiserror::Error)]
enum ResumeError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{OTHER_REINDEX}")]
    OtherModel,
    #[error("Only the failed files of an import can be tried again. Re-index again in Settings.")]
    NoRetry,
}

impl ResumeError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Refused(_) => FailureKind::Subscription,
            Self::Store(_) => FailureKind::System,
            Self::OtherModel | Self::NoRetry => FailureKind::Input,
        }
    }
}

/// The desk of jobs.
#[derive(Default)]
pub struct JobDesk {
    epoch: Epoch,
    running: Option<Running>,
    listings: Listings,
    survey: Option<Survey>,
    /// Dropped previews, still to be deleted.
    dropped: Vec<JobId>,
    held: Vec<(JobId, HeldBy)>,
    /// Jobs requested since this start: they run even if jobs of earlier starts do not.
    asked: HashSet<JobId>,
    /// Whether a job may have become ready to run.
    look: bool,
    /// When held jobs are looked at again.
    next_look: Option<Instant>,
    /// Why each job was last held: reported once, however often a retry fails.
    told: HashMap<JobId, String>,
}

impl JobDesk {
    /// Resumes the jobs of earlier starts: continues interrupted listings, and checks whether a
    /// re-index is for the model in force.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the jobs cannot be read.
    pub fn open(shared: &mut Shared) -> Result<Self, StoreError> {
        if shared.catalogue.store().is_read_only() {
            return Ok(Self::default());
        }
        let mut desk = Self {
            dropped: shared.catalogue.store().proposed_jobs()?,
            look: true,
            ..Self::default()
        };
        if !shared.options.resume_jobs {
            return Ok(desk);
        }
        for job in shared.catalogue.store().open_jobs()? {
            if job.kind == JobKind::Reindex {
                desk.open_reindex(shared, &job)?;
            } else if job.state == JobState::Listing {
                let roots = shared.catalogue.store().job_roots(job.id)?;
                desk.listings.begin(shared, job.id, roots);
            } else if let Some(by) = job.held_by {
                desk.held.push((job.id, by));
            }
        }
        Ok(desk)
    }

    fn open_reindex(&mut self, shared: &mut Shared, job: &Job) -> Result<(), StoreError> {
        let in_force = is_for_model_in_force(shared)?;
        let now = shared.now();
        match (job.state, job.held_by) {
            (JobState::Running, _) if !in_force => {
                let store = shared.catalogue.store_mut();
                store.hold_job(job.id, HeldBy::Model, OTHER_REINDEX, now)?;
            }
            (_, Some(HeldBy::Model)) if in_force => {
                let store = shared.catalogue.store_mut();
                store.set_job_state(job.id, JobState::Running, now)?;
            }
            (_, Some(by)) if by != HeldBy::Model => self.held.push((job.id, by)),
            _ => {}
        }
        Ok(())
    }

    /// A job is in work, or its files are being listed.
    pub fn is_busy(&self) -> bool {
        self.running.is_some() || !self.listings.is_empty()
    }

    /// The running job waits for its turn among the calls a second.
    pub fn waits_for_turn(&self) -> bool {
        self.running
            .as_ref()
            .is_some_and(|running| running.run.waits_for_turn())
    }

    /// The open jobs; the running one comes first, with its current counters.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the jobs cannot be read.
    pub fn shown(&self, shared: &Shared) -> Result<Vec<Job>, StoreError> {
        let mut jobs = shared.catalogue.store().open_jobs()?;
        if let Some(running) = &self.running {
            let current = running.stretch.shown();
            jobs.retain(|job| job.id != current.id);
            jobs.insert(0, current);
        }
        Ok(jobs)
    }

    /// Takes up the next job and brings it on; looks at held ones and at the preview.
    pub fn tick(&mut self, shared: &mut Shared, now: Instant) -> Deadline {
        let mut next = self.retry_held(shared, now);
        next = next.or(self.tick_survey(shared, now));
        next = next.or(self.drop_previews(shared, now));
        if self.running.is_none() && std::mem::take(&mut self.look) {
            self.start_next(shared);
        }
        let Some(running) = &mut self.running else {
            return next;
        };
        // Rate and time left change with every moment.
        shared.touch();
        match running.run.advance(shared, &mut running.stretch, now) {
            Ok(Step::Wait(deadline)) => return next.or(deadline),
            Ok(Step::Done) => self.done(shared),
            Ok(Step::Held(by, because)) => self.hold(shared, by, because),
            Err(error) => self.stop_for(shared, &error),
        }
        Deadline::at_once(now)
    }

    /// Handles a result of the pools for a job.
    pub fn handle(&mut self, shared: &mut Shared, epoch: Epoch, part: JobPart) {
        let running = self.running.as_mut();
        let Some(running) = running.filter(|running| running.stretch.epoch == epoch) else {
            return;
        };
        if let Err(error) = running.run.handle(shared, &mut running.stretch, part) {
            self.stop_for(shared, &error);
        }
    }

    /// Commits the finished work; the rest continues at the next start.
    pub fn stop(&mut self, shared: &mut Shared) {
        self.survey = None;
        self.listings = Listings::default();
        if let Some(error) = self.leave(shared) {
            shared.warn(error);
        }
    }

    // Re-indexing

    pub fn reindex(&mut self, shared: &mut Shared, request: RequestId) {
        let importing = self
            .running
            .as_ref()
            .is_some_and(|running| running.stretch.job.kind == JobKind::Import);
        if importing || !self.listings.is_empty() {
            let text = "An import is running. Let it end or cancel it, then re-index.";
            return shared.out.failed(request, FailureKind::Input, text);
        }
        if self.running.is_some() {
            let text = "Re-indexing is under way already";
            return shared.out.done(request, text, false);
        }
        let (model, now) = (shared.catalogue.model().clone(), shared.now());
        let store = shared.catalogue.store_mut();
        let created = store
            .create_reindex(REINDEX_TITLE, &model.id, model.dimension, now)
            .and_then(|job| {
                store.set_job_state(job, JobState::Running, now)?;
                Ok(job)
            });
        match created {
            Ok(job) => self.started(shared, request, job, JobKind::Reindex),
            Err(error) => shared.out.failed(request, FailureKind::System, error),
        }
    }

    // Commands for any job

    pub fn pause(&mut self, shared: &mut Shared, request: RequestId, job: JobId) {
        self.leave_if_running(shared, job);
        let now = shared.now();
        let store = shared.catalogue.store_mut();
        if let Err(error) = store.set_job_state(job, JobState::Paused, now) {
            shared.out.failed(request, FailureKind::System, error);
        }
        self.forget_hold(job);
        self.look = true;
        shared.touch();
    }

    /// Cancels a job: finished work is committed, work on the pools is dropped.
    pub fn cancel(&mut self, shared: &mut Shared, request: RequestId, job: JobId) {
        self.listings.end(job);
        self.forget_hold(job);
        self.leave_if_running(shared, job);
        let now = shared.now();
        let cancelled = shared.catalogue.store().job(job).and_then(|found| {
            let store = shared.catalogue.store_mut();
            found.map_or(Ok(()), |job| kinds::cancel(store, job.kind, job.id, now))
        });
        match cancelled.and_then(|()| shared.catalogue.store().job(job)) {
            Ok(Some(job)) => self.over(shared, job),
            Ok(None) => {}
            Err(error) => shared.out.failed(request, FailureKind::System, error),
        }
        self.look = true;
    }

    pub fn resume(&mut self, shared: &mut Shared, request: RequestId, job: JobId) {
        let resumed = shared.catalogue.store().job(job).map_err(ResumeError::from);
        let resumed = resumed.and_then(|found| {
            // Nothing is left of a job that is done or cancelled.
            let ended = |job: &Job| matches!(job.state, JobState::Done | JobState::Cancelled);
            if found.as_ref().is_none_or(ended) {
                return Ok(());
            }
            self.set_running(shared, job)?;
            self.forget_hold(job);
            Ok(())
        });
        if let Err(error) = resumed {
            shared.out.failed(request, error.kind(), error);
        }
    }

    /// Puts the failed files of a job back in the queue.
    pub fn retry_failed(&mut self, shared: &mut Shared, request: RequestId, job: JobId) {
        if let Err(error) = self.try_again(shared, job) {
            shared.out.failed(request, error.kind(), error);
        }
    }

    fn try_again(&mut self, shared: &mut Shared, job: JobId) -> Result<(), ResumeError> {
        let found = shared.catalogue.store().job(job)?;
        if found.is_some_and(|job| !job.kind.can_retry()) {
            return Err(ResumeError::NoRetry);
        }
        self.leave_if_running(shared, job);
        shared.catalogue.store_mut().retry_failed(job)?;
        self.set_running(shared, job)?;
        self.forget_hold(job);
        Ok(())
    }

    /// Resumes a job, including the files the cap had refused.
    fn set_running(&mut self, shared: &mut Shared, job: JobId) -> Result<(), ResumeError> {
        let Some(found) = shared.catalogue.store().job(job)? else {
            return Ok(());
        };
        if kinds::needs_subscription(found.kind) {
            shared.may_call()?;
        }
        if found.kind == JobKind::Reindex && !is_for_model_in_force(shared)? {
            return Err(ResumeError::OtherModel);
        }
        if self.is_running(job) {
            return Ok(());
        }
        let now = shared.now();
        let store = shared.catalogue.store_mut();
        if store.reopen_job(job, now)? == JobState::Listing {
            let roots = store.job_roots(job)?;
            self.listings.begin(shared, job, roots);
        }
        self.asked.insert(job);
        self.look = true;
        shared.touch();
        Ok(())
    }

    // The running job

    fn is_running(&self, job: JobId) -> bool {
        let running = self.running.as_ref();
        running.is_some_and(|running| running.stretch.job.id == job)
    }

    fn start_next(&mut self, shared: &mut Shared) {
        let resume_all = shared.options.resume_jobs && !shared.catalogue.store().is_read_only();
        let next = shared.catalogue.store().open_jobs().and_then(|jobs| {
            let mut ready = jobs
                .into_iter()
                .filter(|job| job.state == JobState::Running)
                // A disk that refuses may have refused to note this as well.
                .filter(|job| self.held.iter().all(|(held, _)| *held != job.id))
                .filter(|job| resume_all || self.asked.contains(&job.id));
            // Descriptors of two models must not meet.
            let reindexes = is_for_model_in_force(shared)?;
            let imports = model_refusal(shared)?.is_none();
            Ok(ready.find(|job| match job.kind {
                JobKind::Import => imports,
                JobKind::Reindex => reindexes,
            }))
        });
        let taken = match next {
            Ok(Some(mut job)) => kinds::start(shared, &mut job).map(|run| Some((job, run))),
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        match taken {
            Ok(Some((job, run))) => {
                let stretch = Stretch::new(self.epoch.next(), job);
                self.running = Some(Running { stretch, run });
            }
            Ok(None) => {}
            Err(error) => shared.warn(error),
        }
    }

    /// Commits the running job's finished work and stops working on it.
    fn leave(&mut self, shared: &mut Shared) -> Option<CatalogueError> {
        let mut running = self.running.take()?;
        let left = running.run.leave(shared, &mut running.stretch);
        self.let_go(shared);
        left.err()
    }

    fn leave_if_running(&mut self, shared: &mut Shared, job: JobId) {
        if self.is_running(job)
            && let Some(error) = self.leave(shared)
        {
            shared.warn(error);
        }
    }

    /// After the job in work was taken out: what is not committed stays pending.
    fn let_go(&mut self, shared: &mut Shared) {
        shared.door.claimed = Wanted::default();
        self.look = true;
        shared.touch();
    }

    fn take_running(&mut self, shared: &mut Shared) -> Option<Job> {
        let running = self.running.take()?;
        self.let_go(shared);
        Some(running.stretch.job.clone())
    }

    fn done(&mut self, shared: &mut Shared) {
        let Some(mut job) = self.take_running(shared) else {
            return;
        };
        let now = shared.now();
        let store = shared.catalogue.store_mut();
        // Only what was read back is called done.
        let done = store
            .read_back()
            .and_then(|()| store.set_job_state(job.id, JobState::Done, now));
        if let Err(error) = done {
            return self.stop_job(shared, job, &error.into());
        }
        job.state = JobState::Done;
        job.ended_at = Some(now);
        self.over(shared, job);
        shared.dump_index();
    }

    /// Reports the end of a job.
    fn over(&mut self, shared: &mut Shared, job: Job) {
        self.told.remove(&job.id);
        let (severity, text) = kinds::summary(&job);
        shared.log(severity, text, Some(job.id));
        shared.out.send(Event::JobEnded { job: Box::new(job) });
        shared.changes.at_once = true;
    }

    fn started(&mut self, shared: &mut Shared, request: RequestId, job: JobId, kind: JobKind) {
        self.asked.insert(job);
        self.look = true;
        shared.touch();
        shared.out.send(Event::JobStarted { request, job, kind });
    }

    fn import_refused(&self, shared: &mut Shared, request: RequestId) -> bool {
        if shared.refused(request) {
            return true;
        }
        match model_refusal(shared) {
            Ok(None) => false,
            Ok(Some(reason)) => {
                shared.out.failed(request, FailureKind::Input, reason);
                true
            }
            Err(error) => {
                shared.out.failed(request, FailureKind::System, error);
                true
            }
        }
    }
}

/// Whether descriptors of the model in force are being collected.
fn is_for_model_in_force(shared: &Shared) -> Result<bool, StoreError> {
    let collected = shared.catalogue.store().reindexing()?;
    Ok(collected.as_deref() == Some(&*shared.catalogue.model().id))
}

/// Why nothing may be added: the catalogue is another model's, or on its way to another.
fn model_refusal(shared: &Shared) -> Result<Option<String>, StoreError> {
    if is_for_model_in_force(shared)? {
        let text = "Re-indexing is under way. Import again when it is done.";
        return Ok(Some(text.to_owned()));
    }
    let differs = shared.catalogue.model().catalogue_differs.is_some();
    Ok(differs.then(|| OTHER_MODEL.to_owned()))
}
