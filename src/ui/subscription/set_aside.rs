//! Catalogues that were released: set aside whole, to be restored or deleted for good.

use std::path::{Path, PathBuf};

use egui::Ui;
use jiff::Timestamp;

use super::{dialog::Dialog, foot::buttons_ui, rows::card_ui};
use crate::{
    domain::{
        catalogue::{SetAside, State},
        subscription::Phase,
    },
    ui::{
        action::SubscriptionAction,
        tokens::{Tokens, Weight, body, large, small, space},
        widgets::{Button, danger_button, date, hairline, plural, secondary_button},
    },
};

/// Draws what is set aside, if anything; `dialog` is opened to confirm a deletion.
pub fn set_aside_ui(
    state: &State,
    now: Timestamp,
    busy: bool,
    dialog: &mut Option<Dialog>,
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
            folder_ui(folder, in_force, busy, dialog, ui, out);
        }
    });
}

fn folder_ui(
    set_aside: &SetAside,
    in_force: bool,
    busy: bool,
    dialog: &mut Option<Dialog>,
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
        egui::Label::new(small(format!("released {day} · {}", folder.display())).color(tokens.dim));
    ui.add(path.truncate())
        .on_hover_text(folder.display().to_string());
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
            *dialog = Some(Dialog::DeleteSetAside {
                folder: folder.clone(),
                pictures,
            });
        }
    });
}

/// Asks once more before deleting; gives whether the dialog is to be closed.
pub fn delete_ui(
    folder: &Path,
    pictures: u64,
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) -> bool {
    let tokens = Tokens::of(ui);
    let text = format!(
        "The index of {} and what was written to their fields is deleted and cannot be brought \
         back. Your own picture files are not touched.",
        plural(pictures, "picture", "pictures")
    );
    ui.label(body(text).color(tokens.text));
    ui.add(egui::Label::new(small(folder.display().to_string()).color(tokens.dim)).wrap());
    ui.add_space(space::S);
    buttons_ui(ui, |ui| {
        let delete = danger_button(ui, "Delete for good").clicked();
        if delete {
            out.push(SubscriptionAction::DeleteSetAside {
                folder: PathBuf::from(folder),
            });
        }
        secondary_button(ui, "Keep it").clicked() || delete
    })
}
