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
        usage::{Alert, AlertKind},
    },
    ui::{
        action::{Opening, SubscriptionAction},
        tokens::{CONTROL_HEIGHT, Tokens, body},
        widgets::{callout, secondary_button},
    },
};

/// Below this width a banner's button stands under its text.
const BESIDE: f32 = 520.0;

/// Draws the alerts that the plan card does not already show.
pub fn alerts_ui(state: &State, now: Timestamp, ui: &mut Ui, out: &mut Vec<SubscriptionAction>) {
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

fn banner_ui(
    alert: &Alert,
    state: &State,
    now: Timestamp,
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) {
    let tokens = Tokens::of(ui);
    let (surface, colour) = match alert.severity {
        Severity::Error => (tokens.bad_surface, tokens.bad),
        Severity::Warning => (tokens.warning_surface, tokens.warning),
        Severity::Info => (tokens.accent_surface, tokens.accent_text),
    };
    let (label, action) = resolution(alert.kind, state, now);
    callout(ui, surface, |ui| {
        let text = egui::Label::new(body(&alert.text).color(colour)).wrap();
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
