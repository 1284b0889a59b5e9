//! What is asked for about importing, and the jobs that do it.

use std::path::PathBuf;

use crate::{domain::import::JobId, ui::command::UiCommand};

/// Sent wherever pictures are added or a job is shown.
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

impl ImportAction {
    /// What a command about the job under way does to it; none where it is about something else.
    pub fn of(command: UiCommand, job: JobId) -> Option<Self> {
        match command {
            UiCommand::PauseJob => Some(Self::Pause(job)),
            UiCommand::ResumeJob => Some(Self::Resume(job)),
            UiCommand::CancelJob => Some(Self::AskCancel(job)),
            _ => None,
        }
    }
}
