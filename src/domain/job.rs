//! Durable work over many files or pictures, as it is run and reported.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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
    /// Files dealt with, out of `total`; those that were refused wait.
    pub fn done(&self) -> u64 {
        self.indexed + self.unchanged + self.failed
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
