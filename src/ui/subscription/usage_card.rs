//! The two gauges of one cap: uploaded this month, and stored.

use egui::Ui;
use jiff::Timestamp;

use super::{
    plots::heading_ui,
    rows::{card_ui, ends_ui},
};
use crate::{
    domain::{
        catalogue::State,
        usage::{Gauge, Usage},
        words::grouped,
    },
    ui::{
        tokens::{Tokens, Weight, body, small, space},
        widgets::{Meter, date, meter, plural},
    },
};

/// Shares of the cap at which a gauge is marked and an alert is given.
const MARKS: [f32; 3] = [0.80, 0.95, 1.0];

pub fn usage_ui(state: &State, now: Timestamp, ui: &mut Ui) {
    let usage = &state.usage;
    card_ui(ui, |ui| {
        let aside = match usage.billing_month {
            Some((_, end)) if end > now => format!("the month ends {}", date(end)),
            _ => "no package in force".to_owned(),
        };
        heading_ui(ui, "Usage", &aside);
        gauge_ui(usage, Gauge::Uploaded, ui);
        ui.add_space(space::S);
        gauge_ui(usage, Gauge::Stored, ui);
    });
}

fn gauge_ui(usage: &Usage, gauge: Gauge, ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    let (name, value, share) = (gauge.label(), usage.used(gauge), usage.share(gauge));
    let colour = match share {
        _ if share >= MARKS[1] => tokens.bad,
        _ if share >= MARKS[0] => tokens.warning,
        _ => tokens.accent,
    };
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        let mut right = vec![body(grouped(value)).semibold().color(tokens.text)];
        if usage.cap > 0 {
            right.insert(
                0,
                body(format!("of {}", grouped(usage.cap))).color(tokens.dim),
            );
        }
        ends_ui(ui, 20.0, body(name).color(tokens.text), &right);
        let marks: &[f32] = if usage.cap > 0 { &MARKS } else { &[] };
        meter(
            ui,
            &Meter {
                value,
                pending: 0,
                cap: usage.cap,
                marks,
                colour,
                label: name,
            },
        );
        if let Some((text, urgent)) = sentence(usage, gauge, value) {
            ui.add_space(2.0);
            ui.label(small(text).color(if urgent { colour } else { tokens.dim }));
        }
    });
}

/// What the gauge means, and whether it wants attention; nothing without a package in force.
fn sentence(usage: &Usage, gauge: Gauge, value: u64) -> Option<(String, bool)> {
    if usage.cap == 0 {
        return None;
    }
    if value > usage.cap {
        let over = plural(value - usage.cap, "picture", "pictures");
        return Some((
            format!("{over} over the cap: nothing can be added until it fits."),
            true,
        ));
    }
    if value == usage.cap {
        let text = match (gauge, usage.billing_month) {
            (Gauge::Uploaded, Some((_, end))) => format!(
                "The cap is reached. It starts again on {}, or choose a larger package.",
                date(end)
            ),
            _ => "The cap is reached. Remove pictures or choose a larger package.".to_owned(),
        };
        return Some((text, true));
    }
    let left = format!("{} left", grouped(usage.cap - value));
    let urgent = usage.share(gauge) >= MARKS[0];
    Some(match &usage.forecast {
        Some(forecast) if forecast.what == gauge => {
            let text = format!(
                "{left}. At the pace of the last 14 days the cap is reached on {}.",
                date(forecast.reached_on)
            );
            (text, urgent)
        }
        _ => (left, urgent),
    })
}
