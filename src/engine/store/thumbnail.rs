//! Thumbnails, in a file of their own that may be lost: they can be made again from the pictures.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{Result, Store, StoreError, files, open};
use crate::domain::record::RecordId;

impl Store {
    /// An encoded JPEG; none where it was never made or was lost with a damaged file.
    pub fn thumbnail(&self, id: RecordId) -> Result<Option<Vec<u8>>> {
        let found = self
            .thumbnails
            .prepare_cached("SELECT jpeg FROM thumbnail WHERE record = ?1")
            .and_then(|mut statement| statement.query_row([id.0], |row| row.get(0)).optional());
        match found {
            Err(error) if open::is_corrupt(&error) => Ok(None),
            other => other.map_err(|error| StoreError::sql(&self.thumbnail_file(), error)),
        }
    }

    /// Stores a rebuilt thumbnail; dropped if the picture is no longer in the catalogue.
    pub fn put_thumbnail(&mut self, id: RecordId, jpeg: &[u8]) -> Result<()> {
        if self.record(id)?.is_none() {
            return Ok(());
        }
        write(&mut self.thumbnails, &self.dir, &mut self.notices, |tx| {
            put(tx, id.0, Some(jpeg))
        })
    }

    pub(super) fn thumbnail_file(&self) -> PathBuf {
        self.dir.join(files::THUMBNAILS)
    }

    /// Deletes thumbnails of records that are gone for good, after that was committed. One that
    /// stays for want of space only takes room: its id is never given out again.
    pub(super) fn drop_thumbnails(&mut self, records: &[i64]) {
        if !records.is_empty() {
            let _ = write(&mut self.thumbnails, &self.dir, &mut self.notices, |tx| {
                records.iter().try_for_each(|record| put(tx, *record, None))
            });
        }
    }
}

/// Runs `work` in one transaction. If the file proves damaged it is replaced by an empty one
/// first: a cache never stops an import.
pub(super) fn write(
    db: &mut Connection,
    dir: &Path,
    notices: &mut Vec<String>,
    work: impl Fn(&Transaction) -> rusqlite::Result<()>,
) -> Result<()> {
    let attempt = |db: &mut Connection| {
        let tx = db.transaction()?;
        work(&tx)?;
        tx.commit()
    };
    let named = |error| StoreError::sql(&dir.join(files::THUMBNAILS), error);
    match attempt(db) {
        Err(error) if open::is_corrupt(&error) => {
            // Closed before it is moved: Windows moves no open file.
            *db = Connection::open_in_memory().map_err(named)?;
            *db = open::restart_thumbnails(dir, notices)?;
            attempt(db).map_err(named)
        }
        other => other.map_err(named),
    }
}

/// Writes a record's thumbnail; `None` clears what a record of the same id, rolled back by a
/// crash, may have left.
pub(super) fn put(db: &Connection, record: i64, jpeg: Option<&[u8]>) -> rusqlite::Result<()> {
    match jpeg {
        Some(jpeg) => db
            .prepare_cached("REPLACE INTO thumbnail (record, jpeg) VALUES (?1, ?2)")?
            .execute(params![record, jpeg])?,
        None => db
            .prepare_cached("DELETE FROM thumbnail WHERE record = ?1")?
            .execute([record])?,
    };
    Ok(())
}
