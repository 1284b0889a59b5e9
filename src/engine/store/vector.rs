//! Descriptors, in a table of their own: listings then read a third of the pages.

use rusqlite::OptionalExtension;

use super::{Result, Store};
use crate::domain::record::RecordId;

impl Store {
    /// The codes' bytes: one i8 a dimension, then the scale as little-endian f32.
    pub fn descriptor(&self, id: RecordId) -> Result<Option<Vec<u8>>> {
        self.read(|db| {
            db.prepare_cached(
                "SELECT codes FROM vector WHERE record = ?1 AND
                    EXISTS (SELECT 1 FROM record WHERE id = ?1 AND removed IS NULL)",
            )?
            .query_row([id.0], |row| row.get(0))
            .optional()
        })
    }

    /// Gives every descriptor in the catalogue to `visit`, by id, until it returns `false`.
    pub fn each_descriptor(&self, visit: &mut dyn FnMut(RecordId, &[u8]) -> bool) -> Result<()> {
        self.read(|db| {
            // Few are removed at any time: skipping them here saves looking up every record.
            let removed = db
                .prepare_cached("SELECT id FROM record WHERE removed IS NOT NULL ORDER BY id")?
                .query_map([], |row| row.get(0))?
                .collect::<rusqlite::Result<Vec<i64>>>()?;
            let mut removed = removed.into_iter().peekable();
            let mut statement =
                db.prepare_cached("SELECT record, codes FROM vector ORDER BY record")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let id: i64 = row.get(0)?;
                while removed.next_if(|&gone| gone < id).is_some() {}
                if removed.peek() == Some(&id) {
                    continue;
                }
                if !visit(RecordId(id), row.get_ref(1)?.as_blob()?) {
                    break;
                }
            }
            Ok(())
        })
    }
}
