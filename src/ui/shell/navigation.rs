//! The way from room to room.

use egui::{
    Align2, CursorIcon, FontId, Frame, Margin, Panel, Response, Role, Sense, Ui, Vec2, WidgetInfo,
    pos2,
};

use crate::ui::{
    action::Action,
    command::UiCommand,
    rooms,
    tokens::{Tokens, medium_family, radius, size, space},
    view::View,
    widgets,
    width::Width,
};

/// Draws the navigation along the left edge, or the lower one in a narrow window. The rooms in
/// `dots` have one beside their symbols.
pub fn navigation_ui(here: View, dots: &[View], ui: &mut Ui, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    let frame = Frame::new().fill(tokens.panel);
    let mut rooms_ui = |ui: &mut Ui, size: Vec2, words: bool| {
        for view in rooms::views() {
            let command = UiCommand::Go(view);
            if room_ui(ui, command, view == here, dots.contains(&view), size, words) {
                actions.push(command.into());
            }
        }
    };
    match Width::of(ui) {
        Width::Narrow => {
            Panel::bottom("navigation")
                .frame(frame.inner_margin(Margin::symmetric(4, 4)))
                .exact_size(52.0)
                .resizable(false)
                .show(ui, |ui| {
                    ui.spacing_mut().item_spacing = Vec2::ZERO;
                    let width = ui.available_width() / rooms::views().len() as f32;
                    ui.horizontal(|ui| rooms_ui(ui, Vec2::new(width, 44.0), false));
                });
        }
        wide => {
            let words = wide == Width::Wide;
            let width = if words { 200.0 } else { 56.0 };
            Panel::left("navigation")
                .frame(frame.inner_margin(Margin::symmetric(8, 12)))
                .exact_size(width)
                .resizable(false)
                .show(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = space::XS;
                    rooms_ui(ui, Vec2::new(ui.available_width(), 36.0), words);
                });
        }
    }
}

/// One room; returns true if it was clicked.
fn room_ui(
    ui: &mut Ui,
    command: UiCommand,
    here: bool,
    dot: bool,
    size: Vec2,
    words: bool,
) -> bool {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::Tab, enabled, here, command.label()));
    if ui.is_rect_visible(rect) {
        paint_room(ui, &response, command, here, dot, words);
    }
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    let clicked = response.clicked();
    if !words {
        let keys = command.keys(ui.ctx()).unwrap_or_default();
        response.on_hover_text(format!("{}  {keys}", command.label()));
    }
    clicked
}

fn paint_room(
    ui: &Ui,
    response: &Response,
    command: UiCommand,
    here: bool,
    dot: bool,
    words: bool,
) {
    let tokens = Tokens::of(ui);
    let rect = response.rect;
    let painter = ui.painter();
    let ink = match (here, response.hovered()) {
        (true, _) => tokens.accent_text,
        (false, true) => tokens.text,
        (false, false) => tokens.dim,
    };
    if here {
        painter.rect_filled(rect, radius::CONTROL, tokens.accent_surface);
    } else if response.hovered() {
        painter.rect_filled(rect, radius::CONTROL, tokens.hover);
    }
    let symbol = command.icon();
    let x = if words {
        rect.left() + 20.0
    } else {
        rect.center().x
    };
    let font = FontId::new(size::ICON + 2.0, symbol.font_family());
    let middle = rect.center().y;
    painter.text(
        pos2(x, middle),
        Align2::CENTER_CENTER,
        symbol.codepoint,
        font,
        ink,
    );
    if dot {
        painter.circle_filled(pos2(x + 9.0, middle - 8.0), 3.5, tokens.warning);
    }
    if words {
        let label = if here || response.hovered() {
            ink
        } else {
            tokens.text
        };
        let font = FontId::new(size::BODY, medium_family());
        let at = pos2(rect.left() + 42.0, middle);
        painter.text(at, Align2::LEFT_CENTER, command.label(), font, label);
        if let Some(keys) = command.keys(ui.ctx()) {
            let font = FontId::proportional(size::SMALL);
            let at = pos2(rect.right() - space::M, middle);
            let ink = if here {
                tokens.accent_text
            } else {
                tokens.faint
            };
            painter.text(at, Align2::RIGHT_CENTER, keys, font, ink);
        }
    }
    widgets::focus_ring(ui, response, radius::CONTROL);
}
