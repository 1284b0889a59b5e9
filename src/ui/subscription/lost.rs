//! The subscription of a catalogue that is gone, offered to one that never had any.

use egui::Ui;

use super::{rows::card_ui, words::title_of};
use crate::{
    domain::{
        catalogue::{LostLedger, State},
        path::shown,
    },
    ui::{
        action::SubscriptionAction,
        tokens::{Tokens, body, large, small, space},
        widgets::{Button, date},
    },
};

/// Draws the offer, if there is one.
pub fn lost_ui(state: &State, busy: bool, ui: &mut Ui, out: &mut Vec<SubscriptionAction>) {
    let Some(lost) = &state.lost_ledger else {
        return;
    };
    card_ui(ui, |ui| {
        let tokens = Tokens::of(ui);
        ui.label(large("A subscription of yours is not in use").color(tokens.text));
        ui.label(body(text(lost)).color(tokens.dim));
        let path = egui::Label::new(small(shown(&lost.data_dir).to_string()).color(tokens.dim));
        ui.add(path.truncate())
            .on_hover_text(shown(&lost.data_dir).to_string());
        ui.add_space(space::XS);
        if ui
            .add_enabled(!busy, Button::primary("Take it over"))
            .clicked()
        {
            out.push(SubscriptionAction::TakeOverLedger);
        }
    });
}

fn text(lost: &LostLedger) -> String {
    format!(
        "{} is paid until {}. Its catalogue was in this folder and is not there any more. Taken \
         over, the paid time and the orders are this catalogue's.",
        title_of(&lost.plan),
        date(lost.until)
    )
}
