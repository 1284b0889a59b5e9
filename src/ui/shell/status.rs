//! The status bar: the running job with its rate and time left, or the idle state.

use egui::{Align, Frame, Layout, Margin, Panel, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::{
    domain::{
        catalogue::IndexState,
        job::{Job, JobState},
    },
    ui::{
        action::Action,
        command::UiCommand,
        import::{job_buttons_ui, job_words},
        model::Model,
        text::elided,
        tokens::{Tokens, size, small, space},
        widgets::{self, Button, Meter, meter},
        width::Width,
    },
};

const HEIGHT: f32 = 36.0;

/// Draws the status bar along the lower edge. Returns true if the job was clicked.
pub fn status_ui(model: &Model, ui: &mut Ui, actions: &mut Vec<Action>) -> bool {
    let tokens = Tokens::of(ui);
    let margin = if Width::of(ui) == Width::Narrow {
        8
    } else {
        16
    };
    let mut more = false;
    Panel::bottom("status")
        .frame(
            Frame::new()
                .fill(tokens.panel)
                .inner_margin(Margin::symmetric(margin, 0)),
        )
        .exact_size(HEIGHT)
        .resizable(false)
        .show(ui, |ui| {
            ui.horizontal_centered(|ui| {
                ui.spacing_mut().item_spacing.x = space::M;
                match model.current_job() {
                    Some(job) => more = job_ui(job, ui, actions),
                    None => resting_ui(model, ui, actions),
                }
            });
        });
    more
}

fn resting_ui(model: &Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    let Some(state) = &model.state else {
        let words = match model.cannot_open {
            Some(_) => "No catalogue is open",
            None => "Opening the catalogue…",
        };
        ui.label(small(words).color(tokens.dim));
        return;
    };
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if let Some(undo) = &state.undo {
            let room = (ui.available_width() - 140.0).max(60.0);
            let label = format!("Undo: {undo}");
            let wide = elided(
                ui,
                &label,
                egui::FontId::proportional(size::SMALL),
                tokens.dim,
                9e9,
            );
            let button = Button::quiet(if wide.size().x + 60.0 < room {
                &label
            } else {
                "Undo"
            });
            let button = button.icon(UiCommand::Undo.icon()).small().name(&label);
            if ui
                .add(button)
                .on_hover_text(UiCommand::Undo.tooltip())
                .clicked()
            {
                actions.push(UiCommand::Undo.into());
            }
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let words = match (state.verifying, state.index) {
                (Some(share), _) => {
                    format!("Checking the catalogue: {}", widgets::percent(share))
                }
                (None, IndexState::Building { done, total }) if total > 0 => {
                    let share = widgets::percent(done as f32 / total as f32);
                    format!("Making search faster: {share}")
                }
                _ if state.stored == 0 => "Ready".to_owned(),
                _ => format!(
                    "Ready · {}",
                    widgets::plural(state.stored, "picture", "pictures")
                ),
            };
            ui.label(small(words).color(tokens.dim));
        });
    });
}

fn job_ui(job: &Job, ui: &mut Ui, actions: &mut Vec<Action>) -> bool {
    let tokens = Tokens::of(ui);
    let narrow = Width::of(ui) == Width::Narrow;
    let held = job.state == JobState::Held;
    let mut more = false;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        job_buttons_ui(job, !narrow, ui, actions);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let room = ui.available_width();
            let font = egui::FontId::proportional(size::SMALL);
            let ink = if held { tokens.warning } else { tokens.dim };
            let title = elided(
                ui,
                &job_words::title(job),
                font.clone(),
                ink,
                (room * 0.3).max(96.0),
            );
            let words = job_words::progress(job);
            let bar = (room - title.size().x - 320.0).clamp(64.0, 220.0);
            let words_room = room - title.size().x - bar - 2.0 * space::M - 4.0;
            let words = elided(ui, &words, font, ink, words_room.max(40.0));
            let size = Vec2::new(title.size().x, HEIGHT - 8.0);
            let (rect, response) = ui.allocate_exact_size(size, Sense::click());
            let label = format!("{}: {}", job_words::title(job), job_words::progress(job));
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
            ui.painter().galley(
                rect.left_center() - Vec2::new(0.0, title.size().y / 2.0),
                title,
                ink,
            );
            widgets::focus_ring(ui, &response, 4);
            more = response
                .on_hover_text("Show the pictures as they are indexed")
                .clicked();
            ui.allocate_ui(Vec2::new(bar, 8.0), |ui| {
                let colour = if held { tokens.warning } else { tokens.accent };
                let label = "Indexed so far";
                let (value, cap) = (job.done(), job.total);
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
            if words_room > 40.0 {
                let (rect, response) = ui.allocate_exact_size(words.size(), Sense::hover());
                ui.painter().galley(rect.min, words, ink);
                if let Some(because) = &job.because {
                    response.on_hover_text(because);
                }
            }
        });
    });
    more
}
