//! Messages the program shows unasked.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::job::JobId;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Info,
    Warning,
    Error,
}

/// A line of Activity, kept over restarts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    pub at: Timestamp,
    pub severity: Severity,
    /// One sentence for the user; where something failed, the next one says the remedy.
    pub text: String,
    pub job: Option<JobId>,
}
