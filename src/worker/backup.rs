//! A daily copy of the catalogue, made in the background.

use std::time::{Duration, Instant};

use jiff::SignedDuration;

use super::{
    background::Background, command::RequestId, deadline::Deadline, options::Copies,
    shared::Shared, work::Work,
};
use crate::engine::store::Store;

/// A backup older than this is followed by another.
const EVERY: SignedDuration = SignedDuration::from_hours(24);
/// The same for a catalogue of more bytes than [`LARGE`].
const LARGE_EVERY: SignedDuration = SignedDuration::from_hours(7 * 24);
const LARGE: u64 = 4 << 30;
/// Interval between two checks of whether a copy is due; the first check is immediate.
const LOOK_EVERY: Duration = Duration::from_secs(600);

/// The desk of copies: the one in progress, and when the last check was made.
#[derive(Default)]
pub struct Backups {
    looked: Option<Instant>,
    running: Option<Background>,
    /// Why the last copy was not made: told once, however often it is tried again.
    failed: Option<String>,
    /// Who waits for the copy in progress.
    asked: Option<RequestId>,
}

impl Backups {
    /// Cancels the copy in progress and deletes its partial file.
    pub fn stop(&mut self) {
        self.running = None;
    }
}

impl Backups {
    /// Begins a copy where one is due; not while a job writes: it would be old before it is done.
    pub fn tick(&mut self, shared: &mut Shared, now: Instant, job_in_work: bool) -> Deadline {
        if job_in_work || shared.options.copies == Copies::WhenAsked {
            return Deadline::NEVER;
        }
        if let Some(looked) = self.looked
            && now.duration_since(looked) < LOOK_EVERY
        {
            return Deadline::after(looked, LOOK_EVERY);
        }
        self.looked = Some(now);
        if self.running.is_none() && is_due(shared) {
            self.start(shared);
        }
        Deadline::after(now, LOOK_EVERY)
    }

    /// Makes the copy where one is due; answers when it is made.
    pub fn finish(&mut self, shared: &mut Shared, request: RequestId) {
        self.asked = Some(request);
        if self.running.is_none() && is_due(shared) {
            self.start(shared);
        }
        if self.running.is_none() {
            self.answer(shared);
        }
    }

    fn answer(&mut self, shared: &Shared) {
        if let Some(request) = self.asked.take() {
            shared
                .out
                .done(request, "The daily copy is up to date", false);
        }
    }

    fn start(&mut self, shared: &mut Shared) {
        let work = shared.work.clone();
        let (dir, now) = (shared.options.data_dir.clone(), shared.now());
        let started = Background::start("backup", move |cancelled| {
            let result = Store::back_up(&dir, now, cancelled).map_err(|error| error.to_string());
            // The worker may be gone by now; nobody waits then.
            let _ = work.send(Work::BackedUp(result.map(drop)));
        });
        match started {
            Ok(running) => self.running = Some(running),
            Err(error) => self.done(shared, Err(error.to_string())),
        }
    }

    pub fn done(&mut self, shared: &mut Shared, result: Result<(), String>) {
        self.stop();
        let failed = result.err();
        if let Some(reason) = &failed
            && failed != self.failed
        {
            shared.warn(format!(
                "The daily copy of the catalogue was not made: {reason} It is tried again."
            ));
        }
        self.failed = failed;
        self.answer(shared);
    }
}

fn is_due(shared: &mut Shared) -> bool {
    if shared.catalogue.store().is_read_only() {
        return false;
    }
    // Orders alone are copied with the account.
    let worth = shared.catalogue.stored() > 0;
    let (now, newest) = (shared.now(), Store::backed_up_at(&shared.options.data_dir));
    let every = match Store::bytes(&shared.options.data_dir) > LARGE {
        true => LARGE_EVERY,
        false => EVERY,
    };
    worth && newest.is_none_or(|at| now.duration_since(at) >= every)
}
