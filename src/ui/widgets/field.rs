//! Fields to type into.

use egui::{Frame, Margin, Response, Stroke, TextEdit, Ui, Vec2};
use egui_material_icons::icons::{ICON_CLOSE, ICON_SEARCH};

use super::icon_button;
use crate::ui::tokens::{CONTROL_HEIGHT, Tokens, radius, size, space};

/// A field of one line; `name` is what screen readers call it.
pub fn text_field(ui: &mut Ui, text: &mut String, name: &str, hint: &str, width: f32) -> Response {
    framed(ui, width, |ui| {
        let edit = TextEdit::singleline(text)
            .hint_text(hint.to_owned())
            .frame(Frame::NONE)
            .margin(Margin::ZERO)
            .align(egui::Align2::LEFT_CENTER)
            .desired_width(f32::INFINITY);
        named(ui.add(edit), name)
    })
}

/// A field to search with: a symbol before it and a way to empty it after it.
pub fn search_field(
    ui: &mut Ui,
    text: &mut String,
    name: &str,
    hint: &str,
    width: f32,
) -> Response {
    framed(ui, width, |ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let tokens = Tokens::of(ui);
        ui.label(ICON_SEARCH.rich_text().size(size::ICON).color(tokens.dim));
        let clear = if text.is_empty() { 0.0 } else { 32.0 };
        let edit = TextEdit::singleline(text)
            .hint_text(hint.to_owned())
            .frame(Frame::NONE)
            .margin(Margin::ZERO)
            .align(egui::Align2::LEFT_CENTER)
            .desired_width((ui.available_width() - clear).max(24.0));
        let mut response = named(ui.add(edit), name);
        if !text.is_empty() {
            let empty = icon_button(ui, ICON_CLOSE, &format!("Clear {name}"), "Clear");
            if empty.clicked() {
                text.clear();
                response.mark_changed();
                response.request_focus();
            }
        }
        response
    })
}

fn named(response: Response, name: &str) -> Response {
    response
        .ctx
        .accesskit_node_builder(response.id, |node| node.set_label(name));
    response
}

fn framed(ui: &mut Ui, width: f32, add: impl FnOnce(&mut Ui) -> Response) -> Response {
    let tokens = Tokens::of(ui);
    let width = width.min(ui.available_width());
    let mut prepared = Frame::new()
        .fill(tokens.background)
        .stroke(Stroke::new(1.0, tokens.strong_line))
        .corner_radius(radius::CONTROL)
        .inner_margin(Margin::symmetric(10, 0))
        .begin(ui);
    let inner = Vec2::new((width - 22.0).max(24.0), CONTROL_HEIGHT - 2.0);
    let response = prepared
        .content_ui
        .allocate_ui_with_layout(
            inner,
            egui::Layout::left_to_right(egui::Align::Center),
            |ui| {
                ui.set_min_size(inner);
                add(ui)
            },
        )
        .inner;
    if response.has_focus() {
        prepared.frame.stroke = Stroke::new(1.0, tokens.accent);
    }
    prepared.end(ui);
    response
}
