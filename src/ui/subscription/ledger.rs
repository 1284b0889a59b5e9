//! Every order, the newest first, with its signed amount and the running total.

use egui::Ui;

use super::{
    SubscriptionAction,
    plan_card::no_payment_ui,
    rows::{Cell, card_ui, ends_ui, row_ui},
    words::{order_line, receipt},
};
use crate::{
    domain::{
        money::Cents,
        subscription::{Account, LedgerRow, Order},
    },
    ui::{
        tokens::{CONTROL_HEIGHT, SMALL_CONTROL_HEIGHT, Tokens, Weight, body, large, small},
        widgets::{Button, date, hairline},
    },
};

/// Below this width an order takes two lines.
const ONE_LINE_WIDTH: f32 = 560.0;

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
        let wide = ui.available_width() >= ONE_LINE_WIDTH;
        if wide {
            head_ui(ui);
        }
        for (place, LedgerRow { order, total }) in rows.into_iter().rev().enumerate() {
            if wide || place > 0 {
                hairline(ui);
            }
            if wide {
                wide_row_ui(order, total, ui, out);
            } else {
                narrow_row_ui(order, total, ui, out);
            }
        }
    });
    no_payment_ui(ui);
}

const CELLS: [Cell; 5] = [
    Cell::Left(88.0),
    Cell::Rest,
    Cell::Right(96.0),
    Cell::Right(104.0),
    Cell::Right(104.0),
];

fn head_ui(ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    row_ui(ui, 20.0, &CELLS, |cell, ui| {
        let name = ["Date", "Order", "Amount", "Total", ""][cell];
        ui.label(small(name).color(tokens.dim));
    });
}

fn wide_row_ui(order: &Order, total: Cents, ui: &mut Ui, out: &mut Vec<SubscriptionAction>) {
    let tokens = Tokens::of(ui);
    row_ui(ui, SMALL_CONTROL_HEIGHT, &CELLS, |cell, ui| {
        let text = match cell {
            0 => body(date(order.at)).color(tokens.dim),
            1 => body(order_line(order)).color(tokens.text),
            2 => body(order.amount.to_string()).medium().color(tokens.text),
            3 => body(total.to_string()).color(tokens.dim),
            _ => return copy_ui(order, ui, out),
        };
        ui.add(egui::Label::new(text).truncate());
    });
}

fn narrow_row_ui(order: &Order, total: Cents, ui: &mut Ui, out: &mut Vec<SubscriptionAction>) {
    let tokens = Tokens::of(ui);
    ui.add(egui::Label::new(body(order_line(order)).color(tokens.text)).wrap());
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
