//! The subscription's dashboard: what it allows, what is used, what a change costs today.
//!
//! Everything is drawn from the state the worker publishes and the rules in [`crate::domain`]; the
//! panel acts on nothing itself. Prices that can be confirmed are asked of the worker and shown
//! as it quotes them.

mod alerts;
mod asking;
mod cell;
mod change;
mod dialog;
mod figures;
mod fit;
mod foot;
mod ledger;
mod lost;
mod mail;
mod matrix;
mod need;
mod panel;
pub mod pill;
mod plan_card;
mod plots;
mod receipt;
pub mod refusal;
mod renew;
mod rows;
mod set_aside;
mod usage_card;
mod words;

use std::collections::BTreeSet;

pub use figures::{Figure, Figures, Offer};

use asking::Asking;
use dialog::Dialog;
use egui::Key;
use egui_material_icons::icons::ICON_DONUT_LARGE;
use jiff::Timestamp;

use crate::{
    domain::{
        catalogue::State,
        subscription::{Order, OrderKind, Quote},
        usage::Alert,
    },
    ui::{action::Opening, view::View, widgets::date},
};

pub const VIEW: View = View {
    id: "subscription",
    label: "Subscription",
    hint: "Your package, what is used and what fits",
    icon: ICON_DONUT_LARGE,
    key: Key::Num3,
};

/// The dashboard's state between frames.
#[derive(Default)]
pub struct SubscriptionView {
    /// Requested; opened as soon as there is a state.
    opening: Option<Opening>,
    dialog: Option<Dialog>,
    figures: Option<Figures>,
    /// Sent, not answered yet: starting the free month, restoring or deleting what was set aside.
    busy: bool,
    notice: Option<Notice>,
    announced: BTreeSet<String>,
}

/// The outcome of the last action.
#[derive(Clone, Debug, PartialEq)]
enum Notice {
    Done(String),
    Failed(String),
}

impl SubscriptionView {
    /// Opens a dialog: for shortcuts, the palette and the buttons of other panels.
    pub fn open(&mut self, opening: Opening) {
        self.opening = Some(opening);
    }

    /// The panel sent a command to the worker: its buttons are disabled until the answer.
    pub fn wait(&mut self) {
        self.busy = true;
    }

    /// The worker quoted a price.
    pub fn on_quoted(&mut self, quote: Quote) {
        if let Some(asking) = self.dialog.as_mut().and_then(Dialog::asking_mut) {
            asking.on_quoted(quote);
        }
    }

    /// The worker recorded an order: its receipt is shown.
    pub fn on_ordered(&mut self, order: Order) {
        self.busy = false;
        self.notice = None;
        if order.kind == OrderKind::Trial {
            let text = format!(
                "Your free month has begun. It ends on {}.",
                date(order.period_end)
            );
            self.notice = Some(Notice::Done(text));
        } else {
            self.dialog = Some(Dialog::Receipt(receipt::Receipt::new(order)));
        }
    }

    /// Another request succeeded (restored, deleted, exported); `text` is a sentence.
    pub fn on_done(&mut self, text: String) {
        self.busy = false;
        self.notice = Some(Notice::Done(text));
    }

    /// A request was refused or failed; `text` includes the remedy.
    pub fn on_failed(&mut self, text: String) {
        self.busy = false;
        match self.dialog.as_mut().and_then(Dialog::asking_mut) {
            Some(asking) => asking.on_failed(text),
            None => self.notice = Some(Notice::Failed(text)),
        }
    }

    /// The alerts not announced yet, each to be shown once as a toast.
    pub fn unannounced<'a>(&mut self, state: &'a State) -> Vec<&'a Alert> {
        alerts::unannounced(state, &mut self.announced)
    }

    /// Opens the requested dialog in the form that fits the phase.
    fn resolve_opening(&mut self, state: &State, now: Timestamp) {
        if let Some(opening) = self.opening.take() {
            self.notice = None;
            self.dialog = Some(Dialog::of(opening, state, now));
        }
    }
}
