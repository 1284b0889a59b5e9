//! Boxes that hold other widgets: cards, dialogs, notes, empty states.

use egui::{
    Align, Color32, Context, Frame, Id, InnerResponse, Layout, Margin, Modal, Rect, Role,
    ScrollArea, Shape, Stroke, Ui, Vec2,
    epaint::{RoundedRect, tessellator::path::rounded_rectangle},
};
use egui_material_icons::{MaterialIcon, icons::ICON_CLOSE};

use super::Button;
use crate::ui::tokens::{Tokens, body, large, radius, size, space, title};

/// A box with a hairline around it, as wide as there is room.
pub fn card<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let tokens = Tokens::of(ui);
    Frame::new()
        .fill(tokens.card)
        .stroke(Stroke::new(1.0, tokens.line))
        .corner_radius(radius::CARD)
        .inner_margin(Margin::same(space::XL as i8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            add(ui)
        })
}

/// A note on a tinted surface: `surface` is one of the tokens' surfaces.
pub fn callout<R>(
    ui: &mut Ui,
    surface: Color32,
    add: impl FnOnce(&mut Ui) -> R,
) -> InnerResponse<R> {
    Frame::new()
        .fill(surface)
        .corner_radius(radius::CARD)
        .inner_margin(Margin::same(space::M as i8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            add(ui)
        })
}

/// A line of 1 px across.
pub fn hairline(ui: &mut Ui) {
    let (rect, _) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), 1.0), egui::Sense::hover());
    ui.painter().hline(
        rect.x_range(),
        rect.center().y,
        Stroke::new(1.0, Tokens::of(ui).line),
    );
}

/// A dim label in a column of `label_width` points and its value after it.
pub fn label_value(ui: &mut Ui, label_width: f32, label: &str, value: &str) {
    ui.horizontal_top(|ui| {
        let tokens = Tokens::of(ui);
        ui.allocate_ui(Vec2::new(label_width, 20.0), |ui| {
            ui.set_min_width(label_width);
            ui.label(body(label).color(tokens.dim));
        });
        ui.add(
            egui::Label::new(body(value).color(tokens.text))
                .wrap()
                .selectable(true),
        );
    });
}

/// A dialog over the dimmed window, 560 points wide where there is room.
///
/// Returns true if it was closed: by its button, by Escape, or by a click outside.
pub fn dialog(ctx: &Context, id: &str, heading: &str, add: impl FnOnce(&mut Ui)) -> bool {
    dialog_sized(ctx, id, heading, 560.0, add)
}

/// A [`dialog`] of another width in points; its content scrolls if the window is too low.
pub fn dialog_sized(
    ctx: &Context,
    id: &str,
    heading: &str,
    width: f32,
    add: impl FnOnce(&mut Ui),
) -> bool {
    let tokens = Tokens::of(ctx);
    let window = ctx.content_rect();
    let narrow = window.width() < width + 48.0;
    let margin = if narrow { space::L } else { 28.0 };
    let width = width.min(window.width() - 24.0) - 2.0 * margin;
    let frame = Frame::new()
        .fill(tokens.panel)
        .stroke(Stroke::new(1.0, tokens.strong_line))
        .corner_radius(radius::DIALOG)
        .inner_margin(Margin::same(margin as i8));
    let id = Id::unique(("dialog", id));
    let area = Modal::default_area(id)
        .role(Role::Dialog)
        .accessible_name(heading);
    let modal = Modal::new(id)
        .area(area)
        .frame(frame)
        .backdrop_color(tokens.backdrop);
    let response = modal.show(ctx, |ui| {
        ui.set_width(width);
        // egui remembers an area's last height; the dialog may grow beyond it.
        ui.set_max_height(window.height());
        let mut closed = false;
        ui.horizontal_top(|ui| {
            let heading_width = ui.available_width() - 40.0;
            ui.allocate_ui(Vec2::new(heading_width, 28.0), |ui| {
                ui.set_width(heading_width);
                ui.add(egui::Label::new(title(heading).color(tokens.text)).wrap());
            });
            ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
                let close = Button::quiet("").icon(ICON_CLOSE).small().name("Close");
                closed = ui.add(close).on_hover_text("Close (Esc)").clicked();
            });
        });
        let room = (window.height() - 2.0 * margin - 72.0).max(120.0);
        ScrollArea::vertical()
            .max_height(room)
            .min_scrolled_height(room)
            .show(ui, |ui| {
                ui.set_width(width);
                add(ui);
            });
        closed
    });
    response.should_close() || response.inner
}

/// An empty state: what is missing, why, and what to do about it.
pub fn empty_state(
    ui: &mut Ui,
    icon: MaterialIcon,
    heading: &str,
    text: &str,
    buttons: impl FnOnce(&mut Ui),
) {
    let tokens = Tokens::of(ui);
    let above = ((ui.available_height() - 220.0) * 0.42).max(space::L);
    ui.add_space(above);
    ui.vertical_centered(|ui| {
        ui.set_max_width(440.0);
        ui.spacing_mut().item_spacing.y = space::S;
        ui.label(icon.rich_text().size(size::HERO_ICON).color(tokens.accent));
        ui.add_space(space::XS);
        ui.label(large(heading).color(tokens.text));
        if !text.is_empty() {
            ui.label(body(text).color(tokens.dim));
        }
        ui.add_space(space::S);
        centred_row(ui, buttons);
    });
}

/// A row of widgets in the middle: measured in one frame, centred from the next.
pub fn centred_row(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let id = ui.scope_id().with("centred row");
    let known: Option<f32> = ui.data(|data| data.get_temp(id));
    let room = ui.available_width();
    let lead = known.map_or(0.0, |width| ((room - width) / 2.0).max(0.0));
    let row = ui.allocate_ui_with_layout(
        Vec2::new(room, 0.0),
        Layout::left_to_right(Align::Center).with_main_wrap(true),
        |ui| {
            ui.add_space(lead);
            let start = ui.cursor().left();
            add(ui);
            ui.min_rect().right() - start
        },
    );
    let width = row.inner.max(0.0);
    if known.is_none_or(|known| (known - width).abs() > 0.5) {
        ui.data_mut(|data| data.insert_temp(id, width));
        ui.ctx().request_discard("a centred row was measured");
    }
}

/// A column that scrolls, with the window's margins, at most `max_width` points wide.
pub fn scrolled<R>(ui: &mut Ui, id: &str, max_width: f32, add: impl FnOnce(&mut Ui) -> R) -> R {
    let margin = if ui.available_width() < 520.0 {
        space::L
    } else {
        space::XXL
    };
    ScrollArea::vertical()
        .id_salt(id)
        .auto_shrink(false)
        .show(ui, |ui| {
            Frame::new()
                .inner_margin(Margin::same(margin as i8))
                .show(ui, |ui| {
                    ui.set_max_width(max_width.min(ui.available_width()));
                    add(ui)
                })
                .inner
        })
        .inner
}

/// A round outline of dashes: marks a drop zone.
pub fn dashed_outline(ui: &Ui, rect: Rect) {
    let stroke = Stroke::new(2.0, Tokens::of(ui).strong_line);
    let mut path = Vec::new();
    let outline = RoundedRect::new(rect, f32::from(radius::DIALOG));
    rounded_rectangle(&mut path, outline);
    path.extend(path.first().copied());
    ui.painter()
        .extend(Shape::dashed_line(&path, stroke, space::S, 6.0));
}
