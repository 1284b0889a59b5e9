//! Jobs that outlive the program: their files, states and counts.

use std::path::PathBuf;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::{JobFile, PendingFile, Result, Store, sql};
use crate::domain::{
    import::FileFailure,
    job::{HeldBy, Job, JobId, JobKind, JobState},
    path,
    record::ContentHash,
};

/// `job_file.state`.
pub(super) const PENDING: i64 = 0;
pub(super) const DONE: i64 = 1;
pub(super) const FAILED: i64 = 2;
pub(super) const REFUSED: i64 = 3;

const COLUMNS: &str = "SELECT id, kind, title, state, held_by, held, total, indexed, unchanged,
                              refused, failed, started_at, ended_at FROM job";

impl Store {
    /// A new import in [`JobState::Listing`], or a preview of one in [`JobState::Proposed`].
    pub fn create_import(
        &mut self,
        title: &str,
        roots: &[PathBuf],
        state: JobState,
        now: Timestamp,
    ) -> Result<JobId> {
        self.write(|tx| {
            let id = insert_job(tx, JobKind::Import, title, state, now)?;
            for root in roots {
                tx.prepare_cached("INSERT INTO job_root (job, raw) VALUES (?1, ?2)")?
                    .execute(params![id.0, path::to_raw(root)])?;
            }
            Ok(id)
        })
    }

    /// What the job was asked to import, to list again where listing was interrupted.
    pub fn job_roots(&self, job: JobId) -> Result<Vec<PathBuf>> {
        self.read(|db| {
            db.prepare_cached("SELECT raw FROM job_root WHERE job = ?1 ORDER BY rowid")?
                .query_map([job.0], |row| {
                    Ok(path::from_raw(row.get_ref(0)?.as_blob()?))
                })?
                .collect()
        })
    }

