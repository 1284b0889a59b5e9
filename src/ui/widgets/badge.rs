//! Small labels: verdicts and states. Colour is never the only signal: the word is always there.

use egui::{
    Color32, FontSelection, Response, Role, Sense, Stroke, StrokeKind, TextWrapMode, Ui, Vec2,
    WidgetInfo, WidgetText,
};

use crate::{
    domain::verdict::Verdict,
    ui::tokens::{Tokens, Weight, small},
};

const HEIGHT: f32 = 20.0;

/// Fill, border and ink of a verdict's badge: the surer, the fuller its colour.
pub fn verdict_colours(tokens: &Tokens, verdict: Verdict) -> [Color32; 3] {
    let clear = Color32::TRANSPARENT;
    match verdict {
        Verdict::SameFile => [tokens.accent, tokens.accent, tokens.on_accent],
        Verdict::EditedCopy => [tokens.violet, tokens.violet, tokens.on_violet],
        Verdict::LikelyCopy => [clear, tokens.warning, tokens.warning],
        Verdict::SameScene => [clear, tokens.faint, tokens.text],
        Verdict::Similar => [clear, tokens.strong_line, tokens.dim],
    }
}

/// A verdict as a badge.
pub fn verdict_badge(ui: &mut Ui, verdict: Verdict) -> Response {
    let [fill, border, ink] = verdict_colours(Tokens::of(ui), verdict);
    pill(ui, verdict.label(), fill, border, ink)
}

/// A word in an outline of its colour.
pub fn tag(ui: &mut Ui, text: &str, colour: Color32) -> Response {
    pill(ui, text, Color32::TRANSPARENT, colour, colour)
}

/// A word on a fill of its colour.
pub fn tag_filled(ui: &mut Ui, text: &str, fill: Color32, ink: Color32) -> Response {
    pill(ui, text, fill, Color32::TRANSPARENT, ink)
}

fn pill(ui: &mut Ui, text: &str, fill: Color32, border: Color32, ink: Color32) -> Response {
    let label = small(text).semibold().line_height(None).color(ink);
    let room = (ui.available_width() - 18.0).max(20.0);
    let galley = WidgetText::from(label).into_galley(
        ui,
        Some(TextWrapMode::Truncate),
        room,
        FontSelection::Default,
    );
    let desired = Vec2::new(galley.size().x + 18.0, HEIGHT);
    let (rect, response) = ui.allocate_exact_size(desired, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    if ui.is_rect_visible(rect) {
        let stroke = Stroke::new(1.0, border);
        ui.painter()
            .rect(rect, HEIGHT / 2.0, fill, stroke, StrokeKind::Inside);
        ui.painter()
            .galley(rect.center() - galley.size() / 2.0, galley, ink);
    }
    response
}
