//! Setting the whole catalogue aside when it is released, and bringing it back.
//!
//! Both are a [swap]: the files in the data folder move out to a folder, and a catalogue made ready
//! in another folder, with the account copied into it, moves in.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, tz::TimeZone};
use rusqlite::{Connection, params, params_from_iter, types::Value};

use super::{
    Result, Store, StoreError, files, meta, open, sound, sql,
    swap::{self, LABEL, Label, Swap},
};
use crate::{
    domain::catalogue::SetAside,
    engine::files::{private, whole},
};

/// What belongs to the customer and not to the pictures.
const ACCOUNT_TABLES: [&str; 6] = [
    "ledger",
    "account",
    "upload",
    "upload_day",
    "call",
    "call_total",
];

impl Store {
    /// Moves the catalogue whole into a folder named by the day and leaves an empty one that has
    /// the account, the orders and the meters. [`Store::open`] the data folder again afterwards.
    pub fn set_aside(self, now: Timestamp) -> Result<PathBuf> {
        let label = Label {
            released_at: now,
            pictures: self.count()?,
        };
        let dir = self.dir.clone();
        let incoming = dir.join(files::INCOMING);
        swap::discard(&incoming)?;
        private::create_folder(&incoming, &[]).map_err(|error| StoreError::io(&incoming, error))?;
        self.close()?;
        make_ready(&dir, &incoming, now)?;
        let outgoing = free_folder_name(&dir, now);
        let swap = Swap {
            incoming: files::INCOMING.to_owned(),
            outgoing,
            label,
            drop_outgoing: false,
        };
        swap::begin(&dir, &swap)?;
        Ok(dir.join(swap.outgoing))
    }

    /// Brings a folder set aside back as the catalogue, with the account, orders and meters of
    /// now. Pictures indexed meanwhile are set aside in their turn; their folder is returned.
    /// [`Store::open`] the data folder again afterwards.
    pub fn restore_aside(self, folder: &Path, now: Timestamp) -> Result<Option<PathBuf>> {
        let dir = self.dir.clone();
        let incoming = aside_name(&dir, folder)?;
        let label = Label {
            released_at: now,
            pictures: self.count()?,
        };
        self.close()?;
        make_ready(&dir, &dir.join(&incoming), now)?;
        let outgoing = free_folder_name(&dir, now);
        let kept = label.pictures > 0;
        let swap = Swap {
            incoming,
            outgoing,
            label,
            drop_outgoing: !kept,
        };
        swap::begin(&dir, &swap)?;
        Ok(kept.then(|| dir.join(swap.outgoing)))
    }

    /// Deletes a folder set aside, for good.
    pub fn delete_aside(dir: &Path, folder: &Path) -> Result<()> {
        let folder = dir.join(aside_name(dir, folder)?);
        // The label first: a deletion cut short is then no folder set aside any more.
        let label = folder.join(LABEL);
        fs::remove_file(&label).map_err(|error| StoreError::io(&label, error))?;
        swap::discard(&folder)
    }

    /// What is set aside in the data folder, the newest first.
    pub fn set_asides(dir: &Path) -> Result<Vec<SetAside>> {
        let entries = fs::read_dir(dir).map_err(|error| StoreError::io(dir, error))?;
        let mut found = Vec::new();
        for folder in entries.flatten().map(|entry| entry.path()) {
            if aside_name(dir, &folder).is_err() {
                continue;
            }
            let Label {
                released_at,
                pictures,
            } = read_label(&folder);
            found.push(SetAside {
                folder,
                released_at,
                pictures,
            });
        }
        found.sort_by(|a, b| (b.released_at, &b.folder).cmp(&(a.released_at, &a.folder)));
        Ok(found)
    }

    /// Closes both files, so that no write-ahead log stays beside them.
    fn close(self) -> Result<()> {
        let files = [self.catalogue_file(), self.thumbnail_file()];
        for (db, file) in [self.catalogue, self.thumbnails].into_iter().zip(files) {
            db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
                .and_then(|()| db.close().map_err(|(_, error)| error))
                .map_err(|error| StoreError::sql(&file, error))?;
        }
        Ok(())
    }
}

