//! One picture of the grid: its thumbnail over its verdict, score and name.

use std::sync::Arc;

use egui::{
    Align2, Color32, CornerRadius, FontId, Galley, Rect, Response, Role, Sense, Shape, Stroke,
    StrokeKind, Ui, WidgetInfo, epaint::RectShape, load::SizedTexture, pos2, vec2,
};

use super::{badge::verdict_mark_ui, elide::elide_middle};
use crate::{
    domain::verdict::Verdict,
    ui::{
        cache::Thumbnail,
        tokens::{Tokens, radius, size, space},
        widgets,
    },
};

/// Height of a line of small text.
const LINE: f32 = 16.0;
/// Height of the line with the badge.
const BADGE_LINE: f32 = 20.0;

/// What is written under a thumbnail.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    pub title: String,
    /// With the score in `0..=1`.
    pub verdict: Option<(Verdict, f32)>,
    /// The quick search missed it.
    pub missed: bool,
    /// A dim second line, such as the category; only where there is no verdict.
    pub note: String,
}

impl Cell {
    /// The accessible name, by which tests find the cell.
    fn accessible_name(&self) -> String {
        let mut name = self.title.clone();
        if let Some((verdict, score)) = self.verdict {
            name += &format!(", {}, {}", verdict.label(), widgets::percent(score));
        } else if !self.note.is_empty() {
            name += &format!(", {}", self.note);
        }
        if self.missed {
            name += ", missed by the quick search";
        }
        name
    }
}

/// The state of a cell in its grid.
#[derive(Clone, Copy, Debug, Default)]
pub struct CellState {
    pub chosen: bool,
    /// The cursor is here, and the grid has the focus.
    pub cursor: bool,
}

/// The height of a cell of this width.
pub fn cell_height(width: f32) -> f32 {
    (width + space::S + BADGE_LINE + space::XS + LINE + space::S).round()
}

/// Draws a cell. It takes clicks but not the focus, which belongs to the grid.
pub fn cell_ui(
    ui: &Ui,
    rect: Rect,
    id: egui::Id,
    cell: &Cell,
    thumbnail: Thumbnail,
    state: CellState,
) -> Response {
    let response = ui.interact(rect, id, Sense::CLICK);
    response.widget_info(|| {
        WidgetInfo::selected(
            Role::ListBoxOption,
            true,
            state.chosen,
            cell.accessible_name(),
        )
    });
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let tokens = Tokens::of(ui);
    let fill = if state.chosen {
        tokens.accent_surface
    } else {
        tokens.card
    };
    ui.painter().rect_filled(rect, radius::CARD, fill);
    let picture = Rect::from_min_size(rect.min, vec2(rect.width(), rect.width()));
    thumbnail_ui(ui, picture, thumbnail);
    caption_ui(ui, rect, picture.bottom() + space::S, cell);
    outline_ui(ui, rect, &response, state);
    response
}

fn outline_ui(ui: &Ui, rect: Rect, response: &Response, state: CellState) {
    let tokens = Tokens::of(ui);
    let stroke = if state.chosen {
        Stroke::new(2.0, tokens.accent)
    } else if response.hovered() {
        Stroke::new(1.0, tokens.faint)
    } else {
        Stroke::new(1.0, tokens.line)
    };
    ui.painter()
        .rect_stroke(rect, radius::CARD, stroke, StrokeKind::Inside);
    if state.cursor {
        let ring = Stroke::new(2.0, tokens.text);
        ui.painter()
            .rect_stroke(rect.expand(3.0), radius::CARD + 3, ring, StrokeKind::Inside);
    }
}

fn caption_ui(ui: &Ui, rect: Rect, top: f32, cell: &Cell) {
    let tokens = Tokens::of(ui);
    let inner = rect.shrink2(vec2(space::S + 2.0, 0.0));
    let font = FontId::proportional(size::SMALL);
    let name_line = |y: f32, text: &str, colour: Color32| {
        let text = elide_middle(ui, text, &font, inner.width());
        ui.painter().text(
            pos2(inner.left(), y),
            Align2::LEFT_TOP,
            text,
            font.clone(),
            colour,
        );
    };
    let Some((verdict, score)) = cell.verdict else {
        name_line(top + 2.0, &cell.title, tokens.text);
        name_line(top + BADGE_LINE + space::XS, &cell.note, tokens.dim);
        return;
    };
    let line = Rect::from_min_size(pos2(inner.left(), top), vec2(inner.width(), BADGE_LINE));
    let badge = verdict_mark_ui(ui, line.left_center(), verdict);
    let font_of_score = FontId::proportional(size::BODY);
    let score = widgets::percent(score);
    let score = ui
        .painter()
        .layout_no_wrap(score, font_of_score, tokens.dim);
    if badge.right() + space::XS + score.size().x <= inner.right() {
        let at = pos2(
            inner.right() - score.size().x,
            line.center().y - score.size().y / 2.0,
        );
        ui.painter().galley(at, score, tokens.dim);
    } else {
        // A small cell has room for the word only: the score is drawn on the picture.
        let corner = pos2(rect.right() - space::S, top - space::M);
        chip_ui(ui, Align2::RIGHT_BOTTOM, corner, score, tokens.line);
    }
    name_line(top + BADGE_LINE + space::XS, &cell.title, tokens.text);
    if cell.missed {
        missed_ui(ui, rect);
    }
}

