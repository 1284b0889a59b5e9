//! Meter readings: uploads for the billing month and for the history, calls for the windows.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use rusqlite::{Connection, params, types::Type};

use super::{Calls, MeterChange, Result, Store, sql};
use crate::domain::quota::CallKind;

/// How long uploads are kept with their instants: two billing months, of which one is asked for.
const UPLOADS_KEPT: SignedDuration = SignedDuration::from_hours(62 * 24);

/// How long calls are kept with their instants: the last minute is shown, the last second counts.
const CALLS_KEPT_MS: i64 = 120_000;

impl Store {
    /// Adds readings that do not come with a batch.
    pub fn add_meter(&mut self, change: &MeterChange) -> Result<()> {
        self.write(|tx| add(tx, change.at, change.uploads, &change.calls))
    }

    /// Uploads at or after `since`, exact to the microsecond for the last 62 days.
    pub fn uploads_since(&self, since: Timestamp) -> Result<u64> {
        self.read(|db| {
            db.prepare_cached("SELECT coalesce(sum(count), 0) FROM upload WHERE at >= ?1")?
                .query_row([sql::instant(since)], |row| row.get(0))
                .map(sql::count)
        })
    }

    /// Uploads of each of the last `days` days (UTC, today among them), the oldest first; days
    /// without any are left out.
    pub fn uploads_by_day(&self, days: u32, now: Timestamp) -> Result<Vec<(Date, u64)>> {
        let back = SignedDuration::from_hours(24 * i64::from(days.max(1) - 1));
        let first = now.checked_sub(back).map_or(Date::MIN, day_of);
        self.read(|db| {
            let mut statement = db
                .prepare_cached("SELECT day, count FROM upload_day WHERE day >= ?1 ORDER BY day")?;
            let mut rows = statement.query([first.to_string()])?;
            let mut by_day = Vec::new();
            while let Some(row) = rows.next()? {
                let day = row.get_ref(0)?.as_str()?.parse();
                let day = day.map_err(|error: jiff::Error| sql::unreadable(Type::Text, error))?;
                by_day.push((day, sql::count(row.get(1)?)));
            }
            Ok(by_day)
        })
    }

    /// Instants in milliseconds of the calls at or after `since_ms`, ascending, each as often as
    /// it was counted; two minutes are kept.
    pub fn recent_calls(&self, kind: CallKind, since_ms: i64) -> Result<Vec<i64>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT at_ms, count FROM call WHERE kind = ?1 AND at_ms >= ?2 ORDER BY at_ms",
            )?;
            let mut rows = statement.query(params![key(kind), since_ms])?;
            let mut instants = Vec::new();
            while let Some(row) = rows.next()? {
                let calls = usize::try_from(row.get::<_, i64>(1)?).unwrap_or(0);
                instants.extend(std::iter::repeat_n(row.get::<_, i64>(0)?, calls));
            }
            Ok(instants)
        })
    }

    /// Calls of all time.
    pub fn call_totals(&self) -> Result<[(CallKind, u64); 3]> {
        let mut totals = CallKind::ALL.map(|kind| (kind, 0));
        self.read(|db| {
            let mut statement = db
                .prepare_cached("SELECT coalesce(sum(count), 0) FROM call_total WHERE kind = ?1")?;
            for (kind, total) in &mut totals {
                *total = sql::count(statement.query_row([key(*kind)], |row| row.get(0))?);
            }
            Ok(())
        })?;
        Ok(totals)
    }
}

/// As kept in the catalogue, whatever the window shows.
fn key(kind: CallKind) -> &'static str {
    match kind {
        CallKind::Query => "query",
        CallKind::Add => "add",
        CallKind::Delete => "delete",
    }
}

fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

pub(super) fn add(
    db: &Connection,
    at: Timestamp,
    uploads: u64,
    calls: &[Calls],
) -> rusqlite::Result<()> {
    if uploads > 0 {
        add_uploads(db, at, sql::int(uploads))?;
    }
    for one in calls.iter().filter(|one| one.count > 0) {
        let count = sql::int(one.count);
        db.prepare_cached(
            "INSERT INTO call (kind, at_ms, count) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET count = count + excluded.count",
        )?
        .execute(params![key(one.kind), one.at_ms, count])?;
        db.prepare_cached("DELETE FROM call WHERE kind = ?1 AND at_ms < ?2")?
            .execute(params![
                key(one.kind),
                one.at_ms.saturating_sub(CALLS_KEPT_MS)
            ])?;
        db.prepare_cached(
            "INSERT INTO call_total (kind, count) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET count = count + excluded.count",
        )?
        .execute(params![key(one.kind), count])?;
    }
    Ok(())
}

fn add_uploads(db: &Connection, at: Timestamp, uploads: i64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO upload (at, count) VALUES (?1, ?2)
         ON CONFLICT DO UPDATE SET count = count + excluded.count",
    )?
    .execute([sql::instant(at), uploads])?;
    if let Ok(kept) = at.checked_sub(UPLOADS_KEPT) {
        db.prepare_cached("DELETE FROM upload WHERE at < ?1")?
            .execute([sql::instant(kept)])?;
    }
    db.prepare_cached(
        "INSERT INTO upload_day (day, count) VALUES (?1, ?2)
         ON CONFLICT DO UPDATE SET count = count + excluded.count",
    )?
    .execute(params![day_of(at).to_string(), uploads])?;
    Ok(())
}
