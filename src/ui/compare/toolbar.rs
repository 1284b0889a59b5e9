//! The row above two compared pictures.

use egui::{Align, Layout, Rect, Ui, UiBuilder};
use egui_material_icons::icons::{
    ICON_ADD, ICON_ARROW_BACK, ICON_CHEVRON_LEFT, ICON_CHEVRON_RIGHT, ICON_REMOVE, ICON_SWAP_HORIZ,
};

use super::{CompareOutput, CompareView, mode::Mode, scene::Scene};
use crate::ui::{
    tokens::{Tokens, large},
    widgets::{self, Segment},
};

/// Why the ways to lay both over each other cannot be chosen.
const NO_MAP: &str = "It is not known how one lies over the other: no proof of a copy";

impl CompareView {
    pub(super) fn toolbar_ui(&mut self, ui: &mut Ui, scene: &Scene) -> Option<CompareOutput> {
        let place = scene.places.toolbar;
        let mut row = row(ui, place);
        let mut output = back_ui(&mut row, place.width());
        output = self.steps_ui(&mut row).or(output);
        if scene.places.modes.is_none() {
            row.label(large("Compare").color(Tokens::of(&row).text));
            self.modes_ui(&mut row, false);
        }
        row.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::icon_button(ui, ICON_SWAP_HORIZ, "Swap sides", "Swap sides (S)").clicked() {
                self.swapped = !self.swapped;
            }
            // Where they have no place, the wheel, two fingers and the keys zoom.
            if place.width() > 400.0 {
                self.zoom_buttons_ui(ui, scene);
            }
            let full = widgets::quiet_button(ui, "100 %");
            if full
                .on_hover_text("One pixel of the larger picture a screen pixel (1)")
                .clicked()
            {
                self.full_size(ui, scene);
            }
            let fit = widgets::Button::quiet("Fit").selected(self.transform.is_fit());
            if ui.add(fit).on_hover_text("Show both whole (0)").clicked() {
                self.fit();
            }
        });
        if let Some(place) = scene.places.modes {
            let mut row = self::row(ui, place);
            self.modes_ui(&mut row, true);
        }
        output
    }

    fn steps_ui(&self, ui: &mut Ui) -> Option<CompareOutput> {
        let mut output = None;
        if !self.steps {
            return None;
        }
        for (icon, name, keys, step) in [
            (ICON_CHEVRON_LEFT, "Previous result", "Page Up", -1),
            (ICON_CHEVRON_RIGHT, "Next result", "Page Down", 1),
        ] {
            let tip = format!("{name} ({keys})");
            if widgets::icon_button(ui, icon, name, &tip).clicked() {
                output = Some(CompareOutput::Step(step));
            }
        }
        output
    }

    /// The ways to compare; with short labels if the row is their own and narrow.
    fn modes_ui(&mut self, ui: &mut Ui, own_row: bool) {
        let aligned = self.map().is_some();
        let segments = |short: bool| {
            Mode::ALL.map(|mode| Segment {
                value: mode,
                label: if short {
                    mode.short_label()
                } else {
                    mode.label()
                },
                name: mode.label(),
                tip: match aligned || !mode.is_aligned() {
                    true => mode.tip(),
                    false => NO_MAP,
                },
                enabled: aligned || !mode.is_aligned(),
            })
        };
        let full = segments(false);
        let short = own_row && widgets::segmented_width(ui, &full) > ui.available_width();
        let segments = if short { segments(true) } else { full };
        let mut chosen = self.shown_mode();
        if widgets::segmented_of(ui, &mut chosen, &segments) {
            self.set_mode(chosen);
        }
    }

    fn zoom_buttons_ui(&mut self, ui: &mut Ui, scene: &Scene) {
        if widgets::icon_button(ui, ICON_ADD, "Zoom in", "Zoom in (+)").clicked() {
            self.zoom_step(scene, 1);
        }
        if widgets::icon_button(ui, ICON_REMOVE, "Zoom out", "Zoom out (-)").clicked() {
            self.zoom_step(scene, -1);
        }
    }
}

fn row(ui: &mut Ui, place: Rect) -> Ui {
    let layout = Layout::left_to_right(Align::Center);
    ui.new_child(UiBuilder::new().max_rect(place).layout(layout))
}

fn back_ui(ui: &mut Ui, width: f32) -> Option<CompareOutput> {
    let label = if width > 640.0 { "Back" } else { "" };
    let back = widgets::Button::quiet(label)
        .icon(ICON_ARROW_BACK)
        .name("Back");
    let clicked = ui.add(back).on_hover_text("Back (Esc)").clicked();
    clicked.then_some(CompareOutput::Close)
}
