//! The widgets every panel is built from. Each has an accessible name and works by keyboard.

mod badge;
mod button;
mod choice;
mod field;
mod format;
mod meter;
mod slider;
mod surface;

pub use badge::{tag, tag_filled, verdict_badge, verdict_colours};
pub use button::{
    Button, danger_button, icon_button, link, primary_button, quiet_button, secondary_button,
};
pub use choice::{Segment, segmented, segmented_of, segmented_width, toggle};
pub use field::{search_field, text_field};
pub use format::date_time;
pub use meter::{Meter, meter};
pub use slider::slider_percent;
pub use surface::{
    callout, card, centred_row, dashed_outline, dialog, dialog_sized, empty_state, hairline,
    label_value, scrolled,
};

// The writers of labels, beside the widgets that show them.
pub use crate::domain::words::{bytes, date, day, duration, grouped, percent, plural};

use egui::{Response, Stroke, StrokeKind, Ui};

use super::tokens::Tokens;

/// Draws the focus ring.
pub fn focus_ring(ui: &Ui, response: &Response, corner_radius: u8) {
    if response.has_focus() {
        ui.painter().rect_stroke(
            response.rect.expand(2.0),
            f32::from(corner_radius) + 2.0,
            Stroke::new(2.0, Tokens::of(ui).accent),
            StrokeKind::Inside,
        );
    }
}
