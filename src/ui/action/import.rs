//! What is asked for about importing, and the jobs that do it.

use std::path::PathBuf;

use crate::domain::job::JobId;

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
    /// Puts the failed files back in the queue.
    Retry(JobId),
    ShowFailures(JobId),
    HideFailures,
    /// Asks for a file and writes the failures into it.
    ExportFailures(JobId),
}
