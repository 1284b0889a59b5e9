//! The catalogue on disk: two SQLite files in the data folder, used by one thread only.
//!
//! `catalogue.db` is the truth: records, vectors, paths, jobs, account, meters, messages, undo.
//! `thumbnails.db` is a cache that may be lost. Every public change is one transaction of
//! `catalogue.db`: after a crash it is there whole or not at all.

use std::path::PathBuf;

use jiff::tz::TimeZone;
use rusqlite::{Connection, Transaction, TransactionBehavior};

mod account;
mod aside;
mod backup;
mod batch;
mod change;
mod error;
mod files;
mod filter_sql;
mod job;
mod listing;
mod message;
mod meta;
mod meter;
mod open;
mod path;
mod record;
mod reindex;
mod schema;
mod sql;
mod swap;
mod text;
mod thumbnail;
mod types;
mod undo;
mod vector;
mod verify;

#[cfg(test)]
mod tests;

pub use error::{Result, StoreError};
pub use open::DataLock;
pub use types::*;

/// The open catalogue.
pub struct Store {
    catalogue: Connection,
    thumbnails: Connection,
    /// The data folder.
    dir: PathBuf,
    /// What happened on opening that the user should know.
    notices: Vec<String>,
    /// Whose days a listing by date is headed with.
    zone: TimeZone,
}

impl Store {
    /// What happened on opening that the user should know, a sentence each.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// `true` has every commit on the disk before it returns, for what a user edits. `false` may
    /// lose the last commits at a power cut, never the catalogue, and is for importing.
    pub fn set_synchronous(&mut self, full: bool) -> Result<()> {
        let level = if full { "FULL" } else { "NORMAL" };
        self.read(|db| db.pragma_update(None, "synchronous", level))
    }

    fn catalogue_file(&self) -> PathBuf {
        self.dir.join(files::CATALOGUE)
    }

    /// Runs statements outside a transaction, naming the file in what goes wrong.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        work(&self.catalogue).map_err(|error| StoreError::sql(&self.catalogue_file(), error))
    }

    /// Runs `work` in one transaction, rolled back where it fails.
    fn write<T>(&mut self, work: impl FnOnce(&Transaction) -> rusqlite::Result<T>) -> Result<T> {
        let file = self.catalogue_file();
        self.catalogue
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .and_then(|tx| {
                let value = work(&tx)?;
                tx.commit()?;
                Ok(value)
            })
            .map_err(|error| StoreError::sql(&file, error))
    }
}
