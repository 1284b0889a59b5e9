//! Opening the data folder: lock, check, backup, migration.

use std::{
    cell::Cell,
    fs::{self, File, TryLockError},
    io::{self, Read},
    path::Path,
    sync::atomic::AtomicBool,
};

use jiff::{Timestamp, tz::TimeZone};
use rusqlite::{Connection, ErrorCode, ffi};

use super::{
    Result, Store, StoreError, Sync,
    backup::copy,
    checksum,
    files::{CATALOGUE, LOCK, THUMBNAILS, newest_backup},
    identity, schema, sound, swap,
};
use crate::{
    domain::path::shown,
    engine::files::{private, whole},
};

/// Up to this length a file is checked whole on opening (a fifth of a second); of a longer one,
/// only the tables that cannot be rebuilt.
const WHOLE_CHECK_BYTES: u64 = 256 << 20;

/// A version so far above this program's is no newer program's, but damage.
const VERSIONS_AHEAD: i64 = 1_000;

/// Prepared statements kept; the store has about a hundred.
const STATEMENTS_KEPT: usize = 128;

/// Locks a data folder against other processes until it is dropped. One that cannot be written is
/// not locked: it is only read.
#[derive(Debug)]
pub struct DataLock {
    _file: Option<File>,
}

impl Store {
    /// Takes the data folder for this process, creating it where it is missing.
    pub fn lock(dir: &Path) -> Result<DataLock> {
        let file = match writable_lock_file(dir) {
            Err(error) if is_to_read(dir, &error) => return Ok(DataLock { _file: None }),
            other => other?,
        };
        match file.try_lock() {
            Ok(()) => Ok(DataLock { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked {
                path: dir.to_owned(),
            }),
            Err(TryLockError::Error(error)) => Err(StoreError::io(dir, error)),
        }
    }

    /// Opens the catalogue in `dir`, which the caller has locked; creates it where there is none,
    /// and brings an older one forward after a backup of it was made.
    ///
    /// A damaged, foreign or newer `catalogue.db` is refused and left byte for byte as it is. A
    /// damaged `thumbnails.db` is set aside and replaced by an empty one; see [`Store::notices`]. In a
    /// folder that cannot be written, the catalogue is opened to be read.
    pub fn open(dir: &Path, now: Timestamp) -> Result<Self> {
        match writable_lock_file(dir) {
            Err(error) if is_to_read(dir, &error) => return Self::open_to_read(dir),
            other => drop(other?),
        }
        swap::finish(dir)?;
        whole::discard_parts(dir);
        let mut notices = Vec::new();
        let catalogue = open_catalogue(dir, now, &mut notices)?;
        let thumbnails = open_thumbnails(dir, &mut notices)?;
        let zone = TimeZone::try_system().unwrap_or(TimeZone::UTC);
        Ok(Self {
            catalogue,
            sync: Sync::Full,
            thumbnails,
            identity: identity::of(&dir.join(CATALOGUE)),
            length: Cell::default(),
            dir: dir.to_owned(),
            notices,
            zone,
            read_only: false,
        })
    }

    fn open_to_read(dir: &Path) -> Result<Self> {
        let file = dir.join(CATALOGUE);
        if inspect(&file)? != schema::VERSION {
            // It would have to be brought forward first.
            return Err(StoreError::ReadOnly { path: file });
        }
        let catalogue =
            sound::connect_to_read(&file).map_err(|error| StoreError::sql(&file, error))?;
        let thumbnails = sound::connect_to_read(&dir.join(THUMBNAILS)).or_else(|_| {
            let empty = Connection::open_in_memory()?;
            empty.execute_batch(schema::THUMBNAILS)?;
            Ok(empty)
        });
        let notice = format!(
            "{} cannot be written. The catalogue can be looked at, searched and exported; nothing \
             is changed or counted in it.",
            shown(dir)
        );
        Ok(Self {
            catalogue,
            sync: Sync::Full,
            thumbnails: thumbnails
                .map_err(|error| StoreError::sql(&dir.join(THUMBNAILS), error))?,
            identity: identity::of(&file),
            length: Cell::default(),
            dir: dir.to_owned(),
            notices: vec![notice],
            zone: TimeZone::try_system().unwrap_or(TimeZone::UTC),
            read_only: true,
        })
    }
}

/// Whether a folder that refuses writing has a catalogue that can be read.
fn is_to_read(dir: &Path, refusal: &StoreError) -> bool {
    matches!(refusal, StoreError::ReadOnly { .. }) && File::open(dir.join(CATALOGUE)).is_ok()
}

/// The lock file, opened for writing: shows at once whether the folder can be written to.
fn writable_lock_file(dir: &Path) -> Result<File> {
    let lock = dir.join(LOCK);
    private::create_folder(dir, &[LOCK, CATALOGUE]).map_err(|error| StoreError::io(dir, error))?;
    private::open_file(&lock).map_err(|error| StoreError::io(&lock, error))
}

pub(super) fn open_catalogue(
    dir: &Path,
    now: Timestamp,
    notices: &mut Vec<String>,
) -> Result<Connection> {
    let file = dir.join(CATALOGUE);
    let version = inspect(&file)?;
    let named = |error| StoreError::sql(&file, error);
    let mut db = connect(&file).map_err(named)?;
    db.pragma_update(None, "synchronous", "FULL")
        .map_err(named)?;
    if version == schema::VERSION {
        return Ok(db);
    }
    let cancelled = AtomicBool::new(false);
    if version > 0
        && let Some(backup) = copy(&db, dir, version, now, &cancelled)?
    {
        notices.push(format!(
            "The catalogue was brought to this version of the program; a copy of it as it was is {}.",
            shown(&backup)
        ));
    }
    schema::migrate(&mut db, version).map_err(named)?;
    Ok(db)
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    // SQLite gives its write-ahead log the mode of the database. What it cannot open it says itself.
    let _ = private::open_file(file);
    let db = Connection::open(file)?;
    checksum::register(&db)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    db.pragma_update(None, "page_size", schema::PAGE_BYTES)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "journal_size_limit", 64 << 20)?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    // Negative: KiB.
    db.pragma_update(None, "cache_size", -32_768)?;
    Ok(db)
}

