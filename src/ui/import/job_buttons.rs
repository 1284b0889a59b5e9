//! The buttons of a job that is not over.

use egui::Ui;

use crate::{
    domain::job::{Job, JobState},
    ui::{
        action::Action,
        command::UiCommand,
        widgets::{Button, icon_button},
    },
};

/// Draws pause or resume, and cancel, with labels or as symbols only.
pub fn job_buttons_ui(job: &Job, words: bool, ui: &mut Ui, actions: &mut Vec<Action>) {
    let paused = matches!(job.state, JobState::Paused | JobState::Held);
    let toggle = if paused {
        (UiCommand::ResumeJob, "Resume")
    } else {
        (UiCommand::PauseJob, "Pause")
    };
    for (command, word) in [(UiCommand::CancelJob, "Cancel"), toggle] {
        let response = if words {
            let button = Button::quiet(word).icon(command.icon()).small();
            ui.add(button.name(command.label()))
                .on_hover_text(command.tooltip())
        } else {
            icon_button(ui, command.icon(), command.label(), command.tooltip())
        };
        if response.clicked() {
            actions.extend(Action::on_job(command, job.id));
        }
    }
}
