//! The catalogue on disk: two SQLite files in the data folder, used by one thread only.
//!
//! `catalogue.db` is the truth: records, vectors, paths, jobs, account, meters, messages, undo.
//! `thumbnails.db` is a cache that may be lost. Every public change is one transaction of
//! `catalogue.db`: after a crash it is there whole or not at all.

use std::{cell::Cell, path::PathBuf};

use jiff::tz::TimeZone;
use rusqlite::{Connection, Transaction, TransactionBehavior};

mod account;
mod aside;
mod backup;
mod batch;
mod chain;
mod change;
mod checksum;
mod error;
mod files;
mod filter_sql;
mod identity;
mod job;
mod listing;
mod message;
mod meta;
mod meter;
mod open;
mod place;
mod record;
mod reindex;
mod restore;
mod schema;
mod sound;
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

pub use chain::Ledger;
pub use error::{Result, StoreError};
pub use open::DataLock;
pub use restore::Restored;
pub use types::*;
pub use verify::Verified;

/// When a commit reaches the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sync {
    /// Before it returns: what a user orders, edits or removes.
    Full,
    /// With a later commit. A power cut may lose the last of these, never the catalogue: for the
    /// batches of a job, which does them again.
    Later,
}

/// The open catalogue.
pub struct Store {
    catalogue: Connection,
    /// How the connection commits now.
    sync: Sync,
    thumbnails: Connection,
    /// The data folder.
    dir: PathBuf,
    /// Of the catalogue's file when it was opened.
    identity: Option<identity::Identity>,
    /// Bytes of the catalogue's file when it was last looked at.
    length: Cell<u64>,
    /// What happened on opening that the user should know.
    notices: Vec<String>,
    /// Whose days a listing by date is headed with.
    zone: TimeZone,
    /// The folder cannot be written.
    read_only: bool,
}

impl Store {
    /// What happened on opening that the user should know, a sentence each.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Whether the catalogue is only read, as its folder cannot be written. Whatever would change it
    /// is refused with [`StoreError::ReadOnly`].
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    fn catalogue_file(&self) -> PathBuf {
        self.dir.join(files::CATALOGUE)
    }

    /// Runs statements outside a transaction, naming the file in what goes wrong.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        work(&self.catalogue).map_err(|error| StoreError::sql(&self.catalogue_file(), error))
    }

    /// Runs `work` in one transaction, rolled back where it fails. It is on the disk when this
    /// returns.
    fn write<T>(&mut self, work: impl FnOnce(&Transaction) -> rusqlite::Result<T>) -> Result<T> {
        self.transaction(Sync::Full, work)
    }

    fn transaction<T>(
        &mut self,
        sync: Sync,
        work: impl FnOnce(&Transaction) -> rusqlite::Result<T>,
    ) -> Result<T> {
        self.prepare_write(sync)?;
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

    /// What must hold before a transaction begins.
    fn prepare_write(&mut self, sync: Sync) -> Result<()> {
        self.check_place()?;
        if self.sync != sync {
            let level = match sync {
                Sync::Full => "FULL",
                Sync::Later => "NORMAL",
            };
            self.read(|db| db.pragma_update(None, "synchronous", level))?;
            self.sync = sync;
        }
        Ok(())
    }
}
