//! Alerts: banners on the panel, and each once as a toast.

use std::collections::BTreeSet;

use egui::{Align, Layout, Ui, vec2};
use jiff::Timestamp;

use super::need::Need;
use crate::{
    domain::{
        catalogue::State,
        message::Severity,
        plan::price_list,
        subscription::ClockDoubt,
        usage::{Alert, AlertKind},
    },
    ui::{
        action::{Opening, SubscriptionAction},
        tokens::{CONTROL_HEIGHT, Tokens, body},
        widgets::{callout, date_time, secondary_button},
    },
};

/// Below this width a banner's button stands under its text.
const BESIDE: f32 = 520.0;

/// Draws the alerts that the plan card does not already show.
pub fn alerts_ui(state: &State, now: Timestamp, ui: &mut Ui, out: &mut Vec<SubscriptionAction>) {
    if let Some(doubt) = &state.clock_doubt {
        clock_ui(doubt, ui, out);
    }
    for alert in &state.usage.alerts {
        let told_by_card = matches!(
            alert.kind,
            AlertKind::Overdue { .. } | AlertKind::Released { .. }
        );
        if !told_by_card {
            banner_ui(alert, state, now, ui, out);
        }
    }
}

/// The doubted clock, and the way back to the question.
fn clock_ui(doubt: &ClockDoubt, ui: &mut Ui, out: &mut Vec<SubscriptionAction>) {
    let text = format!(
        "The computer's clock says {}; by the catalogue's time it is {}. {}",
        date_time(doubt.clock),
        date_time(doubt.trusted),
        match doubt.holds_up() {
            true => "Until this is settled nothing ends, and searching, adding and ordering wait.",
            false => "If the clock was wrong before, the catalogue's time can be set back.",
        }
    );
    let resolution = ("Which is right?", SubscriptionAction::AskClock);
    callout_ui(Severity::Warning, &text, resolution, ui, out);
}

fn banner_ui(
    alert: &Alert,
    state: &State,
    now: Timestamp,
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) {
    let resolution = resolution(alert.kind, state, now);
    callout_ui(alert.severity, &alert.text, resolution, ui, out);
}

fn callout_ui(
    severity: Severity,
    text: &str,
    (label, action): (&str, SubscriptionAction),
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) {
    let tokens = Tokens::of(ui);
    let (surface, colour) = match severity {
        Severity::Error => (tokens.bad_surface, tokens.bad),
        Severity::Warning => (tokens.warning_surface, tokens.warning),
        Severity::Info => (tokens.accent_surface, tokens.accent_text),
    };
    callout(ui, surface, |ui| {
        let text = egui::Label::new(body(text).color(colour)).wrap();
        let clicked = if ui.available_width() < BESIDE {
            ui.add(text);
            secondary_button(ui, label).clicked()
        } else {
            let size = vec2(ui.available_width(), CONTROL_HEIGHT);
            let row = Layout::right_to_left(Align::Center);
            let row = ui.allocate_ui_with_layout(size, row, |ui| {
                let clicked = secondary_button(ui, label).clicked();
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| ui.add(text));
                clicked
            });
            row.inner
        };
        if clicked {
            out.push(action);
        }
    });
}

/// The button that resolves an alert.
pub fn resolution(
    alert: AlertKind,
    state: &State,
    now: Timestamp,
) -> (&'static str, SubscriptionAction) {
    let (label, opening) = match alert {
        AlertKind::Cap { .. } => match larger_package(state, now) {
            Some(opening) => ("Larger package…", opening),
            None => ("What fits me?", Opening::WhatFits),
        },
        AlertKind::Ends { .. } => ("Renew…", Opening::Renew(None)),
        AlertKind::Overdue { .. } => ("Renew now…", Opening::Renew(None)),
        AlertKind::Released { .. } => ("Buy a package…", Opening::Purchase(None)),
    };
    (label, SubscriptionAction::Open(opening))
}

/// The change to the cheapest package that holds more than the present one.
fn larger_package(state: &State, now: Timestamp) -> Option<Opening> {
    let current = state.account.package_in_force(now).ok()?;
    let need = Need::of(state, now).images.max(current.images + 1);
    let plan = price_list().cheapest_for(need, current.query_qps)?;
    Some(Opening::Change(plan.id.clone()))
}

/// The alerts that were not announced yet; `announced` keeps their keys.
pub fn unannounced<'a>(state: &'a State, announced: &mut BTreeSet<String>) -> Vec<&'a Alert> {
    let alerts = state.usage.alerts.iter();
    alerts
        .filter(|alert| announced.insert(alert.key.clone()))
        .collect()
}
