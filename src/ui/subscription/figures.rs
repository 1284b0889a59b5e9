//! What every package of the price list would mean today: the figures of the matrix.

use jiff::Timestamp;

use crate::domain::{
    catalogue::State,
    money::Cents,
    plan::{Plan, PlanId, price_list},
    subscription::{Phase, Quote},
};

/// What choosing a package would do at this instant.
#[derive(Clone, Debug, PartialEq)]
pub enum Offer {
    /// In force.
    Yours,
    /// The free month has not been used: it starts in one click.
    FreeMonth,
    /// Nothing is in force: bought for a month, at this amount.
    Buy(Cents),
    /// A change of the package in force.
    Change(Box<Quote>),
    /// Overdue: renewed for a month from now on, at this amount.
    Renew(Cents),
    /// The subscription's refusal.
    Refused(String),
}

/// One package with its offer.
#[derive(Clone, Debug)]
pub struct Figure {
    pub plan: &'static Plan,
    pub offer: Offer,
    /// More is stored or uploaded than it holds.
    pub too_small: bool,
}

/// The figures of all packages for one instant and account.
#[derive(Clone, Debug)]
pub struct Figures {
    key: Key,
    /// In the order of the price list.
    pub all: Vec<Figure>,
}

/// What the figures depend on; they are recomputed when it changes, at most once a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    second: i64,
    orders: usize,
    trial_used: bool,
    images: u64,
}

impl Key {
    fn of(state: &State, now: Timestamp) -> Self {
        Self {
            second: now.as_second(),
            orders: state.account.orders().len(),
            trial_used: state.account.trial_used(),
            images: state.usage.uploaded.max(state.usage.stored),
        }
    }
}

impl Figures {
    /// Works out all packages for `now`.
    pub fn new(state: &State, now: Timestamp) -> Self {
        let plans = price_list().plans.iter();
        let all = plans.map(|plan| Figure {
            plan,
            offer: offer(state, plan, now),
            too_small: plan.too_small(state.usage.uploaded, state.usage.stored),
        });
        Self {
            key: Key::of(state, now),
            all: all.collect(),
        }
    }

    /// The cached figures if they still hold, otherwise new ones.
    pub fn current<'a>(kept: &'a mut Option<Self>, state: &State, now: Timestamp) -> &'a Self {
        if kept
            .as_ref()
            .is_some_and(|figures| figures.key != Key::of(state, now))
        {
            *kept = None;
        }
        kept.get_or_insert_with(|| Self::new(state, now))
    }

    pub fn get(&self, id: &PlanId) -> Option<&Figure> {
        self.all.iter().find(|figure| figure.plan.id == *id)
    }
}

fn offer(state: &State, plan: &Plan, now: Timestamp) -> Offer {
    let account = &state.account;
    let standing = account.standing(now);
    let result = match standing.phase {
        Phase::Trial | Phase::Active => {
            if standing.plan.is_some_and(|current| current.id == plan.id) {
                return Offer::Yours;
            }
            account
                .quote_change(&plan.id, now)
                .map(|quote| Offer::Change(Box::new(quote)))
        }
        Phase::Overdue { .. } => account
            .quote_renewal(&plan.id, 1, now)
            .map(|quote| Offer::Renew(quote.amount)),
        Phase::None | Phase::Released { .. } => {
            if plan.id == price_list().trial().id && account.trial_offered(now) {
                return Offer::FreeMonth;
            }
            account
                .quote_purchase(&plan.id, 1, now)
                .map(|quote| Offer::Buy(quote.amount))
        }
    };
    result.unwrap_or_else(|refusal| Offer::Refused(refusal.to_string()))
}
