//! The panel on a stage: what it asks for is answered by the rules, as the worker would.

use std::{path::PathBuf, sync::Arc};

use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};
use image_search::{
    domain::{
        catalogue::{CallSeconds, IndexState, LostLedger, ModelInfo, SetAside, State},
        plan::PlanId,
        quota::CallKind,
        subscription::{Account, ClockDoubt, Refusal},
        usage::Usage,
    },
    ui::{
        self,
        action::{Action, SubscriptionAction},
        deletion::{Confirmation, Deletion},
        model::{Model, Settings},
        room::Room as _,
        subscription::SubscriptionView,
    },
};
use jiff::{Timestamp, civil::Date};

use crate::snapshot;

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The panel, and the account and meters a worker would hold behind it.
pub struct Stage {
    pub view: SubscriptionView,
    pub model: Model,
    pub account: Account,
    pub now: Timestamp,
    pub uploaded: u64,
    pub stored: u64,
    pub uploads_by_day: Vec<(Date, u64)>,
    pub waiting: u32,
    pub set_aside: Vec<SetAside>,
    pub lost_ledger: Option<LostLedger>,
    pub clock_doubt: Option<ClockDoubt>,
    /// What was asked that only the app can do, in order.
    pub asked: Vec<SubscriptionAction>,
    pub confirmation: Confirmation,
    /// Prices asked for are left unanswered.
    pub slow: bool,
}

impl Stage {
    pub fn new(now: &str) -> Self {
        let mut stage = Self {
            view: SubscriptionView::default(),
            model: Model::new(Settings::default()),
            account: Account::default(),
            now: at(now),
            uploaded: 0,
            stored: 0,
            uploads_by_day: Vec::new(),
            waiting: 0,
            set_aside: Vec::new(),
            lost_ledger: None,
            clock_doubt: None,
            asked: Vec::new(),
            confirmation: Confirmation::default(),
            slow: false,
        };
        stage.publish();
        stage
    }

    /// With a package bought at an instant, for so many months.
    pub fn bought(now: &str, plan: &str, months: u32, since: &str) -> Self {
        let (mut stage, now) = (Self::new(since), at(now));
        let quote = stage
            .account
            .quote_purchase(&PlanId::from(plan), months, stage.now)
            .unwrap();
        stage.account.confirm(&quote, stage.now).unwrap();
        stage.now = now;
        stage.publish();
        stage
    }

    /// With the free month begun at an instant.
    pub fn on_trial(now: &str, since: &str) -> Self {
        let mut stage = Self::new(since);
        stage.account.trial(stage.now).unwrap();
        stage.now = at(now);
        stage.publish();
        stage
    }

    pub fn with_usage(mut self, uploaded: u64, stored: u64) -> Self {
        (self.uploaded, self.stored) = (uploaded, stored);
        self.publish();
        self
    }

    /// Hands a new state to the panel.
    pub fn publish(&mut self) {
        self.account.observe(self.now);
        let days = &self.uploads_by_day;
        let usage = Usage::new(&self.account, self.uploaded, self.stored, days, self.now);
        self.model.publish(Arc::new(State {
            now: self.now,
            data_dir: PathBuf::from("data"),
            stored: self.stored,
            generation: 1,
            categories: Arc::new([]),
            index: IndexState::Exact,
            model: ModelInfo {
                id: "0".repeat(64),
                name: "test".to_owned(),
                dimension: 384,
                catalogue_differs: None,
            },
            account: Arc::new(self.account.clone()),
            usage,
            calls: calls(self.waiting),
            uploads_by_day: self.uploads_by_day.clone().into(),
            jobs: Arc::new([]),
            undo: None,
            set_aside: self.set_aside.clone().into(),
            verifying: None,
            lost_ledger: self.lost_ledger.clone().map(Arc::new),
            clock_doubt: self.clock_doubt,
        }));
    }

    pub fn frame(&mut self, ui: &mut egui::Ui) {
        let tokens = ui::tokens::Tokens::of(ui);
        let frame = egui::Frame::new().fill(tokens.background);
        let mut actions = Vec::new();
        egui::CentralPanel::default().frame(frame).show(ui, |ui| {
            self.view.ui(&mut self.model, ui, &mut actions);
        });
        if let Some(confirmed) = self.confirmation.ui(&self.model, ui.ctx()) {
            let Deletion::SetAside(deleted) = confirmed.into_deletion() else {
                panic!("nothing else is deleted here")
            };
            self.set_aside.retain(|kept| *kept != deleted);
            self.view
                .on_done("What was set aside is deleted.".to_owned());
            self.publish();
            ui.ctx().request_repaint();
        }
        for action in actions {
            match action {
                Action::Subscription(action) => self.answer(action),
                Action::Delete(deletion) => {
                    let confirmed = self.confirmation.request(deletion);
                    assert_eq!(confirmed, None, "what is set aside is asked about");
                }
                action => panic!("not asked here: {action:?}"),
            }
            // As the app does for every event of the worker.
            ui.ctx().request_repaint();
        }
    }