/// Makes the catalogue in `incoming`, new where there is none, the account's of the one in `dir`.
fn make_ready(dir: &Path, incoming: &Path, now: Timestamp) -> Result<()> {
    let mut notices = Vec::new();
    let mut db = open::open_catalogue(incoming, now, &mut notices)?;
    let thumbnails = open::open_thumbnails(incoming, &mut notices)?;
    let file = incoming.join(files::CATALOGUE);
    let present = dir.join(files::CATALOGUE);
    copy_account(&mut db, &present)
        .and_then(|()| db.close().map_err(|(_, error)| error))
        .and_then(|()| thumbnails.close().map_err(|(_, error)| error))
        .map_err(|error| StoreError::sql(&file, error))
}

fn copy_account(db: &mut Connection, from: &Path) -> rusqlite::Result<()> {
    let present = Connection::open(from)?;
    let tx = db.transaction()?;
    // The rules that no order is ever removed are lifted for the copy alone, and put back with it.
    let rules: Vec<(String, String)> = tx
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (name, _) in &rules {
        tx.execute_batch(&format!("DROP TRIGGER {name}"))?;
    }
    for table in ACCOUNT_TABLES {
        copy_table(&present, &tx, table)?;
    }
    for (_, rule) in &rules {
        tx.execute_batch(rule)?;
    }
    let id: Option<String> = meta::get(&present, meta::CATALOGUE_ID)?;
    meta::set(&tx, meta::CATALOGUE_ID, id)?;
    // Higher than either had: an index dumped from one catalogue never passes for the other's.
    tx.execute(
        "UPDATE meta SET value = 1 + max(value, ?2) WHERE key = ?1",
        params![meta::SEQUENCE, meta::number(&present, meta::SEQUENCE)?],
    )?;
    tx.commit()
}

/// Makes a table's rows those of the same table in `from`.
fn copy_table(from: &Connection, to: &Connection, table: &str) -> rusqlite::Result<()> {
    to.execute(&format!("DELETE FROM {table}"), [])?;
    let mut select = from.prepare(&format!("SELECT * FROM {table}"))?;
    let columns = select.column_count();
    let marks = vec!["?"; columns].join(", ");
    let mut insert = to.prepare(&format!("INSERT INTO {table} VALUES ({marks})"))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let values = (0..columns)
            .map(|i| row.get(i))
            .collect::<rusqlite::Result<Vec<Value>>>()?;
        insert.execute(params_from_iter(values))?;
    }
    Ok(())
}

/// The label of a folder set aside; where it is damaged, what the folder itself tells.
fn read_label(folder: &Path) -> Label {
    let file = folder.join(LABEL);
    let read = whole::read(&file).map_err(|error| StoreError::io(&file, error));
    read.and_then(|text| swap::parse(&file, &text))
        .unwrap_or_else(|_| {
            let released_at = fs::metadata(&file)
                .and_then(|metadata| metadata.modified())
                .ok()
                .and_then(|modified| modified.try_into().ok());
            let stored = sound::connect_to_read(&folder.join(files::CATALOGUE))
                .and_then(|db| meta::number(&db, meta::STORED));
            Label {
                released_at: released_at.unwrap_or(Timestamp::UNIX_EPOCH),
                pictures: stored.map_or(0, sql::count),
            }
        })
}

/// The name of a folder set aside; an error for any other folder, which is never touched.
fn aside_name(dir: &Path, folder: &Path) -> Result<String> {
    let name = folder
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let here = dir.join(name);
    let is_here = files::is_set_aside(name)
        && (folder == here || folder == Path::new(name))
        // A link leads out of the data folder.
        && here.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
        && here.join(LABEL).is_file();
    if is_here {
        return Ok(name.to_owned());
    }
    Err(StoreError::NotSetAside {
        path: folder.to_owned(),
    })
}

fn free_folder_name(dir: &Path, now: Timestamp) -> String {
    let day = now.to_zoned(TimeZone::UTC).date();
    files::free_name(dir, &format!("{}{day}", files::SET_ASIDE_START))
}
