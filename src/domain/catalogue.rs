//! Views of the catalogue, and the state the worker publishes.

use std::{path::PathBuf, sync::Arc};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    filter::Filter,
    job::Job,
    plan::PlanId,
    quota::CallKind,
    record::RecordId,
    subscription::{Account, ClockDoubt},
    usage::Usage,
};

/// How a listing is ordered and headed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Arrange {
    #[default]
    Newest,
    Folder,
    Category,
    /// By the day of indexing, newest day first.
    Date,
    Name,
}

/// Which pictures are listed, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListRequest {
    pub arrange: Arrange,
    /// Matched, ignoring case, anywhere in names, fields and paths; empty matches all.
    pub text: String,
    pub filter: Option<Filter>,
}

/// Ids in display order, with headings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    pub ids: Vec<RecordId>,
    /// Heading and the index in `ids` of its first picture; empty where the order has no headings.
    pub groups: Vec<(String, usize)>,
}

/// How the fields of every picture are written into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    Csv,
    JsonLines,
}

/// Whether the graph answers searches, or an exact scan until it is ready.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexState {
    /// So few vectors that a scan is faster than a graph.
    Exact,
    Building {
        done: u64,
        total: u64,
    },
    Graph,
}

/// A released catalogue set aside in a dated folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SetAside {
    pub folder: PathBuf,
    pub released_at: Timestamp,
    pub pictures: u64,
}

/// The subscription of a catalogue that is gone: its ledger was kept with the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LostLedger {
    pub catalogue_id: String,
    /// Where the catalogue was.
    pub data_dir: PathBuf,
    pub plan: PlanId,
    /// The end of what is paid.
    pub until: Timestamp,
}

/// The model whose descriptors the catalogue holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModelInfo {
    /// Hash of the model's file: two ids never mix in one catalogue.
    pub id: String,
    pub name: String,
    pub dimension: usize,
    /// The id the catalogue was indexed with, where it is another one: re-indexing is offered.
    pub catalogue_differs: Option<String>,
}

/// The sentence wherever [`ModelInfo::catalogue_differs`] prevents something.
pub const OTHER_MODEL: &str = "The catalogue was indexed with another model, or with other \
    settings of it, so its descriptors do not compare with this one's. Re-index it in Settings, \
    or start with the model and settings it was indexed with.";

/// Calls of one kind in each of the last 60 seconds, the newest last.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CallSeconds {
    pub kind: CallKind,
    pub per_second: Vec<u32>,
    /// Calls waiting for their turn now.
    pub waiting: u32,
    /// Of all time.
    pub total: u64,
}

/// Everything the window shows that is not an answer to one request.
///
/// Published whole, ten times a second at most, whenever something in it changed.
#[derive(Clone, Debug)]
pub struct State {
    /// The clock as the rules see it: it never goes back.
    pub now: Timestamp,
    pub data_dir: PathBuf,
    pub stored: u64,
    /// Grows with every change of the catalogue: a listing of another generation is stale.
    pub generation: u64,
    /// Distinct categories with their counts, by name.
    pub categories: Arc<[(String, u64)]>,
    pub index: IndexState,
    pub model: ModelInfo,
    pub account: Arc<Account>,
    pub usage: Usage,
    pub calls: Arc<[CallSeconds]>,
    /// Uploads of each of the last 90 days, the oldest first, days without any left out.
    pub uploads_by_day: Arc<[(Date, u64)]>,
    /// The running or held job, then those that wait.
    pub jobs: Arc<[Job]>,
    /// What undo would restore, in a few words ("remove 3 pictures").
    pub undo: Option<String>,
    /// The share done of a check of the catalogue, 0 to 1; none where none is under way.
    pub verifying: Option<f32>,
    pub set_aside: Arc<[SetAside]>,
    /// Offered to a catalogue that never had an order.
    pub lost_ledger: Option<Arc<LostLedger>>,
    /// The computer's clock and the catalogue's time do not fit: the user is asked which is right.
    pub clock_doubt: Option<ClockDoubt>,
}
