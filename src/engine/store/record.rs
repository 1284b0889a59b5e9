//! Reading records, finding them by hash and by path, and writing their fields.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params, types::Type};

use super::{KnownFile, Result, Store, sql, text};
use crate::domain::{
    path,
    record::{ContentHash, Fields, Record, RecordId},
};

impl Store {
    /// A picture in the catalogue; none where it was removed.
    pub fn record(&self, id: RecordId) -> Result<Option<Record>> {
        self.read(|db| load(db, id))
    }

    /// In the order asked for; those that are not in the catalogue are left out.
    pub fn records(&self, ids: &[RecordId]) -> Result<Vec<Record>> {
        self.read(|db| {
            ids.iter()
                .filter_map(|id| load(db, *id).transpose())
                .collect()
        })
    }

    /// Product ids in the order asked for, empty where there is none.
    pub fn product_of(&self, ids: &[RecordId]) -> Result<Vec<String>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT product_id FROM record WHERE id = ?1 AND removed IS NULL",
            )?;
            ids.iter()
                .map(|id| {
                    let product = statement.query_row([id.0], |row| row.get(0)).optional()?;
                    Ok(product.unwrap_or_default())
                })
                .collect()
        })
    }

    pub fn id_by_hash(&self, hash: &ContentHash) -> Result<Option<RecordId>> {
        self.read(|db| by_hash(db, hash)).map(|id| id.map(RecordId))
    }

    pub fn id_by_path(&self, path: &Path) -> Result<Option<RecordId>> {
        Ok(self.known_file(path)?.map(|known| known.record))
    }

    /// Whether new content at `path` takes the place of a picture: one that has no other path.
    pub fn is_replaced(&self, path: &Path) -> Result<bool> {
        self.read(|db| {
            db.prepare_cached(
                "SELECT 1 FROM path WHERE raw = ?1 AND hidden = 0 AND NOT EXISTS
                    (SELECT 1 FROM path AS other
                     WHERE other.record = path.record AND other.hidden = 0 AND other.id <> path.id)",
            )?
            .exists([path::to_raw(path)])
        })
    }

    /// What the catalogue knows of the file at `path`, to compare before reading it.
    pub fn known_file(&self, path: &Path) -> Result<Option<KnownFile>> {
        self.read(|db| {
            db.prepare_cached(
                "SELECT record, len, modified_ns FROM path WHERE raw = ?1 AND hidden = 0",
            )?
            .query_row([path::to_raw(path)], |row| {
                Ok(KnownFile {
                    record: RecordId(row.get(0)?),
                    len: sql::count(row.get(1)?),
                    modified_ns: row.get(2)?,
                })
            })
            .optional()
        })
    }
}

pub(super) fn by_hash(db: &Connection, hash: &ContentHash) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT id FROM record WHERE hash = ?1 AND removed IS NULL")?
        .query_row([&hash.0[..]], |row| row.get(0))
        .optional()
}

fn load(db: &Connection, id: RecordId) -> rusqlite::Result<Option<Record>> {
    let record = db
        .prepare_cached(
            "SELECT product_id, name, category, custom,
                    int_attr1, int_attr2, int_attr3, int_attr4,
                    str_attr1, str_attr2, str_attr3, str_attr4,
                    hash, width, height, file_bytes, format, partial, indexed_at
             FROM record WHERE id = ?1 AND removed IS NULL",
        )?
        .query_row([id.0], |row| from_row(id, row))
        .optional()?;
    let Some(mut record) = record else {
        return Ok(None);
    };
    record.paths = paths(db, id.0)?;
    Ok(Some(record))
}

/// The newest first.
fn paths(db: &Connection, record: i64) -> rusqlite::Result<Vec<PathBuf>> {
    db.prepare_cached(
        "SELECT raw FROM path WHERE record = ?1 AND hidden = 0 ORDER BY seen_at DESC, id DESC",
    )?
    .query_map([record], |row| {
        Ok(path::from_raw(row.get_ref(0)?.as_blob()?))
    })?
    .collect()
}

fn from_row(id: RecordId, row: &Row) -> rusqlite::Result<Record> {
    let hash = <[u8; 32]>::try_from(row.get_ref(12)?.as_blob()?)
        .map_err(|error| sql::unreadable(Type::Blob, error))?;
    Ok(Record {
        id,
        hash: ContentHash(hash),
        fields: fields(row)?,
        paths: Vec::new(),
        width: sql::pixels(row.get(13)?),
        height: sql::pixels(row.get(14)?),
        file_bytes: sql::count(row.get(15)?),
        format: row.get(16)?,
        partial: row.get(17)?,
        indexed_at: sql::timestamp(row.get(18)?)?,
    })
}

/// From a row whose first twelve columns are the fields in their order of declaration.
pub(super) fn fields(row: &Row) -> rusqlite::Result<Fields> {
    Ok(Fields {
        product_id: row.get(0)?,
        name: row.get(1)?,
        category: row.get(2)?,
        custom: row.get(3)?,
        ints: [row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?],
        strs: [row.get(8)?, row.get(9)?, row.get(10)?, row.get(11)?],
    })
}

/// The fields of a record; none where it is not in the catalogue.
pub(super) fn live_fields(tx: &Transaction, id: i64) -> rusqlite::Result<Option<Fields>> {
    tx.prepare_cached(
        "SELECT product_id, name, category, custom,
                int_attr1, int_attr2, int_attr3, int_attr4,
                str_attr1, str_attr2, str_attr3, str_attr4
         FROM record WHERE id = ?1 AND removed IS NULL",
    )?
    .query_row([id], fields)
    .optional()
}

/// Writes the fields of a record in the catalogue; `false` where it is not in it.
pub(super) fn set_fields(tx: &Transaction, id: i64, fields: &Fields) -> rusqlite::Result<bool> {
    let written = tx
        .prepare_cached(
            "UPDATE record SET product_id = ?2, name = ?3, category = ?4, custom = ?5,
                int_attr1 = ?6, int_attr2 = ?7, int_attr3 = ?8, int_attr4 = ?9,
                str_attr1 = ?10, str_attr2 = ?11, str_attr3 = ?12, str_attr4 = ?13
             WHERE id = ?1 AND removed IS NULL",
        )?
        .execute(params![
            id,
            fields.product_id,
            fields.name,
            fields.category,
            fields.custom,
            fields.ints[0],
            fields.ints[1],
            fields.ints[2],
            fields.ints[3],
            fields.strs[0],
            fields.strs[1],
            fields.strs[2],
            fields.strs[3],
        ])?;
    if written > 0 {
        text::show(tx, id)?;
    }
    Ok(written > 0)
}
