//! Why something is refused, with the button that resolves it: shown wherever it is refused.

use egui::Ui;
use jiff::Timestamp;

use super::words::sentence;
use crate::{
    domain::{
        catalogue::State,
        subscription::{Phase, Refusal},
        usage::admit,
    },
    ui::{
        action::{Opening, SubscriptionAction},
        tokens::{Tokens, body},
        widgets::{callout, primary_button, secondary_button},
    },
};

/// What is refused, said for people, and what resolves it.
#[derive(Clone, Debug)]
pub struct Explanation {
    pub text: String,
    /// The button's label and what it does, the best remedy first.
    pub remedies: Vec<(&'static str, SubscriptionAction)>,
}

/// Why queries, adds and deletes are refused now; none while a package is in force.
pub fn nothing_in_force(state: &State, now: Timestamp) -> Option<Explanation> {
    let refusal = state.account.package_in_force(now).err()?;
    Some(Explanation {
        text: sentence(&refusal.to_string()),
        remedies: remedies(state, now),
    })
}

/// Why no more pictures can be added now; none where at least one fits.
pub fn no_room(state: &State, now: Timestamp) -> Option<Explanation> {
    let usage = &state.usage;
    let refusal = admit(&state.account, usage.uploaded, usage.stored, 1, now).refusal?;
    Some(Explanation {
        text: sentence(&refusal.to_string()),
        remedies: of(&refusal, state, now),
    })
}

/// What resolves a refusal in the present phase.
pub fn remedies(state: &State, now: Timestamp) -> Vec<(&'static str, SubscriptionAction)> {
    let open = SubscriptionAction::Open;
    let mut remedies = match state.account.standing(now).phase {
        Phase::None | Phase::Released { .. } => {
            vec![("Buy a package…", open(Opening::Purchase(None)))]
        }
        Phase::Overdue { .. } => vec![("Renew now…", open(Opening::Renew(None)))],
        Phase::Trial | Phase::Active => vec![("What fits me?", open(Opening::WhatFits))],
    };
    if state.account.trial_offered(now) {
        remedies.insert(0, ("Start the free month", SubscriptionAction::StartTrial));
    }
    remedies
}

fn of(refusal: &Refusal, state: &State, now: Timestamp) -> Vec<(&'static str, SubscriptionAction)> {
    let Refusal::CapReached(cap) = refusal else {
        return remedies(state, now);
    };
    let mut remedies = remedies(state, now);
    if let Some((plan, _)) = &cap.cheapest {
        let opening = Opening::Change(plan.clone());
        remedies.insert(0, ("Larger package…", SubscriptionAction::Open(opening)));
    }
    remedies
}

/// Draws a refusal with its buttons; gives what was clicked.
///
/// `text` is the worker's sentence, where it gave one; otherwise the subscription's own.
pub fn refusal_ui(
    text: Option<&str>,
    state: &State,
    now: Timestamp,
    ui: &mut Ui,
) -> Option<SubscriptionAction> {
    let explanation = nothing_in_force(state, now).or_else(|| no_room(state, now));
    let explanation = match (text, explanation) {
        (Some(text), Some(explanation)) => Explanation {
            text: sentence(text),
            ..explanation
        },
        (Some(text), None) => Explanation {
            text: sentence(text),
            remedies: remedies(state, now),
        },
        (None, explanation) => explanation?,
    };
    explanation_ui(&explanation, ui)
}

/// Draws an explanation with its buttons; gives what was clicked.
pub fn explanation_ui(explanation: &Explanation, ui: &mut Ui) -> Option<SubscriptionAction> {
    let tokens = Tokens::of(ui);
    let mut clicked = None;
    callout(ui, tokens.bad_surface, |ui| {
        ui.label(body(&explanation.text).color(tokens.text));
        ui.horizontal_wrapped(|ui| {
            for (place, (label, action)) in explanation.remedies.iter().enumerate() {
                let button = match place {
                    0 => primary_button(ui, label),
                    _ => secondary_button(ui, label),
                };
                if button.clicked() {
                    clicked = Some(action.clone());
                }
            }
        });
    });
    clicked
}
