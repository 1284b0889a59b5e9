//! Why something cannot be done now, and what would help.

use std::fmt;

use jiff::Timestamp;

use super::{doubt::ClockDoubt, ledger::LedgerError, quote::Quote};
use crate::domain::{
    money::Cents,
    plan::{Plan, PlanId, price_list},
    usage::Gauge,
    words::{grouped, instant, long_date, moment},
};

/// A refusal by the subscription's rules. Shown, it is a sentence with the remedy.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("There is no package yet: {}.", get_one(*trial_offered))]
    NoPackage { trial_offered: bool },
    #[error(
        "The period of {} ended on {}. \
         Renew it ({} a month) or another package before {}, when the catalogue is released.",
        plan.id, long_date(*ended), plan.price, long_date(*release_at)
    )]
    Overdue {
        plan: Plan,
        ended: Timestamp,
        release_at: Timestamp,
    },
    #[error(
        "The period ran out and the catalogue was released on {}: \
         {}; the released catalogue can be restored afterwards.",
        long_date(*at), get_one(*trial_offered)
    )]
    Released { at: Timestamp, trial_offered: bool },
    #[error(
        "The free trial was used already, and each customer has one. \
         Renew or buy a package: {cheapest} costs {price} a month."
    )]
    TrialUsed { cheapest: PlanId, price: Cents },
    #[error(
        "{} is in force until {}, and there is only one package \
         at a time and one purchase a month. Upgrade, downgrade or renew it instead.",
        plan.id, long_date(*until)
    )]
    PackageInForce { plan: Plan, until: Timestamp },
    #[error("{plan} is the package in force already. Renew it to make it last longer.")]
    SamePackage { plan: PlanId },
    #[error("There is no package {id:?} on the price list. Choose one of {}.", .known.join(", "))]
    UnknownPackage { id: String, known: Vec<String> },
    #[error("A package lasts 1 to 36 months, not {months}. Choose a duration between.")]
    Months { months: u32 },
    #[error(
        "The computer's clock says {}, but it was {} when the catalogue was last used. Set the \
         clock right; or, if it is right, say so: in the window, or with \
         \"image-search subscription clock --confirm\".",
        instant(.0.clock), instant(.0.trusted)
    )]
    ClockDoubted(ClockDoubt),
    #[error("{0}")]
    CapReached(Box<CapReached>),
    #[error(
        "This quote was held for ten minutes and has run out; \
         now it is {}. Confirm the new figure.",
        due(.fresh.amount)
    )]
    QuoteExpired { fresh: Box<Quote> },
    #[error(
        "The subscription has changed since this quote was made; \
         now it is {}. Confirm the new figure.",
        due(.fresh.amount)
    )]
    QuoteOutdated { fresh: Box<Quote> },
    /// The order contradicts the ledger it was made for.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(
        "The period would end after the year 9999. \
         Choose fewer months, or set the computer's clock right."
    )]
    TooFarAhead,
}

/// Uploads that do not fit the package. Shown, it reads `100,000 of 100,000 images uploaded this
/// month; 2.5m-5 would cost $412.90 today, or wait until 1 December.`
#[derive(Clone, Debug, PartialEq)]
pub struct CapReached {
    /// The gauge with less room left.
    pub gauge: Gauge,
    pub used: u64,
    pub cap: u64,
    /// How many still fit, and how many were to be uploaded.
    pub fits: u64,
    pub wanted: u64,
    /// The cheapest package, as fast as today's at least, that takes them all, and what it costs
    /// today; none where only a custom quote would do.
    pub cheapest: Option<(PlanId, Cents)>,
    /// When the month's meter starts again, where it is that meter which is full.
    pub resets_at: Option<Timestamp>,
    /// The period ends with this billing month, so that waiting takes a renewal.
    pub last_month: bool,
    /// Only removing images makes room among those stored.
    pub remove: bool,
}

impl fmt::Display for CapReached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (used, cap) = (grouped(self.used), grouped(self.cap));
        write!(f, "{used} of {cap} images {}", self.gauge.done())?;
        if self.fits > 0 {
            write!(
                f,
                ", so that {} of {} fit",
                grouped(self.fits),
                grouped(self.wanted)
            )?;
        }
        match &self.cheapest {
            Some((plan, due)) => write!(f, "; {plan} would cost {due} today")?,
            None => write!(f, "; for a larger package ask {}", price_list().contact)?,
        }
        match (self.resets_at, self.remove) {
            (Some(at), true) => write!(f, ", or wait until {} and remove images", moment(at))?,
            (Some(at), false) => write!(f, ", or wait until {}", moment(at))?,
            (None, true) => write!(f, ", or remove images")?,
            (None, false) => {}
        }
        if self.resets_at.is_some() && self.last_month {
            write!(f, " (the period ends then: renew it first)")?;
        }
        write!(f, ".")
    }
}

fn get_one(trial_offered: bool) -> &'static str {
    if trial_offered {
        "start the free trial or buy a package"
    } else {
        "buy a package"
    }
}

/// `$12.00 to pay`, `$12.00 back`
fn due(amount: Cents) -> String {
    if amount < Cents::ZERO {
        format!("{} back", -amount)
    } else {
        format!("{amount} to pay")
    }
}
