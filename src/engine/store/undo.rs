//! The durable undo stack.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{Result, Store, UndoRest, Undone, meta, record, sql, text};
use crate::domain::record::RecordId;

/// Changes that can be undone; what is pushed below is gone for good.
pub const UNDO_DEPTH: usize = 100;

impl Store {
    /// What [`Store::undo`] would undo, in a few words.
    pub fn undo_label(&self) -> Result<Option<String>> {
        self.read(|db| Ok(newest(db)?.map(|(_, label)| label)))
    }

    /// Undoes `most` pictures of the newest change, or of the one that `rest` is of; `None` if there
    /// is nothing to undo. Of a change cut short the rest is undone next.
    ///
    /// A removed picture stays away where it cannot come back beside what was indexed since: its
    /// bytes were indexed again, or its files now belong to another picture.
    pub fn undo(
        &mut self,
        rest: Option<UndoRest>,
        most: usize,
        now: Timestamp,
    ) -> Result<Option<Undone>> {
        let (undone, purged) = self.write(|tx| {
            let change = match rest {
                Some(rest) => labelled(tx, rest.entry)?,
                None => newest(tx)?,
            };
            let Some((entry, label)) = change else {
                return Ok((None, Vec::new()));
            };
            let mut undone = Undone {
                label,
                ..Undone::default()
            };
            let mut left = most;
            let purged = restore_records(tx, entry, now, &mut left, &mut undone.restored)?;
            restore_fields(tx, entry, &mut left, &mut undone.edited)?;
            restore_paths(tx, entry, &mut left, &mut undone.edited)?;
            if left > 0 {
                drop_entry(tx, entry)?;
            } else {
                undone.rest = Some(UndoRest { entry });
            }
            Ok((Some(undone), purged))
        })?;
        self.drop_thumbnails(&purged);
        Ok(undone)
    }
}

