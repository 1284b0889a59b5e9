//! Backup copies of the catalogue, kept next to it.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use jiff::Timestamp;
use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};

use super::{Result, Store, StoreError, files, schema};
use crate::engine::files::whole;

/// Older backups than the newest few are deleted when another was made.
const KEPT: usize = 2;

/// Pages between two checks for cancellation: some milliseconds.
const PAGES_A_STEP: i32 = 64;

impl Store {
    /// Copies the catalogue of a data folder (without thumbnails) to a backup beside it, as it was
    /// at one instant, while another connection may go on writing; returns its path, or nothing
    /// where it was `cancelled`. The newest two are kept.
    ///
    /// # Errors
    ///
    /// Where the catalogue cannot be read or the copy not be written; no part of it stays.
    pub fn back_up(dir: &Path, now: Timestamp, cancelled: &AtomicBool) -> Result<Option<PathBuf>> {
        let file = dir.join(files::CATALOGUE);
        let named = |error| StoreError::sql(&file, error);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&file, flags).map_err(named)?;
        // Reading holds the instant; a write between two steps would start the copy over.
        db.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema;")
            .map_err(named)?;
        copy(&db, dir, schema::VERSION, now, cancelled)
    }

    /// When the newest backup in a data folder was made.
    pub fn backed_up_at(dir: &Path) -> Option<Timestamp> {
        files::backup_instant(&files::newest_backup(dir)?)
    }
}

/// A backup of an open catalogue of this version; nothing where it was `cancelled`.
pub(super) fn copy(
    db: &Connection,
    dir: &Path,
    version: i64,
    now: Timestamp,
    cancelled: &AtomicBool,
) -> Result<Option<PathBuf>> {
    discard_parts(dir);
    let file = files::backup(dir, now, version);
    let part = files::part_of_backup(&file);
    let copied = fill(db, &part, cancelled).map_err(|error| StoreError::sql(&file, error));
    if !matches!(copied, Ok(true)) {
        discard_parts(dir);
        return copied.map(|_| None);
    }
    // SQLite has the content on the disk. Its name is to be there too before older ones go.
    fs::rename(&part, &file)
        .and_then(|()| whole::sync_folder(dir))
        .map_err(|error| StoreError::io(&file, error))?;
    for old in files::backups(dir).into_iter().rev().skip(KEPT) {
        fs::remove_file(&old).map_err(|error| StoreError::io(&old, error))?;
    }
    Ok(Some(file))
}

/// Returns false if it was cancelled.
fn fill(db: &Connection, part: &Path, cancelled: &AtomicBool) -> rusqlite::Result<bool> {
    let mut to = Connection::open(part)?;
    let backup = Backup::new(db, &mut to)?;
    while !cancelled.load(Ordering::Relaxed) {
        if backup.step(PAGES_A_STEP)? == StepResult::Done {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Deletes all backups, as where the catalogue they are of has moved away whole.
pub(super) fn discard_backups(dir: &Path) -> Result<()> {
    for backup in files::backups(dir) {
        fs::remove_file(&backup).map_err(|error| StoreError::io(&backup, error))?;
    }
    Ok(())
}

/// What a killed process left half written. Where it cannot be deleted, writing says why.
fn discard_parts(dir: &Path) {
    for part in files::parts_of_backups(dir) {
        let _ = fs::remove_file(part);
    }
}
