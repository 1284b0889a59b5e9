//! Jobs and messages of this and earlier starts.

use egui::{Align, FontId, Key, Label, Layout, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo};
use egui_material_icons::icons::{
    ICON_CHECK_CIRCLE, ICON_DOWNLOAD, ICON_ERROR, ICON_HISTORY, ICON_INFO, ICON_NOTIFICATIONS,
    ICON_REFRESH, ICON_WARNING,
};

use super::{
    action::{Action, ImportAction},
    command::UiCommand,
    import::{job_buttons_ui, job_words},
    model::Model,
    room::Room,
    text::elided,
    tokens::{Tokens, Weight, body, size, small, space, title},
    view::View,
    widgets::{self, Button, Meter, date_time, duration, meter, segmented},
};
use crate::domain::{
    job::{Job, JobState},
    message::{Message, Severity},
};

pub const VIEW: View = View {
    id: "activity",
    label: "Activity",
    hint: "What was added, what failed and why",
    icon: ICON_HISTORY,
    key: Key::Num4,
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Shown {
    #[default]
    Jobs,
    Messages,
}

/// The message filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Wanted {
    #[default]
    All,
    Trouble,
}

/// The panel's state.
#[derive(Default)]
pub struct ActivityView {
    shown: Shown,
    wanted: Wanted,
    /// Indices of the messages that pass the filter, with the number of messages searched.
    matching: Option<(Wanted, usize, Vec<usize>)>,
    asked: bool,
}

const JOB_ROW: f32 = 92.0;
const MESSAGE_ROW: f32 = 36.0;

impl Room for ActivityView {
    fn ui(&mut self, model: &mut Model, ui: &mut Ui, actions: &mut Vec<Action>) {
        if !self.asked {
            self.asked = true;
            actions.push(Action::RefreshActivity);
        }
        activity_ui(self, model, ui, actions);
    }

    fn wants_attention(&self, model: &Model) -> bool {
        model.current_job().is_some_and(|job| job.held_by.is_some())
    }
}

fn activity_ui(view: &mut ActivityView, model: &Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    let margin = if ui.available_width() < 520.0 {
        space::L
    } else {
        space::XXL
    };
    egui::Frame::new()
        .inner_margin(egui::Margin::same(margin as i8))
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.label(title("Activity").color(tokens.text));
                ui.add_space(space::M);
                let choices = [(Shown::Jobs, "Jobs"), (Shown::Messages, "Messages")];
                segmented(ui, &mut view.shown, &choices);
                if view.shown == Shown::Messages {
                    let choices = [
                        (Wanted::All, "All"),
                        (Wanted::Trouble, "Warnings and errors"),
                    ];
                    segmented(ui, &mut view.wanted, &choices);
                }
            });
            ui.add_space(space::M);
            match view.shown {
                Shown::Jobs => jobs_ui(model, ui, actions),
                Shown::Messages => messages_ui(view, model, ui),
            }
        });
}

fn jobs_ui(model: &Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    if model.jobs.is_empty() {
        let words = "Drop a folder anywhere, or add pictures: what was imported is listed here.";
        widgets::empty_state(ui, ICON_HISTORY, "No imports yet", words, |ui| {
            if widgets::primary_button(ui, "Add a folder…").clicked() {
                actions.push(UiCommand::AddFolder.into());
            }
        });
        return;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .id_salt("jobs")
        .auto_shrink(false)
        .show_rows(ui, JOB_ROW, model.jobs.len(), |ui, range| {
            for job in &model.jobs[range] {
                let size = Vec2::new(ui.available_width() - space::M, JOB_ROW);
                let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
                let line = (1.0, Tokens::of(ui).line);
                ui.painter()
                    .hline(rect.x_range(), rect.bottom() - 0.5, line);
                let inside = egui::UiBuilder::new().max_rect(rect).id_salt(job.id);
                ui.scope_builder(inside, |ui| job_ui(job, ui, actions));
            }
        });
}

fn job_ui(job: &Job, ui: &mut Ui, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    ui.spacing_mut().item_spacing = Vec2::new(space::S, 2.0);
    ui.spacing_mut().interact_size.y = 20.0;
    ui.add_space(space::M);
    ui.horizontal(|ui| {
        let (icon, colour) = match job.state {
            JobState::Done if job.failed > 0 => (ICON_WARNING, tokens.warning),
            JobState::Done => (ICON_CHECK_CIRCLE, tokens.accent),
            JobState::Cancelled => (ICON_INFO, tokens.dim),
            JobState::Held => (ICON_WARNING, tokens.warning),
            JobState::Failed => (ICON_ERROR, tokens.bad),
            JobState::Proposed | JobState::Listing | JobState::Running | JobState::Paused => {
                (ICON_HISTORY, tokens.accent)
            }
        };
        ui.label(icon.rich_text().size(size::ICON).color(colour));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            job_actions_ui(job, ui, actions);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let words = body(job_words::title(job)).medium().color(tokens.text);
                ui.add(Label::new(words).truncate());
            });
        });
    });
    ui.horizontal(|ui| {
        ui.add_space(26.0);
        let words = match job.state {
            JobState::Failed => job_words::ended(job),
            _ if job.is_over() => job_words::outcome(job),
            _ => job_words::progress(job),
        };
        let words = Label::new(body(words).color(tokens.dim));
        // Why it waits or has stopped is read here or nowhere.
        match job.because {
            Some(_) => ui.add(words.wrap()),
            None => ui.add(words.truncate()),
        };
    });
    ui.horizontal(|ui| {
        ui.add_space(26.0);
        if job.is_over() {
            ui.add(Label::new(small(when(job)).color(tokens.faint)).truncate());
        } else {
            ui.set_max_width(360.0_f32.min(ui.available_width()));
            let colour = if job.state == JobState::Held {
                tokens.warning
            } else {
                tokens.accent
            };
            let (value, cap) = (job.done(), job.total);
            let label = "Progress of the job";
            ui.vertical(|ui| {
                ui.add_space(space::XS);
                meter(
                    ui,
                    &Meter {
                        value,
                        pending: 0,
                        cap,
                        marks: &[],
                        colour,
                        label,
                    },
                );
            });
        }
    });
}

