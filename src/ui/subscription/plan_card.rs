//! The plan card: what is in force, until when, and what to do next.

use egui::{Stroke, Ui};
use jiff::Timestamp;

use super::{
    pill::{Tone, days_left, ends_soon},
    rows::{Cell, row_ui},
    words::{list_price, time_left, title_of},
};
use crate::{
    domain::{
        catalogue::State,
        plan::price_list,
        subscription::{Phase, Standing, calendar::RETENTION},
        words::{grouped, span},
    },
    ui::{
        action::{Opening, SubscriptionAction},
        tokens::{Tokens, body, large, radius, small, space, title},
        widgets::{Button, date, plural, primary_button, secondary_button, tag, tag_filled},
    },
};

/// Draws the card of the phase; `busy` while the free month is being recorded.
pub fn plan_card_ui(
    state: &State,
    now: Timestamp,
    busy: bool,
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) {
    let standing = state.account.standing(now);
    let face = Face::of(state, &standing, now);
    let tokens = Tokens::of(ui);
    let colour = face.tone.colour(tokens);
    let edge = if face.tone == Tone::Stopped {
        colour
    } else {
        tokens.line
    };
    egui::Frame::new()
        .fill(tokens.card)
        .stroke(Stroke::new(1.0, edge))
        .corner_radius(radius::CARD)
        .inner_margin(space::XL)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = space::S;
            row_ui(
                ui,
                20.0,
                &[Cell::Rest, Cell::Right(140.0)],
                |cell, ui| match cell {
                    0 => state_tag_ui(face.word, face.tone, ui),
                    _ => {
                        ui.label(small(&face.aside).color(tokens.dim));
                    }
                },
            );
            ui.label(title(&face.headline));
            if let Some(countdown) = &face.countdown {
                ui.label(large(countdown).color(colour));
            }
            for line in &face.lines {
                ui.label(body(line).color(tokens.dim));
            }
            ui.add_space(space::XS);
            buttons_ui(state, &standing, busy, now, ui, out);
        });
}

/// The phase in a word: filled where it is settled, in an outline where it wants attention soon.
fn state_tag_ui(word: &str, tone: Tone, ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    match tone {
        Tone::Good => tag_filled(ui, word, tokens.accent, tokens.on_accent),
        Tone::Free => tag_filled(ui, word, tokens.violet, tokens.on_violet),
        Tone::Stopped => tag_filled(ui, word, tokens.bad, tokens.on_bad),
        Tone::Soon | Tone::Quiet => tag(ui, word, tone.colour(tokens)),
    };
}

/// The words and colour of a phase.
struct Face {
    tone: Tone,
    word: &'static str,
    aside: String,
    headline: String,
    countdown: Option<String>,
    lines: Vec<String>,
}

impl Face {
    fn of(state: &State, standing: &Standing, now: Timestamp) -> Self {
        match standing.phase {
            Phase::None => Self::none(state, now),
            Phase::Trial | Phase::Active => Self::in_force(standing),
            Phase::Overdue { release_at } => Self::overdue(state, standing, release_at, now),
            Phase::Released { at } => Self::released(state, at),
        }
    }

    fn none(state: &State, now: Timestamp) -> Self {
        let trial = price_list().trial();
        let (headline, line) = if state.account.trial_offered(now) {
            let line = format!(
                "Index up to {} pictures and search them, free for one month. It ends by itself: \
                 nothing to cancel, nothing to pay.",
                grouped(trial.images)
            );
            ("Start with a free month".to_owned(), line)
        } else {
            let line = "A package lets you index pictures and search them. The free month was \
                        used; looking around stays free.";
            ("No package in force".to_owned(), line.to_owned())
        };
        Self {
            tone: Tone::Quiet,
            word: "No package",
            aside: String::new(),
            headline,
            countdown: None,
            lines: vec![line],
        }
    }