/// The version of the catalogue in `file`, 0 where there is none yet. Only reads.
pub(super) fn inspect(file: &Path) -> Result<i64> {
    let dir = file.parent().unwrap_or(Path::new("."));
    // These are made after the catalogue: it was there and was emptied or lost.
    let is_lost = || dir.join(THUMBNAILS).exists() || newest_backup(dir).is_some();
    let Some(len) = checked_length(file)? else {
        if is_lost() {
            let (path, backup) = (file.to_owned(), sound::newest_backup(dir));
            return Err(StoreError::Missing { path, backup });
        }
        return Ok(0);
    };
    let damaged = || StoreError::damaged(file);
    let len = take_back(file, len)?;
    if len == 0 {
        return if is_lost() { Err(damaged()) } else { Ok(0) };
    }
    // What SQLite does not take for a database it can read is a damaged header.
    let named = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::Unknown) => damaged(),
        _ => StoreError::sql(file, error),
    };
    let db = sound::connect_to_read(file).map_err(named)?;
    let number = |sql: &str| {
        db.query_row(sql, [], |row| row.get::<_, i64>(0))
            .map_err(named)
    };
    let application = number("PRAGMA application_id")?;
    let version = number("PRAGMA user_version")?;
    if application == 0 && number("SELECT count(*) FROM sqlite_schema")? == 0 {
        return if is_lost() { Err(damaged()) } else { Ok(0) };
    }
    if application != schema::APPLICATION_ID {
        let path = file.to_owned();
        return Err(if is_lost() {
            damaged()
        } else {
            StoreError::Foreign { path }
        });
    }
    if version > schema::VERSION.saturating_add(VERSIONS_AHEAD) {
        return Err(damaged());
    }
    if version > schema::VERSION {
        let known = schema::VERSION;
        return Err(StoreError::Newer {
            path: file.to_owned(),
            found: version,
            known,
        });
    }
    if version < 1 || !is_whole(&db, len, &sound::SMALL_TABLES).map_err(named)? {
        return Err(damaged());
    }
    Ok(version)
}

