//! Text laid out by hand, where a widget paints itself.

use std::sync::Arc;

use egui::{
    Color32, FontId, Galley, Ui,
    text::{LayoutJob, TextWrapping},
};

/// One line, shortened with an ellipsis where it is wider than `room` points.
pub fn elided(ui: &Ui, text: &str, font: FontId, colour: Color32, room: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, colour);
    job.wrap = TextWrapping::truncate_at_width(room);
    ui.painter().layout_job(job)
}
