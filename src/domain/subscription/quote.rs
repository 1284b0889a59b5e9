//! Quotes: what an order would cost, held for ten minutes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{balance::BalanceLine, order::OrderKind};
use crate::domain::{money::Cents, plan::PlanId};

/// What an order would do and cost, worked out line by line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub kind: OrderKind,
    /// The package changed, or the one a renewal follows.
    pub from: Option<PlanId>,
    pub to: PlanId,
    /// The instant it is computed for, a whole second.
    pub at: Timestamp,
    /// Confirmed until then, it charges exactly what it shows.
    pub valid_until: Timestamp,
    /// Months bought; 0 for a change.
    pub months: u32,
    /// What is left of the old package; nothing for a purchase or a renewal.
    pub old_balance: Cents,
    /// What the new package costs over the same time.
    pub new_balance: Cents,
    /// `new_balance - old_balance`: to pay (positive) or back (negative).
    pub amount: Cents,
    /// From when the new package serves.
    pub period_start: Timestamp,
    /// Until when; a change leaves it where it was.
    pub period_end: Timestamp,
    /// One for each remaining billing month of the old package.
    pub old_lines: Vec<BalanceLine>,
    /// One for each of the same months, or of the months bought.
    pub new_lines: Vec<BalanceLine>,
    /// Number of the last order before it, 0 for none: another order makes the quote void.
    pub after_order: u64,
}

impl Quote {
    /// Seconds it is still honoured; 0 when it has expired.
    pub fn secs_left(&self, now: Timestamp) -> i64 {
        self.valid_until.duration_since(now).as_secs().max(0)
    }
}
