//! The buttons beside a refusal that resolve it.

use jiff::Timestamp;

use crate::{
    domain::{catalogue::State, subscription::Phase},
    ui::action::{Opening, SubscriptionAction},
};

/// The buttons' labels and what they do in the present phase, the best remedy first.
pub fn remedies(state: &State, now: Timestamp) -> Vec<(&'static str, SubscriptionAction)> {
    let open = SubscriptionAction::Open;
    let mut remedies = match state.account.standing(now).phase {
        Phase::None | Phase::Released { .. } => {
            vec![("Buy a package…", open(Opening::Purchase(None)))]
        }
        Phase::Overdue { .. } => vec![("Renew now…", open(Opening::Renew(None)))],
        Phase::Trial | Phase::Active => vec![("What fits me?", open(Opening::WhatFits))],
    };
    if state.account.trial_offered(now) {
        remedies.insert(0, ("Start the free month", SubscriptionAction::StartTrial));
    }
    remedies
}