/// Marks what the quick search missed, over the thumbnail's corner.
fn missed_ui(ui: &Ui, rect: Rect) {
    let colour = Tokens::of(ui).warning;
    let font = FontId::proportional(size::SMALL);
    let text = ui
        .painter()
        .layout_no_wrap("Missed before".to_owned(), font, colour);
    chip_ui(
        ui,
        Align2::LEFT_TOP,
        rect.min + vec2(space::S, space::S),
        text,
        colour,
    );
}

/// A short text over a picture.
fn chip_ui(ui: &Ui, align: Align2, at: egui::Pos2, text: Arc<Galley>, border: Color32) {
    let tokens = Tokens::of(ui);
    let place = align.anchor_size(at, text.size() + vec2(2.0 * space::S, space::XS));
    let stroke = Stroke::new(1.0, border);
    let round = place.height() / 2.0;
    ui.painter()
        .rect(place, round, tokens.background, stroke, StrokeKind::Inside);
    ui.painter()
        .galley(place.center() - text.size() / 2.0, text, tokens.text);
}

/// The thumbnail in a square with round upper corners, or its placeholder.
fn thumbnail_ui(ui: &Ui, rect: Rect, thumbnail: Thumbnail) {
    let tokens = Tokens::of(ui);
    let corners = CornerRadius {
        nw: radius::CARD,
        ne: radius::CARD,
        sw: 0,
        se: 0,
    };
    match thumbnail {
        Thumbnail::Ready(texture) => {
            if !is_extreme(texture.size) {
                ui.painter().add(covering(rect, texture, corners));
                return;
            }
            ui.painter().rect_filled(rect, corners, tokens.background);
            ui.painter().add(contained(rect, texture));
        }
        Thumbnail::Loading => {
            ui.painter().rect_filled(rect, corners, tokens.line);
        }
        Thumbnail::Missing => {
            ui.painter().rect_filled(rect, corners, tokens.background);
            let icon = egui_material_icons::icons::ICON_IMAGE.codepoint;
            let font = FontId::proportional(size::HERO_ICON);
            ui.painter().text(
                rect.center(),
                Align2::CENTER_CENTER,
                icon,
                font,
                tokens.faint,
            );
        }
    }
}

/// Whether the picture is so long or wide that a square crop would show next to nothing.
fn is_extreme(size: egui::Vec2) -> bool {
    let (long, short) = (size.max_elem(), size.min_elem().max(1.0));
    long / short > 2.5
}

/// The middle of a picture filling `rect`.
pub fn covering(rect: Rect, texture: SizedTexture, corners: CornerRadius) -> Shape {
    let size = texture.size.max(vec2(1.0, 1.0));
    let scale = (rect.width() / size.x).max(rect.height() / size.y);
    let shown = rect.size() / (size * scale);
    let uv = Rect::from_center_size(pos2(0.5, 0.5), shown);
    RectShape::filled(rect, corners, Color32::WHITE)
        .with_texture(texture.id, uv)
        .into()
}

/// The whole picture within `rect`.
pub fn contained(rect: Rect, texture: SizedTexture) -> Shape {
    let place = fitted(rect, texture.size);
    let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    RectShape::filled(place, CornerRadius::ZERO, Color32::WHITE)
        .with_texture(texture.id, uv)
        .into()
}

/// The largest rectangle of the shape of `size` in the middle of `rect`; a point wide at least.
pub fn fitted(rect: Rect, size: egui::Vec2) -> Rect {
    let size = size.max(vec2(1.0, 1.0));
    let scale = (rect.width() / size.x).min(rect.height() / size.y);
    Rect::from_center_size(rect.center(), (size * scale).max(vec2(1.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_fitted_whole_and_in_its_shape() {
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(100.0, 100.0));
        assert_eq!(fitted(rect, vec2(400.0, 200.0)).size(), vec2(100.0, 50.0));
        assert_eq!(fitted(rect, vec2(1.0, 5_000.0)).size(), vec2(1.0, 100.0));
        assert_eq!(fitted(rect, vec2(0.0, 0.0)).size(), vec2(100.0, 100.0));
    }

    #[test]
    fn a_cell_says_all_it_shows() {
        let cell = Cell {
            title: "a.jpg".to_owned(),
            verdict: Some((Verdict::EditedCopy, 0.944)),
            missed: true,
            note: String::new(),
        };
        let name = cell.accessible_name();
        assert_eq!(name, "a.jpg, Edited copy, 94 %, missed by the quick search");
    }
}
