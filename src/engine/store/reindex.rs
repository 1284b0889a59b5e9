//! Descriptors of another model: made beside those in use, which they replace in one transaction
//! when all are there.

use std::path::PathBuf;

use rusqlite::params;

use super::{Result, Store, meta, path, sql};
use crate::domain::record::{ContentHash, RecordId};

const NEXT_MODEL: &str = "next_model_id";
const NEXT_DIMENSION: &str = "next_dimension";

/// A picture that has no descriptor of the next model yet: its id, its files, its content.
pub type Pending = (RecordId, Vec<PathBuf>, ContentHash);

impl Store {
    /// Begins to collect descriptors of another model, or goes on with them; those of a third model
    /// are dropped.
    pub fn begin_reindex(&mut self, model_id: &str, dimension: usize) -> Result<()> {
        self.write(|tx| {
            if meta::get::<String>(tx, NEXT_MODEL)?.as_deref() != Some(model_id) {
                tx.execute("DELETE FROM vector_next", [])?;
            }
            meta::set(tx, NEXT_MODEL, model_id)?;
            meta::set(tx, NEXT_DIMENSION, sql::int(dimension))
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
    pub fn reindex_pending(&self, after: RecordId, limit: usize) -> Result<Vec<Pending>> {
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
                Ok((RecordId(id), files, ContentHash(hash)))
            })
            .collect()
        })
    }

    /// Keeps descriptors of the next model, as their codes' bytes.
    pub fn put_next_vectors(&mut self, vectors: &[(RecordId, Vec<u8>)]) -> Result<()> {
        self.write(|tx| {
            let mut put = tx.prepare_cached(
                "REPLACE INTO vector_next (record, codes)
                 SELECT id, ?2 FROM record WHERE id = ?1",
            )?;
            for (id, codes) in vectors {
                put.execute(params![id.0, codes])?;
            }
            Ok(())
        })
    }

    /// Puts the collected descriptors in place of those in use. Pictures that have none, because
    /// their file could not be read, stay in the catalogue without one; what was removed can no
    /// longer be brought back, as its descriptor is of the old model.
    pub fn finish_reindex(&mut self) -> Result<()> {
        self.write(|tx| {
            super::undo::forget_removed(tx)?;
            tx.execute("DELETE FROM vector", [])?;
            tx.execute(
                "INSERT INTO vector SELECT record, codes FROM vector_next
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
            Ok(())
        })
    }
}
