//! Committing an import's batch: records, vectors, paths, meter and the job's place at once.

use std::{collections::BTreeSet, path::Path};

use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};

use super::{
    Batch, Committed, Done, NewRecord, Outcome, Result, Store, StoreError, Sync, job, meta, meter,
    record, sql, text, thumbnail,
};
use crate::domain::{path, record::RecordId};

impl Store {
    /// Commits everything of the batch or, where it fails, nothing.
    ///
    /// Thumbnails go first, into their own file: after a crash between the two files some belong
    /// to no record yet, and are overwritten when their ids are given out again.
    pub fn commit_batch(&mut self, batch: &Batch) -> Result<Vec<Committed>> {
        self.prepare_write(match batch.job {
            Some(_) => Sync::Later,
            None => Sync::Full,
        })?;
        let file = self.catalogue_file();
        let named = |error| StoreError::sql(&file, error);
        let tx = self
            .catalogue
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(named)?;
        let committed = commit(&tx, batch).map_err(named)?;
        thumbnail::write(&mut self.thumbnails, &self.dir, &mut self.notices, |tx| {
            put_thumbnails(tx, batch, &committed)
        })?;
        tx.commit().map_err(named)?;
        let gone: Vec<i64> = committed
            .iter()
            .filter_map(|one| one.replaced)
            .map(|id| id.0)
            .collect();
        self.drop_thumbnails(&gone);
        Ok(committed)
    }
}

fn put_thumbnails(
    tx: &Transaction,
    batch: &Batch,
    committed: &[Committed],
) -> rusqlite::Result<()> {
    for (done, end) in batch.done.iter().zip(committed) {
        if let (Outcome::New(new), true, Some(id)) = (&done.outcome, end.new, end.record) {
            thumbnail::put(tx, id.0, new.thumbnail.as_deref())?;
        }
    }
    Ok(())
}

fn commit(tx: &Transaction, batch: &Batch) -> rusqlite::Result<Vec<Committed>> {
    let now = sql::instant(batch.now);
    let listed = match batch.job {
        Some(job) => tx
            .prepare_cached("SELECT listed FROM job WHERE id = ?1")?
            .query_row([job.0], |row| row.get(0))
            .optional()?
            .unwrap_or(false),
        None => false,
    };
    let mut committed = Vec::with_capacity(batch.done.len());
    let mut counts = Counts::default();
    let mut changed = BTreeSet::new();
    for done in &batch.done {
        let end = commit_one(tx, done, now, &mut changed)?;
        counts.came += u64::from(end.new);
        counts.went += u64::from(end.replaced.is_some());
        if let Some(job) = batch.job
            && settle(tx, job.0, listed, done)?
        {
            counts.settled(&done.outcome, end.new);
        }
        committed.push(end);
    }
    // Once each, however many copies of a picture the batch has: all its paths are read again.
    for record in changed {
        text::show(tx, record)?;
    }
    meta::count_change(tx, counts.came, counts.went)?;
    meter::add(tx, batch.now, counts.came, &batch.calls)?;
    if let Some(job) = batch.job {
        tx.prepare_cached(
            "UPDATE job SET indexed = indexed + ?2, unchanged = unchanged + ?3,
                    failed = failed + ?4, refused = refused + ?5 WHERE id = ?1",
        )?
        .execute(params![
            job.0,
            counts.indexed,
            counts.unchanged,
            counts.failed,
            counts.refused
        ])?;
    }
    Ok(committed)
}

#[derive(Default)]
struct Counts {
    /// Vectors.
    came: u64,
    went: u64,
    /// Files of the job.
    indexed: i64,
    unchanged: i64,
    failed: i64,
    refused: i64,
}

impl Counts {
    fn settled(&mut self, outcome: &Outcome, new: bool) {
        match outcome {
            Outcome::New(_) if new => self.indexed += 1,
            Outcome::New(_) | Outcome::Unchanged { .. } => self.unchanged += 1,
            Outcome::Failed { .. } => self.failed += 1,
            Outcome::Refused { .. } => self.refused += 1,
        }
    }
}

/// Records whose paths changed are added to `changed`; what listings read of them is then stale.
fn commit_one(
    tx: &Transaction,
    done: &Done,
    now: i64,
    changed: &mut BTreeSet<i64>,
) -> rusqlite::Result<Committed> {
    let mut end = Committed {
        item: done.item,
        record: None,
        new: false,
        replaced: None,
    };
    match &done.outcome {
        Outcome::New(new) => {
            let known = record::by_hash(tx, &new.hash)?;
            end.new = known.is_none();
            let id = match known {
                Some(id) => id,
                None => insert(tx, new, now)?,
            };
            end.record = Some(RecordId(id));
            let file = (new.len, new.modified_ns);
            end.replaced = note_path(tx, id, &new.path, file, now, changed)?.map(RecordId);
        }
        Outcome::Unchanged {
            record,
            path,
            len,
            modified_ns,
        } => {
            // Removed by the user since it was looked up: then the file is left alone.
            if is_live(tx, record.0)? {
                end.record = Some(*record);
                let file = (*len, *modified_ns);
                end.replaced = note_path(tx, record.0, path, file, now, changed)?.map(RecordId);
            }
        }
        Outcome::Failed { .. } | Outcome::Refused { .. } => {}
    }
    Ok(end)
}

