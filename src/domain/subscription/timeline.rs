//! The instant the rules use, kept apart from the computer's clock, which may be wrong.
//!
//! Time runs on with the computer's clock, or with the running time of the program where that
//! clock was set back. A jump ahead that would take something from the user is doubted: until it is
//! answered, time runs on from the last trusted instant and nothing ends.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    Account,
    doubt::{ClockAnswer, ClockDoubt},
    standing::Phase,
};

/// A jump ahead of more than this is doubted, whatever follows from it.
pub const FARTHEST_JUMP: SignedDuration = SignedDuration::from_hours(400 * 24);

/// Clocks are set by this much all the time, and nobody is asked.
const SLACK: SignedDuration = SignedDuration::from_mins(5);

/// The catalogue's own time, and the clock it was read from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    /// The instant the rules use; none before the first reading.
    now: Option<Timestamp>,
    /// The latest reading of the computer's clock.
    clock: Timestamp,
    /// The latest reading is a jump that is not trusted.
    #[serde(default)]
    doubted: bool,
    /// The jump that was last confirmed.
    #[serde(default)]
    confirmed: Option<Confirmed>,
}

/// A jump that was called right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Confirmed {
    from: Timestamp,
    to: Timestamp,
}

impl Timeline {
    /// Goes on from an instant known without a clock's reading; none for a new catalogue.
    pub fn from_instant(now: Option<Timestamp>) -> Self {
        Self {
            now,
            clock: now.unwrap_or_default(),
            ..Self::default()
        }
    }

    /// The instant the rules use.
    pub fn now(&self) -> Timestamp {
        self.now.unwrap_or(self.clock)
    }

    /// Whether this has gone on, or the clock was read, by `most` or more since `earlier`, or
    /// anything else has changed.
    pub fn differs_from(&self, earlier: &Self, most: SignedDuration) -> bool {
        let apart = |a: Timestamp, b: Timestamp| a.duration_since(b).abs() >= most;
        (self.doubted, self.confirmed, self.now.is_some())
            != (earlier.doubted, earlier.confirmed, earlier.now.is_some())
            || apart(self.now(), earlier.now())
            || apart(self.clock, earlier.clock)
    }

    /// Reads a clock that is never doubted. It does not go back.
    pub fn set(&mut self, clock: Timestamp) {
        self.now = Some(self.now.map_or(clock, |now| now.max(clock)));
        self.clock = clock;
        self.doubted = false;
    }

    /// Reads the computer's clock, `ran` after the last reading by a clock that is never set.
    pub fn observe(&mut self, clock: Timestamp, ran: SignedDuration, account: &Account) {
        let passed = clock.duration_since(self.clock);
        self.clock = clock;
        self.doubted = false;
        let Some(now) = self.now else {
            self.now = Some(clock);
            return;
        };
        let ran_on = now.saturating_add(ran).unwrap_or(now);
        self.now = Some(if clock >= ran_on {
            self.doubted = is_doubtful(ran_on, clock, account);
            if self.doubted { ran_on } else { clock }
        } else if account.orders().is_empty() {
            // Nothing is paid, so nothing would last longer.
            clock
        } else {
            // Behind since it was set back; the time between two starts passes all the same.
            let passed = now.saturating_add(passed.max(ran)).unwrap_or(ran_on);
            if is_doubtful(ran_on, passed, account) {
                ran_on
            } else {
                passed
            }
        });
        if self.confirmed.is_some_and(|jump| self.now() < jump.from) {
            self.confirmed = None;
        }
    }

    /// What the user has to be asked.
    pub fn doubt(&self) -> Option<ClockDoubt> {
        let doubt = ClockDoubt {
            clock: self.clock,
            trusted: self.now(),
        };
        let is_back = self.confirmed.is_some_and(|jump| {
            let slack = SLACK.as_secs();
            self.clock.as_second() + slack < jump.to.as_second()
                && doubt.clock.as_second() + slack < doubt.trusted.as_second()
        });
        (self.doubted || is_back).then_some(doubt)
    }

    /// Takes an answer to [`Self::doubt`]; false where nothing was asked, or where orders placed
    /// since keep the time from going back.
    pub fn answer(&mut self, answer: ClockAnswer, account: &Account) -> bool {
        let Some(doubt) = self.doubt() else {
            return false;
        };
        match answer {
            ClockAnswer::Clock if self.doubted => {
                self.confirmed = Some(Confirmed {
                    from: doubt.trusted,
                    to: doubt.clock,
                });
                self.now = Some(doubt.clock);
                self.doubted = false;
            }
            ClockAnswer::Clock => {
                let ordered = account.orders().last().map(|order| order.at);
                let earliest = self.confirmed.map_or(doubt.trusted, |jump| jump.from);
                let back = doubt.clock.max(earliest);
                if ordered.is_some_and(|at| at > back) {
                    return false;
                }
                self.now = Some(back);
                self.confirmed = None;
            }
            // The jump stays doubted until the clock is set right.
            ClockAnswer::Trusted if self.doubted => {}
            ClockAnswer::Trusted => self.confirmed = None,
        }
        true
    }
}

fn is_doubtful(from: Timestamp, to: Timestamp, account: &Account) -> bool {
    let jump = to.duration_since(from);
    jump > FARTHEST_JUMP || jump > SLACK && takes_something(account.phase(from), account.phase(to))
}

/// Whether a period ends, or a catalogue is released, between the two.
fn takes_something(before: Phase, after: Phase) -> bool {
    match before {
        Phase::None | Phase::Released { .. } => false,
        Phase::Trial | Phase::Active => {
            matches!(after, Phase::Overdue { .. } | Phase::Released { .. })
        }
        Phase::Overdue { .. } => matches!(after, Phase::Released { .. }),
    }
}