/// Takes back what a process that was killed while it made the file had begun: SQLite cannot where
/// it only reads. Nothing happens to any other file. Returns the file's length.
fn take_back(file: &Path, len: u64) -> Result<u64> {
    let read = |db: Connection| db.query_row("PRAGMA application_id", [], |_| Ok(()));
    let begun = sound::connect_to_read(file).and_then(read);
    let is_begun = begun.is_err_and(|error| {
        error.sqlite_error().map(|error| error.extended_code) == Some(ffi::SQLITE_READONLY_ROLLBACK)
    });
    if !is_begun {
        return Ok(len);
    }
    Connection::open(file)
        .and_then(read)
        .map_err(|error| StoreError::sql(file, error))?;
    checked_length(file).map(Option::unwrap_or_default)
}

/// The file's length; none where it does not exist, an error where it is no SQLite file at all.
fn checked_length(file: &Path) -> Result<Option<u64>> {
    let named = |error| StoreError::io(file, error);
    let metadata = match fs::metadata(file) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(named(error)),
    };
    // Opening a pipe would wait for its writer.
    if !metadata.is_file() {
        return Err(StoreError::damaged(file));
    }
    let mut header = Vec::new();
    let opened = File::open(file).map_err(named)?;
    opened.take(20).read_to_end(&mut header).map_err(named)?;
    // The magic, the page size, and the versions that reading and writing take: SQLite opens a file
    // of a later version to write for reading only.
    let sound = header.is_empty()
        || header
            .strip_prefix(b"SQLite format 3\0")
            .is_some_and(|rest| matches!(rest, [_, _, 1..=2, 1..=2]));
    if !sound {
        return Err(StoreError::damaged(file));
    }
    Ok(Some(metadata.len()))
}

fn is_whole(db: &Connection, len: u64, tables: &[&str]) -> rusqlite::Result<bool> {
    sound::is_sound(
        db,
        if len <= WHOLE_CHECK_BYTES {
            &[]
        } else {
            tables
        },
    )
}

/// Opens the thumbnails, or an empty file if they are damaged.
pub(super) fn open_thumbnails(dir: &Path, notices: &mut Vec<String>) -> Result<Connection> {
    let file = dir.join(THUMBNAILS);
    let opened = match checked_length(&file) {
        Ok(len) => connect_thumbnails(&file, len.unwrap_or(0))?,
        Err(StoreError::Damaged { .. }) => None,
        Err(error) => return Err(error),
    };
    match opened {
        Some(db) => Ok(db),
        None => restart_thumbnails(dir, notices),
    }
}

/// `None` if the file is damaged.
fn connect_thumbnails(file: &Path, len: u64) -> Result<Option<Connection>> {
    let open = || {
        let db = connect(file)?;
        // A cache: what a power cut destroys is rebuilt.
        db.pragma_update(None, "synchronous", "NORMAL")?;
        db.execute_batch(schema::THUMBNAILS)?;
        Ok(is_whole(&db, len, &[])?.then_some(db))
    };
    match open() {
        Ok(db) => Ok(db),
        Err(error) if is_corrupt(&error) => Ok(None),
        Err(error) => Err(StoreError::sql(file, error)),
    }
}

pub(super) fn is_corrupt(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(
        code,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// Moves the damaged thumbnails out of the way and opens an empty file.
pub(super) fn restart_thumbnails(dir: &Path, notices: &mut Vec<String>) -> Result<Connection> {
    let file = dir.join(THUMBNAILS);
    let kept = dir.join("thumbnails.damaged.db");
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(dir.join(format!("{THUMBNAILS}{end}")));
    }
    fs::rename(&file, &kept).map_err(|error| StoreError::io(&file, error))?;
    notices.push(format!(
        "The thumbnails were damaged and are made again as pictures are shown; the damaged file is \
         {} and can be deleted.",
        shown(&kept)
    ));
    connect_thumbnails(&file, 0)?.ok_or(StoreError::Damaged {
        path: file,
        backup: None,
    })
}
