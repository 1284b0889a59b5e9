//! The window: draws the panels, sends what they ask for to the worker, and puts its answers where
//! they are shown.
//!
//! `logic()` takes the worker's events over, also while the window is hidden; `ui()` draws. Neither
//! waits: dialogs, the clipboard and looking at dropped files happen on threads of their own
//! (`tasks`), files are written by another (`scribe`).
//!
//! # The state file
//!
//! With the environment variable `IMAGE_SEARCH_STATE_FILE` set to a path, the window writes what it
//! shows into that file as JSON whenever it changes (see `report`): tests that drop real files on
//! the window read it.

mod act;
mod command;
mod display;
mod drops;
mod events;
mod hover;
mod icon;
mod paste_keys;
mod pending;
mod picking;
mod report;
mod scribe;
pub mod settings_file;
mod start;
mod task_result;
mod tasks;

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use egui::{CentralPanel, Frame, Ui};
use jiff::SignedDuration;

pub use report::STATE_FILE_VARIABLE;
pub use start::{StartError, run};

use self::{
    hover::Hover, paste_keys::PasteKeys, pending::Pending, report::Report, scribe::Scribe,
    tasks::BackgroundTasks,
};
use crate::{
    domain::{query::QuerySource, record::RecordId},
    ui::{
        self,
        action::{Action, SubscriptionAction},
        clock_question::ClockQuestion,
        command::UiCommand,
        deletion::Confirmation,
        drop_overlay::drop_overlay_ui,
        first_run::{first_run_ui, is_first_run},
        import::{FailuresView, PreviewView, failures_ui, preview_ui, progress_ui},
        model::{Model, Settings},
        opening::opening_ui,
        palette::{PaletteView, palette_ui},
        rooms::{self, Rooms},
        search,
        shell::{header_ui, navigation_ui, status_ui},
        shortcuts::shortcuts_ui,
        toasts::Toasts,
        tokens::Tokens,
        view::View,
        width::Width,
    },
    worker::{Command, Handle, RequestId},
};

/// The window's title and accessible name.
const TITLE: &str = "Image Search";

/// Records or thumbnails asked for in one command.
const ASKED_AT_ONCE: usize = 200;

/// How the window is set up beside the worker.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The settings of an earlier start.
    pub settings: Settings,
    /// Settings file; `None` saves nothing.
    pub settings_file: Option<PathBuf>,
    /// State file for tests; `None` writes none.
    pub state_file: Option<PathBuf>,
}

/// The program's window.
pub struct ImageSearchApp {
    worker: Handle,
    pending: Pending,
    model: Model,
    rooms: Rooms,
    preview: PreviewView,
    failures: FailuresView,
    palette: PaletteView,
    toasts: Toasts,
    shortcuts_open: bool,
    /// The progress sheet is open.
    progress_open: bool,
    confirmation: Confirmation,
    clock_question: ClockQuestion,
    /// The preview that is shown; answers to earlier ones are dropped.
    preview_request: Option<RequestId>,
    hover: Hover,
    paste: PasteKeys,
    tasks: BackgroundTasks,
    /// When the shown state was published; its clock runs on from there.
    published: Instant,
    settings_file: Option<PathBuf>,
    saved: Settings,
    report: Option<Report>,
    scribe: Scribe,
}

impl ImageSearchApp {
    /// The window over a running worker.
    pub fn with(cc: &eframe::CreationContext<'_>, worker: Handle, setup: Setup) -> Self {
        let Setup {
            settings,
            settings_file,
            state_file,
        } = setup;
        let mut settings = settings.sanitized();
        settings.view = rooms::view(&settings.view).id.to_owned();
        ui::install(&cc.egui_ctx);
        let mut model = Model::new(settings.clone());
        model.drops_unavailable = display::drops_unavailable();
        let app = Self {
            tasks: BackgroundTasks::new(cc.egui_ctx.clone()),
            scribe: Scribe::default(),
            pending: Pending::default(),
            rooms: Rooms::default(),
            preview: PreviewView::default(),
            failures: FailuresView::default(),
            palette: PaletteView::default(),
            toasts: Toasts::default(),
            shortcuts_open: false,
            progress_open: false,
            confirmation: Confirmation::default(),
            clock_question: ClockQuestion::default(),
            preview_request: None,
            hover: Hover::default(),
            paste: PasteKeys::default(),
            published: Instant::now(),
            report: state_file.map(Report::new),
            settings_file,
            saved: settings,
            worker,
            model,
        };
        if app.model.settings.threads > 0 {
            app.worker
                .send(Command::SetThreads(app.model.settings.threads));
        }
        app
    }

    /// The model the panels draw.
    pub fn model(&self) -> &Model {
        &self.model
    }

    fn view(&self) -> View {
        rooms::view(&self.model.settings.view)
    }

    fn go(&mut self, view: View) {
        self.model.settings.view = view.id.to_owned();
    }

    fn room_ui(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let view = self.view();
        let model = &mut self.model;
        if model.state.is_none() {
            opening_ui(model, ui, actions);
        } else if view == search::VIEW && self.rooms.search.is_empty() && is_first_run(model) {
            first_run_ui(model, ui, actions);
        } else {
            self.rooms.get(view).ui(model, ui, actions);
        }
    }

