//! What a kind of job implements; the desk does the rest.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use super::rate::Rate;
use crate::{
    domain::job::{HeldBy, Job},
    engine::catalogue::CatalogueError,
    worker::{
        deadline::Deadline,
        shared::Shared,
        work::{Epoch, JobPart},
    },
};

/// One stretch of work on a job, from starting or resuming it to leaving it.
pub struct Stretch {
    pub epoch: Epoch,
    /// With its current counters.
    pub job: Job,
    pub rate: Rate,
    /// Makes the pools drop what they have not begun.
    pub cancelled: Arc<AtomicBool>,
}

impl Stretch {
    pub fn new(epoch: Epoch, job: Job) -> Self {
        Self {
            epoch,
            job,
            rate: Rate::default(),
            cancelled: Arc::default(),
        }
    }

    /// The job as shown: with its pace and the time it will take.
    pub fn shown(&self) -> Job {
        let left = self
            .job
            .total
            .saturating_sub(self.job.done() + self.job.refused);
        Job {
            images_per_sec: self.rate.per_sec(),
            secs_left: self.rate.secs_for(left),
            ..self.job.clone()
        }
    }
}

impl Drop for Stretch {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

/// The outcome of one step of a job.
pub enum Step {
    /// Goes on when something comes back from the pools, and by this deadline.
    Wait(Deadline),
    /// Everything is done and committed.
    Done,
    /// What is left cannot go on: why, with the remedy.
    Held(HeldBy, String),
}

/// The work of one kind of job.
pub trait Run {
    /// Keeps the pools busy and commits what is due.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`]: what was not committed stays pending, and the stretch ends.
    fn advance(
        &mut self,
        shared: &mut Shared,
        stretch: &mut Stretch,
        now: Instant,
    ) -> Result<Step, CatalogueError>;

    /// Handles a result of the pools.
    ///
    /// # Errors
    ///
    /// As [`Self::advance`].
    fn handle(
        &mut self,
        shared: &mut Shared,
        stretch: &mut Stretch,
        part: JobPart,
    ) -> Result<(), CatalogueError>;

    /// Commits what can be committed at once, before the stretch ends.
    ///
    /// # Errors
    ///
    /// As [`Self::advance`].
    fn leave(&mut self, shared: &mut Shared, stretch: &mut Stretch) -> Result<(), CatalogueError>;

    /// Waits for its turn among the calls a second.
    fn waits_for_turn(&self) -> bool {
        false
    }
}
