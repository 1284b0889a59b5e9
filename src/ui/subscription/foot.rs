//! The foot of a dialog: its buttons, and for an order how far its price has come.

use std::time::Duration;

use egui::{Align, Layout, Ui, vec2};
use jiff::Timestamp;

use super::{
    Asking,
    asking::{Price, has_expired},
    words::{NO_PAYMENT, due, sentence, time_left},
};
use crate::{
    domain::subscription::Quote,
    ui::{
        action::SubscriptionAction,
        tokens::{CONTROL_HEIGHT, Tokens, body, small, space},
        widgets::{callout, primary_button, secondary_button},
    },
};

/// The foot of a dialog that places an order: how long the price holds, and the button that
/// confirms exactly that price. Returns true once the dialog should close.
pub fn order_foot_ui(
    asking: &mut Asking,
    now: Timestamp,
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) -> bool {
    no_payment_ui(ui);
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

/// The line under everything that places an order.
pub fn no_payment_ui(ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    ui.label(small(NO_PAYMENT).color(tokens.dim));
}

/// A row of buttons at the right, the most important one last.
pub fn buttons_ui<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    let size = vec2(ui.available_width(), CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), add)
        .inner
}

/// A prominent sentence.
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
