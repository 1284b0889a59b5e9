//! The question that a doubtful clock raises.

use jiff::Timestamp;
use serde::Serialize;

/// Two dates of which one is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ClockDoubt {
    /// What the computer's clock says.
    pub clock: Timestamp,
    /// What it is by the catalogue's own time.
    pub trusted: Timestamp,
}

impl ClockDoubt {
    /// The clock is ahead, and nothing that depends on the date is done; else it is back before a
    /// jump that was confirmed, and only asked about.
    pub fn holds_up(&self) -> bool {
        self.clock > self.trusted
    }
}

/// Which of two dates is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockAnswer {
    /// The computer's clock: what it says now.
    Clock,
    /// The catalogue's own time: the clock is wrong.
    Trusted,
}
