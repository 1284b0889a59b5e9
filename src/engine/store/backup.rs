//! Backup copies of the catalogue, kept next to it.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use rusqlite::{
    Connection,
    backup::{Backup, StepResult},
};

use super::{Result, Store, StoreError, files, schema, sound};
use crate::engine::files::{private, whole};

/// The newest backups, all of which are kept.
const NEWEST_KEPT: usize = 2;
/// One backup older than this is kept as well: damage may be noticed late.
const OLD: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A copy up to this length is checked whole; of a longer one, only the tables that cannot be made
/// again.
const WHOLE_CHECK_BYTES: u64 = 4 << 30;
/// Room that must be left for the pictures to come, as a multiple of the copy.
const ROOM: u64 = 2;

/// Pages between two checks for cancellation: some milliseconds.
const PAGES_A_STEP: i32 = 64;

impl Store {
    /// Copies the catalogue of a data folder (without thumbnails) to a backup beside it, as it was
    /// at one instant, while another connection may go on writing; returns its path, or nothing
    /// where it was `cancelled`. The newest two sound ones are kept, and one that is older than a
    /// week.
    ///
    /// # Errors
    ///
    /// Where the catalogue cannot be read, the copy not be written or is not sound, or would leave
    /// too little room; no part of it stays, and no older one goes.
    pub fn back_up(dir: &Path, now: Timestamp, cancelled: &AtomicBool) -> Result<Option<PathBuf>> {
        let file = dir.join(files::CATALOGUE);
        let named = |error| StoreError::sql(&file, error);
        check_room(dir, &file)?;
        let db = sound::connect_to_read(&file).map_err(named)?;
        // Reading holds the instant; a write between two steps would start the copy over.
        db.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema;")
            .map_err(named)?;
        copy(&db, dir, schema::VERSION, now, cancelled)
    }

    /// Bytes of the catalogue in a data folder; 0 where there is none.
    pub fn bytes(dir: &Path) -> u64 {
        let metadata = dir.join(files::CATALOGUE).metadata();
        metadata.map_or(0, |metadata| metadata.len())
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
    let refused = match is_sound(&file).map_err(|error| StoreError::sql(&file, error)) {
        Ok(true) => None,
        Ok(false) | Err(StoreError::Damaged { .. }) => {
            Some(StoreError::damaged(&dir.join(files::CATALOGUE)))
        }
        // Nothing is known against the catalogue where the copy cannot be read.
        Err(error) => Some(error),
    };
    if let Some(error) = refused {
        discard(&file)?;
        return Err(error);
    }
    for old in superfluous(&files::backups(dir), now) {
        discard(old)?;
    }
    Ok(Some(file))
}

/// Whether a copy is whole: pages damaged in the catalogue are copied as they are.
fn is_sound(copy: &Path) -> rusqlite::Result<bool> {
    let len = copy.metadata().map_or(0, |metadata| metadata.len());
    let tables: &[&str] = match len <= WHOLE_CHECK_BYTES {
        true => &[],
        false => &sound::SMALL_TABLES,
    };
    sound::connect_to_read(copy).and_then(|db| sound::is_sound(&db, tables))
}

/// Which of these backups, the oldest first, need not be kept.
///
/// Beside the newest, the newest that is old is kept, and the oldest that is not old yet: it will
/// be the next.
fn superfluous(backups: &[PathBuf], now: Timestamp) -> Vec<&PathBuf> {
    let (rest, _) = backups.split_at(backups.len().saturating_sub(NEWEST_KEPT));
    let is_old = |backup: &Path| {
        files::backup_instant(backup).is_some_and(|at| now.duration_since(at) >= OLD)
    };
    let old = rest.iter().rposition(|backup| is_old(backup));
    let growing = rest.iter().position(|backup| !is_old(backup));
    let numbered = rest.iter().enumerate();
    numbered
        .filter(|(place, _)| Some(*place) != old && Some(*place) != growing)
        .map(|(_, backup)| backup)
        .collect()
}

/// # Errors
///
/// [`StoreError::NoRoom`] where a copy would leave too little.
fn check_room(dir: &Path, catalogue: &Path) -> Result<()> {
    let needed = Store::bytes(dir).saturating_mul(ROOM);
    // Where the system cannot tell, copying will.
    match fs4::available_space(dir) {
        Ok(free) if free < needed => {
            let path = catalogue.to_owned();
            Err(StoreError::NoRoom { path, needed, free })
        }
        _ => Ok(()),
    }
}

/// Returns false if it was cancelled.
fn fill(db: &Connection, part: &Path, cancelled: &AtomicBool) -> rusqlite::Result<bool> {
    // SQLite says itself what it cannot open.
    let _ = private::open_file(part);
    let mut to = Connection::open(part)?;
    let backup = Backup::new(db, &mut to)?;
    while !cancelled.load(Ordering::Relaxed) {
        if backup.step(PAGES_A_STEP)? == StepResult::Done {
            drop(backup);
            // Whoever reads a database with a write-ahead log makes files beside it.
            to.pragma_update(None, "journal_mode", "DELETE")?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// Deletes all backups, as where the catalogue they are of has moved away whole.
pub(super) fn discard_backups(dir: &Path) -> Result<()> {
    let backups = files::backups(dir);
    backups.iter().try_for_each(|backup| discard(backup))?;
    discard_parts(dir);
    Ok(())
}

fn discard(backup: &Path) -> Result<()> {
    fs::remove_file(backup).map_err(|error| StoreError::io(backup, error))
}

/// What a killed process left half written, and what SQLite left beside a backup that is gone.
/// Where it cannot be deleted, writing says why.
fn discard_parts(dir: &Path) {
    for part in files::parts_of_backups(dir) {
        let _ = fs::remove_file(part);
    }
}
