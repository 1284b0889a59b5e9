//! Jobs that are stopped by something: held for as long as it lasts, or failed.

use std::time::{Duration, Instant};

use super::JobDesk;
use crate::{
    domain::{
        job::{HeldBy, Job, JobId, JobState},
        message::Severity,
    },
    engine::catalogue::CatalogueError,
    worker::{deadline::Deadline, event::Event, shared::Shared},
};

/// Interval between two checks of whether a held job can go on.
const LOOK_EVERY: Duration = Duration::from_secs(5);

impl JobDesk {
    /// Resumes the held jobs whose reason may be gone; called periodically, and after an order.
    pub fn release_held(&mut self, shared: &mut Shared) {
        let room = shared.admission(1).accepted > 0;
        for (job, by) in std::mem::take(&mut self.held) {
            let may_go = match by {
                HeldBy::Subscription => room,
                HeldBy::Disk => true,
                HeldBy::Model => false,
            };
            if !may_go || self.set_running(shared, job).is_err() {
                self.held.push((job, by));
            }
        }
    }

    pub(super) fn retry_held(&mut self, shared: &mut Shared, now: Instant) -> Deadline {
        if self.held.is_empty() {
            return Deadline::NEVER;
        }
        if let Some(at) = self.next_look.filter(|at| *at > now) {
            return Deadline::at(at);
        }
        self.next_look = Some(now + LOOK_EVERY);
        self.release_held(shared);
        Deadline::after(now, LOOK_EVERY)
    }

    pub(super) fn forget_hold(&mut self, job: JobId) {
        self.held.retain(|(id, _)| *id != job);
        self.told.remove(&job);
    }

    /// The store failed: an error the user can fix holds the job, any other ends it.
    pub(super) fn stop_for(&mut self, shared: &mut Shared, error: &CatalogueError) {
        if let Some(job) = self.take_running(shared) {
            self.stop_job(shared, job, error);
        }
    }

    pub(super) fn stop_job(&mut self, shared: &mut Shared, job: Job, error: &CatalogueError) {
        match error.is_disk() {
            true => self.hold_job(shared, job, HeldBy::Disk, error.to_string()),
            false => self.fail_job(shared, job, error.to_string()),
        }
    }

    pub(super) fn hold(&mut self, shared: &mut Shared, by: HeldBy, because: String) {
        if let Some(job) = self.take_running(shared) {
            self.hold_job(shared, job, by, because);
        }
    }

    pub(super) fn hold_job(
        &mut self,
        shared: &mut Shared,
        mut job: Job,
        by: HeldBy,
        because: String,
    ) {
        let now = shared.now();
        // A full disk may refuse even this. The job is then marked running, and the next look, or
        // the next start, finds out again; what is told here is true all the same.
        let store = shared.catalogue.store_mut();
        let _ = store.hold_job(job.id, by, &because, now);
        self.held.push((job.id, by));
        self.next_look = Some(Instant::now() + LOOK_EVERY);
        let told = self.told.insert(job.id, because.clone());
        if told.as_deref() == Some(&*because) {
            return;
        }
        shared.log(Severity::Warning, because.clone(), Some(job.id));
        job.state = JobState::Held;
        job.held_by = Some(by);
        job.because = Some(because);
        shared.out.send(Event::JobHeld { job: Box::new(job) });
    }

    pub(super) fn fail_job(&mut self, shared: &mut Shared, mut job: Job, because: String) {
        let now = shared.now();
        let store = shared.catalogue.store_mut();
        if let Err(error) = store.fail_job(job.id, &because, now) {
            shared.warn(error);
        }
        job.state = JobState::Failed;
        job.because = Some(because);
        job.ended_at = Some(now);
        self.over(shared, job);
    }
}
