//! The catalogue's metadata: its model, its number of pictures, its change counter.

use rusqlite::{Connection, OptionalExtension, params, types::FromSql};

use super::{Result, Store, sql};

pub(super) const MODEL: &str = "model_id";
pub(super) const DIMENSION: &str = "dimension";
pub(super) const CATALOGUE_ID: &str = "catalogue_id";
pub(super) const STORED: &str = "stored";
pub(super) const SEQUENCE: &str = "sequence";

impl Store {
    /// The model the vectors were made with; none before [`Store::set_model`].
    pub fn model_id(&self) -> Result<Option<String>> {
        self.read(|db| get(db, MODEL))
    }

    /// Values in a vector.
    pub fn dimension(&self) -> Result<Option<usize>> {
        let dimension: Option<i64> = self.read(|db| get(db, DIMENSION))?;
        Ok(dimension.and_then(|dimension| usize::try_from(dimension).ok()))
    }

    pub fn set_model(&mut self, id: &str, dimension: usize) -> Result<()> {
        self.write(|tx| {
            set(tx, MODEL, id)?;
            set(tx, DIMENSION, sql::int(dimension))
        })
    }

    /// Grows with every vector that is added, removed or brought back, in the same transaction.
    pub fn sequence(&self) -> Result<u64> {
        self.read(|db| number(db, SEQUENCE)).map(sql::count)
    }

    /// Pictures in the catalogue; those removed, even if undo can bring them back, are not.
    pub fn count(&self) -> Result<u64> {
        self.read(|db| number(db, STORED)).map(sql::count)
    }
}

pub(super) fn get<T: FromSql>(db: &Connection, key: &str) -> rusqlite::Result<Option<T>> {
    db.prepare_cached("SELECT value FROM meta WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()
}

pub(super) fn set(db: &Connection, key: &str, value: impl rusqlite::ToSql) -> rusqlite::Result<()> {
    db.prepare_cached("REPLACE INTO meta (key, value) VALUES (?1, ?2)")?
        .execute(params![key, value])?;
    Ok(())
}

pub(super) fn number(db: &Connection, key: &str) -> rusqlite::Result<i64> {
    Ok(get(db, key)?.unwrap_or(0))
}

/// Notes that vectors came into the catalogue and left it.
pub(super) fn count_change(db: &Connection, came: u64, went: u64) -> rusqlite::Result<()> {
    let mut add =
        db.prepare_cached("UPDATE meta SET value = value + ?2 WHERE key = ?1 AND ?2 <> 0")?;
    add.execute(params![STORED, sql::int(came) - sql::int(went)])?;
    add.execute(params![SEQUENCE, sql::int(came + went)])?;
    Ok(())
}