fn job_actions_ui(job: &Job, ui: &mut Ui, actions: &mut Vec<Action>) {
    if !job.is_over() {
        job_buttons_ui(job, ui.available_width() > 420.0, ui, actions);
    }
    if job.state == JobState::Failed {
        let button = Button::quiet("Go on").icon(ICON_REFRESH).small();
        if ui.add(button.name("Go on with the job")).clicked() {
            actions.push(Action::Import(ImportAction::Resume(job.id)));
        }
    }
    if job.failed > 0 {
        let narrow = ui.available_width() < 420.0;
        let count = widgets::grouped(job.failed);
        let export = Button::quiet("")
            .icon(ICON_DOWNLOAD)
            .small()
            .name("Export the failures");
        if ui
            .add(export)
            .on_hover_text("Save the failures as a file")
            .clicked()
        {
            actions.push(Action::Import(ImportAction::ExportFailures(job.id)));
        }
        let retry = Button::quiet(if narrow { "" } else { "Try again" }).icon(ICON_REFRESH);
        if job.kind.can_retry()
            && ui
                .add(retry.small().name("Try the failed files again"))
                .clicked()
        {
            actions.push(Action::Import(ImportAction::Retry(job.id)));
        }
        let label = format!("Show the {count} failed");
        if ui
            .add(Button::secondary(if narrow { "Failed" } else { &label }).small())
            .clicked()
        {
            actions.push(Action::Import(ImportAction::ShowFailures(job.id)));
        }
    }
}

fn when(job: &Job) -> String {
    let started = date_time(job.started_at);
    match job.ended_at {
        Some(ended) => {
            let secs = (ended.as_millisecond() - job.started_at.as_millisecond()) as f64 / 1e3;
            format!("{started} · took {}", duration(secs))
        }
        None => started,
    }
}

fn messages_ui(view: &mut ActivityView, model: &Model, ui: &mut Ui) {
    let rows = view.matching(&model.messages);
    if rows.is_empty() {
        let words = "What happens to the catalogue and the subscription is noted here.";
        widgets::empty_state(ui, ICON_NOTIFICATIONS, "Nothing to report", words, |_| {});
        return;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .id_salt("messages")
        .auto_shrink(false)
        .show_rows(ui, MESSAGE_ROW, rows.len(), |ui, range| {
            for at in &rows[range] {
                if let Some(message) = model.messages.get(*at) {
                    message_ui(message, ui);
                }
            }
        });
}

impl ActivityView {
    fn matching(&mut self, messages: &[Message]) -> Vec<usize> {
        if let Some((wanted, length, rows)) = &self.matching
            && (*wanted, *length) == (self.wanted, messages.len())
        {
            return rows.clone();
        }
        let matches =
            |message: &Message| self.wanted == Wanted::All || message.severity != Severity::Info;
        let rows: Vec<usize> = (0..messages.len())
            .filter(|at| matches(&messages[*at]))
            .collect();
        self.matching = Some((self.wanted, messages.len(), rows.clone()));
        rows
    }
}

fn message_ui(message: &Message, ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    let size = Vec2::new(ui.available_width() - space::M, MESSAGE_ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &message.text));
    if ui.is_rect_visible(rect) {
        let (icon, colour) = match message.severity {
            Severity::Info => (ICON_INFO, tokens.faint),
            Severity::Warning => (ICON_WARNING, tokens.warning),
            Severity::Error => (ICON_ERROR, tokens.bad),
        };
        let painter = ui.painter();
        let middle = rect.center().y;
        let symbol = FontId::new(size::ICON, icon.font_family());
        let at = egui::pos2(rect.left() + 9.0, middle);
        painter.text(
            at,
            egui::Align2::CENTER_CENTER,
            icon.codepoint,
            symbol,
            colour,
        );
        let narrow = rect.width() < 520.0;
        let when = date_time(message.at);
        let when = elided(
            ui,
            &when,
            FontId::proportional(size::SMALL),
            tokens.faint,
            160.0,
        );
        let at = egui::pos2(rect.left() + 30.0, middle - when.size().y / 2.0);
        let lead = if narrow { 30.0 } else { 180.0 };
        if !narrow {
            painter.galley(at, when, tokens.faint);
        }
        let room = rect.width() - lead;
        let text = elided(
            ui,
            &message.text,
            FontId::proportional(size::BODY),
            tokens.text,
            room,
        );
        let at = egui::pos2(rect.left() + lead, middle - text.size().y / 2.0);
        painter.galley(at, text, tokens.text);
        painter.hline(rect.x_range(), rect.bottom() - 0.5, (1.0, tokens.line));
    }
    response.on_hover_ui(|ui| {
        ui.label(small(date_time(message.at)));
        ui.label(body(&message.text));
    });
}
