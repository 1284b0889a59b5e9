//! What comes back from the pools.

use std::path::PathBuf;

use super::{command::RequestId, import::Epoch, search::QueryKey};
use crate::{
    domain::{
        import::{FileFailure, JobId},
        record::{ContentHash, RecordId},
    },
    engine::{
        catalogue::QueryVectors,
        describe::Described,
        files::Found,
        store::{JobFile, PendingFile},
    },
};

/// A file read whole.
pub struct ReadFile {
    pub file: PendingFile,
    pub bytes: Vec<u8>,
    pub hash: ContentHash,
    /// As it was when read, which may differ from when it was listed.
    pub len: u64,
    pub modified_ns: i64,
}

/// A picture described, with where it came from; its bytes are gone.
pub struct DescribedFile {
    pub file: PendingFile,
    pub hash: ContentHash,
    pub len: u64,
    pub modified_ns: i64,
    pub described: Described,
}

/// A sentence for the user about a file that cannot be used.
pub struct Unusable {
    pub file: PendingFile,
    pub hash: Option<ContentHash>,
    pub reason: String,
}

pub enum Work {
    /// A part of a job's listing.
    Listed {
        job: JobId,
        files: Vec<JobFile>,
        failures: Vec<FileFailure>,
    },
    ListingEnded {
        job: JobId,
    },
    Read {
        epoch: Epoch,
        read: Box<ReadFile>,
    },
    Described {
        epoch: Epoch,
        described: Box<DescribedFile>,
    },
    Unusable {
        epoch: Epoch,
        unusable: Unusable,
    },
    QueryReady {
        request: RequestId,
        key: QueryKey,
        result: Result<QueryVectors, String>,
    },
    CompareReady {
        request: RequestId,
        right: RecordId,
        result: Result<QueryVectors, String>,
    },
    PreviewFound {
        request: RequestId,
        found: Vec<Found>,
        failures: Vec<FileFailure>,
    },
    PreviewWalked {
        request: RequestId,
    },
    PreviewRead {
        request: RequestId,
        path: PathBuf,
        result: Result<ContentHash, String>,
    },
    PastedSaved {
        request: RequestId,
        result: Result<PathBuf, String>,
    },
    /// The daily copy was made, was cancelled, or why it could not be made.
    BackedUp(Result<(), String>),
    Reembedded {
        epoch: Epoch,
        id: RecordId,
        result: Result<Vec<f32>, String>,
    },
}
