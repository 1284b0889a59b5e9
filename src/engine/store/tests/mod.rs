//! The store's specification, by subject.

mod aside;
mod batch;
mod change;
mod damage;
mod job;
mod listing;
mod measure;
mod meter;
mod open;
mod reindex;

use std::path::Path;

use jiff::Timestamp;
use tempfile::TempDir;

use super::*;
use crate::domain::record::{ContentHash, Fields, RecordId};

/// Values in a test's vectors.
const DIMENSION: usize = 8;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn noon() -> Timestamp {
    at("2026-11-23T12:00:00Z")
}

fn seconds(seconds: i64) -> jiff::SignedDuration {
    jiff::SignedDuration::from_secs(seconds)
}

/// An empty catalogue; the folder lives as long as the first value.
fn empty() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path(), noon()).unwrap();
    store.set_model("model", DIMENSION).unwrap();
    store.zone = TimeZone::UTC;
    (dir, store)
}

fn hash(of: &str) -> ContentHash {
    ContentHash(*blake3::hash(of.as_bytes()).as_bytes())
}

/// A picture at `path` whose bytes are told by `content`.
fn picture(path: &str, content: &str) -> NewRecord {
    let name = Path::new(path)
        .file_name()
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    NewRecord {
        hash: hash(content),
        fields: Fields {
            name,
            ..Fields::default()
        },
        path: path.into(),
        width: 640,
        height: 480,
        file_bytes: 1_000,
        format: "JPEG".into(),
        partial: false,
        descriptor: hash(content).0[..DIMENSION + 4].to_vec(),
        thumbnail: Some(content.as_bytes().to_vec()),
        len: 1_000,
        modified_ns: 5,
    }
}

fn new(path: &str, content: &str) -> Done {
    Done {
        item: 0,
        outcome: Outcome::New(Box::new(picture(path, content))),
    }
}

fn batch(done: Vec<Done>) -> Batch {
    Batch {
        job: None,
        done,
        now: noon(),
        calls: Vec::new(),
    }
}

/// Indexes one picture and returns its id.
fn add(store: &mut Store, path: &str, content: &str) -> RecordId {
    store
        .commit_batch(&batch(vec![new(path, content)]))
        .unwrap()[0]
        .record
        .unwrap()
}

#[track_caller]
fn assert_whole(store: &Store) {
    assert_eq!(problems(store), Vec::<String>::new());
}

fn problems(store: &Store) -> Vec<String> {
    let verified = Store::verify(&store.dir, &Default::default(), &mut |_| ());
    verified.unwrap().unwrap().problems
}

/// Undoes the newest change whole.
fn undo(store: &mut Store) -> Option<Undone> {
    store.undo(None, usize::MAX, noon()).unwrap()
}
