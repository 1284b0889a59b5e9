//! A verdict's badge, painted without a widget: a grid draws hundreds of them.

use egui::{FontId, Pos2, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::{
    domain::verdict::Verdict,
    ui::{
        tokens::{self, Tokens},
        widgets,
    },
};

const HEIGHT: f32 = 20.0;

/// Paints the badge with its left centre at `at` and returns its place.
///
/// Never colour alone: fill, outline and the word tell verdicts apart.
pub fn verdict_mark_ui(ui: &Ui, at: Pos2, verdict: Verdict) -> Rect {
    let [fill, border, ink] = widgets::verdict_colours(Tokens::of(ui), verdict);
    let font = FontId::new(tokens::size::SMALL, tokens::semibold_family());
    let text = ui
        .painter()
        .layout_no_wrap(verdict.label().to_owned(), font, ink);
    let width = text.size().x + 18.0;
    let rect = Rect::from_min_size(pos2(at.x, at.y - HEIGHT / 2.0), vec2(width, HEIGHT));
    let stroke = Stroke::new(1.0, border);
    ui.painter()
        .rect(rect, HEIGHT / 2.0, fill, stroke, StrokeKind::Inside);
    ui.painter()
        .galley(rect.center() - text.size() / 2.0, text, ink);
    rect
}
