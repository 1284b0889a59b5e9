//! The change dialog: old and new side by side, and how the amount comes about.

use egui::{RichText, ScrollArea, Ui};
use jiff::Timestamp;

use super::{
    Asking,
    foot::{notice_ui, order_foot_ui},
    rows::{Cell, ends_ui, row_ui},
    words::{due, list_price},
};
use crate::{
    domain::{
        catalogue::State,
        money::Cents,
        plan::{Plan, price_list},
        subscription::{BalanceLine, Quote, Wish},
        usage::Gauge,
        words::{grouped, short_date, span},
    },
    ui::{
        action::SubscriptionAction,
        tokens::{Tokens, Weight, body, large, radius, small, space},
        widgets::{Meter, date, hairline, label_value, meter, plural},
    },
};

/// Below this width old and new stand one above the other.
const SIDE_BY_SIDE: f32 = 440.0;
/// Height of the months of the proration before they scroll.
const MONTHS_HEIGHT: f32 = 140.0;

/// Draws the dialog; returns true once it should close.
pub fn change_ui(
    asking: &mut Asking,
    state: &State,
    now: Timestamp,
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) -> bool {
    let Wish::Change { plan } = &asking.wish else {
        return true;
    };
    let current = state.account.package_in_force(now).ok();
    if let (Some(old), Some(new)) = (current, price_list().get(plan)) {
        both_ui(old, new, ui);
        ui.add_space(space::S);
        if let Some(quote) = asking.quote() {
            proration_ui(quote, ui);
            ui.add_space(space::S);
        }
        caps_ui(state, old, new, ui);
        ui.add_space(space::S);
    }
    order_foot_ui(asking, now, ui, out)
}

fn both_ui(old: &Plan, new: &Plan, ui: &mut Ui) {
    if ui.available_width() < SIDE_BY_SIDE {
        plan_ui("Now", old, None, ui);
        plan_ui("New, from today", new, Some(old), ui);
        return;
    }
    ui.columns(2, |columns| {
        columns[0].vertical(|ui| plan_ui("Now", old, None, ui));
        columns[1].vertical(|ui| plan_ui("New, from today", new, Some(old), ui));
    });
}

/// One package; what differs from `other` is marked.
fn plan_ui(head: &str, plan: &Plan, other: Option<&Plan>, ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    let (fill, edge) = match other {
        Some(_) => (tokens.accent_surface, tokens.accent),
        None => (tokens.card, tokens.line),
    };
    let frame = egui::Frame::new()
        .fill(fill)
        .stroke(egui::Stroke::new(1.0, edge))
        .corner_radius(radius::CARD)
        .inner_margin(space::L);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.label(small(head).color(tokens.dim));
        ui.label(large(format!("{} pictures", grouped(plan.images))).color(tokens.text));
        let speed = plural(plan.query_qps.into(), "search", "searches");
        let mut line = |text: String, differs: bool| {
            let text = body(text);
            ui.label(if differs {
                text.medium().color(tokens.text)
            } else {
                text.color(tokens.dim)
            });
        };
        let differs = |same: fn(&Plan, &Plan) -> bool| other.is_some_and(|old| !same(old, plan));
        line(
            format!("{speed} and as many additions a second"),
            differs(|old, new| old.query_qps == new.query_qps),
        );
        line(
            format!("{} a month", list_price(plan.price)),
            differs(|old, new| old.price == new.price),
        );
    });
}

