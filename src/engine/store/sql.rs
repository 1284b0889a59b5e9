//! Rust values as SQLite keeps them.

use jiff::Timestamp;
use rusqlite::{Connection, types::Type};
use serde::{Serialize, de::DeserializeOwned};

/// Counts and lengths; SQLite has no integer above 2^63 - 1.
pub(super) fn int(value: impl TryInto<i64>) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

/// A count read back; the store never writes a negative one.
pub(super) fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// Pixels of a side read back.
pub(super) fn pixels(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

/// Microseconds since 1970.
pub(super) fn instant(at: Timestamp) -> i64 {
    at.as_microsecond()
}

pub(super) fn timestamp(micros: i64) -> rusqlite::Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|error| unreadable(Type::Integer, error))
}

pub(super) fn to_json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(|error| unreadable(Type::Text, error))
}

/// The name serde gives a plain enum's variant.
pub(super) fn variant_name(value: &impl Serialize) -> rusqlite::Result<String> {
    Ok(to_json(value)?.trim_matches('"').to_owned())
}

pub(super) fn variant<T: DeserializeOwned>(name: &str) -> rusqlite::Result<T> {
    from_json(&format!("\"{name}\""))
}

pub(super) fn unreadable(
    kind: Type,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, kind, Box::new(error))
}

pub(super) fn rows(db: &Connection, sql: &str) -> rusqlite::Result<u64> {
    db.prepare_cached(sql)?
        .query_row([], |row| row.get(0))
        .map(count)
}
