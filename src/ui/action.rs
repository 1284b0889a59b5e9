//! What panels ask for. They send, the app acts.

use std::path::PathBuf;

use super::{
    catalogue::CatalogueAction, command::UiCommand, details::PictureAction, model::ThemeChoice,
    search::SearchAction, subscription::SubscriptionAction,
};
use crate::domain::{import::JobId, verdict::Thresholds};

/// Everything a panel can ask for.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Command(UiCommand),
    Search(SearchAction),
    Catalogue(CatalogueAction),
    Picture(PictureAction),
    Subscription(SubscriptionAction),
    Import(ImportAction),
    Settings(SettingsAction),
    Activity(ActivityAction),
    /// Shows the catalogue with what matches a text.
    FindInCatalogue(String),
    /// Searches with picture files.
    SearchWithFiles(Vec<PathBuf>),
}

impl From<UiCommand> for Action {
    fn from(command: UiCommand) -> Self {
        Self::Command(command)
    }
}

/// About importing, and the jobs that do it.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportAction {
    /// Examine files and folders and ask.
    Preview(Vec<PathBuf>),
    /// The preview was agreed to.
    Start,
    /// The preview was closed.
    Dismiss,
    Pause(JobId),
    Resume(JobId),
    /// Ask first, then end the job; what it indexed stays.
    AskCancel(JobId),
    Cancel(JobId),
    /// Puts the failed files back in the queue.
    Retry(JobId),
    ShowFailures(JobId),
    HideFailures,
    /// Asks for a file and writes the failures into it.
    ExportFailures(JobId),
}

#[derive(Clone, Debug, PartialEq)]
pub enum SettingsAction {
    Theme(ThemeChoice),
    Threads(usize),
    Thresholds(Thresholds),
    /// Asks for the folder the catalogue lies in from the next start on.
    ChooseDataFolder,
    UsualDataFolder,
    OpenDataFolder,
    /// Asks for a model file.
    ChooseModel,
    BuiltInModel,
    /// Computes every descriptor anew.
    Reindex,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ActivityAction {
    /// Ask the worker for jobs and messages anew.
    Refresh,
}
