//! What a user changes in the catalogue: each change is one entry of the undo stack.

use std::path::PathBuf;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{Changed, Moved, Result, Store, meta, record, sql, text, undo};
use crate::domain::{
    path,
    record::{FieldEdit, RecordId},
    words::pictures,
};

impl Store {
    /// Takes pictures out of the catalogue and says how many were in it. Their rows stay, unseen,
    /// for as long as undo can bring them back under the same ids.
    ///
    /// A removal made in parts is given the `earlier` one, so that one undo brings all back.
    pub fn remove(
        &mut self,
        earlier: Changed,
        ids: &[RecordId],
        now: Timestamp,
    ) -> Result<Changed> {
        self.change("remove", now, earlier, |tx, undo| {
            let mut mark = tx.prepare_cached(
                "UPDATE record SET removed = ?2 WHERE id = ?1 AND removed IS NULL",
            )?;
            let mut conceal =
                tx.prepare_cached("UPDATE path SET hidden = 1 WHERE record = ?1 AND hidden = 0")?;
            let mut removed = 0;
            for id in ids {
                if mark.execute([id.0, undo])? > 0 {
                    conceal.execute([id.0])?;
                    text::hide(tx, id.0)?;
                    removed += 1;
                }
            }
            meta::count_change(tx, 0, removed)?;
            Ok(removed)
        })
    }

    /// Edits the fields of pictures and says how many that changed.
    pub fn edit(&mut self, ids: &[RecordId], edit: &FieldEdit, now: Timestamp) -> Result<u64> {
        let edited = self.change("edit", now, Changed::default(), |tx, undo| {
            let mut edited = 0;
            for id in ids {
                let Some(before) = record::live_fields(tx, id.0)? else {
                    continue;
                };
                let mut after = before.clone();
                edit.apply(&mut after);
                if after == before {
                    continue;
                }
                record::set_fields(tx, id.0, &after)?;
                tx.prepare_cached(
                    "INSERT INTO undo_fields (undo, record, body) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![undo, id.0, sql::to_json(&before)?])?;
                edited += 1;
            }
            Ok(edited)
        })?;
        Ok(edited.pictures)
    }

    /// Records where files were found again; returns how many paths moved. A path that is not in
    /// the catalogue, or whose new place is another picture's, stays as it is.
    pub fn relocate(&mut self, moves: &[Moved], now: Timestamp) -> Result<u64> {
        let moved = self.change("relocate", now, Changed::default(), |tx, undo| {
            let mut moved = 0;
            for one in moves {
                moved += u64::from(move_path(tx, undo, one, now)?);
            }
            Ok(moved)
        })?;
        Ok(moved.pictures)
    }

    /// Forgets paths that vanished and says how many: a picture's last path is kept, it says
    /// where the picture was last seen.
    pub fn forget_paths(&mut self, paths: &[PathBuf]) -> Result<u64> {
        self.write(|tx| {
            let mut forgotten = 0;
            for path in paths {
                let raw = path::to_raw(path);
                let record: Option<i64> = tx
                    .prepare_cached(
                        "DELETE FROM path WHERE raw = ?1 AND hidden = 0 AND
                            (SELECT count(*) FROM path AS other
                             WHERE other.record = path.record AND other.hidden = 0) > 1
                         RETURNING record",
                    )?
                    .query_row([raw], |row| row.get(0))
                    .optional()?;
                if let Some(record) = record {
                    text::show(tx, record)?;
                    forgotten += 1;
                }
            }
            Ok(forgotten)
        })
    }

    /// One change with its undo entry, labelled by the verb and how many pictures it changed, those
    /// of the `earlier` parts included; a change of nothing leaves no entry. What falls off the
    /// stack is purged.
    fn change(
        &mut self,
        verb: &str,
        now: Timestamp,
        earlier: Changed,
        work: impl FnOnce(&Transaction, i64) -> rusqlite::Result<u64>,
    ) -> Result<Changed> {
        let (changed, purged) = self.write(|tx| {
            let entry = match undo::open_entry(tx, earlier.entry)? {
                Some(entry) => entry,
                None => undo::new_entry(tx, now)?,
            };
            let here = work(tx, entry)?;
            let changed = Changed {
                pictures: earlier.pictures + here,
                entry: Some(entry),
            };
            undo::label(tx, entry, &format!("{verb} {}", pictures(changed.pictures)))?;
            if changed.pictures == 0 {
                undo::drop_entry(tx, entry)?;
            }
            Ok((changed, undo::trim(tx)?))
        })?;
        self.drop_thumbnails(&purged);
        Ok(changed)
    }
}

fn move_path(tx: &Transaction, undo: i64, one: &Moved, now: Timestamp) -> rusqlite::Result<bool> {
    let (from, to) = (path::to_raw(&one.from), path::to_raw(&one.to));
    let taken = tx
        .prepare_cached("SELECT 1 FROM path WHERE raw = ?1 AND hidden = 0")?
        .exists([&to])?;
    if taken {
        return Ok(false);
    }
    let kept = tx
        .prepare_cached(
            "INSERT INTO undo_path (undo, path, raw, len, modified_ns)
             SELECT ?1, id, raw, len, modified_ns FROM path WHERE raw = ?2 AND hidden = 0",
        )?
        .execute(params![undo, from])?;
    if kept == 0 {
        return Ok(false);
    }
    let record = tx
        .prepare_cached(
            "UPDATE path SET raw = ?2, len = ?3, modified_ns = ?4, seen_at = ?5
             WHERE raw = ?1 AND hidden = 0 RETURNING record",
        )?
        .query_row(
            params![
                from,
                to,
                sql::int(one.len),
                one.modified_ns,
                sql::instant(now)
            ],
            |row| row.get(0),
        )?;
    text::show(tx, record)?;
    Ok(true)
}
