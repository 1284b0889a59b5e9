//! Folders, theme, threads, verdicts, model, version and licences.

mod about;
mod verdicts;

use egui::{Align, Key, Label, Layout, Ui};
use egui_material_icons::icons::{ICON_ADD, ICON_REMOVE, ICON_SETTINGS};

use super::{
    action::{Action, SettingsAction},
    command::UiCommand,
    model::{Model, ThemeChoice},
    room::Room,
    tokens::{Tokens, Weight, body, large, small, space, title},
    view::View,
    widgets::{self, card, icon_button, scrolled, secondary_button, segmented},
};
use crate::domain::{catalogue::OTHER_MODEL, path::shown};

pub const VIEW: View = View {
    id: "settings",
    label: "Settings",
    hint: "Folders, theme, verdicts and licences",
    icon: ICON_SETTINGS,
    key: Key::Comma,
};

/// The panel's state.
#[derive(Default)]
pub struct SettingsView {
    about: about::AboutView,
}

impl Room for SettingsView {
    fn ui(&mut self, model: &mut Model, ui: &mut Ui, actions: &mut Vec<Action>) {
        scrolled(ui, "settings", 760.0, |ui| {
            ui.spacing_mut().item_spacing.y = space::L;
            ui.label(title("Settings").color(Tokens::of(ui).text));
            section(ui, "Appearance", |ui| appearance_ui(model, ui, actions));
            section(ui, "Catalogue", |ui| catalogue_ui(model, ui, actions));
            section(ui, "Indexing", |ui| indexing_ui(model, ui, actions));
            section(ui, "Verdicts", |ui| {
                verdicts::verdicts_ui(model, ui, actions)
            });
            section(ui, "How pictures are compared", |ui| {
                model_ui(model, ui, actions)
            });
            section(ui, "About", |ui| {
                about::about_ui(&mut self.about, model, ui)
            });
        });
    }
}

fn section(ui: &mut Ui, heading: &str, add: impl FnOnce(&mut Ui)) {
    card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        ui.label(large(heading).color(Tokens::of(ui).text));
        add(ui);
    });
}

/// A label with a sentence under it on the left, its control on the right.
fn row_ui(ui: &mut Ui, label: &str, detail: &str, add: impl FnOnce(&mut Ui)) {
    let tokens = Tokens::of(ui);
    let words = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.add(Label::new(body(label).medium().color(tokens.text)).wrap());
        if !detail.is_empty() {
            ui.add(Label::new(small(detail).color(tokens.dim)).wrap());
        }
    };
    if ui.available_width() < 460.0 {
        ui.vertical(words);
        ui.horizontal_wrapped(add);
        return;
    }
    ui.horizontal(|ui| {
        let room = ui.available_width() * 0.56;
        ui.vertical(|ui| {
            ui.set_width(room);
            words(ui);
        });
        ui.with_layout(Layout::right_to_left(Align::Center), add);
    });
}

fn appearance_ui(model: &mut Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    row_ui(
        ui,
        "Theme",
        "System follows the setting of your computer.",
        |ui| {
            let mut theme = model.settings.theme;
            let choices = [
                (ThemeChoice::System, "System"),
                (ThemeChoice::Light, "Light"),
                (ThemeChoice::Dark, "Dark"),
            ];
            if segmented(ui, &mut theme, &choices) {
                actions.push(Action::Settings(SettingsAction::Theme(theme)));
            }
        },
    );
}

fn catalogue_ui(model: &mut Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    let folder = model.state.as_ref().map(|state| state.data_dir.clone());
    let here = folder.as_deref().map(|folder| shown(folder).to_string());
    let here = here.unwrap_or_default();
    row_ui(ui, "Data folder", &here, |ui| {
        if secondary_button(ui, "Change…").clicked() {
            actions.push(Action::Settings(SettingsAction::ChooseDataFolder));
        }
        if secondary_button(ui, "Open").clicked() {
            actions.push(Action::Settings(SettingsAction::OpenDataFolder));
        }
    });
    if let Some(next) = &model.settings.data_dir
        && folder.as_deref() != Some(next.as_path())
    {
        let words = format!("From the next start on: {}", shown(next));
        row_ui(ui, "", &words, |ui| {
            if widgets::link(ui, "Use the usual folder").clicked() {
                actions.push(Action::Settings(SettingsAction::UsualDataFolder));
            }
        });
    }
    let words = "Catalogue, previews and index lie there; your picture files stay where they are.";
    ui.label(small(words).color(Tokens::of(ui).dim));
    widgets::hairline(ui);
    row_ui(
        ui,
        "Check the catalogue",
        UiCommand::Verify.tooltip(),
        |ui| {
            if secondary_button(ui, "Verify").clicked() {
                actions.push(UiCommand::Verify.into());
            }
        },
    );
    row_ui(
        ui,
        "Take it elsewhere",
        UiCommand::ExportCatalogue.tooltip(),
        |ui| {
            if ui
                .add(widgets::Button::secondary("Export…").name("Export the catalogue"))
                .clicked()
            {
                actions.push(UiCommand::ExportCatalogue.into());
            }
        },
    );
}

fn indexing_ui(model: &mut Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    let detail = "Automatic leaves one core to the window.";
    row_ui(ui, "Threads", detail, |ui| {
        let threads = model.settings.threads;
        let mut wanted = threads;
        if icon_button(ui, ICON_ADD, "More threads", "More").clicked() {
            wanted = threads.saturating_add(1).min(256);
        }
        let words = if threads == 0 {
            "Automatic".to_owned()
        } else {
            threads.to_string()
        };
        ui.allocate_ui(egui::vec2(76.0, 20.0), |ui| {
            ui.set_min_width(76.0);
            ui.vertical_centered(|ui| ui.label(body(words).color(Tokens::of(ui).text)));
        });
        ui.add_enabled_ui(threads > 0, |ui| {
            if icon_button(ui, ICON_REMOVE, "Fewer threads", "Fewer").clicked() {
                wanted = threads.saturating_sub(1);
            }
        });
        if wanted != threads {
            actions.push(Action::Settings(SettingsAction::Threads(wanted)));
        }
    });
}

fn model_ui(model: &mut Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    let Some(state) = &model.state else { return };
    let info = &state.model;
    let id: String = info.id.chars().take(12).collect();
    let detail = format!("{} numbers describe a picture · {id}", info.dimension);
    row_ui(ui, &info.name, &detail, |ui| {
        if secondary_button(ui, "Use another model…").clicked() {
            actions.push(Action::Settings(SettingsAction::ChooseModel));
        }
    });
    if let Some(next) = &model.settings.model {
        row_ui(
            ui,
            "",
            &format!("From the next start on: {}", shown(next)),
            |ui| {
                if widgets::link(ui, "Use the built-in model").clicked() {
                    actions.push(Action::Settings(SettingsAction::BuiltInModel));
                }
            },
        );
    }
    if info.catalogue_differs.is_some() {
        widgets::callout(ui, tokens.warning_surface, |ui| {
            ui.add(Label::new(body(OTHER_MODEL).color(tokens.text)).wrap());
            if widgets::primary_button(ui, "Index everything again").clicked() {
                actions.push(Action::Settings(SettingsAction::Reindex));
            }
        });
    }
}
