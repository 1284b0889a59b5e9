//! A quiet button that opens a menu: its label, then the arrow.

use egui::{Align2, CursorIcon, FontId, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use egui_material_icons::icons::ICON_ARROW_DROP_DOWN;

use crate::ui::{
    tokens::{self, Tokens, radius, size, space},
    widgets,
};

/// `name` is for screen readers; a menu is hung on the response.
pub fn dropdown(ui: &mut Ui, label: &str, name: &str) -> Response {
    let tokens = Tokens::of(ui);
    let font = FontId::new(size::BODY, tokens::medium_family());
    let text = ui
        .painter()
        .layout_no_wrap(label.to_owned(), font, tokens.dim);
    let width = text.size().x + size::ICON + space::S + space::XS;
    let desired = vec2(width, tokens::CONTROL_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(desired, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    if ui.is_rect_visible(rect) {
        let ink = if response.hovered() {
            tokens.text
        } else {
            tokens.dim
        };
        if response.hovered() {
            ui.painter()
                .rect_filled(rect, radius::CONTROL, tokens.hover);
        }
        let at = pos2(
            rect.left() + space::S,
            rect.center().y - text.size().y / 2.0,
        );
        ui.painter().galley_with_override_text_color(at, text, ink);
        let icon = FontId::new(size::ICON, ICON_ARROW_DROP_DOWN.font_family());
        let at = rect.right_center() - vec2(space::XS, 0.0);
        let arrow = ICON_ARROW_DROP_DOWN.codepoint;
        ui.painter()
            .text(at, Align2::RIGHT_CENTER, arrow, icon, ink);
        widgets::focus_ring(ui, &response, radius::CONTROL);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}