    /// Adds files to deal with and says how many were added: a path listed before is left as it
    /// is, so that an interrupted listing can simply be done again.
    pub fn add_job_files(&mut self, job: JobId, files: &[JobFile]) -> Result<u64> {
        self.write(|tx| {
            let mut insert = tx.prepare_cached(
                "INSERT OR IGNORE INTO job_file (job, state, len, modified_ns, raw)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            let mut added = 0;
            for file in files {
                let raw = path::to_raw(&file.path);
                let len = sql::int(file.len);
                added += insert.execute(params![job.0, PENDING, len, file.modified_ns, raw])?;
            }
            tx.prepare_cached("UPDATE job SET total = total + ?2 WHERE id = ?1")?
                .execute(params![job.0, sql::int(added)])?;
            Ok(added as u64)
        })
    }

    /// Adds what could not even be listed (a folder without permission).
    pub fn add_job_failures(&mut self, job: JobId, failures: &[FileFailure]) -> Result<()> {
        self.write(|tx| {
            let added = insert_failures(tx, job, failures)?;
            tx.prepare_cached(
                "UPDATE job SET total = total + ?2, failed = failed + ?2 WHERE id = ?1",
            )?
            .execute(params![job.0, sql::int(added)])?;
            Ok(())
        })
    }

    /// Notes what reading listed files found: their content, or why they cannot be used.
    pub fn note_read(
        &mut self,
        job: JobId,
        read: &[(i64, std::result::Result<ContentHash, String>)],
    ) -> Result<()> {
        self.write(|tx| {
            let mut note = tx.prepare_cached("UPDATE job_file SET hash = ?2 WHERE item = ?1")?;
            let mut fail = tx.prepare_cached(
                "UPDATE job_file SET state = ?2, reason = ?3 WHERE item = ?1 AND state = ?4",
            )?;
            let mut failed = 0;
            for (item, found) in read {
                match found {
                    Ok(hash) => {
                        note.execute(params![item, &hash.0[..]])?;
                    }
                    Err(reason) => {
                        failed += fail.execute(params![item, FAILED, reason, PENDING])?;
                    }
                }
            }
            tx.prepare_cached("UPDATE job SET failed = failed + ?2 WHERE id = ?1")?
                .execute(params![job.0, sql::int(failed)])?;
            Ok(())
        })
    }

    /// Every file is listed: a job in [`JobState::Listing`] runs now, one in another state (paused
    /// meanwhile, or not agreed to yet) keeps it.
    pub fn finish_listing(&mut self, job: JobId) -> Result<()> {
        self.write(|tx| {
            tx.execute("UPDATE job SET listed = 1 WHERE id = ?1", [job.0])?;
            run_if_listed(tx, job)
        })
    }

    /// A preview becomes a job: it runs, or goes on listing where its walk is under way.
    pub fn accept_proposed(&mut self, job: JobId, now: Timestamp) -> Result<()> {
        self.write(|tx| {
            tx.execute(
                "UPDATE job SET state = ?2, started_at = ?3 WHERE id = ?1",
                params![
                    job.0,
                    sql::variant_name(&JobState::Listing)?,
                    sql::instant(now)
                ],
            )?;
            run_if_listed(tx, job)
        })
    }

    /// Opens a job again, with the files the cap had refused, and says what it does now: it runs,
    /// or is to be listed where that was interrupted.
    pub fn reopen_job(&mut self, job: JobId, now: Timestamp) -> Result<JobState> {
        self.write(|tx| {
            retry(tx, job, REFUSED, "refused")?;
            write_state(tx, job, JobState::Listing, None, None, now)?;
            run_if_listed(tx, job)?;
            tx.prepare_cached("SELECT state FROM job WHERE id = ?1")?
                .query_row([job.0], |row| sql::variant(row.get_ref(0)?.as_str()?))
        })
    }

    /// Previews that nobody agreed to, from this start and earlier ones.
    pub fn proposed_jobs(&self) -> Result<Vec<JobId>> {
        self.read(|db| {
            db.prepare_cached("SELECT id FROM job WHERE state = ?1 ORDER BY id")?
                .query_map([sql::variant_name(&JobState::Proposed)?], |row| {
                    Ok(JobId(row.get(0)?))
                })?
                .collect()
        })
    }

    /// Deletes up to `limit` files of a preview, and the preview itself with the last of them;
    /// `true` while there are more.
    pub fn drop_proposed(&mut self, job: JobId, limit: usize) -> Result<bool> {
        self.write(|tx| {
            let deleted = tx.execute(
                "DELETE FROM job_file WHERE item IN
                    (SELECT item FROM job_file WHERE job = ?1 LIMIT ?2)",
                params![job.0, sql::int(limit)],
            )?;
            if deleted == limit {
                return Ok(true);
            }
            tx.execute("DELETE FROM job_root WHERE job = ?1", [job.0])?;
            tx.execute(
                "DELETE FROM job WHERE id = ?1 AND state = ?2",
                params![job.0, sql::variant_name(&JobState::Proposed)?],
            )?;
            Ok(false)
        })
    }

    /// Jobs that are not over, in the order they were started.
    pub fn open_jobs(&self) -> Result<Vec<Job>> {
        self.read(|db| {
            db.prepare_cached(&format!(
                "{COLUMNS} WHERE ended_at IS NULL AND state <> ?1 ORDER BY id"
            ))?
            .query_map([sql::variant_name(&JobState::Proposed)?], job_from)?
            .collect()
        })
    }

    /// The newest jobs, over or not, the newest first.
    pub fn jobs(&self, limit: usize) -> Result<Vec<Job>> {
        self.read(|db| {
            db.prepare_cached(&format!(
                "{COLUMNS} WHERE state <> ?1 ORDER BY id DESC LIMIT ?2"
            ))?
            .query_map(
                params![sql::variant_name(&JobState::Proposed)?, sql::int(limit)],
                job_from,
            )?
            .collect()
        })
    }

    pub fn job(&self, job: JobId) -> Result<Option<Job>> {
        self.read(|db| {
            db.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?
                .query_row([job.0], job_from)
                .optional()
        })
    }

    /// Files still to be dealt with, from the first after the item `after` (0 for all) on.
    pub fn next_files(&self, job: JobId, after: i64, limit: usize) -> Result<Vec<PendingFile>> {
        self.read(|db| {
            db.prepare_cached(
                "SELECT item, raw, len, modified_ns, hash FROM job_file
                 WHERE job = ?1 AND state = ?2 AND item > ?3 ORDER BY item LIMIT ?4",
            )?
            .query_map(params![job.0, PENDING, after, sql::int(limit)], |row| {
                Ok(PendingFile {
                    item: row.get(0)?,
                    path: path::from_raw(row.get_ref(1)?.as_blob()?),
                    len: sql::count(row.get(2)?),
                    modified_ns: row.get(3)?,
                    hash: row.get::<_, Option<[u8; 32]>>(4)?.map(ContentHash),
                })
            })?
            .collect()
        })
    }

    /// An over job that gets another state is open again.
    pub fn set_job_state(&mut self, job: JobId, state: JobState, now: Timestamp) -> Result<()> {
        self.put_state(job, state, None, None, now)
    }

    /// `because` says why, with the remedy.
    pub fn hold_job(
        &mut self,
        job: JobId,
        by: HeldBy,
        because: &str,
        now: Timestamp,
    ) -> Result<()> {
        self.put_state(job, JobState::Held, Some(by), Some(because), now)
    }

    /// `because` says why, with the remedy.
    pub fn fail_job(&mut self, job: JobId, because: &str, now: Timestamp) -> Result<()> {
        self.put_state(job, JobState::Failed, None, Some(because), now)
    }

    fn put_state(
        &mut self,
        job: JobId,
        state: JobState,
        held_by: Option<HeldBy>,
        because: Option<&str>,
        now: Timestamp,
    ) -> Result<()> {
        self.write(|tx| write_state(tx, job, state, held_by, because, now))
    }

    /// Has the failed files tried again and says how many; the job's state stays as it is.
    pub fn retry_failed(&mut self, job: JobId) -> Result<u64> {
        self.write(|tx| retry(tx, job, FAILED, "failed"))
    }

    /// Files that failed and why, in the order of listing.
    pub fn failures(&self, job: JobId, limit: usize) -> Result<Vec<FileFailure>> {
        self.read(|db| {
            db.prepare_cached(
                "SELECT raw, coalesce(reason, '') FROM job_file
                 WHERE job = ?1 AND state = ?2 ORDER BY item LIMIT ?3",
            )?
            .query_map(params![job.0, FAILED, sql::int(limit)], |row| {
                let path = path::from_raw(row.get_ref(0)?.as_blob()?);
                Ok(FileFailure {
                    path,
                    reason: row.get(1)?,
                })
            })?
            .collect()
        })
    }
}

pub(super) fn write_state(
    tx: &Transaction,
    job: JobId,
    state: JobState,
    held_by: Option<HeldBy>,
    because: Option<&str>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    tx.execute(
        "UPDATE job SET state = ?2, held_by = ?3, held = ?4,
                ended_at = CASE WHEN ?5 THEN coalesce(ended_at, ?6) END
         WHERE id = ?1",
        params![
            job.0,
            sql::variant_name(&state)?,
            held_by.as_ref().map(sql::variant_name).transpose()?,
            because,
            state.is_over(),
            sql::instant(now)
        ],
    )?;
    if state.is_over() {
        tx.execute(
            "DELETE FROM job_file WHERE job = ?1 AND state = ?2",
            params![job.0, DONE],
        )?;
    }
    Ok(())
}

pub(super) fn insert_job(
    tx: &Transaction,
    kind: JobKind,
    title: &str,
    state: JobState,
    now: Timestamp,
) -> rusqlite::Result<JobId> {
    tx.execute(
        "INSERT INTO job (kind, title, state, started_at) VALUES (?1, ?2, ?3, ?4)",
        params![
            sql::variant_name(&kind)?,
            title,
            sql::variant_name(&state)?,
            sql::instant(now)
        ],
    )?;
    Ok(JobId(tx.last_insert_rowid()))
}

/// Adds files that failed and says how many were added; counts nothing.
pub(super) fn insert_failures(
    tx: &Transaction,
    job: JobId,
    failures: &[FileFailure],
) -> rusqlite::Result<usize> {
    let mut insert = tx.prepare_cached(
        "INSERT OR IGNORE INTO job_file (job, state, len, modified_ns, raw, reason)
         VALUES (?1, ?2, 0, 0, ?3, ?4)",
    )?;
    let mut added = 0;
    for failure in failures {
        let raw = path::to_raw(&failure.path);
        added += insert.execute(params![job.0, FAILED, raw, failure.reason])?;
    }
    Ok(added)
}

/// Sets the job's files of a state pending again, and their counter back.
fn retry(tx: &Transaction, job: JobId, state: i64, counter: &str) -> rusqlite::Result<u64> {
    let retried = tx.execute(
        "UPDATE job_file SET state = ?3, reason = NULL WHERE job = ?1 AND state = ?2",
        params![job.0, state, PENDING],
    )?;
    tx.execute(
        &format!("UPDATE job SET {counter} = {counter} - ?2 WHERE id = ?1"),
        params![job.0, sql::int(retried)],
    )?;
    Ok(retried as u64)
}

fn run_if_listed(tx: &Transaction, job: JobId) -> rusqlite::Result<()> {
    tx.execute(
        "UPDATE job SET state = ?3 WHERE id = ?1 AND state = ?2 AND listed = 1",
        params![
            job.0,
            sql::variant_name(&JobState::Listing)?,
            sql::variant_name(&JobState::Running)?
        ],
    )?;
    Ok(())
}

fn job_from(row: &Row) -> rusqlite::Result<Job> {
    let held_by: Option<String> = row.get(4)?;
    let ended_at: Option<i64> = row.get(12)?;
    Ok(Job {
        id: JobId(row.get(0)?),
        kind: sql::variant(row.get_ref(1)?.as_str()?)?,
        title: row.get(2)?,
        state: sql::variant(row.get_ref(3)?.as_str()?)?,
        held_by: held_by.as_deref().map(sql::variant).transpose()?,
        because: row.get(5)?,
        total: sql::count(row.get(6)?),
        indexed: sql::count(row.get(7)?),
        unchanged: sql::count(row.get(8)?),
        refused: sql::count(row.get(9)?),
        failed: sql::count(row.get(10)?),
        images_per_sec: 0.0,
        secs_left: None,
        started_at: sql::timestamp(row.get(11)?)?,
        ended_at: ended_at.map(sql::timestamp).transpose()?,
    })
}
