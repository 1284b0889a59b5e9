//! The subscription: orders, and what follows from them at any instant.
//!
//! An [`Account`] is its ledger, folded. Nothing about a package is stored beside the orders, so
//! that replaying them gives the same account. The clock is passed into everything; the latest
//! instant ever seen is kept, and an earlier one counts as that, so that a clock set back neither
//! lengthens a period nor reopens one.
//!
//! Orders make *terms*, which follow each other and never overlap. A renewal of the package that
//! runs last continues its term: upgrades and downgrades change the running term together with
//! the renewals that continue it, because that is the time the user has prepaid for the package
//! being changed. A queued renewal with *another* package was chosen for its own time and stays as
//! it is until it runs. Either way every prepaid second counts in exactly one balance, and going
//! up and back leads to where it began.

mod balance;
pub mod calendar;
mod doubt;
mod ledger;
mod order;
mod ordering;
mod quote;
mod refusal;
mod standing;
mod term;
mod timeline;
mod wish;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use balance::BalanceLine;
pub use doubt::{ClockAnswer, ClockDoubt};
pub use ledger::{LEDGER_HEADER, LedgerError, LedgerRow, audit};
pub use order::{Order, OrderKind};
pub use quote::Quote;
pub use refusal::{CapReached, Refusal};
pub use standing::{Phase, Standing};
pub use timeline::{FARTHEST_JUMP, Timeline};
pub use wish::Wish;

use crate::domain::money::Cents;
use balance::Value;
use term::Term;

/// The longest duration of a purchase or a renewal; the shortest is a month.
pub const MAX_MONTHS: u32 = 36;

/// A customer's subscription: the ledger and what it means.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Kept", into = "Kept")]
pub struct Account {
    orders: Vec<Order>,
    /// A trial was started, in this ledger or in one that is lost.
    trial_used: bool,
    latest_seen: Timestamp,
    /// What the orders amount to, ascending.
    terms: Vec<Term>,
}

/// The stored part of an account.
#[derive(Serialize, Deserialize)]
struct Kept {
    orders: Vec<Order>,
    trial_used: bool,
    latest_seen: Timestamp,
}

impl From<Account> for Kept {
    fn from(account: Account) -> Self {
        let Account {
            orders,
            trial_used,
            latest_seen,
            ..
        } = account;
        Self {
            orders,
            trial_used,
            latest_seen,
        }
    }
}

impl TryFrom<Kept> for Account {
    type Error = LedgerError;

    fn try_from(kept: Kept) -> Result<Self, LedgerError> {
        Self::from_orders(kept.orders, kept.trial_used, kept.latest_seen)
    }
}

impl Account {
    /// Replays a ledger. `trial_used` says that a trial is known from elsewhere (the user's
    /// configuration or the catalogue's mark), `latest_seen` the latest instant ever observed.
    ///
    /// # Errors
    /// When the orders contradict each other or the price list: the ledger was damaged.
    pub fn from_orders(
        orders: Vec<Order>,
        trial_used: bool,
        latest_seen: Timestamp,
    ) -> Result<Self, LedgerError> {
        let mut account = Self {
            trial_used,
            latest_seen,
            ..Self::default()
        };
        for order in orders {
            account.apply(order)?;
        }
        Ok(account)
    }

    /// The ledger, oldest first.
    pub fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// Observes the clock and returns the instant the rules use: `now`, or the latest one
    /// ever seen where the clock was set back.
    pub fn observe(&mut self, now: Timestamp) -> Timestamp {
        self.latest_seen = self.clock(now);
        self.latest_seen
    }

    /// Goes back to an earlier instant, as where a clock was wrong; not before the last order.
    pub fn go_back(&mut self, to: Timestamp) {
        let ordered = self.orders.last().map_or(to, |order| order.at);
        self.latest_seen = to.max(ordered);
    }

    /// The latest instant observed, to be kept with the account.
    pub fn latest_seen(&self) -> Timestamp {
        self.latest_seen
    }

    /// The free trial was started once, for ever.
    pub fn trial_used(&self) -> bool {
        self.trial_used
    }

    /// What is left today of everything prepaid, queued renewals included; rounded once.
    pub fn balance(&self, now: Timestamp) -> Cents {
        let now = self.clock(now);
        let left = |term: &Term| -> Value {
            let lines = term.lines(term.plan_at(now), now);
            lines.iter().map(BalanceLine::value).sum()
        };
        self.terms.iter().map(left).sum::<Value>().rounded()
    }

    /// What has been used up of everything prepaid, every second at the price of the package that
    /// served in it; rounded once.
    pub fn consumed(&self, now: Timestamp) -> Cents {
        let now = self.clock(now);
        self.terms
            .iter()
            .map(|term| term.consumed(now))
            .sum::<Value>()
            .rounded()
    }

    /// `now`, or the latest instant seen if that is later.
    fn clock(&self, now: Timestamp) -> Timestamp {
        now.max(self.latest_seen)
    }
}
