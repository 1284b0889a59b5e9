//! Calls a second: never more than the quota in any window of 1,000 ms.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Length of the window a quota counts in.
pub const WINDOW_MS: i64 = 1_000;

/// What a call does; each kind has its own budget.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallKind {
    Query,
    Add,
    Delete,
}

impl CallKind {
    pub const ALL: [Self; 3] = [Self::Query, Self::Add, Self::Delete];

    /// As headed in the window: `Queries`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Query => "Queries",
            Self::Add => "Adds",
            Self::Delete => "Deletes",
        }
    }

    /// As written by the headless verbs and in the store: `query`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Add => "add",
            Self::Delete => "delete",
        }
    }
}

/// The recent calls of one kind, and when the next may go.
///
/// A window is half-open, `[t, t + 1,000 ms)`: two calls exactly 1,000 ms apart lie in no common
/// window, so a quota of 1 lets one call go every 1,000 ms. Because every such window is counted,
/// and not only those that begin on a full second, no two bursts can touch.
///
/// Instants are whole milliseconds of the computer's clock (Unix time). Kept over a restart
/// ([`Self::instants`], [`Self::resume`]), they bind the next run as well. Where the clock was set
/// back, recorded instants lie in the future; as those calls surely happened before now, they are
/// moved, with their distances, so that the last one is now. That forgets no call and makes nobody
/// wait longer than 1,000 ms for a clock that was wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlidingWindow {
    /// Ascending; only what the last window can hold.
    recent: VecDeque<i64>,
}

impl SlidingWindow {
    /// Continues from the instants of an earlier run, in any order.
    pub fn resume(instants: impl IntoIterator<Item = i64>) -> Self {
        let mut recent: Vec<i64> = instants.into_iter().collect();
        recent.sort_unstable();
        let mut window = Self {
            recent: recent.into(),
        };
        window.forget_old();
        window
    }

    /// When the next call may go: `now_ms`, or later where the quota is used up. Ask again at that
    /// instant rather than count on it: another call may have gone first.
    ///
    /// `i64::MAX` for a quota of 0, under which no call ever goes.
    pub fn earliest(&mut self, now_ms: i64, quota: u32) -> i64 {
        self.follow_clock(now_ms);
        if quota == 0 {
            return i64::MAX;
        }
        // The call `quota` places back is the last that must have left the window.
        match self.recent.len().checked_sub(quota as usize) {
            Some(place) => now_ms.max(self.recent[place].saturating_add(WINDOW_MS)),
            None => now_ms,
        }
    }

    /// Records a call made at `at_ms`, which [`Self::earliest`] has allowed.
    pub fn record(&mut self, at_ms: i64) {
        self.follow_clock(at_ms);
        self.recent.push_back(at_ms);
        self.forget_old();
    }

    /// What the next run must know, oldest first.
    pub fn instants(&self) -> impl Iterator<Item = i64> + '_ {
        self.recent.iter().copied()
    }

    fn follow_clock(&mut self, now_ms: i64) {
        if let Some(&last) = self.recent.back()
            && last > now_ms
        {
            let back = last - now_ms;
            self.recent.iter_mut().for_each(|at| *at -= back);
        }
    }

    fn forget_old(&mut self) {
        if let Some(&last) = self.recent.back() {
            while self
                .recent
                .front()
                .is_some_and(|&first| last - first >= WINDOW_MS)
            {
                self.recent.pop_front();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_exactly_1000_ms_later_lies_outside_the_window() {
        let mut window = SlidingWindow::default();
        window.record(5_000);
        assert_eq!(window.earliest(5_999, 1), 6_000);
        assert_eq!(window.earliest(6_000, 1), 6_000);
    }

    #[test]
    fn a_burst_late_in_one_second_leaves_nothing_for_the_start_of_the_next() {
        let mut window = SlidingWindow::default();
        for at in [1_900, 1_950, 1_990] {
            assert_eq!(window.earliest(at, 3), at);
            window.record(at);
        }
        assert_eq!(window.earliest(2_000, 3), 2_900);
    }

    #[test]
    fn a_restart_reopens_no_window() {
        let mut before = SlidingWindow::default();
        before.record(1_000);
        before.record(1_400);
        let mut after = SlidingWindow::resume(before.instants());
        assert_eq!(after.earliest(1_500, 2), 2_000);
    }

    #[test]
    fn a_clock_set_back_makes_nobody_wait_longer_than_the_window() {
        let mut window = SlidingWindow::default();
        window.record(1_000_000);
        assert_eq!(window.earliest(400, 1), 1_400);
        assert_eq!(
            window.earliest(900, 1),
            1_400,
            "asking again does not push it away"
        );
        assert_eq!(window.earliest(1_400, 1), 1_400);
    }

    #[test]
    fn a_smaller_package_counts_the_calls_made_under_the_larger() {
        let mut window = SlidingWindow::default();
        for at in 0..10 {
            window.record(at * 10);
        }
        // With 5 allowed, five calls must have left: the sixth last at 50 ms leaves at 1,050 ms.
        assert_eq!(window.earliest(100, 5), 1_050);
    }

    #[test]
    fn nothing_goes_under_a_quota_of_0() {
        assert_eq!(SlidingWindow::default().earliest(0, 0), i64::MAX);
    }
}
