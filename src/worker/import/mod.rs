//! Imports: durable jobs, one in work at a time.
//!
//! A job's list of files is in the store before the first is read. What is done is committed in
//! batches with its place in the job, so a start after a kill goes on where the last commit was.

mod commit;
mod feed;
mod listing;
mod pasted;
mod rate;
mod stages;

use std::{
    collections::{HashSet, VecDeque},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use self::rate::Rate;
use super::{
    command::RequestId,
    event::{Event, FailureKind},
    preview::PACE,
    run::Worker,
};
use crate::{
    domain::{
        import::{Job, JobId, JobState},
        message::Severity,
        record::ContentHash,
    },
    engine::{
        catalogue::CatalogueError,
        store::{Done, PendingFile},
    },
};

/// Names one stretch of work on a job: what comes back of an earlier stretch is dropped, and its
/// files stay pending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Epoch(u64);

impl Epoch {
    pub fn next(&mut self) -> Self {
        self.0 += 1;
        *self
    }
}

/// A file whose bytes are those of one in flight: it is looked up once that one is committed.
struct Echo {
    file: PendingFile,
    hash: ContentHash,
    len: u64,
    modified_ns: i64,
}

/// The job in work.
struct Running {
    epoch: Epoch,
    job: Job,
    /// The last item taken from the store.
    cursor: i64,
    /// The store has no pending file behind the cursor.
    exhausted: bool,
    queue: VecDeque<PendingFile>,
    /// Files on the pools, and the bytes they hold in memory.
    in_flight: usize,
    bytes_in_flight: u64,
    /// New pictures being described or waiting for their commit: uploads claimed from the cap.
    claimed: HashSet<ContentHash>,
    echoes: Vec<Echo>,
    done: Vec<Done>,
    last_commit: Instant,
    /// Images the present add call may still carry.
    call_left: u64,
    /// Before this instant no further add call may go.
    turn_at: Option<Instant>,
    rate: Rate,
    /// Tells the pools to drop what they have not begun.
    cancelled: Arc<AtomicBool>,
}

impl Running {
    fn new(epoch: Epoch, job: Job) -> Self {
        Self {
            epoch,
            job,
            cursor: 0,
            exhausted: false,
            queue: VecDeque::new(),
            in_flight: 0,
            bytes_in_flight: 0,
            claimed: HashSet::new(),
            echoes: Vec::new(),
            done: Vec::new(),
            last_commit: Instant::now(),
            call_left: 0,
            turn_at: None,
            rate: Rate::default(),
            cancelled: Arc::default(),
        }
    }

    fn is_finished(&self) -> bool {
        self.exhausted
            && self.queue.is_empty()
            && self.in_flight == 0
            && self.echoes.is_empty()
            && self.done.is_empty()
    }
}

/// Why a job is held, to know when it may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hold {
    /// The cap, or a subscription that allows no adds.
    Subscription,
    /// No space, or no permission to write.
    Space,
}

/// The imports of this start.
#[derive(Default)]
pub struct Importer {
    epoch: Epoch,
    running: Option<Running>,
    /// Jobs whose files are being listed, with the stop flag of the lister.
    listing: Vec<(JobId, Arc<AtomicBool>)>,
    held: Vec<(JobId, Hold)>,
    /// A job may have become ready to run.
    jobs_changed: bool,
    /// When held jobs are looked at again.
    next_look: Option<Instant>,
}

impl Importer {
    pub fn is_busy(&self) -> bool {
        self.running.is_some() || !self.listing.is_empty()
    }

    /// The job in work with its counters of this moment.
    pub fn current(&self) -> Option<Job> {
        let running = self.running.as_ref()?;
        let mut job = running.job.clone();
        job.images_per_sec = running.rate.per_sec();
        let left = job.total.saturating_sub(job.done());
        job.secs_left = running.rate.secs_for(left);
        Some(job)
    }

    /// New pictures that are not committed yet, but have their place under the cap.
    pub fn claimed(&self) -> u64 {
        self.running
            .as_ref()
            .map_or(0, |running| running.claimed.len() as u64)
    }

    /// Waits for its turn among the calls a second.
    pub fn waits_for_turn(&self) -> bool {
        self.running
            .as_ref()
            .is_some_and(|running| running.turn_at.is_some())
    }

    /// A job may have become ready to run.
    pub fn look_for_jobs(&mut self) {
        self.jobs_changed = true;
    }

    pub fn new_epoch(&mut self) -> Epoch {
        self.epoch.next()
    }

