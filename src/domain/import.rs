//! Jobs as they are previewed, run and reported.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{money::Cents, plan::PlanId};

/// A file that could not be indexed, and why, worded for the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFailure {
    pub path: PathBuf,
    pub reason: String,
}

/// What an import would do, before it is started.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ImportPreview {
    pub roots: Vec<PathBuf>,
    /// Files found under the roots that look like pictures, and the folders they lie in.
    pub files: u64,
    pub folders: u64,
    /// Not yet in the catalogue; each would be an upload.
    pub new: u64,
    /// Already indexed with the same bytes; only a path may be added.
    pub known: u64,
    pub unreadable: Vec<FileFailure>,
    pub estimated_secs: f64,
    /// Everything was examined; until then the numbers still grow.
    pub complete: bool,
    pub outlook: QuotaOutlook,
}

/// What an import would do to the package's cap.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct QuotaOutlook {
    /// Uploaded this billing month and stored, before the import.
    pub uploaded: u64,
    pub stored: u64,
    /// The package's cap; 0 without a package in force.
    pub cap: u64,
    /// How many of the new pictures fit; the rest would wait.
    pub fits: u64,
    /// When the month's meter starts again.
    pub resets_at: Option<Timestamp>,
    /// The cheapest package that takes all, with what it costs today; none where everything fits.
    pub cheapest: Option<(PlanId, Cents)>,
    /// Why nothing at all can be added now (no package, overdue, released), with the remedy.
    pub refusal: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct JobId(pub i64);

/// What a job does. All kinds share their states, their counters and their place in Activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Index files and folders.
    Import,
    /// Compute every descriptor again with the model in force.
    Reindex,
}

impl JobKind {
    /// Whether its failed files can be tried again by themselves.
    pub fn can_retry(self) -> bool {
        match self {
            Self::Import => true,
            // It embeds whatever has no descriptor of its model when it is started again.
            Self::Reindex => false,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// A preview: its files are listed and read, but nobody has agreed to it. Not among the jobs
    /// that are shown, and gone with the next start.
    Proposed,
    /// Listing the files.
    Listing,
    Running,
    Paused,
    /// Stopped by something the user can mend ([`HeldBy`]); goes on by itself after.
    Held,
    Done,
    /// Stopped by a fault that waiting does not mend; what was done until then is kept.
    Failed,
    Cancelled,
}

/// What has to be mended for a held job to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldBy {
    /// The package's cap, or a subscription that allows no adds.
    Subscription,
    /// The disk is full, read-only or failing.
    Disk,
    /// The program was started with another model than the job is for.
    Model,
}

/// A job as shown in the status bar and in Activity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Job {
    pub id: JobId,
    pub kind: JobKind,
    /// In a few words: what is imported ("Holiday", "12 files and folders"), or what is done.
    pub title: String,
    pub state: JobState,
    /// Present exactly where the state is [`JobState::Held`].
    pub held_by: Option<HeldBy>,
    /// Why it is held or has failed, with the remedy.
    pub because: Option<String>,
    pub total: u64,
    pub indexed: u64,
    pub unchanged: u64,
    /// Waiting because the package's cap is reached.
    pub refused: u64,
    pub failed: u64,
    /// Over the last ten seconds.
    pub images_per_sec: f64,
    pub secs_left: Option<f64>,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

impl Job {
    /// Files dealt with, out of `total`.
    pub fn done(&self) -> u64 {
        self.indexed + self.unchanged + self.refused + self.failed
    }

    pub fn is_over(&self) -> bool {
        self.state.is_over()
    }
}

impl JobState {
    /// Nothing more happens by itself.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}
