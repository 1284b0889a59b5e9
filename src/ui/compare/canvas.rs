//! What is painted into a canvas: pictures, the outline of what they share, what covers it.

use std::sync::Arc;

use egui::{
    Color32, FontId, Painter, Rect, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, vec2,
};

use super::alignment::{Quad, corners, hatching};
use crate::{
    domain::{
        picture::Pixels,
        proof::{Part, ShareMap},
        query::QuerySource,
    },
    ui::{
        cache::{FULL_SIDE, Measured, PANE_SIDE, Preview, Previews},
        tokens::{self, Tokens, radius, space},
    },
};

/// Points between two lines of the hatching.
const HATCH: f32 = 12.0;

pub fn background_ui(ui: &Ui, place: Rect) {
    ui.painter()
        .rect_filled(place, radius::CARD, Tokens::of(ui).well);
}

pub fn painter(ui: &Ui, place: Rect) -> Painter {
    ui.painter()
        .with_clip_rect(place.shrink(1.0).intersect(ui.clip_rect()))
}

/// Paints a picture where it lies, or what is there instead; returns whether it is there.
pub fn picture_ui(
    ui: &Ui,
    place: Rect,
    quad: Quad,
    tint: Color32,
    source: &QuerySource,
    previews: &mut Previews,
) -> bool {
    // The large view is made only when its pixels would be seen.
    let pixels = quad.longest() * ui.pixels_per_point();
    let max_side = if pixels > PANE_SIDE as f32 {
        FULL_SIDE
    } else {
        PANE_SIDE
    };
    match previews.get(ui.ctx(), source, max_side) {
        Preview::Ready { texture, .. } => {
            painter(ui, place).add(quad.shape(texture.id, tint));
            return true;
        }
        Preview::Loading => waiting_ui(ui, place),
        Preview::Failed(why) => failure_ui(ui, place, &why),
    }
    false
}

pub fn waiting_ui(ui: &Ui, place: Rect) {
    let rect = Rect::from_center_size(place.center(), Vec2::splat(space::XXL));
    egui::Spinner::new().size(space::XXL).paint_at(ui, rect);
}

fn failure_ui(ui: &Ui, place: Rect, why: &str) {
    let tokens = Tokens::of(ui);
    let font = FontId::proportional(tokens::size::BODY);
    let width = (place.width() - 2.0 * space::L).max(1.0);
    let text = ui
        .painter()
        .layout(why.to_owned(), font, tokens.text, width);
    let at = place.center() - text.size() / 2.0;
    ui.painter().galley(at, text, tokens.text);
}

/// Pixels of both to compute with; says why there are none.
pub fn measured_ui(
    ui: &Ui,
    place: Rect,
    sources: [&QuerySource; 2],
    previews: &mut Previews,
) -> Option<[Arc<Pixels>; 2]> {
    let [query, picture] = sources.map(|source| previews.measured(source));
    match (query, picture) {
        (Measured::Ready(query), Measured::Ready(picture)) => Some([query, picture]),
        (Measured::Failed(why), _) | (_, Measured::Failed(why)) => {
            failure_ui(ui, place, &why);
            None
        }
        _ => {
            waiting_ui(ui, place);
            None
        }
    }
}

/// Outlines what the other picture shows too; `outline` is in shares of the picture at `quad`.
pub fn matching_ui(ui: &Ui, place: Rect, quad: Quad, outline: &[[f32; 2]], name: &str) {
    if outline.len() < 3 {
        return;
    }
    let points: Vec<_> = outline.iter().map(|point| quad.at(*point)).collect();
    let tokens = Tokens::of(ui);
    let painter = painter(ui, place);
    // A line of the opposite light under it keeps it in sight on any picture.
    for (width, colour) in [(4.0, tokens.on_accent), (2.0, tokens.accent)] {
        let stroke = Stroke::new(width, colour);
        painter.add(Shape::closed_line(points.clone(), stroke));
    }
    let bounds = Rect::from_points(&points).intersect(place);
    named(ui, bounds, ("matching", name), name);
}

/// Hatches a part in which the two show different things; `map` leads from the picture in which
/// the part is given to the one at `quad`.
pub fn covered_ui(ui: &Ui, place: Rect, quad: Quad, map: &ShareMap, part: Part, name: &str) {
    let tokens = Tokens::of(ui);
    let painter = painter(ui, place);
    let on_screen = |point: [f32; 2]| quad.at(map.apply(point));
    let outline: Vec<_> = corners(part).into_iter().map(on_screen).collect();
    let size = vec2(
        (outline[1] - outline[0]).length(),
        (outline[3] - outline[0]).length(),
    );
    let lines = hatching(part, size, HATCH);
    for (width, colour) in [(3.0, tokens.on_accent), (1.5, tokens.warning)] {
        let stroke = Stroke::new(width * 0.75, colour);
        for [from, to] in &lines {
            painter.line_segment([on_screen(*from), on_screen(*to)], stroke);
        }
        let stroke = Stroke::new(width, colour);
        painter.add(Shape::closed_line(outline.clone(), stroke));
    }
    let bounds = Rect::from_points(&outline).intersect(place);
    let salt = (name, part.x.to_bits(), part.y.to_bits());
    named(ui, bounds, salt, name);
}

/// Says what is painted at a place to those who do not see it.
fn named(ui: &Ui, rect: Rect, salt: impl std::hash::Hash + std::fmt::Debug, name: &str) {
    if rect.is_positive() {
        let response = ui.interact(rect, ui.scope_id().with(salt), Sense::empty());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    }
}
