//! The dialogs of the dashboard.

use egui::Ui;
use jiff::Timestamp;

use super::{Asking, change, fit, need::Need, receipt::Receipt, renew};
use crate::{
    domain::{
        catalogue::State,
        plan::{PlanId, price_list},
        subscription::{Phase, Wish},
    },
    ui::{
        action::{Opening, SubscriptionAction},
        widgets,
    },
};

/// What is open over the panel.
pub enum Dialog {
    Change(Asking),
    /// A purchase or a renewal: package and duration are chosen in it.
    Term(Asking),
    WhatFits(fit::WhatFits),
    Receipt(Receipt),
}

impl Dialog {
    /// The dialog that serves an opening in the present phase: where there is nothing to renew or
    /// to change, a package is bought, and where one is in force, it is renewed.
    pub fn of(opening: Opening, state: &State, now: Timestamp) -> Self {
        let standing = state.account.standing(now);
        let current = standing.plan.map(|plan| plan.id);
        let months = 1;
        let purchase = |plan: Option<PlanId>| {
            let plan = plan.unwrap_or_else(|| fitting(state, now));
            Self::Term(Asking::new(Wish::Purchase { plan, months }))
        };
        let renewal = |plan: Option<PlanId>| {
            let plan = plan
                .or_else(|| current.clone())
                .unwrap_or_else(|| fitting(state, now));
            Self::Term(Asking::new(Wish::Renewal { plan, months }))
        };
        match (opening, standing.phase) {
            (Opening::WhatFits, _) => Self::WhatFits(fit::WhatFits::new(state, now)),
            (
                Opening::Purchase(plan) | Opening::Renew(plan),
                Phase::None | Phase::Released { .. },
            ) => purchase(plan),
            (Opening::Change(plan), Phase::None | Phase::Released { .. }) => purchase(Some(plan)),
            (Opening::Change(plan), Phase::Overdue { .. }) => renewal(Some(plan)),
            (Opening::Change(plan), Phase::Trial | Phase::Active) => {
                Self::Change(Asking::new(Wish::Change { plan }))
            }
            (Opening::Purchase(plan) | Opening::Renew(plan), _) => renewal(plan),
        }
    }

    pub fn asking_mut(&mut self) -> Option<&mut Asking> {
        match self {
            Self::Change(asking) | Self::Term(asking) => Some(asking),
            Self::WhatFits(_) | Self::Receipt(_) => None,
        }
    }

    fn title(&self) -> String {
        match self {
            Self::Change(_) => "Change the package".to_owned(),
            Self::Term(Asking {
                wish: Wish::Purchase { .. },
                ..
            }) => "Buy a package".to_owned(),
            Self::Term(_) => "Renew".to_owned(),
            Self::WhatFits(_) => "What fits me?".to_owned(),
            Self::Receipt(receipt) => receipt.title(),
        }
    }
}

/// The cheapest package for what is stored, or the largest there is.
fn fitting(state: &State, now: Timestamp) -> PlanId {
    let need = Need::of(state, now);
    let list = price_list();
    let fits = list
        .cheapest_for(need.images, need.qps)
        .or(list.plans.last());
    fits.unwrap_or(list.trial()).id.clone()
}

/// Draws the open dialog; closes it when it is done with.
pub fn dialog_ui(
    open: &mut Option<Dialog>,
    state: &State,
    now: Timestamp,
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) {
    let Some(dialog) = open else { return };
    let title = dialog.title();
    let mut done = false;
    let closed = widgets::dialog(ui.ctx(), "subscription", &title, |ui| match dialog {
        Dialog::Change(asking) => done = change::change_ui(asking, state, now, ui, out),
        Dialog::Term(asking) => done = renew::term_ui(asking, state, now, ui, out),
        Dialog::WhatFits(fit) => done = fit::what_fits_ui(fit, state, now, ui, out),
        Dialog::Receipt(receipt) => done = receipt.ui(ui, out),
    });
    if let Some(question) = dialog.asking_mut().and_then(Asking::take_question) {
        out.push(question);
    }
    if closed || done {
        *open = None;
    }
}
