//! All packages at a glance: what each costs a month, and what choosing it means today.

use std::collections::BTreeSet;

use egui::{
    Align2, Color32, CornerRadius, FontSelection, Rect, Response, RichText, Role, Sense, Stroke,
    StrokeKind, TextWrapMode, Ui, WidgetInfo, WidgetText, pos2, vec2,
};

use super::{
    cell::{accessible_name, explanation, remark, today},
    figures::{Figure, Offer},
    words::{list_price, short_title},
};
use crate::{
    domain::{
        plan::{PlanId, price_list},
        words::grouped,
    },
    ui::{
        action::{Opening, SubscriptionAction},
        tokens::{Tokens, Weight, body, radius, small, space},
        widgets::plural,
    },
};

const HEAD_HEIGHT: f32 = 36.0;
const ROW_HEIGHT: f32 = 46.0;
const SIZE_WIDTH: f32 = 112.0;
const PADDING: f32 = 14.0;

/// The narrowest width the table is drawn in; below it packages are a list.
pub const TABLE_WIDTH: f32 = 640.0;

/// Draws every package as a button; `recommended` is marked.
pub fn matrix_ui(
    figures: &[Figure],
    recommended: Option<&PlanId>,
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) {
    let clicked = if ui.available_width() >= TABLE_WIDTH {
        table_ui(figures, recommended, ui)
    } else {
        list_ui(figures, recommended, ui)
    };
    if let Some(figure) = clicked {
        out.push(chosen(figure));
    }
}

/// What a click on a package asks for.
fn chosen(figure: &Figure) -> SubscriptionAction {
    let plan = figure.plan.id.clone();
    match figure.offer {
        Offer::FreeMonth => SubscriptionAction::StartTrial,
        Offer::Yours | Offer::Renew(_) => SubscriptionAction::Open(Opening::Renew(Some(plan))),
        Offer::Buy(_) => SubscriptionAction::Open(Opening::Purchase(Some(plan))),
        Offer::Change(_) | Offer::Refused(_) => SubscriptionAction::Open(Opening::Change(plan)),
    }
}

fn table_ui<'a>(
    figures: &'a [Figure],
    recommended: Option<&PlanId>,
    ui: &mut Ui,
) -> Option<&'a Figure> {
    let sizes: BTreeSet<u64> = figures.iter().map(|figure| figure.plan.images).collect();
    let speeds: BTreeSet<u32> = figures.iter().map(|figure| figure.plan.query_qps).collect();
    let size = vec2(
        ui.available_width(),
        HEAD_HEIGHT + ROW_HEIGHT * sizes.len() as f32,
    );
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let tokens = Tokens::of(ui);
    ui.painter().rect_filled(rect, radius::CARD, tokens.card);
    let columns = column_edges(rect, &speeds);
    head_ui(rect, &columns, &speeds, ui);
    let mut clicked = None;
    for (row, images) in sizes.iter().enumerate() {
        let top = rect.top() + HEAD_HEIGHT + ROW_HEIGHT * row as f32;
        let row = Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), ROW_HEIGHT));
        ui.painter()
            .hline(rect.x_range(), top, Stroke::new(1.0, tokens.line));
        let at = pos2(row.left() + PADDING, row.center().y);
        text_at(
            ui,
            at,
            Align2::LEFT_CENTER,
            body(grouped(*images)).medium().color(tokens.text),
        );
        for (column, qps) in speeds.iter().enumerate() {
            let cell = Rect::from_x_y_ranges(columns[column]..=columns[column + 1], row.y_range());
            let figure = figures
                .iter()
                .find(|figure| figure.plan.images == *images && figure.plan.query_qps == *qps);
            if let Some(figure) = figure
                && cell_ui(figure, recommended == Some(&figure.plan.id), cell, ui).clicked()
            {
                clicked = Some(figure);
            }
        }
    }
    for x in &columns[..columns.len() - 1] {
        ui.painter()
            .vline(*x, rect.y_range(), Stroke::new(1.0, tokens.line));
    }
    let edge = Stroke::new(1.0, tokens.line);
    ui.painter()
        .rect_stroke(rect, radius::CARD, edge, StrokeKind::Inside);
    clicked
}

/// The left edges of the QPS columns, and the table's right edge. The faster, the longer the
/// amounts: each column is a little wider than the one before.
fn column_edges(rect: Rect, speeds: &BTreeSet<u32>) -> Vec<f32> {
    const WIDER: f32 = 0.1;
    let left = rect.left() + SIZE_WIDTH;
    let weight = |column: usize| 1.0 + WIDER * column as f32;
    let all: f32 = (0..speeds.len()).map(weight).sum();
    let edge = |column: usize| {
        let before: f32 = (0..column).map(weight).sum();
        (left + (rect.right() - left) * before / all).round()
    };
    (0..=speeds.len()).map(edge).collect()
}

fn head_ui(rect: Rect, columns: &[f32], speeds: &BTreeSet<u32>, ui: &mut Ui) {
    let colour = Tokens::of(ui).dim;
    let y = rect.top() + HEAD_HEIGHT / 2.0;
    let at = |left: f32| pos2(left + PADDING, y);
    text_at(
        ui,
        at(rect.left()),
        Align2::LEFT_CENTER,
        small("Pictures").color(colour),
    );
    for (left, qps) in columns.iter().zip(speeds) {
        let text = format!(
            "{qps} QPS: {} a second",
            plural((*qps).into(), "search", "searches")
        );
        let text = small(text).color(colour);
        text_at(ui, at(*left), Align2::LEFT_CENTER, text);
    }
}

