//! Every order, the newest first, with its signed amount and the running total.

use egui::{Align, Label, Layout, Ui};
use egui_extras::{Column, TableBuilder};

use super::{
    foot::no_payment_ui,
    rows::{Cell, card_ui, ends_ui, row_ui},
    words::{order_line, receipt},
};
use crate::{
    domain::subscription::{Account, LedgerRow, Order},
    ui::{
        action::SubscriptionAction,
        tokens::{CONTROL_HEIGHT, SMALL_CONTROL_HEIGHT, Tokens, Weight, body, large, small},
        widgets::{Button, date, hairline},
    },
};

/// Below this width an order takes two lines.
const ONE_LINE_WIDTH: f32 = 560.0;
const HEAD_HEIGHT: f32 = 28.0;
const ROW_HEIGHT: f32 = 40.0;

pub fn ledger_ui(account: &Account, ui: &mut Ui, out: &mut Vec<SubscriptionAction>) {
    let rows = account.ledger_rows();
    row_ui(
        ui,
        CONTROL_HEIGHT,
        &[Cell::Rest, Cell::Right(160.0)],
        |cell, ui| {
            if cell == 0 {
                ui.label(large("Orders").color(Tokens::of(ui).text));
            } else if ui
                .add_enabled(!rows.is_empty(), Button::secondary("Export as CSV…"))
                .clicked()
            {
                out.push(SubscriptionAction::ExportLedger);
            }
        },
    );
    card_ui(ui, |ui| {
        if rows.is_empty() {
            ui.label(body("No orders yet.").color(Tokens::of(ui).dim));
            return;
        }
        if ui.available_width() >= ONE_LINE_WIDTH {
            table_ui(&rows, ui, out);
            return;
        }
        for (place, row) in rows.iter().rev().enumerate() {
            if place > 0 {
                hairline(ui);
            }
            narrow_row_ui(row, ui, out);
        }
    });
    no_payment_ui(ui);
}

/// The orders as a table: only visible rows are drawn, so its length does not matter.
fn table_ui(rows: &[LedgerRow<'_>], ui: &mut Ui, out: &mut Vec<SubscriptionAction>) {
    let tokens = Tokens::of(ui);
    let right = Layout::right_to_left(Align::Center);
    // A cell's own painter is clipped to the cell.
    let (painter, across) = (ui.painter().clone(), ui.max_rect().x_range());
    ui.spacing_mut().item_spacing.y = 0.0;
    TableBuilder::new(ui)
        .vscroll(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact(88.0))
        .column(Column::remainder().clip(true))
        .column(Column::exact(96.0))
        .columns(Column::exact(104.0), 2)
        .header(HEAD_HEIGHT, |mut row| {
            for (column, name) in ["Date", "Order", "Amount", "Total", ""].iter().enumerate() {
                let name = small(*name).color(tokens.dim);
                row.col(|ui| {
                    if column < 2 {
                        ui.label(name);
                    } else {
                        ui.with_layout(right, |ui| ui.label(name));
                    }
                });
            }
        })
        .body(|table| {
            table.rows(ROW_HEIGHT, rows.len(), |mut row| {
                let LedgerRow { order, total } = &rows[rows.len() - 1 - row.index()];
                row.col(|ui| {
                    let top = ui.max_rect().top();
                    painter.hline(across, top, (1.0, tokens.line));
                    ui.label(body(date(order.at)).color(tokens.dim));
                });
                row.col(|ui| {
                    let line = body(order_line(order)).color(tokens.text);
                    ui.add(Label::new(line).truncate());
                });
                row.col(|ui| {
                    let amount = body(order.amount.to_string()).medium().color(tokens.text);
                    ui.with_layout(right, |ui| ui.label(amount));
                });
                row.col(|ui| {
                    let total = body(total.to_string()).color(tokens.dim);
                    ui.with_layout(right, |ui| ui.label(total));
                });
                row.col(|ui| {
                    ui.with_layout(right, |ui| copy_ui(order, ui, out));
                });
            });
        });
}

fn narrow_row_ui(row: &LedgerRow<'_>, ui: &mut Ui, out: &mut Vec<SubscriptionAction>) {
    let LedgerRow { order, total } = row;
    let tokens = Tokens::of(ui);
    ui.add(Label::new(body(order_line(order)).color(tokens.text)).wrap());
    let amount = body(order.amount.to_string()).medium().color(tokens.text);
    ends_ui(ui, 20.0, small(date(order.at)).color(tokens.dim), &[amount]);
    let cells = [Cell::Rest, Cell::Right(160.0)];
    row_ui(ui, SMALL_CONTROL_HEIGHT, &cells, |cell, ui| match cell {
        0 => copy_ui(order, ui, out),
        _ => {
            ui.label(small(format!("total {total}")).color(tokens.dim));
        }
    });
}

fn copy_ui(order: &Order, ui: &mut Ui, out: &mut Vec<SubscriptionAction>) {
    let name = format!("Copy the receipt of order {}", order.number);
    if ui
        .add(Button::quiet("Copy receipt").small().name(&name))
        .clicked()
    {
        out.push(SubscriptionAction::CopyReceipt(receipt(order)));
    }
}
