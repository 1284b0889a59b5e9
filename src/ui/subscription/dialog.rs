//! The dialogs of the dashboard, and what those that place an order have in common.

use std::{path::PathBuf, time::Duration};

use egui::{Align, Layout, Ui, vec2};
use jiff::Timestamp;

use super::{
    Asking,
    asking::{Price, has_expired},
    change, fit,
    need::Need,
    receipt::Receipt,
    renew, set_aside,
    words::{due, sentence, time_left},
};
use crate::{
    domain::{
        catalogue::State,
        plan::{PlanId, price_list},
        subscription::{Phase, Quote, Wish},
    },
    ui::{
        action::{Opening, SubscriptionAction},
        tokens::{CONTROL_HEIGHT, Tokens, body, small, space},
        widgets::{self, callout, primary_button, secondary_button},
    },
};

/// What is open over the panel.
pub enum Dialog {
    Change(Asking),
    /// A purchase or a renewal: package and duration are chosen in it.
    Term(Asking),
    WhatFits(fit::WhatFits),
    Receipt(Receipt),
    /// Confirms that a folder set aside is deleted for good.
    DeleteSetAside {
        folder: PathBuf,
        pictures: u64,
    },
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
            Self::WhatFits(_) | Self::Receipt(_) | Self::DeleteSetAside { .. } => None,
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
            Self::DeleteSetAside { .. } => "Delete for good?".to_owned(),
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
        Dialog::DeleteSetAside { folder, pictures } => {
            done = set_aside::delete_ui(folder, *pictures, ui, out);
        }
    });
    if let Some(question) = dialog.asking_mut().and_then(Asking::take_question) {
        out.push(question);
    }
    if closed || done {
        *open = None;
    }
}

/// The foot of a dialog that places an order: how long the price holds, and the button that
/// confirms exactly it. Gives whether the dialog is to be closed.
pub fn order_foot_ui(
    asking: &mut Asking,
    now: Timestamp,
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) -> bool {
    super::plan_card::no_payment_ui(ui);
    ui.add_space(space::XS);
    match asking.price.clone() {
        Price::Asked => waiting_ui(ui, "Working out today's price…"),
        Price::Ordering(_) => waiting_ui(ui, "Recording the order…"),
        Price::Refused(why) => {
            notice_ui(ui, &sentence(&why), true);
            again_ui(asking, "Ask again", ui)
        }
        Price::Quoted(quote) if has_expired(&quote, now) => {
            notice_ui(
                ui,
                "This price was held for ten minutes and has run out.",
                false,
            );
            again_ui(asking, "Show today's price", ui)
        }
        Price::Quoted(quote) => confirm_ui(asking, &quote, now, ui, out),
    }
}

fn confirm_ui(
    asking: &mut Asking,
    quote: &Quote,
    now: Timestamp,
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) -> bool {
    let holds = format!("This price holds for {}.", time_left(quote.secs_left(now)));
    ui.label(small(holds).color(Tokens::of(ui).dim));
    ui.ctx().request_repaint_after(Duration::from_secs(1));
    buttons_ui(ui, |ui| {
        if primary_button(ui, &format!("Confirm: {}", due(quote.amount))).clicked() {
            out.extend(asking.confirm(now));
        }
        secondary_button(ui, "Cancel").clicked()
    })
}

fn again_ui(asking: &mut Asking, label: &str, ui: &mut Ui) -> bool {
    buttons_ui(ui, |ui| {
        if primary_button(ui, label).clicked() {
            asking.ask_again();
        }
        secondary_button(ui, "Cancel").clicked()
    })
}

fn waiting_ui(ui: &mut Ui, text: &str) -> bool {
    ui.label(small(text).color(Tokens::of(ui).dim));
    buttons_ui(ui, |ui| {
        ui.add(egui::Spinner::new());
        secondary_button(ui, "Cancel").clicked()
    })
}

/// A row of buttons at the right, the most important one last.
pub fn buttons_ui<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    let size = vec2(ui.available_width(), CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), add)
        .inner
}

/// A sentence that must not be missed.
pub fn notice_ui(ui: &mut Ui, text: &str, bad: bool) {
    let tokens = Tokens::of(ui);
    let (surface, colour) = match bad {
        true => (tokens.bad_surface, tokens.bad),
        false => (tokens.warning_surface, tokens.warning),
    };
    callout(ui, surface, |ui| {
        ui.add(egui::Label::new(body(text).color(colour)).wrap())
    });
}