/// The balance of both packages month by month, and the difference.
fn proration_ui(quote: &Quote, ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    ui.label(large("How the amount comes about").color(tokens.text));
    let heads = ["Billing month", "Time left", "Old", "New"];
    cells_ui(ui, heads.map(|head| small(head).color(tokens.dim)));
    hairline(ui);
    let wide = ui.available_width() >= SIDE_BY_SIDE;
    // A term of years is looked through in its own place, so that the sum stays in sight.
    let months = ScrollArea::vertical()
        .id_salt("months")
        .max_height(MONTHS_HEIGHT);
    months.min_scrolled_height(MONTHS_HEIGHT).show(ui, |ui| {
        for (old, new) in quote.old_lines.iter().zip(&quote.new_lines) {
            let month = if wide {
                span(old.month_start, old.month_end)
            } else {
                format!(
                    "{} – {}",
                    short_date(old.month_start),
                    short_date(old.month_end)
                )
            };
            let cells = [
                month,
                left_of(old),
                old.amount().to_string(),
                new.amount().to_string(),
            ];
            cells_ui(ui, cells.map(|cell| body(cell).color(tokens.text)));
        }
    });
    hairline(ui);
    let balances = [quote.old_balance, quote.new_balance].map(|sum| sum.to_string());
    let [old, new] = balances.map(|sum| body(sum).semibold().color(tokens.text));
    cells_ui(
        ui,
        [body("Together").color(tokens.text), body(""), old, new],
    );
    ui.horizontal_wrapped(|ui| {
        let sum = format!("{} − {} =", quote.new_balance, quote.old_balance);
        ui.label(body(sum).color(tokens.dim));
        let colour = if quote.amount < Cents::ZERO {
            tokens.accent_text
        } else {
            tokens.text
        };
        ui.label(large(due(quote.amount)).color(colour));
    });
    if quote.old_lines.len() > 1 {
        let note = "Every month is shown to the cent; each sum is rounded once.";
        ui.label(small(note).color(tokens.dim));
    }
    label_value(
        ui,
        88.0,
        "End date",
        &format!("{}, as before", date(quote.period_end)),
    );
}

/// `15 days of 30`, `27 d 21 h of 30 d`: short enough for a quarter of the dialog.
fn left_of(line: &BalanceLine) -> String {
    const DAY_SECS: i64 = 86_400;
    let of = line.month_secs / DAY_SECS;
    match (line.left_secs / DAY_SECS, line.left_secs / 3_600 % 24) {
        (days, 0) if days > 0 => format!("{} of {of}", plural(days.unsigned_abs(), "day", "days")),
        (0, hours) => format!("{hours} h {} min of {of} d", line.left_secs / 60 % 60),
        (days, hours) => format!("{days} d {hours} h of {of} d"),
    }
}

/// Four cells: two to the left, two amounts to the right.
fn cells_ui(ui: &mut Ui, texts: [RichText; 4]) {
    let width = ui.available_width();
    let amount = Cell::Right((width * 0.18).max(80.0));
    let cells = [Cell::Rest, Cell::Left(width * 0.25), amount, amount];
    row_ui(ui, 20.0, &cells, |index, ui| {
        ui.add(egui::Label::new(texts[index].clone()).truncate());
    });
}

/// What the new package does to the caps.
fn caps_ui(state: &State, old: &Plan, new: &Plan, ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    let usage = &state.usage;
    ui.label(large("What happens to the caps").color(tokens.text));
    for gauge in Gauge::ALL {
        let used = usage.used(gauge);
        let over = used > new.images;
        let colour = if over { tokens.bad } else { tokens.text };
        let text = format!("{} of {}", grouped(used), grouped(new.images));
        let mut right = vec![body(text).medium().color(colour)];
        if ui.available_width() >= SIDE_BY_SIDE {
            let was = small(format!("(was {})", grouped(old.images))).color(tokens.dim);
            right.insert(0, was);
        }
        ends_ui(ui, 20.0, body(gauge.label()).color(tokens.text), &right);
        let colour = if over { tokens.bad } else { tokens.accent };
        let (value, cap, label) = (used, new.images, gauge.label());
        meter(
            ui,
            &Meter {
                value,
                pending: 0,
                cap,
                marks: &[0.8, 0.95],
                colour,
                label,
            },
        );
    }
    let room = new.images.saturating_sub(usage.uploaded.max(usage.stored));
    if new.too_small(usage.uploaded, usage.stored) {
        let text = format!(
            "{} holds fewer pictures than are stored or uploaded this month. Everything stays \
             searchable, but nothing can be added until it fits again.",
            new.title()
        );
        notice_ui(ui, &text, false);
    } else {
        let text = format!(
            "{} can still be added this month.",
            plural(room, "picture", "pictures")
        );
        ui.label(small(text).color(tokens.dim));
    }
}
