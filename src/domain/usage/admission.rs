//! How many uploads fit.

use jiff::Timestamp;

use super::Gauge;
use crate::domain::{
    money::Cents,
    plan::{Plan, PlanId, price_list},
    subscription::{Account, CapReached, Refusal},
};

/// How the requested uploads fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Admission {
    /// How many of them fit now.
    pub accepted: u64,
    /// Why the rest does not, with the remedy; none where all fit.
    pub refusal: Option<Refusal>,
}

/// Pictures to be uploaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub uploads: u64,
    /// Those of them that take the place of a stored one: a file whose bytes have changed.
    pub replacing: u64,
}

impl Wanted {
    /// One picture.
    pub fn one(replaces: bool) -> Self {
        Self {
            uploads: 1,
            replacing: replaces.into(),
        }
    }
}

impl From<u64> for Wanted {
    /// New ones.
    fn from(uploads: u64) -> Self {
        Self {
            uploads,
            replacing: 0,
        }
    }
}

/// How many of `wanted` uploads the package admits: as many as keep both gauges within its cap.
///
/// `uploaded` counts since the current billing month began. An image whose bytes have not changed
/// is no upload and must not be asked for.
pub fn admit(
    account: &Account,
    uploaded: u64,
    stored: u64,
    wanted: impl Into<Wanted>,
    now: Timestamp,
) -> Admission {
    let Wanted {
        uploads: wanted,
        replacing,
    } = wanted.into();
    let plan = match account.package_in_force(now) {
        Ok(plan) => plan,
        Err(refusal) => {
            return Admission {
                accepted: 0,
                refusal: Some(refusal),
            };
        }
    };
    let places = plan.images.saturating_sub(stored).saturating_add(replacing);
    let fits = plan.images.saturating_sub(uploaded).min(places);
    if wanted <= fits {
        return Admission {
            accepted: wanted,
            refusal: None,
        };
    }
    let reached = cap_reached(account, plan, (uploaded, stored), (fits, wanted), now);
    Admission {
        accepted: fits,
        refusal: Some(Refusal::CapReached(Box::new(reached))),
    }
}

fn cap_reached(
    account: &Account,
    plan: &Plan,
    (uploaded, stored): (u64, u64),
    (fits, wanted): (u64, u64),
    now: Timestamp,
) -> CapReached {
    // A full month empties by itself, a full catalogue does not: with both full, it takes both.
    let gauge = if uploaded >= stored {
        Gauge::Uploaded
    } else {
        Gauge::Stored
    };
    let standing = account.standing(now);
    let month_end = standing.billing_month.map(|(_, month_end)| month_end);
    CapReached {
        gauge,
        used: uploaded.max(stored),
        cap: plan.images,
        fits,
        wanted,
        cheapest: cheapest(
            account,
            plan,
            uploaded.max(stored).saturating_add(wanted),
            now,
        ),
        resets_at: month_end.filter(|_| gauge == Gauge::Uploaded),
        last_month: month_end == standing.period.map(|(_, end)| end),
        remove: gauge == Gauge::Stored || stored >= plan.images,
    }
}

/// The cheapest package for so many images that allows no fewer calls a second than today's, with
/// what it costs today.
fn cheapest(
    account: &Account,
    plan: &Plan,
    images: u64,
    now: Timestamp,
) -> Option<(PlanId, Cents)> {
    let larger = price_list().cheapest_for(images, plan.query_qps)?;
    let quote = account.quote_change(&larger.id, now).ok()?;
    Some((quote.to, quote.amount))
}
