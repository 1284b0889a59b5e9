//! Commands by name: which can be run now, and running them.

use egui::{Context, ViewportCommand};

use super::{ImageSearchApp, pending::Purpose, picking::pick, task_result::Picking};
use crate::{
    domain::{catalogue::ExportFormat, job::JobState},
    ui::{
        action::{Action, CatalogueAction, Opening, SettingsAction, SubscriptionAction},
        command::UiCommand,
        model::ThemeChoice,
        rooms,
        toasts::Toast,
    },
    worker::Command,
};

impl ImageSearchApp {
    /// The commands that would do something now, in their order.
    pub(super) fn available(&mut self) -> Vec<UiCommand> {
        rooms::commands()
            .filter(|command| self.is_available(*command))
            .collect()
    }

    fn is_available(&mut self, command: UiCommand) -> bool {
        let view = self.view();
        let stored = self.model.stored() > 0;
        let job = self.model.current_job().map(|job| job.state);
        let rests = matches!(job, Some(JobState::Paused | JobState::Held));
        match command {
            UiCommand::CheckExactly | UiCommand::Compare | UiCommand::ExportResults => {
                self.rooms.get(view).offers(command)
            }
            UiCommand::FindSimilar | UiCommand::SelectAll | UiCommand::RemoveSelected => {
                stored && self.rooms.get(view).offers(command)
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
        let open = |opening| Action::Subscription(SubscriptionAction::Open(opening));
        match command {
            UiCommand::Go(view) => self.go(view),
            UiCommand::ChooseQuery => pick(&self.tasks, Picking::Query),
            UiCommand::Paste => self.paste_clipboard(),
            UiCommand::AddPictures => pick(&self.tasks, Picking::Pictures),
            UiCommand::AddFolder => pick(&self.tasks, Picking::Folder),
            UiCommand::ExportCatalogue => {
                let export = CatalogueAction::Export(ExportFormat::Csv);
                more.push(Action::Catalogue(export));
            }
            // The worker knows whether there is anything: the state shown may be a moment old.
            UiCommand::Undo => {
                self.ask(Command::Undo, Purpose::Undo);
            }
            UiCommand::PauseJob | UiCommand::ResumeJob | UiCommand::CancelJob => {
                let job = self.model.current_job();
                more.extend(job.and_then(|job| Action::on_job(command, job.id)));
            }
            UiCommand::Renew => more.push(open(Opening::Renew(None))),
            UiCommand::WhatFitsMe => more.push(open(Opening::WhatFits)),
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
            | UiCommand::ZoomOut => {
                let view = self.view();
                self.rooms.get(view).command(command, &mut self.model, more);
            }
        }
    }
}
