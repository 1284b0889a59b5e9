//! Where the worker reads the time: the only place that does.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};

/// A source of instants.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    /// How long the program has run, by a clock that nobody sets; none where [`Self::now`] is given
    /// for a purpose and never doubted.
    fn running(&self) -> Option<Duration>;
}

/// The computer's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn running(&self) -> Option<Duration> {
        Some(self.started.elapsed())
    }
}

/// Starts at a given instant and runs on from there (`--now`).
#[derive(Clone, Copy, Debug)]
pub struct StartedAt {
    at: Timestamp,
    started: Instant,
}

impl StartedAt {
    pub fn new(at: Timestamp) -> Self {
        Self {
            at,
            started: Instant::now(),
        }
    }
}

impl Clock for StartedAt {
    fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.started.elapsed()).unwrap_or_default();
        self.at.checked_add(passed).unwrap_or(self.at)
    }

    fn running(&self) -> Option<Duration> {
        None
    }
}

/// A clock that only moves when told to: for tests and the self-test.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn new(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.as_millisecond()))
    }

    pub fn set(&self, at: Timestamp) {
        self.0.store(at.as_millisecond(), Ordering::SeqCst);
    }

    pub fn advance_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn running(&self) -> Option<Duration> {
        None
    }
}
