//! Import jobs that outlive the program: their files, states and counts.

use std::path::PathBuf;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::{JobFile, PendingFile, Result, Store, path, sql};
use crate::domain::import::{FileFailure, Job, JobId, JobState};

/// `job_file.state`.
pub(super) const PENDING: i64 = 0;
pub(super) const DONE: i64 = 1;
pub(super) const FAILED: i64 = 2;
pub(super) const REFUSED: i64 = 3;

const COLUMNS: &str = "SELECT id, title, state, held, total, indexed, unchanged, refused, failed,
                              started_at, ended_at FROM job";

impl Store {
    /// A new job in [`JobState::Listing`].
    pub fn create_job(&mut self, title: &str, roots: &[PathBuf], now: Timestamp) -> Result<JobId> {
        let state = JobState::Listing;
        self.write(|tx| {
            tx.execute(
                "INSERT INTO job (title, state, started_at) VALUES (?1, ?2, ?3)",
                params![title, sql::variant_name(&state)?, sql::instant(now)],
            )?;
            let id = tx.last_insert_rowid();
            for root in roots {
                tx.prepare_cached("INSERT INTO job_root (job, raw) VALUES (?1, ?2)")?
                    .execute(params![id, path::to_raw(root)])?;
            }
            Ok(JobId(id))
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
            let mut insert = tx.prepare_cached(
                "INSERT OR IGNORE INTO job_file (job, state, len, modified_ns, raw, reason)
                 VALUES (?1, ?2, 0, 0, ?3, ?4)",
            )?;
            let mut added = 0;
            for failure in failures {
                let raw = path::to_raw(&failure.path);
                added += insert.execute(params![job.0, FAILED, raw, failure.reason])?;
            }
            tx.prepare_cached(
                "UPDATE job SET total = total + ?2, failed = failed + ?2 WHERE id = ?1",
            )?
            .execute(params![job.0, sql::int(added)])?;
            Ok(())
        })
    }

    /// Every file is listed: a job in [`JobState::Listing`] runs now, one in another state (paused
    /// meanwhile) keeps it.
    pub fn finish_listing(&mut self, job: JobId) -> Result<()> {
        let listing = JobState::Listing;
        let running = JobState::Running;
        self.write(|tx| {
            tx.execute("UPDATE job SET listed = 1 WHERE id = ?1", [job.0])?;
            tx.execute(
                "UPDATE job SET state = ?3 WHERE id = ?1 AND state = ?2",
                params![
                    job.0,
                    sql::variant_name(&listing)?,
                    sql::variant_name(&running)?
                ],
            )?;
            Ok(())
        })
    }

    /// Jobs that are not over, in the order they were started.
    pub fn open_jobs(&self) -> Result<Vec<Job>> {
        self.read(|db| {
            db.prepare_cached(&format!("{COLUMNS} WHERE ended_at IS NULL ORDER BY id"))?
                .query_map([], job_from)?
                .collect()
        })
    }

    /// The newest jobs, over or not, the newest first.
    pub fn jobs(&self, limit: usize) -> Result<Vec<Job>> {
        self.read(|db| {
            db.prepare_cached(&format!("{COLUMNS} ORDER BY id DESC LIMIT ?1"))?
                .query_map([sql::int(limit)], job_from)?
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
                "SELECT item, raw, len, modified_ns FROM job_file
                 WHERE job = ?1 AND state = ?2 AND item > ?3 ORDER BY item LIMIT ?4",
            )?
            .query_map(params![job.0, PENDING, after, sql::int(limit)], |row| {
                Ok(PendingFile {
                    item: row.get(0)?,
                    path: path::from_raw(row.get_ref(1)?.as_blob()?),
                    len: sql::count(row.get(2)?),
                    modified_ns: row.get(3)?,
                })
            })?
            .collect()
        })
    }

    /// `held` says why, with the remedy, where the state is [`JobState::Held`]. An over job that
    /// gets another state is open again.
    pub fn set_job_state(
        &mut self,
        job: JobId,
        state: JobState,
        held: Option<&str>,
        now: Timestamp,
    ) -> Result<()> {
        let over = matches!(state, JobState::Done | JobState::Cancelled);
        self.write(|tx| {
            tx.execute(
                "UPDATE job SET state = ?2, held = ?3,
                        ended_at = CASE WHEN ?4 THEN coalesce(ended_at, ?5) END
                 WHERE id = ?1",
                params![
                    job.0,
                    sql::variant_name(&state)?,
                    held,
                    over,
                    sql::instant(now)
                ],
            )?;
            if over {
                tx.execute(
                    "DELETE FROM job_file WHERE job = ?1 AND state = ?2",
                    params![job.0, DONE],
                )?;
            }
            Ok(())
        })
    }

    /// Has the failed files tried again and says how many; the job's state stays as it is.
    pub fn retry_failed(&mut self, job: JobId) -> Result<u64> {
        self.retry(job, FAILED, "failed")
    }

    /// Has the files refused by the cap tried again and says how many; the state stays as it is.
    pub fn retry_refused(&mut self, job: JobId) -> Result<u64> {
        self.retry(job, REFUSED, "refused")
    }

    fn retry(&mut self, job: JobId, state: i64, counter: &str) -> Result<u64> {
        self.write(|tx| {
            let retried = tx.execute(
                "UPDATE job_file SET state = ?3, reason = NULL WHERE job = ?1 AND state = ?2",
                params![job.0, state, PENDING],
            )?;
            tx.execute(
                &format!("UPDATE job SET {counter} = {counter} - ?2 WHERE id = ?1"),
                params![job.0, sql::int(retried)],
            )?;
            Ok(retried as u64)
        })
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

fn job_from(row: &Row) -> rusqlite::Result<Job> {
    let ended_at: Option<i64> = row.get(10)?;
    Ok(Job {
        id: JobId(row.get(0)?),
        title: row.get(1)?,
        state: sql::variant(row.get_ref(2)?.as_str()?)?,
        held_because: row.get(3)?,
        total: sql::count(row.get(4)?),
        indexed: sql::count(row.get(5)?),
        unchanged: sql::count(row.get(6)?),
        refused: sql::count(row.get(7)?),
        failed: sql::count(row.get(8)?),
        images_per_sec: 0.0,
        secs_left: None,
        started_at: sql::timestamp(row.get(9)?)?,
        ended_at: ended_at.map(sql::timestamp).transpose()?,
    })
}