    fn shell_ui(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        header_ui(&self.model, ui, actions);
        if status_ui(&self.model, ui, actions) {
            self.progress_open = !self.progress_open;
        }
        let dots = self.rooms.wanting_attention(&self.model);
        navigation_ui(self.view(), &dots, ui, actions);
        let frame = Frame::new().fill(Tokens::of(ui).background);
        CentralPanel::no_frame()
            .frame(frame)
            .show(ui, |ui| self.room_ui(ui, actions));
    }

    fn overlays_ui(&mut self, ctx: &egui::Context, actions: &mut Vec<Action>) {
        progress_ui(&mut self.progress_open, &mut self.model, ctx, actions);
        preview_ui(&mut self.preview, &mut self.model, ctx, actions);
        failures_ui(&mut self.failures, &self.model, ctx, actions);
        if let Some(confirmed) = self.confirmation.ui(&self.model, ctx) {
            self.carry_out(confirmed);
            ctx.request_repaint();
        }
        let answer = self.clock_question.ui(&self.model, ctx);
        let answer = answer.map(SubscriptionAction::AnswerClock);
        actions.extend(answer.map(Action::Subscription));
        shortcuts_ui(&mut self.shortcuts_open, ctx);
        if self.palette.is_open() {
            let available = self.available();
            palette_ui(&mut self.palette, &available, ctx, actions);
        }
        self.toasts.ui(ctx, Width::of_window(ctx).below(), actions);
        let view = self.view();
        if let Some(dropped) = self.hover.shown() {
            let outcome = dropped.outcome(view, self.model.stored());
            drop_overlay_ui(dropped, outcome, ctx);
        }
    }

    /// Requests what was drawn but not cached.
    fn fetch_wanted(&mut self) {
        let records = self.model.records.take_wanted();
        for ids in records.chunks(ASKED_AT_ONCE) {
            self.worker.send(Command::Records(ids.to_vec()));
        }
        let thumbnails: Vec<RecordId> = self.model.thumbnails.take_wanted();
        for ids in thumbnails.chunks(ASKED_AT_ONCE) {
            self.worker.send(Command::Thumbnails(ids.to_vec()));
        }
        let previews: Vec<(QuerySource, u32)> = self.model.previews.take_wanted();
        for (source, max_side) in previews {
            let command = Command::Picture {
                source: source.clone(),
                max_side,
            };
            self.ask(command, pending::Purpose::Preview { source, max_side });
        }
    }

    /// Sends a command and records what its answer is for.
    fn ask(&mut self, command: Command, purpose: pending::Purpose) -> RequestId {
        let id = self.worker.send(command);
        self.pending.note(id, purpose);
        id
    }

    fn keep_settings(&mut self) {
        if self.saved == self.model.settings {
            return;
        }
        self.saved = self.model.settings.clone();
        if let Some(file) = &self.settings_file {
            self.scribe
                .write(file.clone(), settings_file::to_bytes(&self.saved));
        }
    }

    fn report_state(&mut self, ctx: &egui::Context) {
        let Some(mut report) = self.report.take() else {
            return;
        };
        let dialog = self.dialog_name();
        let shown = report::Shown {
            view: self.view(),
            model: &self.model,
            search: &self.rooms.search,
            dialog,
            toast: self.toasts.last(),
        };
        if let Some((file, bytes)) = report.changed(&shown) {
            self.scribe.write(file, bytes);
        }
        self.report = Some(report);
        // A state that changes by itself (a toast that goes) is reported soon, too.
        ctx.request_repaint_after(Duration::from_millis(500));
    }

    fn dialog_name(&mut self) -> Option<&'static str> {
        if self.model.import_preview.is_some() {
            Some("import")
        } else if self.model.job_failures.is_some() {
            Some("failures")
        } else if let Some(dialog) = self.confirmation.dialog() {
            Some(dialog)
        } else if self.clock_question.is_open(&self.model) {
            Some("clock")
        } else if self.palette.is_open() {
            Some("palette")
        } else if self.shortcuts_open {
            Some("shortcuts")
        } else {
            let view = self.view();
            self.rooms.get(view).dialog()
        }
    }

    /// The published instant plus the time since.
    fn move_clock(&mut self) {
        if let Some(state) = &self.model.state {
            let passed = SignedDuration::try_from(self.published.elapsed()).unwrap_or_default();
            self.model.clock = state.now.saturating_add(passed).unwrap_or(state.now);
        }
    }
}

impl eframe::App for ImageSearchApp {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.take_events(ctx);
        self.take_task_results(ctx);
        self.move_clock();
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        ctx.set_theme(egui::ThemePreference::from(self.model.settings.theme));
        // The toolkit leaves the window itself without a name for screen readers.
        ctx.accesskit_node_builder(egui::accesskit_root_id(), |node| node.set_label(TITLE));
        let mut actions = Vec::new();
        self.take_drops(&ctx);
        self.take_pastes(&ctx);
        if self.dialog_name().is_none() {
            let pressed = UiCommand::pressed(rooms::commands(), &ctx);
            actions.extend(pressed.map(Action::Command));
        }
        self.shell_ui(ui, &mut actions);
        self.overlays_ui(&ctx, &mut actions);
        if !actions.is_empty() {
            // What an action changes was drawn before it: it is seen with the next frame.
            ctx.request_repaint();
        }
        self.act_on(actions, &ctx);
        self.fetch_wanted();
        self.keep_settings();
        self.report_state(&ctx);
    }

    fn persist_egui_memory(&self) -> bool {
        // Only the window's place and size are worth keeping; the rest is in the settings.
        false
    }
}
