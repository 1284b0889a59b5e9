//! The catalogue's schema, as the steps that lead from each version to the next.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{account, checksum, text};

/// "ImSr": marks a SQLite file as a catalogue of this program.
pub(super) const APPLICATION_ID: i64 = 0x496d_5372;

/// 16 KiB: three times the rows a second of SQLite's own 4 KiB when writing vectors.
pub(super) const PAGE_BYTES: i64 = 16_384;

/// A step's statements, then the part that needs Rust.
struct Step {
    sql: &'static str,
    fill: fn(&Transaction) -> rusqlite::Result<()>,
}

/// The step at index `i` leads from version `i` to version `i + 1`; version 0 is an empty file.
const STEPS: &[Step] = &[
    Step {
        sql: include_str!("schema/v1.sql"),
        fill: |_| Ok(()),
    },
    Step {
        sql: include_str!("schema/v2.sql"),
        fill: text::show_all,
    },
    Step {
        sql: include_str!("schema/v3.sql"),
        fill: |_| Ok(()),
    },
    // Texts are composed from here on.
    Step {
        sql: "",
        fill: text::show_all,
    },
    Step {
        sql: include_str!("schema/v5.sql"),
        fill: |_| Ok(()),
    },
    Step {
        sql: include_str!("schema/v6.sql"),
        fill: |tx| {
            account::chain_all(tx)?;
            checksum::begin(tx)
        },
    },
];

/// The version this program writes, and the newest it can read.
pub(super) const VERSION: i64 = STEPS.len() as i64;

/// Migrates a database from version `from` to [`VERSION`], in one transaction.
pub(super) fn migrate(db: &mut Connection, from: i64) -> rusqlite::Result<()> {
    migrate_to(db, from, VERSION)
}

pub(super) fn migrate_to(db: &mut Connection, from: i64, to: i64) -> rusqlite::Result<()> {
    checksum::register(db)?;
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let steps = STEPS.iter().take(usize::try_from(to).unwrap_or(0));
    for step in steps.skip(usize::try_from(from).unwrap_or(0)) {
        tx.execute_batch(step.sql)?;
        (step.fill)(&tx)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", to)?;
    tx.commit()
}

pub(super) const THUMBNAILS: &str = "
    CREATE TABLE IF NOT EXISTS thumbnail (
        record INTEGER PRIMARY KEY,
        jpeg   BLOB NOT NULL
    );";