    /// Tells pools and listers to end; what is done stays to be committed.
    pub fn stop(&mut self) {
        for (_, cancelled) in &self.listing {
            cancelled.store(true, Ordering::Relaxed);
        }
        if let Some(running) = &self.running {
            running.cancelled.store(true, Ordering::Relaxed);
        }
    }
}

impl Worker<'_> {
    /// Starts a job over `roots`, or goes on with an unfinished one over the same roots.
    pub fn start_import(&mut self, request: RequestId, roots: &[PathBuf]) {
        if let Err(refusal) = self.may_add() {
            return self.out.failed(request, FailureKind::Subscription, refusal);
        }
        if let Some(reason) = self.model_refusal() {
            return self.out.failed(request, FailureKind::Input, reason);
        }
        let roots = absolute(roots);
        let now = self.now();
        let title = listing::title(&roots);
        match self.catalogue.store_mut().create_job(&title, &roots, now) {
            Ok(job) => {
                self.out.send(Event::ImportStarted { request, job });
                self.list_files(job, roots);
                self.publisher.touch();
            }
            Err(error) => self.out.failed(request, FailureKind::System, error),
        }
    }

    /// Takes up what an earlier start left: lists anew what was not listed to its end.
    pub fn resume_jobs(&mut self) -> Result<(), CatalogueError> {
        for job in self.catalogue.store().open_jobs()? {
            match job.state {
                JobState::Listing => {
                    let roots = self.catalogue.store().job_roots(job.id)?;
                    self.list_files(job.id, roots);
                }
                JobState::Held => self.importer.held.push((job.id, Hold::Subscription)),
                _ => {}
            }
        }
        self.importer.jobs_changed = true;
        Ok(())
    }

    /// Looks for work: takes up the next job, feeds the pools, commits, ends the job.
    pub fn tick_import(&mut self, now: Instant) -> bool {
        self.look_at_held(now);
        if self.importer.running.is_none() && !self.take_up_next() {
            return false;
        }
        let more = self.feed();
        self.commit_due(now);
        self.end_if_finished();
        more
    }

    fn take_up_next(&mut self) -> bool {
        // Descriptors of two models must not meet.
        let another_model = self.model_refusal().is_some();
        if !self.options.resume_jobs
            || another_model
            || !std::mem::take(&mut self.importer.jobs_changed)
        {
            return false;
        }
        let next = match self.catalogue.store().open_jobs() {
            Ok(jobs) => jobs.into_iter().find(|job| job.state == JobState::Running),
            Err(error) => {
                self.warn(error.to_string());
                None
            }
        };
        let Some(job) = next else { return false };
        if let Err(error) = self.catalogue.store_mut().set_synchronous(false) {
            self.warn(error.to_string());
        }
        let epoch = self.importer.new_epoch();
        self.importer.running = Some(Running::new(epoch, job));
        true
    }

    pub fn pause_job(&mut self, request: RequestId, job: JobId) {
        self.leave_job(request, job, JobState::Paused);
    }

    pub fn cancel_job(&mut self, request: RequestId, job: JobId) {
        self.importer.listing.retain(|(id, cancelled)| {
            if *id == job {
                cancelled.store(true, Ordering::Relaxed);
            }
            *id != job
        });
        self.importer.held.retain(|(id, _)| *id != job);
        self.leave_job(request, job, JobState::Cancelled);
    }

    /// Stops work on a job: what is done is committed, what is on the pools is dropped and stays
    /// pending.
    fn leave_job(&mut self, request: RequestId, job: JobId, state: JobState) {
        if self.is_running(job) {
            if let Some(running) = &self.importer.running {
                running.cancelled.store(true, Ordering::Relaxed);
            }
            if let Err(error) = self.flush_import(true) {
                self.warn(error.to_string());
            }
            self.drop_running();
        }
        let now = self.now();
        match self
            .catalogue
            .store_mut()
            .set_job_state(job, state, None, now)
        {
            Ok(()) if state == JobState::Cancelled => self.job_over(job),
            Ok(()) => {}
            Err(error) => self.out.failed(request, FailureKind::System, error),
        }
        self.publisher.touch();
    }

    pub fn resume_job(&mut self, request: RequestId, job: JobId) {
        self.importer.held.retain(|(id, _)| *id != job);
        self.revive(request, job);
    }

    pub fn retry_failed(&mut self, request: RequestId, job: JobId) {
        match self.catalogue.store_mut().retry_failed(job) {
            Ok(_) => {
                if self.is_running(job) {
                    self.drop_running();
                }
                self.revive(request, job);
            }
            Err(error) => self.out.failed(request, FailureKind::System, error),
        }
    }

    /// Sets a job running again, with the files the cap had refused.
    fn revive(&mut self, request: RequestId, job: JobId) {
        if let Err(refusal) = self.may_add() {
            return self.out.failed(request, FailureKind::Subscription, refusal);
        }
        if self.is_running(job) {
            return;
        }
        let now = self.now();
        let store = self.catalogue.store_mut();
        let revived = store
            .retry_refused(job)
            .and_then(|_| store.set_job_state(job, JobState::Running, None, now));
        if let Err(error) = revived {
            self.out.failed(request, FailureKind::System, error);
        }
        self.importer.jobs_changed = true;
        self.publisher.touch();
    }

    /// Sets the held jobs running whose reason may be gone; called by time, and after an order.
    pub fn look_at_held(&mut self, now: Instant) {
        if self.importer.held.is_empty() || self.importer.next_look.is_some_and(|at| now < at) {
            return;
        }
        self.importer.next_look = Some(now + std::time::Duration::from_secs(5));
        self.release_held();
    }

    pub fn release_held(&mut self) {
        let room = self.room() > 0;
        let held = std::mem::take(&mut self.importer.held);
        let (free, still): (Vec<_>, Vec<_>) = held
            .into_iter()
            .partition(|(_, hold)| *hold == Hold::Space || room);
        self.importer.held = still;
        for (job, _) in free {
            self.revive(RequestId(0), job);
        }
    }

    fn is_running(&self, job: JobId) -> bool {
        self.importer
            .running
            .as_ref()
            .is_some_and(|running| running.job.id == job)
    }

    /// Lets go of the job in work; what is not committed stays pending.
    fn drop_running(&mut self) {
        if let Some(running) = self.importer.running.take() {
            running.cancelled.store(true, Ordering::Relaxed);
        }
        self.importer.jobs_changed = true;
    }

    fn hold(&mut self, hold: Hold, because: &str) {
        let Some(job) = self.importer.running.as_ref().map(|running| running.job.id) else {
            return;
        };
        self.drop_running();
        let now = self.now();
        // A full disk may refuse even this; the job is then still marked running, which the next
        // look sets right.
        let marked =
            self.catalogue
                .store_mut()
                .set_job_state(job, JobState::Held, Some(because), now);
        drop(marked);
        self.importer.held.push((job, hold));
        self.importer.next_look = Some(Instant::now() + std::time::Duration::from_secs(5));
        self.say(Severity::Warning, because.to_owned(), Some(job));
        self.job_over(job);
    }

    fn end_if_finished(&mut self) {
        let Some(running) = self
            .importer
            .running
            .as_ref()
            .filter(|running| running.is_finished())
        else {
            return;
        };
        let id = running.job.id;
        if running.job.refused > 0 {
            let because = self.cap_refusal();
            return self.hold(Hold::Subscription, &because);
        }
        let now = self.now();
        let ended = self
            .catalogue
            .store_mut()
            .set_job_state(id, JobState::Done, None, now);
        if let Err(error) = ended {
            return self.hold(Hold::Space, &error.to_string());
        }
        self.remember_pace();
        self.drop_running();
        if let Err(error) = self.catalogue.store_mut().set_synchronous(true) {
            self.warn(error.to_string());
        }
        self.job_over(id);
        self.dump_index();
    }

    /// Keeps how fast a long import went, for the next preview to foretell its time.
    fn remember_pace(&mut self) {
        const LONG_ENOUGH: u64 = 50;
        let Some(running) = &self.importer.running else {
            return;
        };
        let pace = running.rate.per_sec();
        if running.job.indexed >= LONG_ENOUGH && pace > 0.0 {
            // Failing to keep it makes the next preview's time a guess, and nothing else.
            let _ = self
                .catalogue
                .store_mut()
                .set_account_value(PACE, &pace.to_string());
        }
    }

    /// Says that a job came to its end, or to a halt that the user must mend.
    fn job_over(&mut self, id: JobId) {
        match self.catalogue.store().job(id) {
            Ok(Some(job)) => {
                if let Some(text) = listing::summary(&job) {
                    let severity = if job.failed > 0 {
                        Severity::Warning
                    } else {
                        Severity::Info
                    };
                    self.say(severity, text, Some(id));
                }
                self.out.send(Event::JobEnded { job: Box::new(job) });
            }
            Ok(None) => {}
            Err(error) => self.warn(error.to_string()),
        }
        self.publisher.touch();
    }
}

/// Paths that mean the same from any working folder.
fn absolute(roots: &[PathBuf]) -> Vec<PathBuf> {
    roots
        .iter()
        .map(|root| std::path::absolute(root).unwrap_or_else(|_| root.clone()))
        .collect()
}