    fn answer(&mut self, action: SubscriptionAction) {
        let (now, account) = (self.now, &mut self.account);
        match action {
            SubscriptionAction::StartTrial => match account.trial(now) {
                Ok(order) => self.view.on_ordered(order),
                Err(refusal) => self.view.on_failed(refusal.to_string()),
            },
            SubscriptionAction::Order(quote) => match account.confirm(&quote, now) {
                Ok(order) => self.view.on_ordered(order),
                Err(refusal) => self.view.on_failed(refusal.to_string()),
            },
            _ if self.slow => {}
            SubscriptionAction::Quote(wish) => {
                let quote = account.quote(&wish, now);
                self.quoted(quote);
            }
            SubscriptionAction::RestoreSetAside { folder } => {
                let place = self
                    .set_aside
                    .iter()
                    .position(|kept| kept.folder == folder)
                    .unwrap();
                let kept = self.set_aside.remove(place);
                self.stored += kept.pictures;
                self.view
                    .on_done(format!("{} pictures are back.", kept.pictures));
            }
            other => self.asked.push(other),
        }
        self.publish();
    }

    fn quoted(&mut self, quote: Result<image_search::domain::subscription::Quote, Refusal>) {
        match quote {
            Ok(quote) => self.view.on_quoted(quote),
            Err(refusal) => self.view.on_failed(refusal.to_string()),
        }
    }
}

/// A minute of calls: some queries, adds at the quota with some waiting.
fn calls(waiting: u32) -> Arc<[CallSeconds]> {
    let calls = CallKind::ALL.map(|kind| {
        let per_second = (0..60).map(|second| match kind {
            CallKind::Query => second % 7 / 3,
            CallKind::Add => {
                if waiting > 0 {
                    5
                } else {
                    second % 5
                }
            }
            CallKind::Delete => 0,
        });
        let waiting = if kind == CallKind::Add { waiting } else { 0 };
        CallSeconds {
            kind,
            per_second: per_second.collect(),
            waiting,
            total: 12_345,
        }
    });
    Arc::new(calls)
}

/// The panel in a window, high enough that nothing has to be scrolled to.
pub fn window(stage: Stage) -> Harness<'static, Stage> {
    sized(stage, 1240.0, 1500.0)
}

pub fn sized(stage: Stage, width: f32, height: f32) -> Harness<'static, Stage> {
    let builder = Harness::builder()
        .with_size(egui::vec2(width, height))
        .with_max_steps(16);
    let mut window = builder
        .with_context_setup(ui::install)
        .build_ui_state(|ui, stage: &mut Stage| stage.frame(ui), stage);
    window.run();
    window
}

/// Compares the panel in dark and in light with the pictures in `tests/snapshots`.
pub fn compare_in_both_themes(window: &mut Harness<'_, Stage>, name: &str) {
    for (theme, suffix) in [(egui::Theme::Dark, "dark"), (egui::Theme::Light, "light")] {
        window.ctx.set_theme(theme);
        window.run();
        window.snapshot_options(format!("{name}-{suffix}"), &snapshot::options());
    }
}

/// What a person does in the window.
pub trait Person {
    /// Clicks what has exactly this name.
    fn click(&mut self, name: &str);
    /// The same, and looks at the window before it has settled.
    fn click_once(&mut self, name: &str);
    /// Types a text into the field of this name, in place of what it holds.
    fn fill(&mut self, name: &str, text: &str);
    /// Whether something with this text in its name is there.
    fn sees(&self, text: &str) -> bool;
    /// Lets time pass; the worker publishes.
    fn wait_until(&mut self, now: &str);
    /// Every name there is, for a failing assertion.
    fn names(&self) -> String;
}

impl Person for Harness<'_, Stage> {
    fn click(&mut self, name: &str) {
        match self.query_all_by_label(name).last() {
            Some(node) => node.click(),
            None => panic!("there is no {name:?} in:\n{}", self.names()),
        }
        self.run();
    }

    fn click_once(&mut self, name: &str) {
        self.get_by_label(name).click();
        self.run_steps(4);
    }

    fn fill(&mut self, name: &str, text: &str) {
        let field = |node: &egui_kittest::Node<'_>| {
            node.accesskit_node().role() == egui::accesskit::Role::TextInput
        };
        let found = self.query_all_by_label(name).find(field);
        found.unwrap_or_else(|| panic!("no field {name:?}")).focus();
        self.run();
        self.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        self.run();
        self.event(egui::Event::Text(text.to_owned()));
        self.run();
    }

    fn sees(&self, text: &str) -> bool {
        self.query_all_by_label_contains(text).next().is_some()
    }

    fn wait_until(&mut self, now: &str) {
        self.state_mut().now = at(now);
        self.state_mut().publish();
        self.run();
    }

    fn names(&self) -> String {
        let all = self.query_all_by(|_| true);
        let label = |node: egui_kittest::Node<'_>| {
            let node = node.accesskit_node();
            node.label().or_else(|| node.value())
        };
        all.filter_map(label).collect::<Vec<_>>().join("\n")
    }
}
