//! Whether the catalogue's file is still the one that was opened.
//!
//! A file that is deleted, moved or replaced while it is open takes writes that nobody will ever
//! read, without an error.

use super::{Result, Store, StoreError, identity, meta, sound, sql};

impl Store {
    /// # Errors
    ///
    /// [`StoreError::Moved`] where the catalogue's file is no longer the one that was opened.
    pub(super) fn check_place(&self) -> Result<()> {
        let path = self.catalogue_file();
        let len = path.metadata().map_or(0, |metadata| metadata.len());
        // It never becomes shorter by itself, and what was cut off is written over by nobody.
        if identity::of(&path) == self.identity && len >= self.length.get() {
            self.length.set(len);
            return Ok(());
        }
        Err(StoreError::Moved { path })
    }

    /// Reads back from the disk what was committed: the file is the one that was opened, has its
    /// length, and holds as many pictures as were counted.
    ///
    /// # Errors
    ///
    /// [`StoreError::Moved`] where the file was moved or cut short, and where it cannot be read.
    pub fn read_back(&self) -> Result<()> {
        self.check_place()?;
        let path = self.catalogue_file();
        // What is in the write-ahead log alone hides a file that was cut short.
        let (is_merged, bytes) = self.read(|db| {
            let is_merged = db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
                // Busy, pages in the log, pages merged.
                Ok(row.get::<_, i64>(0)? == 0 && row.get::<_, i64>(1)? == row.get::<_, i64>(2)?)
            })?;
            let number = |sql: &str| db.query_row(sql, [], |row| row.get(0)).map(sql::count);
            let bytes = number("PRAGMA page_count")? * number("PRAGMA page_size")?;
            Ok((is_merged, bytes))
        })?;
        let metadata = path.metadata();
        let len = metadata
            .map_err(|error| StoreError::io(&path, error))?
            .len();
        let stored = sound::connect_to_read(&path)
            .and_then(|db| meta::number(&db, meta::STORED))
            .map_err(|error| StoreError::sql(&path, error))?;
        let is_short = is_merged && len < bytes;
        if is_short || sql::count(stored) != self.count()? {
            return Err(StoreError::Moved { path });
        }
        Ok(())
    }
}