/// One package of the table: price at the left, today's amount at the right, a remark under it.
fn cell_ui(figure: &Figure, recommended: bool, rect: Rect, ui: &mut Ui) -> Response {
    let tokens = Tokens::of(ui);
    let response = button_of(figure, recommended, rect, ui);
    let yours = figure.offer == Offer::Yours;
    let fill = match (yours, response.hovered()) {
        (true, _) => tokens.accent_surface,
        (false, true) => tokens.hover,
        (false, false) => Color32::TRANSPARENT,
    };
    ui.painter()
        .rect_filled(rect.shrink(1.0), CornerRadius::ZERO, fill);
    frame_of(&response, recommended, rect, ui);
    let price = body(list_price(figure.plan.price))
        .semibold()
        .color(tokens.text);
    let (left, right) = (rect.left() + PADDING, rect.right() - PADDING);
    let (today, colour) = today(figure, tokens);
    let remark = remark(figure, recommended, tokens);
    let middle = rect.center().y;
    let line = if remark.is_some() {
        middle - 8.0
    } else {
        middle
    };
    text_at(ui, pos2(left, line), Align2::LEFT_CENTER, price);
    text_at(
        ui,
        pos2(right, line),
        Align2::RIGHT_CENTER,
        body(today).color(colour),
    );
    if let Some((text, colour)) = remark {
        let text = small(text).color(colour);
        text_at(ui, pos2(left, middle + 10.0), Align2::LEFT_CENTER, text);
    }
    response
}

/// The packages of a narrow window, one under the other.
fn list_ui<'a>(
    figures: &'a [Figure],
    recommended: Option<&PlanId>,
    ui: &mut Ui,
) -> Option<&'a Figure> {
    let row_height = ROW_HEIGHT + space::S;
    let size = vec2(ui.available_width(), row_height * figures.len() as f32);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let tokens = Tokens::of(ui);
    ui.painter().rect_filled(rect, radius::CARD, tokens.card);
    let mut clicked = None;
    for (row, figure) in figures.iter().enumerate() {
        let top = rect.top() + row_height * row as f32;
        let cell = Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), row_height));
        if list_row_ui(figure, recommended == Some(&figure.plan.id), cell, ui).clicked() {
            clicked = Some(figure);
        }
        if row > 0 {
            ui.painter()
                .hline(rect.x_range(), top, Stroke::new(1.0, tokens.line));
        }
    }
    let edge = Stroke::new(1.0, tokens.line);
    ui.painter()
        .rect_stroke(rect, radius::CARD, edge, StrokeKind::Inside);
    clicked
}

fn list_row_ui(figure: &Figure, recommended: bool, rect: Rect, ui: &mut Ui) -> Response {
    let tokens = Tokens::of(ui);
    let response = button_of(figure, recommended, rect, ui);
    let fill = match (&figure.offer, response.hovered()) {
        (Offer::Yours, _) => tokens.accent_surface,
        (_, true) => tokens.hover,
        (_, false) => Color32::TRANSPARENT,
    };
    ui.painter()
        .rect_filled(rect.shrink(1.0), radius::CONTROL, fill);
    frame_of(&response, recommended, rect, ui);
    let (left, right) = (rect.left() + PADDING, rect.right() - PADDING);
    let (upper, lower) = (rect.center().y - 10.0, rect.center().y + 11.0);
    let title = short_title(figure.plan);
    let title = body(title).medium().color(tokens.text);
    text_at(ui, pos2(left, upper), Align2::LEFT_CENTER, title);
    let price = body(list_price(figure.plan.price))
        .semibold()
        .color(tokens.text);
    text_at(ui, pos2(right, upper), Align2::RIGHT_CENTER, price);
    let (today, colour) = today(figure, tokens);
    text_at(
        ui,
        pos2(right, lower),
        Align2::RIGHT_CENTER,
        small(today).color(colour),
    );
    if let Some((text, colour)) = remark(figure, recommended, tokens) {
        text_at(
            ui,
            pos2(left, lower),
            Align2::LEFT_CENTER,
            small(text).color(colour),
        );
    }
    response
}

/// The button itself: its name tells what the cell shows, and more on hovering.
fn button_of(figure: &Figure, recommended: bool, rect: Rect, ui: &mut Ui) -> Response {
    let id = ui.scope_id().with(("package", &figure.plan.id.0));
    let response = ui.interact(rect, id, Sense::click());
    let name = accessible_name(figure, recommended);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    response
        .on_hover_cursor(egui::CursorIcon::PointingHand)
        .on_hover_text(explanation(figure))
}

/// A ring around the recommended package and around the focused one.
fn frame_of(response: &Response, recommended: bool, rect: Rect, ui: &Ui) {
    let tokens = Tokens::of(ui);
    if recommended || response.has_focus() {
        let width = if response.has_focus() { 2.0 } else { 1.0 };
        let stroke = Stroke::new(width, tokens.accent);
        ui.painter()
            .rect_stroke(rect.shrink(1.5), 4.0, stroke, StrokeKind::Inside);
    }
}

/// More pictures than the largest package holds.
pub fn largest() -> u64 {
    price_list()
        .plans
        .iter()
        .map(|plan| plan.images)
        .max()
        .unwrap_or_default()
}

fn text_at(ui: &Ui, at: egui::Pos2, align: Align2, text: RichText) {
    let galley = WidgetText::from(text).into_galley(
        ui,
        Some(TextWrapMode::Extend),
        f32::INFINITY,
        FontSelection::Default,
    );
    let rect = align.anchor_size(at, galley.size());
    ui.painter().galley(rect.min, galley, Tokens::of(ui).text);
}
