//! Outcomes waiting for their commit, within the calls a second.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::{
    domain::quota::CallKind,
    engine::store::{Calls, Done, Outcome},
    worker::door::Door,
};

/// A commit is due after so many outcomes, or after so long.
const DUE_COUNT: usize = 100;
const DUE_AFTER: Duration = Duration::from_millis(400);
/// Images an add call carries at most, as the service's batches do.
const IMAGES_A_CALL: u64 = 1_000;

/// Outcomes that wait for their commit.
pub struct Waiting {
    done: Vec<Done>,
    last_commit: Instant,
    /// Images the present add call may still carry.
    call_left: u64,
    /// Before this instant no further add call may go.
    turn_at: Option<Instant>,
}

impl Default for Waiting {
    fn default() -> Self {
        Self {
            done: Vec::new(),
            last_commit: Instant::now(),
            call_left: 0,
            turn_at: None,
        }
    }
}

impl Waiting {
    pub fn push(&mut self, item: i64, outcome: Outcome) {
        self.done.push(Done { item, outcome });
    }

    pub fn len(&self) -> usize {
        self.done.len()
    }

    pub fn is_empty(&self) -> bool {
        self.done.is_empty()
    }

    pub fn waits_for_turn(&self) -> bool {
        self.turn_at.is_some()
    }

    /// When a commit is due; none while nothing waits. `drained`: nothing more is on its way.
    pub fn due_at(&self, now: Instant, drained: bool) -> Option<Instant> {
        if self.done.is_empty() {
            return None;
        }
        let full = self.done.len() >= DUE_COUNT || drained;
        let due = if full {
            now
        } else {
            self.last_commit + DUE_AFTER
        };
        Some(self.turn_at.map_or(due, |turn| turn.max(due)))
    }

    /// The outcomes that may be committed now, with the call that carries them. A batch with new
    /// pictures is part of an add call, which waits for its turn; what is known or failed goes
    /// meanwhile, unless the job is being left.
    pub fn take(
        &mut self,
        door: &mut Door,
        now: Timestamp,
        leaving: bool,
    ) -> (Vec<Done>, Vec<Calls>) {
        self.last_commit = Instant::now();
        self.turn_at = None;
        let mut calls = Vec::new();
        if self.call_left == 0 && self.done.iter().any(is_new) {
            if let Some(wait_ms) = door.wait_ms(CallKind::Add, 1, now) {
                self.turn_at = Some(Instant::now() + Duration::from_millis(wait_ms));
                if leaving {
                    return (Vec::new(), calls);
                }
                self.done.sort_by_key(is_new);
            } else {
                self.call_left = IMAGES_A_CALL;
                calls.push(Calls {
                    kind: CallKind::Add,
                    at_ms: door.note_call(CallKind::Add, now),
                    count: 1,
                });
            }
        }
        (self.take_batch(), calls)
    }

    /// The longest run of outcomes whose new pictures the present add call can carry.
    fn take_batch(&mut self) -> Vec<Done> {
        let mut count = 0;
        for done in &self.done {
            if is_new(done) {
                if self.call_left == 0 {
                    break;
                }
                self.call_left -= 1;
            }
            count += 1;
        }
        let rest = self.done.split_off(count);
        std::mem::replace(&mut self.done, rest)
    }
}

fn is_new(done: &Done) -> bool {
    matches!(done.outcome, Outcome::New(_))
}
