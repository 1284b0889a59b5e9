//! Carries out the panels' actions.

use std::path::{Path, PathBuf};

use egui::Context;

use super::{
    ImageSearchApp,
    pending::Purpose,
    picking::pick,
    task_result::{Picking, TaskResult},
};
use crate::{
    domain::{
        catalogue::SetAside,
        path::{self, shown, shown_name},
        query::QuerySource,
    },
    engine::decode::Format,
    ui::{
        action::{
            Action, CatalogueAction, ImportAction, PictureAction, SearchAction, SettingsAction,
            SubscriptionAction,
        },
        catalogue,
        deletion::{Confirmed, Deletion},
        model::JobFailures,
        search, subscription,
        toasts::Toast,
    },
    worker::{Command, Lane},
};

/// Longest side in pixels of a picture put on the clipboard.
const COPIED_SIDE: u32 = 4_096;

/// Whether the system takes a file of this name for a picture.
fn is_named_like_a_picture(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| Format::all_extensions().any(|one| *ending == *one))
}

impl ImageSearchApp {
    pub(super) fn act_on(&mut self, actions: Vec<Action>, ctx: &Context) {
        let mut queue = std::collections::VecDeque::from(actions);
        // An action may ask for others (a command becomes a query); each is done once.
        while let Some(action) = queue.pop_front() {
            let mut more = Vec::new();
            self.act(action, ctx, &mut more);
            queue.extend(more);
        }
    }

    fn act(&mut self, action: Action, ctx: &Context, more: &mut Vec<Action>) {
        match action {
            Action::Command(command) => self.run_command(command, ctx, more),
            Action::Search(action) => self.search_action(action),
            Action::Catalogue(action) => self.catalogue_action(action),
            Action::Picture(action) => self.picture_action(action, ctx, more),
            Action::Subscription(action) => self.subscription_action(action, ctx),
            Action::Import(action) => self.import_action(action),
            Action::Settings(action) => self.settings_action(action),
            Action::Delete(deletion) => {
                if let Some(confirmed) = self.confirmation.request(deletion) {
                    self.carry_out(confirmed);
                }
            }
            Action::RefreshActivity => {
                self.worker.send(Command::Jobs);
                self.worker.send(Command::Messages);
            }
            Action::FindInCatalogue(text) => {
                self.go(catalogue::VIEW);
                self.rooms.catalogue.find(text);
            }
            Action::SearchWithFiles(paths) => self.search_with_files(paths, more),
        }
    }

    /// The only place that sends the worker a destructive command.
    pub(super) fn carry_out(&mut self, confirmed: Confirmed) {
        match confirmed.into_deletion() {
            Deletion::Pictures(ids) => {
                self.ask(Command::Remove(ids.clone()), Purpose::Remove(ids));
            }
            Deletion::Job(job) => {
                self.worker.send(Command::CancelJob(job));
            }
            Deletion::SetAside(SetAside { folder, .. }) => {
                self.rooms.subscription.wait();
                self.ask(Command::DeleteSetAside { folder }, Purpose::SetAside);
            }
        }
    }

    pub(super) fn search_with_files(&mut self, paths: Vec<PathBuf>, more: &mut Vec<Action>) {
        self.search_with(paths.into_iter().map(QuerySource::File).collect(), more);
    }

    pub(super) fn search_with(&mut self, sources: Vec<QuerySource>, more: &mut Vec<Action>) {
        self.go(search::VIEW);
        let thresholds = self.model.settings.thresholds;
        self.rooms.search.ask(sources, thresholds, more);
    }

    fn search_action(&mut self, action: SearchAction) {
        match action {
            SearchAction::Run { tab, serial, query } => {
                let command = Command::Search {
                    lane: Lane(tab),
                    query,
                };
                self.ask(command, Purpose::Search { tab, serial });
            }
            SearchAction::Refine { tab, serial, cut } => {
                let command = Command::Refine {
                    lane: Lane(tab),
                    cut,
                };
                self.ask(command, Purpose::Search { tab, serial });
            }
            SearchAction::ExportCsv { tab, cut, shown } => {
                pick(&self.tasks, Picking::Results(Lane(tab), cut, shown));
            }
        }
    }

