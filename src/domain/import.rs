//! What an import would do, and what it could not do.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use super::{money::Cents, path, plan::PlanId};

/// A file that could not be indexed, and why, worded for the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileFailure {
    #[serde(flatten, serialize_with = "path::serialize")]
    pub path: PathBuf,
    pub reason: String,
}

/// What an import would do, before it is started.
#[derive(Clone, Debug, Default, PartialEq)]
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
    /// Everything was examined; until then the numbers grow.
    pub complete: bool,
    pub outlook: QuotaOutlook,
}

/// What an import would do to the package's cap.
#[derive(Clone, Debug, Default, PartialEq)]
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
