//! When a desk next has something to do, unless a message comes for it first.

use std::time::{Duration, Instant};

/// An instant, or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    pub const NEVER: Self = Self(None);

    pub fn at(instant: Instant) -> Self {
        Self(Some(instant))
    }

    /// Far beyond what a clock can tell is never.
    pub fn after(now: Instant, wait: Duration) -> Self {
        Self(now.checked_add(wait))
    }

    /// There is more to do as soon as commands and messages have had their turn.
    pub fn at_once(now: Instant) -> Self {
        Self(Some(now))
    }

    /// The earlier of the two.
    pub fn or(self, other: Self) -> Self {
        match (self.0, other.0) {
            (Some(a), Some(b)) => Self(Some(a.min(b))),
            (one, other) => Self(one.or(other)),
        }
    }

    pub fn instant(self) -> Option<Instant> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_deadline_counts_and_never_gives_way() {
        let now = Instant::now();
        let soon = Deadline::after(now, Duration::from_secs(1));
        let late = Deadline::after(now, Duration::from_secs(2));
        assert_eq!(late.or(soon), soon);
        assert_eq!(Deadline::NEVER.or(late), late);
        assert_eq!(soon.or(Deadline::NEVER), soon);
        assert_eq!(Deadline::NEVER.or(Deadline::NEVER).instant(), None);
        assert_eq!(Deadline::after(now, Duration::MAX), Deadline::NEVER);
    }
}
