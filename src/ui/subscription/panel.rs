//! The dashboard's panel: its parts laid out for wide, medium and narrow windows.

use std::time::Duration;

use egui::{Ui, vec2};
use egui_material_icons::icons::ICON_HOURGLASS_EMPTY;
use jiff::Timestamp;

use super::{
    Figures, Notice, SubscriptionView,
    alerts::alerts_ui,
    cell,
    dialog::dialog_ui,
    ledger::ledger_ui,
    lost::lost_ui,
    mail,
    matrix::{self, matrix_ui},
    need::{self, Need},
    plan_card::plan_card_ui,
    plots::{calls_ui, uploads_ui},
    set_aside::set_aside_ui,
    usage_card::usage_ui,
    words::sentence,
};
use crate::{
    domain::{catalogue::State, subscription::Phase, words::grouped},
    ui::{
        action::{Action, SubscriptionAction},
        deletion::Deletion,
        model::Model,
        room::Room,
        tokens::{Tokens, body, space, title},
        widgets::{callout, empty_state, link, scrolled},
    },
};

/// From this width on, the cards stand beside the packages.
const WIDE: f32 = 1_000.0;
/// From this width on, the cards stand in pairs.
const MEDIUM: f32 = 620.0;
/// Width of the column of cards in a wide window.
const CARDS_WIDTH: f32 = 380.0;
const MAX_WIDTH: f32 = 1_480.0;

impl Room for SubscriptionView {
    /// Draws the dashboard and its open dialog.
    fn ui(&mut self, model: &mut Model, ui: &mut Ui, actions: &mut Vec<Action>) {
        subscription_ui(self, model, ui, actions);
    }

    fn wants_attention(&self, model: &Model) -> bool {
        let state = model.state.as_ref();
        state.is_some_and(|state| {
            !state.usage.alerts.is_empty()
                || state.clock_doubt.is_some()
                || state.lost_ledger.is_some()
        })
    }

    fn dialog(&self) -> Option<&'static str> {
        (self.dialog.is_some() || self.opening.is_some()).then_some("subscription")
    }
}

fn subscription_ui(
    view: &mut SubscriptionView,
    model: &Model,
    ui: &mut Ui,
    actions: &mut Vec<Action>,
) {
    let Some(state) = model.state.clone() else {
        let text = "The subscription is being read.";
        empty_state(ui, ICON_HOURGLASS_EMPTY, "One moment", text, |_| {});
        return;
    };
    let now = state.now.max(model.clock);
    let (mut out, mut deletion) = (Vec::new(), None);
    view.resolve_opening(&state, now);
    // The countdown runs by the second; today's amounts may be a minute old.
    let overdue = matches!(state.account.standing(now).phase, Phase::Overdue { .. });
    ui.ctx()
        .request_repaint_after(Duration::from_secs(if overdue { 1 } else { 60 }));
    let figures = Figures::current(&mut view.figures, &state, now).clone();
    scrolled(ui, "subscription", MAX_WIDTH, |ui| {
        ui.spacing_mut().item_spacing = vec2(space::L, space::L);
        notice_ui(view, ui);
        alerts_ui(&state, now, ui, &mut out);
        Layout {
            view,
            state: &state,
            figures: &figures,
            now,
            deletion: &mut deletion,
        }
        .ui(ui, &mut out);
    });
    dialog_ui(&mut view.dialog, &state, now, ui, &mut out);
    actions.extend(deletion.map(Action::Delete));
    for action in out {
        match action {
            SubscriptionAction::Open(opening) => {
                view.open(opening);
                ui.ctx().request_repaint();
            }
            action => {
                view.busy |= matches!(
                    action,
                    SubscriptionAction::StartTrial
                        | SubscriptionAction::TakeOverLedger
                        | SubscriptionAction::RestoreSetAside { .. }
                );
                actions.push(Action::Subscription(action));
            }
        }
    }
}

/// The outcome of the last action.
fn notice_ui(view: &SubscriptionView, ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    let (surface, colour, text) = match &view.notice {
        None => return,
        Some(Notice::Done(text)) => (tokens.accent_surface, tokens.accent_text, text),
        Some(Notice::Failed(text)) => (tokens.bad_surface, tokens.bad, text),
    };
    callout(ui, surface, |ui| {
        ui.label(body(sentence(text)).color(colour))
    });
}