    fn catalogue_action(&mut self, action: CatalogueAction) {
        match action {
            CatalogueAction::List(request) => {
                self.ask(Command::List(request), Purpose::Listing);
            }
            CatalogueAction::Export(format) => {
                pick(&self.tasks, Picking::Catalogue(format));
            }
        }
    }

    fn picture_action(&mut self, action: PictureAction, ctx: &Context, more: &mut Vec<Action>) {
        match action {
            PictureAction::FindSimilar(id) => {
                self.go(search::VIEW);
                let name = match self.model.records.peek(id) {
                    Some(record) => record.title(),
                    None => format!("Picture {id}"),
                };
                let thresholds = self.model.settings.thresholds;
                self.rooms.search.find_similar(id, name, thresholds, more);
            }
            PictureAction::Open(path) if is_named_like_a_picture(&path) => {
                self.open(path, |path| opener::open(path));
            }
            // The system opens by name: a program or a script would be run, whatever it holds.
            PictureAction::Open(path) => {
                self.toasts.add(Toast::info(format!(
                    "{} is no picture by its name, so it is shown in its folder instead of opened.",
                    shown_name(&path)
                )));
                self.open(path, |path| opener::reveal(path));
            }
            PictureAction::Reveal(path) => self.open(path, |path| opener::reveal(path)),
            PictureAction::CopyPath(path) => {
                ctx.copy_text(path::lossy(&path));
                self.toasts.add(Toast::info("Path copied"));
            }
            PictureAction::CopyPicture(id) => {
                let source = QuerySource::Record(id);
                let command = Command::Picture {
                    source,
                    max_side: COPIED_SIDE,
                };
                self.ask(command, Purpose::CopyPicture);
            }
            PictureAction::Edit { ids, edit } => {
                let command = Command::Edit {
                    ids: ids.clone(),
                    edit,
                };
                self.ask(command, Purpose::Edit(ids));
            }
            PictureAction::Compare { left, right } => {
                let purpose = Purpose::Compare {
                    left: left.clone(),
                    right: right.clone(),
                };
                self.ask(Command::Compare { left, right }, purpose);
            }
        }
    }

    /// Opens a file in another program; a failure is reported with the file's name.
    pub(super) fn open<E: std::fmt::Display>(
        &self,
        path: PathBuf,
        open: impl FnOnce(&PathBuf) -> Result<(), E> + Send + 'static,
    ) {
        self.tasks.run(move || {
            let error = open(&path).err()?;
            let shown = shown(&path);
            let words = if path.exists() {
                format!("No program opens {shown}: {error}.")
            } else {
                format!(
                    "{shown} is not there any more. It may have been moved or its disk removed."
                )
            };
            Some(TaskResult::Failed(words))
        });
    }

    fn subscription_action(&mut self, action: SubscriptionAction, ctx: &Context) {
        match action {
            SubscriptionAction::StartTrial => {
                self.ask(Command::StartTrial, Purpose::Subscription);
            }
            SubscriptionAction::Quote(wish) => {
                self.ask(Command::Quote(wish), Purpose::Subscription);
            }
            SubscriptionAction::Order(quote) => {
                self.ask(Command::Order(quote), Purpose::Subscription);
            }
            SubscriptionAction::ExportLedger => pick(&self.tasks, Picking::Ledger),
            SubscriptionAction::CustomQuoteMail(address) => self.write_mail(address, ctx),
            SubscriptionAction::RestoreSetAside { folder } => {
                self.ask(Command::RestoreSetAside { folder }, Purpose::SetAside);
            }
            SubscriptionAction::TakeOverLedger => {
                self.ask(Command::TakeOverLedger, Purpose::Subscription);
            }
            SubscriptionAction::AskClock => self.clock_question.ask(),
            SubscriptionAction::AnswerClock(answer) => {
                self.worker.send(Command::AnswerClock(answer));
            }
            SubscriptionAction::CopyReceipt(text) => {
                ctx.copy_text(text);
                self.toasts.add(Toast::info("Receipt copied"));
            }
            SubscriptionAction::Open(opening) => {
                self.go(subscription::VIEW);
                self.rooms.subscription.open(opening);
            }
        }
    }

