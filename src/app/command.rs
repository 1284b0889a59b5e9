//! Commands by name: which can be run now, and running them.

use egui::{Context, ViewportCommand};

use super::{ImageSearchApp, errand::Picking, pending::Purpose, picking::pick};
use crate::{
    domain::{catalogue::ExportFormat, import::JobState},
    ui::{
        action::{Action, ImportAction, Opening, SettingsAction},
        command::UiCommand,
        model::{ThemeChoice, View},
        toasts::Toast,
    },
    worker::Command,
};

impl ImageSearchApp {
    /// The commands that would do something now, in their order.
    pub(super) fn available(&self) -> Vec<UiCommand> {
        UiCommand::ALL
            .into_iter()
            .filter(|command| self.is_available(*command))
            .collect()
    }

    fn is_available(&self, command: UiCommand) -> bool {
        let stored = self.model.stored() > 0;
        let answered = self.view() == View::Search && self.search.tab().is_some();
        let job = self.model.current_job().map(|job| job.state);
        let rests = matches!(job, Some(JobState::Paused | JobState::Held));
        match command {
            UiCommand::CheckExactly | UiCommand::Compare | UiCommand::ExportResults => answered,
            UiCommand::FindSimilar | UiCommand::SelectAll | UiCommand::RemoveSelected => {
                stored && matches!(self.view(), View::Search | View::Catalogue)
            }
            UiCommand::ExportCatalogue | UiCommand::Verify => stored,
            UiCommand::Undo => self.model.undo().is_some(),
            UiCommand::PauseJob => job.is_some() && !rests,
            UiCommand::ResumeJob => rests,
            UiCommand::CancelJob => job.is_some(),
            _ => true,
        }
    }

    pub(super) fn run_command(
        &mut self,
        command: UiCommand,
        ctx: &Context,
        more: &mut Vec<Action>,
    ) {
        match command {
            UiCommand::GoSearch => self.go(View::Search),
            UiCommand::GoCatalogue => self.go(View::Catalogue),
            UiCommand::GoSubscription => self.go(View::Subscription),
            UiCommand::GoActivity => self.go(View::Activity),
            UiCommand::GoSettings => self.go(View::Settings),
            UiCommand::ChooseQuery => pick(&self.errands, Picking::Query),
            UiCommand::Paste => self.paste_clipboard(),
            UiCommand::AddPictures => pick(&self.errands, Picking::Pictures),
            UiCommand::AddFolder => pick(&self.errands, Picking::Folder),
            UiCommand::ExportCatalogue => {
                pick(&self.errands, Picking::Catalogue(ExportFormat::Csv));
            }
            // The worker knows whether there is anything: the state shown may be a moment old.
            UiCommand::Undo => {
                self.ask(Command::Undo, Purpose::Undo);
            }
            UiCommand::PauseJob | UiCommand::ResumeJob | UiCommand::CancelJob => {
                self.job_command(command, more);
            }
            UiCommand::Renew => {
                self.go(View::Subscription);
                self.subscription.open(Opening::Renew(None));
            }
            UiCommand::WhatFitsMe => {
                self.go(View::Subscription);
                self.subscription.open(Opening::WhatFits);
            }
            UiCommand::Verify => {
                self.worker.send(Command::Verify);
                self.toasts.add(Toast::info("Checking the catalogue…"));
            }
            UiCommand::ToggleTheme => {
                let dark = ctx.theme() == egui::Theme::Dark;
                let theme = if dark {
                    ThemeChoice::Light
                } else {
                    ThemeChoice::Dark
                };
                more.push(Action::Settings(SettingsAction::Theme(theme)));
            }
            UiCommand::ShowShortcuts => self.shortcuts_open = true,
            UiCommand::ShowPalette => self.palette.open(),
            UiCommand::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
            UiCommand::FindSimilar
            | UiCommand::Compare
            | UiCommand::CheckExactly
            | UiCommand::ExportResults
            | UiCommand::SelectAll
            | UiCommand::RemoveSelected
            | UiCommand::ZoomIn
            | UiCommand::ZoomOut => self.view_command(command, more),
        }
    }

    /// What the room on the screen does itself.
    fn view_command(&mut self, command: UiCommand, more: &mut Vec<Action>) {
        match self.view() {
            View::Search => self.search.command(command, &mut self.model, more),
            View::Catalogue => self.catalogue.command(command, &mut self.model, more),
            _ => false,
        };
    }

    fn job_command(&mut self, command: UiCommand, more: &mut Vec<Action>) {
        let Some(job) = self.model.current_job().map(|job| job.id) else {
            return;
        };
        more.push(Action::Import(match command {
            UiCommand::PauseJob => ImportAction::Pause(job),
            UiCommand::ResumeJob => ImportAction::Resume(job),
            _ => ImportAction::AskCancel(job),
        }));
    }
}
