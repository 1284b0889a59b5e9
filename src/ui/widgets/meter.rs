//! A bar that fills towards a cap.

use egui::{Color32, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo};

use crate::ui::tokens::Tokens;

/// What a meter shows.
pub struct Meter<'a> {
    pub value: u64,
    /// What would be added, drawn paler after `value`.
    pub pending: u64,
    /// Zero draws an empty bar.
    pub cap: u64,
    /// Shares `0..=1` of the cap to mark.
    pub marks: &'a [f32],
    pub colour: Color32,
    /// What screen readers call it.
    pub label: &'a str,
}

const HEIGHT: f32 = 8.0;

/// Draws the meter as wide as there is room.
pub fn meter(ui: &mut Ui, meter: &Meter<'_>) -> Response {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, HEIGHT), Sense::hover());
    let share = |value: u64| match meter.cap {
        0 => 0.0,
        cap => (value as f32 / cap as f32).min(1.0),
    };
    let (now, then) = (
        share(meter.value),
        share(meter.value.saturating_add(meter.pending)),
    );
    response.widget_info(|| WidgetInfo {
        value: Some(f64::from(now * 100.0).round()),
        ..WidgetInfo::labeled(Role::ProgressIndicator, true, meter.label)
    });
    if ui.is_rect_visible(rect) {
        let tokens = Tokens::of(ui);
        let painter = ui.painter();
        painter.rect_filled(rect, HEIGHT / 2.0, tokens.well);
        let part = |share: f32| {
            // A bar narrower than it is high would lose its round ends.
            let width = (rect.width() * share).max(HEIGHT);
            Rect::from_min_size(rect.min, Vec2::new(width, HEIGHT))
        };
        if then > now {
            painter.rect_filled(part(then), HEIGHT / 2.0, meter.colour.gamma_multiply(0.45));
        }
        if now > 0.0 {
            painter.rect_filled(part(now), HEIGHT / 2.0, meter.colour);
        }
        for mark in meter.marks {
            let x = rect.left() + rect.width() * mark;
            painter.vline(
                x,
                rect.y_range().expand(3.0),
                Stroke::new(1.0, tokens.faint),
            );
        }
    }
    response
}
