//! Whether a database is whole, found out by reading alone.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::checksum;

/// Tables whose content cannot be made again.
pub(super) const SMALL_TABLES: [&str; 6] = ["meta", "ledger", "account", "upload", "job", "undo"];

/// Opens a database to read it; nothing is made where there is none.
pub(super) fn connect_to_read(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(file, flags)?;
    checksum::register(&db)?;
    Ok(db)
}

/// Checks the structure of these tables, or of all where none is named.
pub(super) fn is_sound(db: &Connection, tables: &[&str]) -> rusqlite::Result<bool> {
    let check = |sql: &str| db.query_row(sql, [], |row| row.get::<_, String>(0));
    if tables.is_empty() {
        return Ok(check("PRAGMA quick_check(1)")? == "ok");
    }
    for table in tables {
        if check(&format!("PRAGMA quick_check({table})"))? != "ok" {
            return Ok(false);
        }
    }
    Ok(true)
}
