//! Descriptors of another model: made beside those in use, which they replace in one transaction
//! when all are there.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    PendingPicture, Result, Store, Sync,
    job::{insert_failures, insert_job, write_state},
    meta, sql,
};
use crate::domain::{
    import::FileFailure,
    job::{JobId, JobKind, JobState},
    path,
    record::{ContentHash, RecordId},
};

const NEXT_MODEL: &str = "next_model_id";
const NEXT_DIMENSION: &str = "next_dimension";

impl Store {
    /// A new job that collects descriptors of the model `model_id`. One that was to collect those
    /// of another model is cancelled with what it has; one for the same model goes on.
    pub fn create_reindex(
        &mut self,
        title: &str,
        model_id: &str,
        dimension: usize,
        now: Timestamp,
    ) -> Result<JobId> {
        self.write(|tx| {
            let open: Option<JobId> = open_reindex(tx)?;
            let same = meta::get::<String>(tx, NEXT_MODEL)?.as_deref() == Some(model_id);
            if let Some(job) = open {
                if same {
                    return Ok(job);
                }
                write_state(tx, job, JobState::Cancelled, None, None, now)?;
            }
            tx.execute("DELETE FROM vector_next", [])?;
            meta::set(tx, NEXT_MODEL, model_id)?;
            meta::set(tx, NEXT_DIMENSION, sql::int(dimension))?;
            let job = insert_job(tx, JobKind::Reindex, title, JobState::Running, now)?;
            tx.execute(
                "UPDATE job SET listed = 1,
                    total = (SELECT value FROM meta WHERE key = 'stored') WHERE id = ?1",
                [job.0],
            )?;
            Ok(job)
        })
    }

    /// Drops the descriptors collected; those in use serve on.
    pub fn cancel_reindex(&mut self, job: JobId, now: Timestamp) -> Result<()> {
        self.write(|tx| {
            tx.execute("DELETE FROM vector_next", [])?;
            for key in [NEXT_MODEL, NEXT_DIMENSION] {
                tx.execute("DELETE FROM meta WHERE key = ?1", [key])?;
            }
            write_state(tx, job, JobState::Cancelled, None, None, now)
        })
    }

    /// The model whose descriptors are being collected.
    pub fn reindexing(&self) -> Result<Option<String>> {
        self.read(|db| meta::get(db, NEXT_MODEL))
    }

    /// Descriptors collected so far.
    pub fn reindexed(&self) -> Result<u64> {
        self.read(|db| sql::rows(db, "SELECT count(*) FROM vector_next"))
    }

    /// Pictures without a descriptor of the next model, from the first after `after` on.
    pub fn reindex_pending(&self, after: RecordId, limit: usize) -> Result<Vec<PendingPicture>> {
        self.read(|db| {
            let mut paths = db.prepare_cached(
                "SELECT raw FROM path WHERE record = ?1 AND hidden = 0 ORDER BY seen_at DESC",
            )?;
            db.prepare_cached(
                "SELECT id, hash FROM record WHERE removed IS NULL AND id > ?1
                    AND id NOT IN (SELECT record FROM vector_next) ORDER BY id LIMIT ?2",
            )?
            .query_map(params![after.0, sql::int(limit)], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .map(|row| {
                let (id, hash): (i64, [u8; 32]) = row?;
                let files = paths
                    .query_map([id], |row| Ok(path::from_raw(row.get_ref(0)?.as_blob()?)))?
                    .collect::<rusqlite::Result<_>>()?;
                Ok(PendingPicture {
                    id: RecordId(id),
                    paths: files,
                    hash: ContentHash(hash),
                })
            })
            .collect()
        })
    }

    /// Counts a job over `stored` pictures by what it has: what failed before is tried again.
    pub fn restart_reindex(&mut self, job: JobId, stored: u64) -> Result<()> {
        self.write(|tx| {
            tx.execute("DELETE FROM job_file WHERE job = ?1", [job.0])?;
            tx.execute(
                "UPDATE job SET total = ?2, failed = 0,
                    indexed = (SELECT count(*) FROM vector_next) WHERE id = ?1",
                params![job.0, sql::int(stored)],
            )?;
            Ok(())
        })
    }

    /// Keeps descriptors of the next model, as their codes' bytes, and what could not be read, and
    /// counts them with the job.
    pub fn put_next_vectors(
        &mut self,
        job: JobId,
        vectors: &[(RecordId, Vec<u8>)],
        failures: &[FileFailure],
    ) -> Result<()> {
        self.transaction(Sync::Later, |tx| {
            let mut put = tx.prepare_cached(
                "REPLACE INTO vector_next (record, codes)
                 SELECT id, ?2 FROM record WHERE id = ?1",
            )?;
            for (id, codes) in vectors {
                put.execute(params![id.0, codes])?;
            }
            let failed = insert_failures(tx, job, failures)?;
            tx.prepare_cached(
                "UPDATE job SET indexed = indexed + ?2, failed = failed + ?3 WHERE id = ?1",
            )?
            .execute(params![job.0, sql::int(vectors.len()), sql::int(failed)])?;
            Ok(())
        })
    }

    /// Puts the collected descriptors in place of those in use. Pictures that have none, because
    /// their file could not be read, stay in the catalogue without one; what was removed can no
    /// longer be brought back, as its descriptor is of the old model. The job is done with it.
    pub fn finish_reindex(&mut self, job: JobId, now: Timestamp) -> Result<()> {
        self.write(|tx| {
            super::undo::forget_removed(tx)?;
            tx.execute("DELETE FROM vector", [])?;
            tx.execute(
                "INSERT INTO vector (record, codes) SELECT record, codes FROM vector_next
                 WHERE record IN (SELECT id FROM record)",
                [],
            )?;
            tx.execute("DELETE FROM vector_next", [])?;
            let changed = sql::rows(tx, "SELECT count(*) FROM vector")?;
            meta::count_change(tx, changed, changed)?;
            for (from, to) in [(NEXT_MODEL, meta::MODEL), (NEXT_DIMENSION, meta::DIMENSION)] {
                tx.execute(
                    "REPLACE INTO meta (key, value) SELECT ?2, value FROM meta WHERE key = ?1",
                    [from, to],
                )?;
                tx.execute("DELETE FROM meta WHERE key = ?1", [from])?;
            }
            write_state(tx, job, JobState::Done, None, None, now)
        })
    }
}

fn open_reindex(db: &Connection) -> rusqlite::Result<Option<JobId>> {
    db.prepare_cached("SELECT id FROM job WHERE kind = ?1 AND ended_at IS NULL")?
        .query_row([sql::variant_name(&JobKind::Reindex)?], |row| row.get(0))
        .optional()
        .map(|id| id.map(JobId))
}
