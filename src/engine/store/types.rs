//! What goes into the store and comes out of it, beside the domain's own types.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::domain::{
    job::JobId,
    quota::CallKind,
    record::{ContentHash, Fields, RecordId},
};

/// A path already in the catalogue, as its file was when it was last read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownFile {
    pub record: RecordId,
    pub len: u64,
    /// Modification time in nanoseconds since 1970; negative before.
    pub modified_ns: i64,
}

/// A file listed for an import job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobFile {
    pub path: PathBuf,
    pub len: u64,
    pub modified_ns: i64,
}

/// A file of a job that is not dealt with yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingFile {
    /// Its place in the job; grows in the order of listing.
    pub item: i64,
    pub path: PathBuf,
    pub len: u64,
    pub modified_ns: i64,
    /// Its content, where a preview has read it.
    pub hash: Option<ContentHash>,
}

/// A picture that has no descriptor of the next model yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingPicture {
    pub id: RecordId,
    /// Its files, the newest first.
    pub paths: Vec<PathBuf>,
    pub hash: ContentHash,
}

/// Everything known of a picture after it was read and embedded.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRecord {
    pub hash: ContentHash,
    pub fields: Fields,
    pub path: PathBuf,
    /// Pixels, after the orientation was applied.
    pub width: u32,
    pub height: u32,
    pub file_bytes: u64,
    pub format: String,
    pub partial: bool,
    /// The codes' bytes: one i8 a dimension, then the scale as little-endian f32.
    pub descriptor: Vec<u8>,
    /// Encoded JPEG.
    pub thumbnail: Option<Vec<u8>>,
    /// The file as it was when read, to know it again without reading.
    pub len: u64,
    pub modified_ns: i64,
}

/// The outcome of one file.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Read and embedded. Where the hash is in the catalogue already (also by an earlier item of
    /// the same batch) only the path is added. Where the path belonged to a record of another
    /// hash, it moves here, and a record left without any path is removed for good.
    New(Box<NewRecord>),
    /// The bytes are `record`'s; the path is noted with it.
    Unchanged {
        record: RecordId,
        path: PathBuf,
        len: u64,
        modified_ns: i64,
    },
    Failed {
        path: PathBuf,
        reason: String,
    },
    /// The package's cap: stays listed with the job until [`super::Store::reopen_job`].
    Refused {
        path: PathBuf,
    },
}

/// One file of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// [`PendingFile::item`]; without meaning where the batch names no job.
    pub item: i64,
    pub outcome: Outcome,
}

/// What is committed in one transaction: records with their vectors, the meter, the job's place.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    pub job: Option<JobId>,
    pub done: Vec<Done>,
    pub now: Timestamp,
    /// Calls to count with the batch. Uploads are not given: the store counts the records that
    /// were in fact new, in the same transaction.
    pub calls: Vec<Calls>,
}

/// The result of one file of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    pub item: i64,
    /// The record that holds the file's path now; none for a failed or refused file.
    pub record: Option<RecordId>,
    /// The record was made by this item: its vector goes into the index, it was one upload.
    pub new: bool,
    /// A record that lost its last path to this item and is gone with its vector.
    pub replaced: Option<RecordId>,
}

/// Calls of one kind made at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calls {
    pub kind: CallKind,
    /// Milliseconds since 1970, as the sliding window counts.
    pub at_ms: i64,
    pub count: u64,
}

/// Meter readings to add outside a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeterChange {
    pub at: Timestamp,
    pub uploads: u64,
    pub calls: Vec<Calls>,
}

/// What a change has changed so far, and its entry of the undo stack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    pub pictures: u64,
    pub(super) entry: Option<i64>,
}

/// What an undo restored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// In a few words, as [`super::Store::undo_label`] had said it: "remove 3 pictures".
    pub label: String,
    /// Records that are live again, with the vectors they had.
    pub restored: Vec<RecordId>,
    /// Records whose fields or paths are again as before.
    pub edited: Vec<RecordId>,
    /// Of the same change, what is still to be undone.
    pub rest: Option<UndoRest>,
}

/// The rest of a change that is undone in steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UndoRest {
    pub(super) entry: i64,
}

/// A file found again under another path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub from: PathBuf,
    pub to: PathBuf,
    pub len: u64,
    pub modified_ns: i64,
}
