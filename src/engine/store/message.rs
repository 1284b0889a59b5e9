//! The lines of Activity.

use rusqlite::params;

use super::{Result, Store, sql};
use crate::domain::{job::JobId, message::Message};

/// Messages kept; the oldest go.
const MESSAGES_KEPT: i64 = 10_000;

impl Store {
    pub fn add_message(&mut self, message: &Message) -> Result<()> {
        self.write(|tx| {
            tx.prepare_cached(
                "INSERT INTO message (at, severity, text, job) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![
                sql::instant(message.at),
                sql::variant_name(&message.severity)?,
                message.text,
                message.job.map(|job| job.0),
            ])?;
            tx.prepare_cached("DELETE FROM message WHERE id <= ?1")?
                .execute([tx.last_insert_rowid() - MESSAGES_KEPT])?;
            Ok(())
        })
    }

    /// The newest first.
    pub fn messages(&self, limit: usize) -> Result<Vec<Message>> {
        self.read(|db| {
            db.prepare_cached(
                "SELECT at, severity, text, job FROM message ORDER BY id DESC LIMIT ?1",
            )?
            .query_map([sql::int(limit)], |row| {
                Ok(Message {
                    at: sql::timestamp(row.get(0)?)?,
                    severity: sql::variant(row.get_ref(1)?.as_str()?)?,
                    text: row.get(2)?,
                    job: row.get::<_, Option<i64>>(3)?.map(JobId),
                })
            })?
            .collect()
        })
    }
}
