//! A slider over shares.

use std::ops::RangeInclusive;

use egui::{
    CursorIcon, EventFilter, Key, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    accesskit::Action, lerp, pos2, remap_clamp,
};

use super::focus_ring;
use crate::ui::tokens::{Tokens, radius};

const RAIL: f32 = 6.0;
const HANDLE: f32 = 8.0;
/// Step of an arrow key.
const STEP: f32 = 0.01;

/// A slider over `range` of shares (`0.0..=1.0` is 0 to 100 %), as wide as there is room.
///
/// Arrow keys move it by 1 %, Page Up and Page Down by 10 %; `name` is for screen readers.
pub fn slider_percent(
    ui: &mut Ui,
    value: &mut f32,
    range: RangeInclusive<f32>,
    name: &str,
) -> Response {
    let before = *value;
    let width = ui.available_width().max(48.0);
    let (rect, mut response) =
        ui.allocate_exact_size(Vec2::new(width, 24.0), Sense::click_and_drag());
    let travel = rect.left() + HANDLE..=rect.right() - HANDLE;
    if let Some(at) = response.interact_pointer_pos() {
        *value = round(remap_clamp(at.x, travel.clone(), range.clone()));
    }
    *value = round((*value + steps(ui, &response) * STEP).clamp(*range.start(), *range.end()));
    if *value != before {
        response.mark_changed();
    }
    let (enabled, shown) = (ui.is_enabled(), f64::from((*value * 100.0).round()));
    response.widget_info(|| WidgetInfo::slider(enabled, shown, name));
    describe(ui, &response, &range);
    if ui.is_rect_visible(rect) {
        let tokens = Tokens::of(ui);
        let rail = Rect::from_center_size(rect.center(), Vec2::new(rect.width(), RAIL));
        ui.painter().rect_filled(rail, RAIL / 2.0, tokens.well);
        let share = remap_clamp(*value, range, 0.0..=1.0);
        let x = lerp(travel, share);
        let filled = Rect::from_min_max(rail.min, pos2(x, rail.max.y));
        ui.painter().rect_filled(filled, RAIL / 2.0, tokens.accent);
        let knob = if response.hovered() || response.dragged() {
            tokens.accent_hover
        } else {
            tokens.accent
        };
        let handle = Rect::from_center_size(pos2(x, rect.center().y), Vec2::splat(2.0 * HANDLE));
        let ring = Stroke::new(3.0, tokens.panel);
        ui.painter()
            .rect(handle, HANDLE, knob, ring, StrokeKind::Inside);
        focus_ring(ui, &response, radius::CONTROL);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}

fn round(share: f32) -> f32 {
    (share * 100.0).round() / 100.0
}

/// Steps requested by the keyboard or by assistive technology.
fn steps(ui: &Ui, response: &Response) -> f32 {
    let mut steps = 0_i32;
    if response.has_focus() {
        let arrows = EventFilter {
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        ui.input(|input| {
            let presses = |key: Key| input.num_presses(key) as i32;
            steps += presses(Key::ArrowRight) - presses(Key::ArrowLeft);
            steps += 10 * (presses(Key::PageUp) - presses(Key::PageDown));
        });
    }
    ui.input(|input| {
        let asked = |action| input.num_accesskit_action_requests(response.id, action) as i32;
        steps += asked(Action::Increment) - asked(Action::Decrement);
    });
    steps as f32
}

fn describe(ui: &Ui, response: &Response, range: &RangeInclusive<f32>) {
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_min_numeric_value(f64::from(range.start() * 100.0));
        node.set_max_numeric_value(f64::from(range.end() * 100.0));
        node.set_numeric_value_step(f64::from(STEP * 100.0));
        node.add_action(Action::Increment);
        node.add_action(Action::Decrement);
    });
}