fn newest(db: &Connection) -> rusqlite::Result<Option<(i64, String)>> {
    db.prepare_cached("SELECT id, label FROM undo ORDER BY id DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

fn labelled(db: &Connection, entry: i64) -> rusqlite::Result<Option<(i64, String)>> {
    db.prepare_cached("SELECT id, label FROM undo WHERE id = ?1")?
        .query_row([entry], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

/// A new entry, to be given its label.
pub(super) fn new_entry(tx: &Transaction, now: Timestamp) -> rusqlite::Result<i64> {
    tx.execute(
        "INSERT INTO undo (at, label) VALUES (?1, '')",
        [sql::instant(now)],
    )?;
    Ok(tx.last_insert_rowid())
}

/// The entry, where it was not undone meanwhile.
pub(super) fn open_entry(tx: &Transaction, entry: Option<i64>) -> rusqlite::Result<Option<i64>> {
    tx.prepare_cached("SELECT id FROM undo WHERE id = ?1")?
        .query_row([entry], |row| row.get(0))
        .optional()
}

pub(super) fn label(tx: &Transaction, entry: i64, label: &str) -> rusqlite::Result<()> {
    tx.execute(
        "UPDATE undo SET label = ?2 WHERE id = ?1",
        params![entry, label],
    )?;
    Ok(())
}

pub(super) fn drop_entry(tx: &Transaction, entry: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM undo WHERE id = ?1")?
        .execute([entry])?;
    Ok(())
}

/// At most `most` of the records that a change removed.
fn removed_by(tx: &Transaction, entry: i64, most: usize) -> rusqlite::Result<Vec<i64>> {
    tx.prepare_cached("SELECT id FROM record WHERE removed = ?1 ORDER BY id LIMIT ?2")?
        .query_map(params![entry, sql::int(most)], |row| row.get(0))?
        .collect()
}

/// Returns the records that could not come back and are purged; `left` is how many pictures may
/// still be restored.
fn restore_records(
    tx: &Transaction,
    entry: i64,
    now: Timestamp,
    left: &mut usize,
    restored: &mut Vec<RecordId>,
) -> rusqlite::Result<Vec<i64>> {
    let mut purged = Vec::new();
    for id in removed_by(tx, entry, *left)? {
        *left -= 1;
        if restore_record(tx, id, now)? {
            restored.push(RecordId(id));
        } else {
            purge(tx, id)?;
            purged.push(id);
        }
    }
    meta::count_change(tx, restored.len() as u64, 0)?;
    Ok(purged)
}

fn restore_record(tx: &Transaction, id: i64, now: Timestamp) -> rusqlite::Result<bool> {
    let indexed_anew = tx
        .prepare_cached(
            "SELECT 1 FROM record WHERE removed IS NULL AND
                hash = (SELECT hash FROM record WHERE id = ?1)",
        )?
        .exists([id])?;
    if indexed_anew {
        return Ok(false);
    }
    let paths = tx
        .prepare_cached(
            "UPDATE path SET hidden = 0, seen_at = min(seen_at, ?2) WHERE record = ?1 AND NOT EXISTS
                (SELECT 1 FROM path AS other WHERE other.raw = path.raw AND other.hidden = 0)",
        )?
        .execute(params![id, sql::instant(now)])?;
    if paths == 0 {
        return Ok(false);
    }
    tx.prepare_cached("DELETE FROM path WHERE record = ?1 AND hidden = 1")?
        .execute([id])?;
    tx.prepare_cached("UPDATE record SET removed = NULL WHERE id = ?1")?
        .execute([id])?;
    text::show(tx, id)?;
    Ok(true)
}

fn restore_fields(
    tx: &Transaction,
    entry: i64,
    left: &mut usize,
    edited: &mut Vec<RecordId>,
) -> rusqlite::Result<()> {
    let changes: Vec<(i64, String)> = tx
        .prepare_cached(
            "SELECT record, body FROM undo_fields WHERE undo = ?1 ORDER BY record LIMIT ?2",
        )?
        .query_map(params![entry, sql::int(*left)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    for (id, body) in changes {
        *left -= 1;
        if record::set_fields(tx, id, &sql::from_json(&body)?)? {
            edited.push(RecordId(id));
        }
        tx.prepare_cached("DELETE FROM undo_fields WHERE undo = ?1 AND record = ?2")?
            .execute([entry, id])?;
    }
    Ok(())
}

fn restore_paths(
    tx: &Transaction,
    entry: i64,
    left: &mut usize,
    edited: &mut Vec<RecordId>,
) -> rusqlite::Result<()> {
    let moves: Vec<(i64, Vec<u8>, i64, i64)> = tx
        .prepare_cached(
            "SELECT path, raw, len, modified_ns FROM undo_path WHERE undo = ?1 LIMIT ?2",
        )?
        .query_map(params![entry, sql::int(*left)], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    for (id, raw, len, modified_ns) in moves {
        *left -= 1;
        let record: Option<i64> = tx
            .prepare_cached(
                "UPDATE path SET raw = ?2, len = ?3, modified_ns = ?4
                 WHERE id = ?1 AND hidden = 0 AND NOT EXISTS
                    (SELECT 1 FROM path AS other WHERE other.raw = ?2 AND other.hidden = 0)
                 RETURNING record",
            )?
            .query_row(params![id, raw, len, modified_ns], |row| row.get(0))
            .optional()?;
        if let Some(record) = record {
            text::show(tx, record)?;
            edited.push(RecordId(record));
        }
        tx.prepare_cached("DELETE FROM undo_path WHERE undo = ?1 AND path = ?2")?
            .execute([entry, id])?;
    }
    Ok(())
}

/// Drops what is deeper than [`UNDO_DEPTH`] and returns the records purged with it.
pub(super) fn trim(tx: &Transaction) -> rusqlite::Result<Vec<i64>> {
    let deep = tx
        .prepare_cached("SELECT id FROM undo ORDER BY id DESC LIMIT -1 OFFSET ?1")?
        .query_map([sql::int(UNDO_DEPTH)], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<i64>>>()?;
    let mut purged = Vec::new();
    for entry in deep {
        for id in removed_by(tx, entry, usize::MAX)? {
            purge(tx, id)?;
            purged.push(id);
        }
        drop_entry(tx, entry)?;
    }
    Ok(purged)
}

/// Purges all that is removed, with the undo entries that would bring it back.
pub(super) fn forget_removed(tx: &Transaction) -> rusqlite::Result<()> {
    let removed = tx
        .prepare_cached("SELECT id, removed FROM record WHERE removed IS NOT NULL")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<Vec<(i64, i64)>>>()?;
    for (id, entry) in removed {
        purge(tx, id)?;
        drop_entry(tx, entry)?;
    }
    Ok(())
}

/// Deletes a record with everything of it but its thumbnail. Counts nothing: the caller knows
/// whether it was in the catalogue.
pub(super) fn purge(tx: &Transaction, id: i64) -> rusqlite::Result<()> {
    for statement in [
        "DELETE FROM shown WHERE record = ?1",
        "DELETE FROM path WHERE record = ?1",
        "DELETE FROM vector WHERE record = ?1",
        "DELETE FROM record WHERE id = ?1",
    ] {
        tx.prepare_cached(statement)?.execute([id])?;
    }
    Ok(())
}
