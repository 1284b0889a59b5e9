//! Switches and choices of one among few.

use egui::{
    Align2, CursorIcon, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2,
};

use super::focus_ring;
use crate::ui::tokens::{CONTROL_HEIGHT, Tokens, medium_family, radius, size, space};

/// A row with its label on the left and a switch on the right, operable as a whole.
pub fn toggle(ui: &mut Ui, on: &mut bool, label: &str) -> Response {
    let tokens = Tokens::of(ui);
    let track = Vec2::new(34.0, 20.0);
    let font = egui::FontId::proportional(size::BODY);
    let room = (ui.available_width() - track.x - space::S).max(20.0);
    let galley = super::super::text::elided(ui, label, font, tokens.text, room);
    let width = if ui.available_width().is_finite() {
        ui.available_width().min(420.0)
    } else {
        galley.size().x + space::S + track.x
    };
    let (rect, mut response) =
        ui.allocate_exact_size(Vec2::new(width, CONTROL_HEIGHT), Sense::click());
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    let (enabled, is_on) = (ui.is_enabled(), *on);
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, enabled, is_on, label));
    if ui.is_rect_visible(rect) {
        let how_on = ui.ctx().animate_bool(response.id, *on);
        let at = pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, tokens.text);
        let track = egui::Rect::from_center_size(pos2(rect.right() - 17.0, rect.center().y), track);
        let fill = if *on { tokens.accent } else { tokens.well };
        let border = if *on {
            tokens.accent
        } else {
            tokens.strong_line
        };
        let stroke = Stroke::new(1.0, border);
        ui.painter()
            .rect(track, 10.0, fill, stroke, StrokeKind::Inside);
        let x = egui::lerp(track.left() + 10.0..=track.right() - 10.0, how_on);
        let knob = if *on { tokens.on_accent } else { tokens.dim };
        ui.painter()
            .circle_filled(pos2(x, track.center().y), 6.5, knob);
        focus_ring(ui, &response, radius::CONTROL);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}

/// One part of a [`segmented_of`] choice.
#[derive(Clone, Debug)]
pub struct Segment<'a, T> {
    pub value: T,
    pub label: &'a str,
    /// The name read to people who do not see the label.
    pub name: &'a str,
    /// Shown under the pointer; empty for none.
    pub tip: &'a str,
    pub enabled: bool,
}

/// One of a few, side by side; returns whether the choice changed.
pub fn segmented<T: PartialEq + Clone>(ui: &mut Ui, chosen: &mut T, choices: &[(T, &str)]) -> bool {
    let segments: Vec<Segment<'_, T>> = choices
        .iter()
        .map(|(value, label)| Segment {
            value: value.clone(),
            label,
            name: label,
            tip: "",
            enabled: true,
        })
        .collect();
    segmented_of(ui, chosen, &segments)
}

/// The width of a choice that cuts off no label, in points.
pub fn segmented_width<T>(ui: &Ui, segments: &[Segment<'_, T>]) -> f32 {
    segments
        .iter()
        .map(|segment| segment_width(ui, segment.label))
        .sum::<f32>()
        + 6.0
}

fn segment_font() -> egui::FontId {
    egui::FontId::new(size::BODY, medium_family())
}

fn segment_width(ui: &Ui, label: &str) -> f32 {
    let ink = Tokens::of(ui).text;
    let galley = ui
        .painter()
        .layout_no_wrap(label.to_owned(), segment_font(), ink);
    galley.size().x + 2.0 * space::M
}

/// One of a few, some of which may not be chosen; returns whether the choice changed.
pub fn segmented_of<T: PartialEq + Clone>(
    ui: &mut Ui,
    chosen: &mut T,
    segments: &[Segment<'_, T>],
) -> bool {
    let tokens = Tokens::of(ui);
    let natural = segmented_width(ui, segments);
    let scale = (ui.available_width() / natural).min(1.0);
    let (rect, _) =
        ui.allocate_exact_size(Vec2::new(natural * scale, CONTROL_HEIGHT), Sense::hover());
    let outline = Stroke::new(1.0, tokens.line);
    ui.painter().rect(
        rect,
        radius::CONTROL,
        tokens.background,
        outline,
        StrokeKind::Inside,
    );
    let mut changed = false;
    let mut left = rect.left() + 3.0;
    for segment in segments {
        let width = segment_width(ui, segment.label) * scale;
        let part = egui::Rect::from_min_size(
            pos2(left, rect.top() + 3.0),
            Vec2::new(width.min(rect.right() - 3.0 - left), rect.height() - 6.0),
        );
        left += width;
        let selected = *chosen == segment.value;
        if segment_ui(ui, part, segment, selected).clicked() && !selected {
            *chosen = segment.value.clone();
            changed = true;
        }
    }
    changed
}

fn segment_ui<T>(ui: &Ui, part: egui::Rect, segment: &Segment<'_, T>, selected: bool) -> Response {
    let tokens = Tokens::of(ui);
    let id = ui.scope_id().with(("segment", segment.name));
    let enabled = ui.is_enabled() && segment.enabled;
    let sense = if segment.enabled {
        Sense::click()
    } else {
        Sense::hover()
    };
    let mut response = ui.interact(part, id, sense);
    response
        .widget_info(|| WidgetInfo::selected(Role::RadioButton, enabled, selected, segment.name));
    if enabled {
        response = response.on_hover_cursor(CursorIcon::PointingHand);
    }
    let ink = match (selected, response.hovered() && enabled) {
        (true, _) => tokens.accent_text,
        (false, true) => tokens.text,
        (false, false) if enabled => tokens.dim,
        (false, false) => tokens.faint.gamma_multiply(0.6),
    };
    if selected {
        ui.painter()
            .rect_filled(part, radius::CONTROL - 2, tokens.accent_surface);
    }
    let painter = ui.painter().with_clip_rect(part.intersect(ui.clip_rect()));
    painter.text(
        part.center(),
        Align2::CENTER_CENTER,
        segment.label,
        segment_font(),
        ink,
    );
    focus_ring(ui, &response, radius::CONTROL - 2);
    if segment.tip.is_empty() {
        response
    } else {
        response.on_hover_text(segment.tip)
    }
}