/// The parts of the panel with their inputs.
struct Layout<'a> {
    view: &'a mut SubscriptionView,
    state: &'a State,
    figures: &'a Figures,
    now: Timestamp,
    /// What is asked to be deleted.
    deletion: &'a mut Option<Deletion>,
}

impl Layout<'_> {
    fn ui(mut self, ui: &mut Ui, out: &mut Vec<SubscriptionAction>) {
        let width = ui.available_width();
        if width >= WIDE {
            ui.horizontal_top(|ui| {
                column_ui(ui, CARDS_WIDTH, |ui| self.cards_ui(ui, out));
                column_ui(ui, width - CARDS_WIDTH - space::XL, |ui| {
                    self.rest_ui(ui, out)
                });
            });
        } else if width >= MEDIUM {
            self.pairs_ui(ui, out);
            ui.add_space(space::S);
            self.rest_ui(ui, out);
        } else {
            self.plan_ui(ui, out);
            self.usage_ui(ui);
            ui.add_space(space::S);
            self.packages_ui(ui, out);
            ui.add_space(space::S);
            self.pace_ui(ui);
            ui.add_space(space::S);
            self.orders_ui(ui, out);
        }
    }

    fn cards_ui(&mut self, ui: &mut Ui, out: &mut Vec<SubscriptionAction>) {
        self.plan_ui(ui, out);
        self.usage_ui(ui);
        self.pace_ui(ui);
    }

    fn pairs_ui(&mut self, ui: &mut Ui, out: &mut Vec<SubscriptionAction>) {
        ui.columns(2, |columns| {
            columns[0].vertical(|ui| {
                ui.spacing_mut().item_spacing.y = space::L;
                self.plan_ui(ui, out);
                uploads_ui(self.state, ui);
            });
            columns[1].vertical(|ui| {
                ui.spacing_mut().item_spacing.y = space::L;
                self.usage_ui(ui);
                self.calls_ui(ui);
            });
        });
    }

    fn rest_ui(&mut self, ui: &mut Ui, out: &mut Vec<SubscriptionAction>) {
        ui.spacing_mut().item_spacing.y = space::S;
        self.packages_ui(ui, out);
        ui.add_space(space::M);
        self.orders_ui(ui, out);
    }

    fn plan_ui(&mut self, ui: &mut Ui, out: &mut Vec<SubscriptionAction>) {
        let (state, now, busy) = (self.state, self.now, self.view.busy);
        plan_card_ui(state, now, busy, ui, out);
        lost_ui(state, busy, ui, out);
        set_aside_ui(state, now, busy, self.deletion, ui, out);
    }

    fn usage_ui(&self, ui: &mut Ui) {
        usage_ui(self.state, self.now, ui);
    }

    fn calls_ui(&self, ui: &mut Ui) {
        calls_ui(
            self.state,
            self.state.account.package_in_force(self.now).ok(),
            ui,
        );
    }

    fn pace_ui(&self, ui: &mut Ui) {
        self.calls_ui(ui);
        uploads_ui(self.state, ui);
    }

    fn packages_ui(&self, ui: &mut Ui, out: &mut Vec<SubscriptionAction>) {
        let tokens = Tokens::of(ui);
        let need = Need::of(self.state, self.now);
        let recommendation = need.recommendation();
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.label(title("Packages").color(tokens.text));
            ui.label(body(cell::caption(&self.figures.all)).color(tokens.dim));
            let reason = need::reason(self.state, &need, &recommendation, self.now);
            ui.label(body(reason).color(tokens.dim));
        });
        let recommended = recommendation.fits.as_ref().map(|plan| &plan.id);
        matrix_ui(&self.figures.all, recommended, ui, out);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            let text = format!("More than {} pictures?", grouped(matrix::largest()));
            ui.label(body(text).color(tokens.dim));
            if link(ui, "Ask for a custom quote").clicked() {
                let mail = mail::custom_quote(self.state, matrix::largest() + 1, need.qps);
                out.push(SubscriptionAction::CustomQuoteMail(mail));
            }
        });
    }

    fn orders_ui(&self, ui: &mut Ui, out: &mut Vec<SubscriptionAction>) {
        ledger_ui(&self.state.account, ui, out);
    }
}

/// A column of a given width with the gaps between cards.
fn column_ui(ui: &mut Ui, width: f32, add: impl FnOnce(&mut Ui)) {
    ui.allocate_ui_with_layout(
        vec2(width, 0.0),
        egui::Layout::top_down(egui::Align::Min),
        |ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = space::L;
            add(ui);
        },
    );
}
