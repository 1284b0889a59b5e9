//! Checking that everything in the store fits together.

use std::{
    collections::BTreeSet,
    ops::RangeInclusive,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use rusqlite::{Connection, ErrorCode, params};

use super::{
    Result, Store, StoreError, account,
    checksum::{self, Table},
    files, meta, schema, sound, sql,
};
use crate::domain::subscription::{LedgerError, audit};

/// Rows whose checksums are compared in one step: some milliseconds.
const ROWS_A_STEP: i64 = 10_000;

/// SQLite's instructions between two looks at whether it is cancelled: under a millisecond.
const INSTRUCTIONS_A_LOOK: i32 = 100_000;

/// What a check of a catalogue found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// A sentence each.
    pub problems: Vec<String>,
    /// Pictures in the catalogue.
    pub pictures: u64,
}

/// A part of the check, with its share of the work.
struct Step {
    rows: u64,
    run: Check,
}

enum Check {
    /// The structure of the file.
    Structure,
    /// A query of [`FAULTS`] and its sentence.
    Fault(&'static str, &'static str),
    /// Rows of a table with these rowids, or the whole table.
    Rows {
        table: &'static Table,
        rowids: Option<RangeInclusive<i64>>,
    },
    Ledger,
    /// Tables, indices and rules are those this program makes.
    Schema,
    Thumbnails,
}

/// What helps where the file itself is damaged.
const RESTORE: &str = "To go back to the newest backup, use \"image-search restore-backup\".";
const RESTART_THUMBNAILS: &str =
    "Close the program and delete thumbnails.db: they are made again as pictures are shown.";

/// An invariant, as a query that counts violations and the sentence for a count above 0.
const FAULTS: &[(&str, &str)] = &[
    (
        "SELECT count(*) FROM record WHERE id NOT IN (SELECT record FROM vector)",
        "pictures have no descriptor and are not found: re-index the catalogue to compute it",
    ),
    (
        "SELECT count(*) FROM vector WHERE record NOT IN (SELECT id FROM record)",
        "descriptors belong to no picture: restore a backup",
    ),
    (
        "SELECT count(*) FROM vector WHERE length(codes) <>
            (SELECT value + 4 FROM meta WHERE key = 'dimension')",
        "descriptors have the wrong length: re-index the catalogue to compute them again",
    ),
    (
        "SELECT count(*) FROM record WHERE removed IS NULL
            AND id NOT IN (SELECT record FROM path WHERE hidden = 0)",
        "pictures have no path: restore a backup",
    ),
    (
        "SELECT count(*) FROM path JOIN record ON record.id = path.record
         WHERE path.hidden <> (record.removed IS NOT NULL)",
        "paths are shown or hidden unlike their pictures: restore a backup",
    ),
    (
        "SELECT count(*) FROM record
         WHERE (removed IS NULL) <> (id IN (SELECT record FROM shown))",
        "pictures are listed or unlisted wrongly: restore a backup",
    ),
    (
        "SELECT count(*) FROM record
         WHERE removed IS NOT NULL AND removed NOT IN (SELECT id FROM undo)",
        "removed pictures belong to no change that could be undone: restore a backup",
    ),
    (
        "SELECT abs((SELECT value FROM meta WHERE key = 'stored')
            - (SELECT count(*) FROM record WHERE removed IS NULL))",
        "is the difference between the pictures counted and those there: restore a backup",
    ),
    (
        "SELECT count(*) FROM job WHERE kind = 'import'
            AND total <> indexed + unchanged + failed + refused
            + (SELECT count(*) FROM job_file WHERE job = job.id AND state = 0)",
        "import jobs do not account for all their files: index their folders again",
    ),
    (
        "SELECT count(*) FROM job WHERE
            failed <> (SELECT count(*) FROM job_file WHERE job = job.id AND state = 2) OR
            refused <> (SELECT count(*) FROM job_file WHERE job = job.id AND state = 3)",
        "jobs count other failures than they list: restore a backup if they matter",
    ),
];

impl Store {
    /// Checks both files of a data folder whole, as they were at one instant, while another
    /// connection may go on writing; nothing where it was `cancelled`. Nothing is changed.
    ///
    /// `progress` is told the share done, 0 to 1, after each step. Reads everything: seconds at a
    /// hundred thousand pictures.
    pub fn verify(
        dir: &Path,
        cancelled: &Arc<AtomicBool>,
        progress: &mut dyn FnMut(f32),
    ) -> Result<Option<Verified>> {
        let [catalogue, thumbnails] =
            [files::CATALOGUE, files::THUMBNAILS].map(|name| dir.join(name));
        let (mut db, mut pictures_db) =
            (open(&catalogue, cancelled)?, open(&thumbnails, cancelled)?);
        let named = |error| StoreError::sql(&catalogue, error);
        let tx = db.transaction().map_err(named)?;
        let mut verified = Verified {
            pictures: meta::number(&tx, meta::STORED)
                .map_err(named)
                .map(sql::count)?,
            ..Verified::default()
        };
        let steps = steps(&tx).map_err(named)?;
        let total: u64 = steps.iter().map(|step| step.rows).sum();
        let mut done = 0;
        for step in steps {
            if cancelled.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let (db, file) = match step.run {
                Check::Thumbnails => (&*pictures_db.transaction().map_err(named)?, &thumbnails),
                _ => (&*tx, &catalogue),
            };
            match check(db, &step.run) {
                Ok(problems) => verified.problems.extend(problems),
                Err(error)
                    if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) =>
                {
                    return Ok(None);
                }
                Err(error) => return Err(StoreError::sql(file, error)),
            }
            done += step.rows;
            progress(done as f32 / total.max(1) as f32);
        }
        verified.problems.dedup();
        Ok(Some(verified))
    }
}

