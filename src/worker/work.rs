//! Results of the pools and threads.

use std::path::PathBuf;

use super::{command::RequestId, source::Fresh};
use crate::{
    domain::{
        import::FileFailure,
        job::JobId,
        proof::Trial,
        record::{ContentHash, RecordId},
        verdict::Evidence,
    },
    engine::{
        describe::Described,
        rest::Rest,
        store::{JobFile, PendingFile, Verified},
    },
};

/// Identifies one stretch of work on a job, or one call of a query: results of an earlier one are
/// dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Epoch(u64);

impl Epoch {
    pub fn next(&mut self) -> Self {
        self.0 += 1;
        *self
    }
}

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
    /// A preview read a file: its content, or why it cannot be used.
    Surveyed {
        job: JobId,
        item: i64,
        path: PathBuf,
        result: Result<ContentHash, String>,
    },
    PastedSaved {
        request: RequestId,
        result: Result<PathBuf, String>,
    },
    /// A part of the job in work.
    Job {
        epoch: Epoch,
        part: JobPart,
    },
    QueryReady {
        epoch: Epoch,
        result: Result<Fresh, String>,
    },
    QueryRest {
        epoch: Epoch,
        rest: Rest,
    },
    /// A picture was tried as a copy of a query.
    Tried {
        epoch: Epoch,
        id: RecordId,
        trial: Trial,
    },
    Compared {
        request: RequestId,
        result: Result<Evidence, String>,
    },
    /// Thumbnails that were lost were made again from the pictures' files.
    ThumbnailsMade {
        /// Who asked for them; `None` where a trial did.
        request: Option<RequestId>,
        made: Vec<(RecordId, Vec<u8>)>,
    },
    /// The share of the check that is done, 0 to 1, and what it found at its end.
    Verifying(f32),
    Verified(Result<Verified, String>),
    /// The daily copy was made or cancelled, or failed for this reason.
    BackedUp(Result<(), String>),
}

/// What the pools did for the job in work.
pub enum JobPart {
    /// The file is as its preview saw it.
    Unchanged(PendingFile),
    Read(Box<ReadFile>),
    Described(Box<DescribedFile>),
    Unusable(Unusable),
    Reembedded {
        id: RecordId,
        result: Result<Vec<f32>, FileFailure>,
    },
}
