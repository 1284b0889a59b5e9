//! Catalogues that were released: set aside whole, to be restored or deleted for good.

use egui::Ui;
use jiff::Timestamp;

use super::rows::card_ui;
use crate::{
    domain::{
        catalogue::{SetAside, State},
        path::shown,
        subscription::Phase,
    },
    ui::{
        action::SubscriptionAction,
        deletion::Deletion,
        tokens::{Tokens, Weight, body, large, small, space},
        widgets::{Button, date, hairline, plural},
    },
};

/// Draws what is set aside, if anything; `deletion` is what is to be deleted of it.
pub fn set_aside_ui(
    state: &State,
    now: Timestamp,
    busy: bool,
    deletion: &mut Option<Deletion>,
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) {
    if state.set_aside.is_empty() {
        return;
    }
    let phase = state.account.standing(now).phase;
    let in_force = matches!(phase, Phase::Trial | Phase::Active);
    card_ui(ui, |ui| {
        let tokens = Tokens::of(ui);
        ui.label(large("Set aside").color(tokens.text));
        let text = if in_force {
            "Released earlier and kept whole. Restoring brings its pictures back into the catalogue."
        } else {
            "Released and kept whole. It can be restored as soon as a package is in force."
        };
        ui.label(body(text).color(tokens.dim));
        for (place, folder) in state.set_aside.iter().enumerate() {
            if place > 0 {
                hairline(ui);
            }
            folder_ui(folder, in_force, busy, deletion, ui, out);
        }
    });
}

fn folder_ui(
    set_aside: &SetAside,
    in_force: bool,
    busy: bool,
    deletion: &mut Option<Deletion>,
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) {
    let tokens = Tokens::of(ui);
    let (folder, pictures) = (&set_aside.folder, set_aside.pictures);
    let day = date(set_aside.released_at);
    ui.label(
        body(plural(pictures, "picture", "pictures"))
            .medium()
            .color(tokens.text),
    );
    let path =
        egui::Label::new(small(format!("released {day} · {}", shown(folder))).color(tokens.dim));
    ui.add(path.truncate())
        .on_hover_text(shown(folder).to_string());
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        let name = format!("Restore the catalogue released on {day}");
        let restore = Button::secondary("Restore").name(&name);
        if ui.add_enabled(in_force && !busy, restore).clicked() {
            out.push(SubscriptionAction::RestoreSetAside {
                folder: folder.clone(),
            });
        }
        let name = format!("Delete the catalogue released on {day}");
        let delete = Button::quiet("Delete for good…").name(&name);
        if ui.add_enabled(!busy, delete).clicked() {
            *deletion = Some(Deletion::SetAside(set_aside.clone()));
        }
    });
}