    /// Opens the mail program; without one, the letter is put on the clipboard.
    fn write_mail(&mut self, address: String, ctx: &Context) {
        ctx.copy_text(address.clone());
        self.tasks.run(move || {
            Some(match opener::open(&address) {
                Ok(()) => TaskResult::Said("The mail program has the letter".to_owned()),
                Err(_) => TaskResult::Failed(
                    "No mail program answers. The address with the letter is on the clipboard: \
                     paste it into a browser."
                        .to_owned(),
                ),
            })
        });
    }

    fn import_action(&mut self, action: ImportAction) {
        match action {
            ImportAction::Preview(roots) => self.preview_import(roots),
            ImportAction::Start => {
                if self.model.import_preview.take().is_some() {
                    self.forget_preview();
                    self.worker.send(Command::AcceptPreview);
                }
            }
            ImportAction::Dismiss => self.close_preview(),
            ImportAction::Pause(job) => {
                self.worker.send(Command::PauseJob(job));
            }
            ImportAction::Resume(job) => {
                self.worker.send(Command::ResumeJob(job));
            }
            ImportAction::Retry(job) => {
                self.worker.send(Command::RetryFailed(job));
            }
            ImportAction::ShowFailures(job) => {
                self.model.job_failures = Some(JobFailures {
                    job,
                    failures: None,
                });
                self.ask(Command::JobFailures(job), Purpose::Failures(job));
            }
            ImportAction::HideFailures => self.model.job_failures = None,
            ImportAction::ExportFailures(job) => pick(&self.tasks, Picking::Failures(job)),
        }
    }

    /// Requests a preview; its numbers grow as files are found.
    pub(super) fn preview_import(&mut self, roots: Vec<PathBuf>) {
        if roots.is_empty() {
            return;
        }
        let preview = crate::domain::import::ImportPreview {
            roots: roots.clone(),
            ..Default::default()
        };
        self.model.import_preview = Some(preview);
        let request = self.ask(Command::Preview { roots }, Purpose::ImportPreview);
        self.preview_request = Some(request);
    }

    pub(super) fn close_preview(&mut self) {
        self.model.import_preview = None;
        if self.forget_preview() {
            self.worker.send(Command::CancelPreview);
        }
    }

    /// Drops the preview that is shown; returns false if there was none.
    fn forget_preview(&mut self) -> bool {
        let shown = self.preview_request.take();
        shown.is_some_and(|request| self.pending.take(request).is_some())
    }

    fn settings_action(&mut self, action: SettingsAction) {
        let settings = &mut self.model.settings;
        match action {
            SettingsAction::Theme(theme) => settings.theme = theme,
            SettingsAction::Threads(threads) => {
                settings.threads = threads;
                self.worker.send(Command::SetThreads(threads));
            }
            SettingsAction::Thresholds(thresholds) => settings.thresholds = thresholds,
            SettingsAction::ChooseDataFolder => pick(&self.tasks, Picking::DataFolder),
            SettingsAction::UsualDataFolder => settings.data_dir = None,
            SettingsAction::OpenDataFolder => {
                if let Some(state) = &self.model.state {
                    self.open(state.data_dir.clone(), |path| opener::open(path));
                }
            }
            SettingsAction::ChooseModel => pick(&self.tasks, Picking::Model),
            SettingsAction::BuiltInModel => settings.model = None,
            SettingsAction::Reindex => {
                self.worker.send(Command::Reindex);
            }
            SettingsAction::RestoreBackup => {
                self.model.cannot_open = None;
                self.worker.send(Command::RestoreBackup);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_like_a_picture_is_opened() {
        for name in ["a.jpg", "A.JPEG", "b.HEIC", "c.tar.png"] {
            assert!(is_named_like_a_picture(Path::new(name)), "{name}");
        }
        for name in [
            "a.desktop",
            "a.jpg.desktop",
            "run.sh",
            "photo",
            ".jpg",
            "a.exe",
            "a.jpg ",
        ] {
            assert!(!is_named_like_a_picture(Path::new(name)), "{name}");
        }
    }
}
