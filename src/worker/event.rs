//! Events of the worker.

use std::{path::PathBuf, sync::Arc};

use super::command::RequestId;
use crate::domain::{
    catalogue::{Listing, State},
    import::{FileFailure, ImportPreview},
    job::{Job, JobId, JobKind},
    message::Message,
    picture::Pixels,
    proof::Trial,
    query::Answer,
    record::{Record, RecordId},
    subscription::{Order, Quote},
    verdict::Evidence,
};

/// Something was refused or went wrong: a sentence with its remedy, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub kind: FailureKind,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The user's input or file cannot be used.
    Input,
    /// The subscription or its quota refuses; the dashboard has the remedy.
    Subscription,
    /// Disk, database or another failure of the computer.
    System,
}

#[derive(Clone, Debug)]
pub enum Event {
    State(Arc<State>),

    Answered {
        request: RequestId,
        answer: Arc<Answer>,
    },
    /// A picture of an answer that is not settled was tried as a copy.
    Tried {
        request: RequestId,
        id: RecordId,
        trial: Trial,
    },
    /// Superseded by a newer query.
    Superseded {
        request: RequestId,
    },
    Picture {
        request: RequestId,
        pixels: Arc<Pixels>,
    },
    Compared {
        request: RequestId,
        evidence: Box<Evidence>,
    },

    Preview {
        request: RequestId,
        preview: Box<ImportPreview>,
    },
    JobStarted {
        request: RequestId,
        job: JobId,
        kind: JobKind,
    },
    /// Pictures just indexed, the newest last (a sample while many come at once).
    Indexed {
        ids: Vec<RecordId>,
    },
    /// A job is held until its cause is resolved; it then resumes by itself.
    JobHeld {
        job: Box<Job>,
    },
    /// A job ended: done, failed or cancelled.
    JobEnded {
        job: Box<Job>,
    },
    JobFailures {
        request: RequestId,
        job: JobId,
        failures: Vec<FileFailure>,
    },
    Jobs {
        request: RequestId,
        jobs: Vec<Job>,
    },
    Messages {
        request: RequestId,
        messages: Vec<Message>,
    },
    /// A message was added to Activity.
    Message(Message),

    Listed {
        request: RequestId,
        listing: Arc<Listing>,
        generation: u64,
    },
    Records {
        request: RequestId,
        records: Vec<Arc<Record>>,
    },
    /// JPEG files; an id without a thumbnail has an empty one. One that is made again follows under
    /// the same request.
    Thumbnails {
        request: RequestId,
        thumbnails: Vec<(RecordId, Arc<[u8]>)>,
    },

    Quoted {
        request: RequestId,
        quote: Box<Quote>,
    },
    Ordered {
        request: RequestId,
        order: Box<Order>,
    },

    /// Done, with what to tell the user; `undo` names what undo would take back.
    Done {
        request: RequestId,
        text: String,
        undo: bool,
    },
    Exported {
        request: RequestId,
        to: PathBuf,
        rows: u64,
    },
    /// Problems found by a verification; none is clean.
    Verified {
        request: RequestId,
        problems: Vec<String>,
        pictures: u64,
    },
    Failed {
        request: RequestId,
        failure: Failure,
    },
    /// Another start of the program asks this one's window to come forward.
    Raise,
    /// The data folder cannot be used. The worker waits to be told to restore a backup, or to end.
    CannotOpen {
        failure: Failure,
        /// A backup can be put in place.
        restorable: bool,
    },
    Stopped,
}
