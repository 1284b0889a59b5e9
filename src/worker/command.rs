//! Commands to the worker.

use std::{path::PathBuf, sync::Arc};

pub use crate::domain::catalogue::ExportFormat;
use crate::domain::{
    catalogue::ListRequest,
    job::JobId,
    query::{Cut, Query, QuerySource, Shown},
    record::{FieldEdit, RecordId},
    subscription::{ClockAnswer, Quote, Wish},
};

/// Names a command; every event that answers it carries the same id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// A command with the id its answers will carry.
#[derive(Clone, Debug)]
pub struct Request {
    pub id: RequestId,
    pub command: Command,
}

/// Queries of one lane replace each other: the newest wins, older ones are `Superseded`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lane(pub u32);

/// Where an export goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub path: PathBuf,
    /// A file of that name may be replaced: the user was asked.
    pub replace: bool,
}

#[derive(Clone, Debug)]
pub enum Command {
    // Searching
    Search {
        lane: Lane,
        query: Box<Query>,
    },
    /// Another cut of what the lane has found, or is about to find: no call.
    Refine {
        lane: Lane,
        cut: Box<Cut>,
    },
    /// Pixels to show, at most `max_side` wide and high.
    Picture {
        source: QuerySource,
        max_side: u32,
    },

    // Jobs
    /// Examines files and folders; answered by growing `Preview` events.
    Preview {
        roots: Vec<PathBuf>,
    },
    CancelPreview,
    /// Makes the preview a durable job, which reads only what is new.
    AcceptPreview,
    /// Starts a durable job over files and folders without a preview.
    Import {
        roots: Vec<PathBuf>,
    },
    /// An encoded picture without a file: written into the data folder's `pasted` and indexed.
    ImportBytes {
        name: String,
        bytes: Arc<[u8]>,
    },
    PauseJob(JobId),
    ResumeJob(JobId),
    CancelJob(JobId),
    /// Puts the failed files of a job back in the queue.
    RetryFailed(JobId),
    /// The files of a job that failed, at most 10,000.
    JobFailures(JobId),
    /// Jobs of this and earlier starts, the newest first.
    Jobs,
    /// Messages of this and earlier starts, the newest first.
    Messages,
    ExportFailures {
        job: JobId,
        to: Target,
    },

    // The catalogue
    List(ListRequest),
    Records(Vec<RecordId>),
    /// The pictures indexed before this one, the newest first, as many as go in one answer;
    /// answered by `Records`, an empty one after the last.
    Page {
        before: Option<RecordId>,
    },
    /// The picture whose file has this path; answered by `Records` with at most one.
    RecordAt(PathBuf),
    Thumbnails(Vec<RecordId>),
    Edit {
        ids: Vec<RecordId>,
        edit: Box<FieldEdit>,
    },
    Remove(Vec<RecordId>),
    Undo,
    ExportCatalogue {
        to: Target,
        format: ExportFormat,
    },
    /// What is shown of a cut of what the lane has found, once it is settled.
    ExportAnswer {
        lane: Lane,
        cut: Box<Cut>,
        shown: Shown,
        to: Target,
    },
    Verify,
    /// Starts a durable job that computes every descriptor with the model in force.
    Reindex,
    /// What any two pictures are to each other; no call under the quota.
    Compare {
        left: QuerySource,
        right: QuerySource,
    },

    // The subscription
    StartTrial,
    Quote(Wish),
    /// Orders exactly what the quote showed.
    Order(Box<Quote>),
    ExportLedger {
        to: Target,
    },
    /// Makes the ledger of a catalogue that is gone this one's; see
    /// [`crate::domain::catalogue::State::lost_ledger`].
    TakeOverLedger,
    /// Which is right, the computer's clock or the catalogue's time; see
    /// [`crate::domain::catalogue::State::clock_doubt`].
    AnswerClock(ClockAnswer),
    RestoreSetAside {
        folder: PathBuf,
    },
    DeleteSetAside {
        folder: PathBuf,
    },

    /// Makes the newest sound backup the catalogue; only where it cannot be opened.
    RestoreBackup,
    /// Finishes the daily copy, where one is due, and answers "done".
    BackUp,

    /// Worker threads for decoding and embedding; 0 is all cores but one.
    SetThreads(usize),
    /// Commits, dumps the index and ends the thread.
    Stop,
}
