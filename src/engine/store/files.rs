//! What the files of a data folder are called.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

pub(super) const CATALOGUE: &str = "catalogue.db";
pub(super) const THUMBNAILS: &str = "thumbnails.db";
pub(super) const LOCK: &str = "lock";

/// A backup on its way to be the catalogue.
pub(super) const RESTORE_PART: &str = "catalogue.db.part";
/// The folder in which a catalogue is made ready to move in.
pub(super) const INCOMING: &str = "incoming";
/// Begins the names of folders with a catalogue set aside.
pub(super) const SET_ASIDE_START: &str = "released-";
/// Begins the names of folders with the files a backup has replaced.
const DAMAGED_START: &str = "damaged-";

const BACKUP_START: &str = "catalogue-";
const BACKUP_END: &str = ".backup.db";
/// In the name while it is written, and in that of SQLite's journal beside it.
const BACKUP_PART: &str = ".backup.part";
const STAMP: &str = "%Y%m%dT%H%M%SZ";

/// A backup of a catalogue of this version, by when it is made.
pub(super) fn backup(dir: &Path, now: Timestamp, version: i64) -> PathBuf {
    let stamp = now.strftime(STAMP);
    dir.join(format!("{BACKUP_START}{stamp}-v{version}{BACKUP_END}"))
}

/// What a backup is called while it is written.
pub(super) fn part_of_backup(backup: &Path) -> PathBuf {
    backup.with_extension("part")
}

pub(super) fn backup_instant(backup: &Path) -> Option<Timestamp> {
    let name = backup.file_name()?.to_str()?.strip_prefix(BACKUP_START)?;
    let stamp = name.split('-').next()?;
    let at = DateTime::strptime(STAMP, stamp).ok()?;
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// Whether this is the name of a folder set aside: of one folder, here.
pub(super) fn is_set_aside(name: &str) -> bool {
    name.starts_with(SET_ASIDE_START) && !name.contains(['/', '\\', ':'])
}

/// A folder for damaged files that is not there yet.
pub(super) fn damaged_folder(dir: &Path, now: Timestamp) -> PathBuf {
    dir.join(free_name(
        dir,
        &format!("{DAMAGED_START}{}", now.strftime(STAMP)),
    ))
}

/// The first of the name, and the name with a number, that is not taken in `dir`.
pub(super) fn free_name(dir: &Path, name: &str) -> String {
    let numbered = (2..).map(|n: u64| format!("{name}-{n}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names
        .find(|name| !dir.join(name).exists())
        .unwrap_or_else(|| name.to_owned())
}

/// A database with the files SQLite keeps beside it.
pub(super) fn with_companions(database: &str) -> [String; 4] {
    ["", "-wal", "-shm", "-journal"].map(|end| format!("{database}{end}"))
}

/// The oldest first: their names start with their instant.
pub(super) fn backups(dir: &Path) -> Vec<PathBuf> {
    let mut backups = named(dir, |name| name.ends_with(BACKUP_END));
    backups.sort();
    backups
}

pub(super) fn newest_backup(dir: &Path) -> Option<PathBuf> {
    backups(dir).pop()
}

/// What a killed process left half written, and what SQLite left beside a backup that is gone.
pub(super) fn parts_of_backups(dir: &Path) -> Vec<PathBuf> {
    named(dir, |name| {
        let backup = name.rsplit_once('-').map_or("", |(backup, _)| backup);
        let is_left = backup.ends_with(BACKUP_END) && !dir.join(backup).exists();
        is_left || name.contains(BACKUP_PART)
    })
}

fn named(dir: &Path, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with(BACKUP_START) && wanted(&name)
    });
    ours.map(|entry| entry.path()).collect()
}