/// Marks the job's file as dealt with; `false` where it was already, so that it counts once.
fn settle(tx: &Transaction, job: i64, listed: bool, done: &Done) -> rusqlite::Result<bool> {
    let (state, reason) = match &done.outcome {
        Outcome::New(_) | Outcome::Unchanged { .. } => (job::DONE, None),
        Outcome::Failed { reason, .. } => (job::FAILED, Some(reason)),
        Outcome::Refused { .. } => (job::REFUSED, None),
    };
    let changed = if state == job::DONE && listed {
        // Only an unfinished listing must remember which paths it has seen.
        tx.prepare_cached("DELETE FROM job_file WHERE item = ?1 AND job = ?2 AND state = ?3")?
            .execute(params![done.item, job, job::PENDING])?
    } else {
        tx.prepare_cached(
            "UPDATE job_file SET state = ?4, reason = ?5 WHERE item = ?1 AND job = ?2 AND state = ?3",
        )?
        .execute(params![done.item, job, job::PENDING, state, reason])?
    };
    Ok(changed > 0)
}

fn is_live(tx: &Transaction, record: i64) -> rusqlite::Result<bool> {
    tx.prepare_cached("SELECT 1 FROM record WHERE id = ?1 AND removed IS NULL")?
        .exists([record])
}

fn insert(tx: &Transaction, new: &NewRecord, now: i64) -> rusqlite::Result<i64> {
    let fields = &new.fields;
    tx.prepare_cached(
        "INSERT INTO record (indexed_at, hash, product_id, name, category, custom,
            int_attr1, int_attr2, int_attr3, int_attr4, str_attr1, str_attr2, str_attr3, str_attr4,
            width, height, file_bytes, format, partial)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
    )?
    .execute(params![
        now,
        &new.hash.0[..],
        fields.product_id,
        fields.name,
        fields.category,
        fields.custom,
        fields.ints[0],
        fields.ints[1],
        fields.ints[2],
        fields.ints[3],
        fields.strs[0],
        fields.strs[1],
        fields.strs[2],
        fields.strs[3],
        new.width,
        new.height,
        sql::int(new.file_bytes),
        new.format,
        new.partial,
    ])?;
    let id = tx.last_insert_rowid();
    tx.prepare_cached("INSERT INTO vector (record, codes) VALUES (?1, ?2)")?
        .execute(params![id, new.descriptor])?;
    Ok(id)
}

/// Notes that the file at `path`, of this length and time, is `record`'s picture. A path that was
/// another record's moves; where that one has no path left it is purged and returned.
fn note_path(
    tx: &Transaction,
    record: i64,
    path: &Path,
    (len, modified_ns): (u64, i64),
    now: i64,
    changed: &mut BTreeSet<i64>,
) -> rusqlite::Result<Option<i64>> {
    let raw = path::to_raw(path);
    let holder: Option<(i64, i64)> = tx
        .prepare_cached("SELECT id, record FROM path WHERE raw = ?1 AND hidden = 0")?
        .query_row([&raw], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let len = sql::int(len);
    match holder {
        Some((id, _)) => tx
            .prepare_cached(
                "UPDATE path SET record = ?2, seen_at = ?3, len = ?4, modified_ns = ?5 WHERE id = ?1",
            )?
            .execute(params![id, record, now, len, modified_ns])?,
        None => tx
            .prepare_cached(
                "INSERT INTO path (record, seen_at, len, modified_ns, raw)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![record, now, len, modified_ns, raw])?,
    };
    changed.insert(record);
    match holder {
        Some((_, before)) if before != record => leave(tx, before, changed),
        _ => Ok(None),
    }
}

/// `record` lost a path: it is purged where that was the last.
fn leave(
    tx: &Transaction,
    record: i64,
    changed: &mut BTreeSet<i64>,
) -> rusqlite::Result<Option<i64>> {
    let has_path = tx
        .prepare_cached("SELECT 1 FROM path WHERE record = ?1 AND hidden = 0")?
        .exists([record])?;
    if has_path {
        changed.insert(record);
        return Ok(None);
    }
    changed.remove(&record);
    super::undo::purge(tx, record)?;
    Ok(Some(record))
}