/// A connection that reads until it is cancelled.
fn open(file: &Path, cancelled: &Arc<AtomicBool>) -> Result<Connection> {
    let cancelled = cancelled.clone();
    let connected = sound::connect_to_read(file).and_then(|mut db| {
        let look = move || cancelled.load(Ordering::Relaxed);
        db.progress_handler(INSTRUCTIONS_A_LOOK, Some(look))?;
        Ok(db)
    });
    connected.map_err(|error| StoreError::sql(file, error))
}

fn steps(db: &Connection) -> rusqlite::Result<Vec<Step>> {
    let records = sql::rows(db, "SELECT count(*) FROM record")?;
    let step = |rows, run| Step { rows, run };
    let mut steps = vec![step(1 + 2 * records, Check::Structure)];
    for (query, fault) in FAULTS {
        steps.push(step(1 + records / 8, Check::Fault(query, fault)));
    }
    for table in checksum::TABLES {
        let rows = |rowids, count| step(count, Check::Rows { table, rowids });
        match table.name {
            "record" | "vector" | "path" => {
                let (first, last) = rowids(db, table.name)?;
                let mut from = first;
                while from <= last {
                    let to = from.saturating_add(ROWS_A_STEP - 1).min(last);
                    steps.push(rows(Some(from..=to), from.abs_diff(to) / 2));
                    from = to + 1;
                }
            }
            _ => steps.push(rows(None, 1)),
        }
    }
    steps.push(step(1, Check::Ledger));
    steps.push(step(1, Check::Schema));
    steps.push(step(1 + records, Check::Thumbnails));
    Ok(steps)
}

/// The least and the greatest rowid of a table; an empty range where it has no row.
fn rowids(db: &Connection, table: &str) -> rusqlite::Result<(i64, i64)> {
    let query = format!("SELECT coalesce(min(rowid), 1), coalesce(max(rowid), 0) FROM {table}");
    db.query_row(&query, [], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn check(db: &Connection, check: &Check) -> rusqlite::Result<Vec<String>> {
    match check {
        Check::Structure => {
            let mut problems = integrity(db, "The catalogue", RESTORE)?;
            let foreign = sql::rows(db, "SELECT count(*) FROM pragma_foreign_key_check")?;
            if foreign > 0 {
                problems.push(format!(
                    "{foreign} rows refer to rows that are not there. {RESTORE}"
                ));
            }
            Ok(problems)
        }
        Check::Fault(query, fault) => {
            let count = sql::rows(db, query)?;
            Ok(problem(count, || format!("{count} {fault}.")))
        }
        Check::Rows { table, rowids } => damaged_rows(db, table, rowids.as_ref()),
        Check::Ledger => ledger(db),
        Check::Schema => schema_of(db),
        Check::Thumbnails => integrity(db, "The thumbnails' file", RESTART_THUMBNAILS),
    }
}

fn problem(count: u64, text: impl FnOnce() -> String) -> Vec<String> {
    match count {
        0 => Vec::new(),
        _ => vec![text()],
    }
}

/// Rows whose content is not what was written; of a range, the rowids of at most ten.
fn damaged_rows(
    db: &Connection,
    table: &Table,
    rowids: Option<&RangeInclusive<i64>>,
) -> rusqlite::Result<Vec<String>> {
    let Table {
        name,
        rows,
        remedy,
        columns,
    } = table;
    let damaged = checksum::damaged(columns);
    let Some(rowids) = rowids else {
        let count = sql::rows(db, &format!("SELECT count(*) FROM {name} WHERE {damaged}"))?;
        return Ok(problem(count, || {
            format!("{count} {rows} are not as they were written: their checksums differ. {remedy}")
        }));
    };
    let query = format!("SELECT rowid FROM {name} WHERE rowid BETWEEN ?1 AND ?2 AND {damaged}");
    let found: Vec<i64> = db
        .prepare(&query)?
        .query_map(params![rowids.start(), rowids.end()], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(problem(found.len() as u64, || {
        let named: Vec<_> = found.iter().take(10).map(i64::to_string).collect();
        let more = if found.len() > named.len() {
            " and more"
        } else {
            ""
        };
        format!(
            "{} {rows} are not as they were written, their checksums differ: numbers {}{more}. {remedy}",
            found.len(),
            named.join(", ")
        )
    }))
}

/// A rule that was changed would keep its table from being written, or from being checked.
fn schema_of(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut fresh = Connection::open_in_memory()?;
    schema::migrate(&mut fresh, 0)?;
    let (found, expected) = (parts(db)?, parts(&fresh)?);
    let differ = expected.difference(&found).count();
    Ok(problem(differ as u64, || {
        format!("{differ} of the catalogue's tables and rules are not as they were made. {RESTORE}")
    }))
}

/// What a database is made of, in the words that made it.
fn parts(db: &Connection) -> rusqlite::Result<BTreeSet<(String, String)>> {
    db.prepare("SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

fn ledger(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let ledger = account::ledger(db)?;
    let broken = ledger.broken_at.map(|number| {
        format!("Order {number} of the subscription's ledger is not as it was written. {RESTORE}")
    });
    let deviations = audit(&ledger.orders);
    let deviations = deviations.iter().map(LedgerError::to_string);
    Ok(broken.into_iter().chain(deviations).collect())
}

fn integrity(db: &Connection, what: &str, remedy: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = db.prepare("PRAGMA integrity_check(20)")?;
    let mut rows = statement.query([])?;
    let mut problems = Vec::new();
    while let Some(row) = rows.next()? {
        let found: String = row.get(0)?;
        if found != "ok" {
            problems.push(format!("{what} is damaged: {found}. {remedy}"));
        }
    }
    Ok(problems)
}
