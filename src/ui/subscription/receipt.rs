//! The receipt of an order just recorded.

use egui::Ui;

use super::{
    foot::{buttons_ui, no_payment_ui},
    rows::card_ui,
    words::{due, order_line, receipt, title_of},
};
use crate::{
    domain::{
        subscription::{Order, OrderKind},
        words::{instant, span},
    },
    ui::{
        action::SubscriptionAction,
        tokens::{Tokens, large, space},
        widgets::{Button, label_value, primary_button},
    },
};

const LABEL_WIDTH: f32 = 88.0;

/// A receipt as shown; it remembers that it was copied.
pub struct Receipt {
    order: Order,
    copied: bool,
}

impl Receipt {
    pub fn new(order: Order) -> Self {
        Self {
            order,
            copied: false,
        }
    }

    pub fn title(&self) -> String {
        match self.order.kind {
            OrderKind::Trial => "Your free month has begun",
            OrderKind::Purchase => "Package bought",
            OrderKind::Upgrade => "Package upgraded",
            OrderKind::Downgrade => "Package downgraded",
            OrderKind::Renewal => "Package renewed",
        }
        .to_owned()
    }

    /// Draws the receipt; returns true once it should close.
    pub fn ui(&mut self, ui: &mut Ui, out: &mut Vec<SubscriptionAction>) -> bool {
        let order = &self.order;
        card_ui(ui, |ui| {
            ui.label(large(due(order.amount)).color(Tokens::of(ui).text));
            ui.add_space(space::XS);
            label_value(
                ui,
                LABEL_WIDTH,
                "Order",
                &format!("{}, {}", order.number, instant(order.at)),
            );
            label_value(ui, LABEL_WIDTH, "What", &order_line(order));
            label_value(ui, LABEL_WIDTH, "Package", &title_of(&order.plan));
            label_value(
                ui,
                LABEL_WIDTH,
                "Period",
                &span(order.period_start, order.period_end),
            );
        });
        no_payment_ui(ui);
        ui.add_space(space::XS);
        buttons_ui(ui, |ui| {
            let done = primary_button(ui, "Done").clicked();
            let label = if self.copied {
                "Copied"
            } else {
                "Copy receipt"
            };
            if ui.add(Button::secondary(label)).clicked() {
                out.push(SubscriptionAction::CopyReceipt(receipt(order)));
                self.copied = true;
            }
            done
        })
    }
}
