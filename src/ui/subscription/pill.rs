//! The subscription in one glance: the texts and the tone of the header's pill.

use egui::Color32;
use jiff::Timestamp;

use super::words::time_left;
use crate::{
    domain::{
        catalogue::State,
        subscription::{Phase, Standing},
        words::grouped,
    },
    ui::{tokens::Tokens, widgets::plural},
};

/// The tone of a subscription state, which decides its colour; words always accompany it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing in force, nothing wrong.
    Quiet,
    /// All is well.
    Good,
    /// The free month.
    Free,
    /// Something wants attention soon.
    Soon,
    /// Something is refused until it is resolved.
    Stopped,
}

impl Tone {
    pub fn colour(self, tokens: &Tokens) -> Color32 {
        match self {
            Self::Quiet => tokens.dim,
            Self::Good => tokens.accent,
            Self::Free => tokens.violet,
            Self::Soon => tokens.warning,
            Self::Stopped => tokens.bad,
        }
    }
}

/// What the header shows of the subscription.
#[derive(Clone, Debug, PartialEq)]
pub struct Pill {
    /// `61,204 of 100,000`; without a package `61,204 pictures`.
    pub used: String,
    /// How much of the cap is used, `0..=1`, by the fuller of the two gauges; none without a cap.
    pub fraction: Option<f32>,
    /// `Free month · 18 days left`
    pub state: String,
    pub tone: Tone,
    /// The whole in one sentence, for the tooltip and screen readers.
    pub sentence: String,
}

/// Days before the end from which the pill asks for attention.
const ENDS_SOON_DAYS: i64 = 7;

/// The pill for the state published last, at `now`.
pub fn pill(state: &State, now: Timestamp) -> Pill {
    let standing = state.account.standing(now);
    let usage = &state.usage;
    let in_force = matches!(standing.phase, Phase::Trial | Phase::Active);
    let most = usage.uploaded.max(usage.stored);
    let fraction = (in_force && usage.cap > 0).then(|| most as f32 / usage.cap as f32);
    let used = match fraction {
        Some(_) => format!("{} of {}", grouped(most), grouped(usage.cap)),
        None => plural(usage.stored, "picture", "pictures"),
    };
    let state_text = state_text(&standing, now);
    let tone = tone(&standing, fraction.unwrap_or_default());
    let sentence = format!("Subscription: {used}. {state_text}.");
    Pill {
        used,
        fraction: fraction.map(|f| f.min(1.0)),
        state: state_text,
        tone,
        sentence,
    }
}

/// The tone of the whole subscription; `fraction` is how much of the cap is used.
fn tone(standing: &Standing, fraction: f32) -> Tone {
    match standing.phase {
        Phase::None => Tone::Quiet,
        Phase::Overdue { .. } | Phase::Released { .. } => Tone::Stopped,
        Phase::Trial | Phase::Active if fraction >= 1.0 => Tone::Stopped,
        Phase::Trial | Phase::Active if fraction >= 0.8 || ends_soon(standing) => Tone::Soon,
        Phase::Trial => Tone::Free,
        Phase::Active => Tone::Good,
    }
}

/// Whether the end is near and nothing follows it.
pub fn ends_soon(standing: &Standing) -> bool {
    standing.upcoming.is_none() && standing.days_left <= ENDS_SOON_DAYS
}

fn state_text(standing: &Standing, now: Timestamp) -> String {
    match standing.phase {
        Phase::None => "No package".to_owned(),
        Phase::Trial => format!("Free month · {}", days_left(standing)),
        Phase::Active => format!("Active · {}", days_left(standing)),
        Phase::Overdue { release_at } => {
            let left = release_at.as_second() - now.as_second();
            format!("Overdue · released in {}", time_left(left))
        }
        Phase::Released { .. } => "Released · buy a package".to_owned(),
    }
}

/// `18 days left`, `ends today`
pub fn days_left(standing: &Standing) -> String {
    match u64::try_from(standing.days_left) {
        Ok(0) | Err(_) => "ends today".to_owned(),
        Ok(days) => format!("{} left", plural(days, "day", "days")),
    }
}