    fn in_force(standing: &Standing) -> Self {
        let free = standing.phase == Phase::Trial;
        let price = standing
            .plan
            .as_ref()
            .map(|plan| list_price(plan.price))
            .unwrap_or_default();
        let price = if free {
            format!("Free, then {price} a month")
        } else {
            format!("{price} a month")
        };
        let period = standing
            .period
            .map(|(from, to)| span(from, to))
            .unwrap_or_default();
        let mut lines = vec![format!("{price} · {period} · {}", days_left(standing))];
        lines.push(match (&standing.upcoming, free) {
            (Some((plan, from, to)), _) => {
                format!("Renewed: then {}, {}.", title_of(plan), span(*from, *to))
            }
            (None, true) => "Nothing renews by itself. Renew or choose a package to go on after \
                             the free month."
                .to_owned(),
            (None, false) => format!(
                "Nothing renews by itself. After the end, everything is kept for {} days.",
                RETENTION.as_hours() / 24
            ),
        });
        let end = standing.period.map(|(_, to)| date(to)).unwrap_or_default();
        let (tone, word) = match (ends_soon(standing), free) {
            (true, _) => (Tone::Soon, "Ends soon"),
            (false, true) => (Tone::Free, "Free month"),
            (false, false) => (Tone::Good, "Active"),
        };
        Self {
            tone,
            word,
            aside: format!("until {end}"),
            headline: standing
                .plan
                .as_ref()
                .map(|plan| plan.title())
                .unwrap_or_default(),
            countdown: None,
            lines,
        }
    }

    fn overdue(state: &State, standing: &Standing, release_at: Timestamp, now: Timestamp) -> Self {
        let ended = standing.period.map(|(_, to)| date(to)).unwrap_or_default();
        let package = standing
            .plan
            .as_ref()
            .map(|plan| plan.title())
            .unwrap_or_default();
        Self {
            tone: Tone::Stopped,
            word: "Overdue",
            aside: format!("ended {ended}"),
            headline: package,
            countdown: Some(format!(
                "Released in {}",
                time_left(release_at.as_second() - now.as_second())
            )),
            lines: vec![
                "Searching, adding and removing are paused until you renew. Browsing and export \
                 go on working."
                    .to_owned(),
                format!(
                    "On {} the {} set aside. Your own files are never touched.",
                    date(release_at),
                    plural(
                        state.usage.stored,
                        "indexed picture is",
                        "indexed pictures are"
                    ),
                ),
            ],
        }
    }

    fn released(state: &State, at: Timestamp) -> Self {
        let kept = state
            .set_aside
            .iter()
            .map(|folder| folder.pictures)
            .sum::<u64>();
        let fate = if kept == 0 {
            "Choose a package to start again.".to_owned()
        } else {
            format!(
                "{} set aside, whole. Choose a package, then restore it.",
                plural(kept, "indexed picture is", "indexed pictures are")
            )
        };
        Self {
            tone: Tone::Stopped,
            word: "Released",
            aside: format!("on {}", date(at)),
            headline: "The catalogue was released".to_owned(),
            countdown: None,
            lines: vec![fate, "Your own picture files were not touched.".to_owned()],
        }
    }
}

fn buttons_ui(
    state: &State,
    standing: &Standing,
    busy: bool,
    now: Timestamp,
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) {
    let trial = state.account.trial_offered(now);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        match standing.phase {
            Phase::None | Phase::Released { .. } => {
                let start = Button::primary("Start the free month");
                if trial && ui.add_enabled(!busy, start).clicked() {
                    out.push(SubscriptionAction::StartTrial);
                }
                let label = "Buy a package…";
                let buy = if trial {
                    Button::secondary(label)
                } else {
                    Button::primary(label)
                };
                if ui.add(buy).clicked() {
                    out.push(SubscriptionAction::Open(Opening::Purchase(None)));
                }
            }
            Phase::Trial | Phase::Active => {
                if primary_button(ui, "Renew…").clicked() {
                    out.push(SubscriptionAction::Open(Opening::Renew(None)));
                }
            }
            Phase::Overdue { .. } => {
                if primary_button(ui, "Renew now…").clicked() {
                    out.push(SubscriptionAction::Open(Opening::Renew(None)));
                }
            }
        }
        if secondary_button(ui, "What fits me?").clicked() {
            out.push(SubscriptionAction::Open(Opening::WhatFits));
        }
    });
}
