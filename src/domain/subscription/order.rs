//! Orders: the lines of the ledger, of which an account is the sum.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{money::Cents, plan::PlanId};

/// What an order does.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    Trial,
    Purchase,
    Upgrade,
    Downgrade,
    Renewal,
}

impl OrderKind {
    /// As shown: `Upgrade`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Trial => "Trial",
            Self::Purchase => "Purchase",
            Self::Upgrade => "Upgrade",
            Self::Downgrade => "Downgrade",
            Self::Renewal => "Renewal",
        }
    }

    /// As written by the headless verbs, in the store and in the exported ledger: `upgrade`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Trial => "trial",
            Self::Purchase => "purchase",
            Self::Upgrade => "upgrade",
            Self::Downgrade => "downgrade",
            Self::Renewal => "renewal",
        }
    }

    /// A change of the package within a period, as against the order of a term.
    pub fn is_change(self) -> bool {
        matches!(self, Self::Upgrade | Self::Downgrade)
    }
}

/// One line of the ledger. Every instant is a whole second, UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// 1 for the first, without gaps.
    pub number: u64,
    /// When it was confirmed.
    pub at: Timestamp,
    pub kind: OrderKind,
    /// The package before: the one changed, or the one a renewal follows.
    pub from: Option<PlanId>,
    pub plan: PlanId,
    /// Months bought; 0 for a change, which adds none.
    pub months: u32,
    /// Paid (positive) or refunded (negative).
    pub amount: Cents,
    /// From when the package serves. For a change this is the instant of its quote, for which the
    /// amount was computed, up to ten minutes before `at`.
    pub period_start: Timestamp,
    pub period_end: Timestamp,
}
