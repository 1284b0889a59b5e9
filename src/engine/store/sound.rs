//! Whether a database is whole, found out by reading alone.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{checksum, files};
use crate::domain::path;

/// Tables whose content cannot be made again.
pub(super) const SMALL_TABLES: [&str; 6] = ["meta", "ledger", "account", "upload", "job", "undo"];

/// Opens a database to read it; nothing is made where there is none.
pub(super) fn connect_to_read(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(file, flags)?;
    if is_without_place_for_its_index(&db) && is_merged(file) {
        let flags = flags | OpenFlags::SQLITE_OPEN_URI;
        db = Connection::open_with_flags(format!("file:{}?immutable=1", escaped(file)), flags)?;
    }
    checksum::register(&db)?;
    Ok(db)
}

/// Reading beside a writer takes an index of the write-ahead log, a file beside the database, which
/// a folder that cannot be written has no place for.
fn is_without_place_for_its_index(db: &Connection) -> bool {
    let read = db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
    let code = read.err().and_then(|error| error.sqlite_error_code());
    matches!(code, Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

/// Whether the file is all there is: no change waits in a log beside it, none is half written.
fn is_merged(file: &Path) -> bool {
    ["-wal", "-journal"].iter().all(|end| {
        let mut log = file.as_os_str().to_owned();
        log.push(end);
        let metadata = Path::new(&log).metadata();
        metadata.map_or(true, |log| log.len() == 0)
    })
}

/// A path in an address.
fn escaped(file: &Path) -> String {
    percent_encoding::percent_encode(&path::to_raw(file), percent_encoding::NON_ALPHANUMERIC)
        .to_string()
}

/// The newest backup in a folder that is whole.
pub(super) fn newest_backup(dir: &Path) -> Option<PathBuf> {
    let is_whole = |backup: &PathBuf| {
        backup.is_file()
            && connect_to_read(backup).is_ok_and(|db| is_sound(&db, &[]).unwrap_or(false))
    };
    files::backups(dir).into_iter().rev().find(is_whole)
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
