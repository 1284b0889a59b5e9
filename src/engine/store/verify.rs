//! Checking that everything in the store fits together.

use rusqlite::Connection;

use super::{Result, Store, StoreError, sql};

/// An invariant, as a query that counts violations and the sentence for a count above 0.
const FAULTS: &[(&str, &str)] = &[
    (
        "SELECT count(*) FROM record WHERE id NOT IN (SELECT record FROM vector)",
        "pictures have no descriptor and are not found: import their files again",
    ),
    (
        "SELECT count(*) FROM vector WHERE record NOT IN (SELECT id FROM record)",
        "descriptors belong to no picture",
    ),
    (
        "SELECT count(*) FROM vector WHERE length(codes) <>
            (SELECT value + 4 FROM meta WHERE key = 'dimension')",
        "descriptors have the wrong length",
    ),
    (
        "SELECT count(*) FROM record WHERE removed IS NULL
            AND id NOT IN (SELECT record FROM path WHERE hidden = 0)",
        "pictures have no path",
    ),
    (
        "SELECT count(*) FROM path JOIN record ON record.id = path.record
         WHERE path.hidden <> (record.removed IS NOT NULL)",
        "paths are shown or hidden unlike their pictures",
    ),
    (
        "SELECT count(*) FROM record
         WHERE (removed IS NULL) <> (id IN (SELECT record FROM shown))",
        "pictures are listed or unlisted wrongly",
    ),
    (
        "SELECT count(*) FROM record
         WHERE removed IS NOT NULL AND removed NOT IN (SELECT id FROM undo)",
        "removed pictures belong to no change that could be undone",
    ),
    (
        "SELECT abs((SELECT value FROM meta WHERE key = 'stored')
            - (SELECT count(*) FROM record WHERE removed IS NULL))",
        "is the difference between the pictures counted and those there",
    ),
    (
        "SELECT count(*) FROM job WHERE kind = 'import'
            AND total <> indexed + unchanged + failed + refused
            + (SELECT count(*) FROM job_file WHERE job = job.id AND state = 0)",
        "import jobs do not account for all their files",
    ),
    (
        "SELECT count(*) FROM job WHERE
            failed <> (SELECT count(*) FROM job_file WHERE job = job.id AND state = 2) OR
            refused <> (SELECT count(*) FROM job_file WHERE job = job.id AND state = 3)",
        "jobs count other failures than they list",
    ),
];

impl Store {
    /// Checks both files whole and returns what is wrong, a sentence each; nothing is changed.
    /// Reads everything: seconds at a hundred thousand pictures.
    pub fn verify(&self) -> Result<Vec<String>> {
        let mut problems = self.read(|db| {
            let mut problems = integrity(db, "The catalogue")?;
            let foreign = sql::rows(db, "SELECT count(*) FROM pragma_foreign_key_check")?;
            if foreign > 0 {
                problems.push(format!("{foreign} rows refer to rows that are not there."));
            }
            for (query, fault) in FAULTS {
                let count = sql::rows(db, query)?;
                if count > 0 {
                    problems.push(format!("{count} {fault}."));
                }
            }
            Ok(problems)
        })?;
        let thumbnails = integrity(&self.thumbnails, "The thumbnails' file")
            .map_err(|error| StoreError::sql(&self.thumbnail_file(), error))?;
        problems.extend(thumbnails);
        Ok(problems)
    }
}

fn integrity(db: &Connection, what: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = db.prepare("PRAGMA integrity_check(20)")?;
    let mut rows = statement.query([])?;
    let mut problems = Vec::new();
    while let Some(row) = rows.next()? {
        let found: String = row.get(0)?;
        if found != "ok" {
            problems.push(format!("{what} is damaged: {found}."));
        }
    }
    Ok(problems)
}
