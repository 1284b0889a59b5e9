//! What panels ask for. They send, the app acts.
//!
//! Panels import their actions from here, and nothing here imports a panel.

mod catalogue;
mod import;
mod picture;
mod search;
mod settings;
mod subscription;

use std::path::PathBuf;

pub use catalogue::CatalogueAction;
pub use import::ImportAction;
pub use picture::PictureAction;
pub use search::SearchAction;
pub use settings::SettingsAction;
pub use subscription::{Opening, SubscriptionAction};

use super::{command::UiCommand, deletion::Deletion};
use crate::domain::job::JobId;

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
    /// Destroys something after a confirmation.
    Delete(Deletion),
    /// Asks for jobs and messages of this and earlier starts.
    RefreshActivity,
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

impl Action {
    /// The action a command performs on the current job; `None` for commands about anything else.
    pub fn on_job(command: UiCommand, job: JobId) -> Option<Self> {
        match command {
            UiCommand::PauseJob => Some(Self::Import(ImportAction::Pause(job))),
            UiCommand::ResumeJob => Some(Self::Import(ImportAction::Resume(job))),
            UiCommand::CancelJob => Some(Self::Delete(Deletion::Job(job))),
            _ => None,
        }
    }
}
