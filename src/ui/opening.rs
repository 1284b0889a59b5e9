//! Before there is a catalogue to show: it is being opened, or it cannot be.

use egui::Ui;
use egui_material_icons::icons::ICON_ERROR;

use super::{
    action::{Action, SettingsAction},
    command::UiCommand,
    model::{CannotOpen, Model},
    tokens::{Tokens, body, space},
    widgets::{empty_state, primary_button, secondary_button},
};

/// Draws the placeholder for every room until the first state is published.
pub fn opening_ui(model: &Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    let Some(CannotOpen { why, restorable }) = &model.cannot_open else {
        ui.vertical_centered(|ui| {
            ui.add_space(ui.available_height() * 0.4);
            ui.spinner();
            ui.add_space(space::S);
            ui.label(body("Opening the catalogue…").color(Tokens::of(ui).dim));
        });
        return;
    };
    empty_state(
        ui,
        ICON_ERROR,
        "The catalogue cannot be opened",
        why,
        |ui| {
            let other = "Choose another folder…";
            let other = if *restorable {
                if primary_button(ui, "Restore the backup").clicked() {
                    actions.push(Action::Settings(SettingsAction::RestoreBackup));
                }
                secondary_button(ui, other)
            } else {
                primary_button(ui, other)
            };
            if other.clicked() {
                actions.push(Action::Settings(SettingsAction::ChooseDataFolder));
            }
            if secondary_button(ui, "Quit").clicked() {
                actions.push(UiCommand::Quit.into());
            }
        },
    );
}
