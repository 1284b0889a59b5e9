//! Putting a backup in place of a catalogue that is damaged or lost.

use std::{
    fmt::{self, Display, Formatter},
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use super::{Result, Store, StoreError, files, meta, open, sound, sql, swap};
use crate::{
    domain::{
        path::shown,
        words::{instant, pictures},
    },
    engine::files::{private, whole},
};

/// What a restored backup has, as a sentence for people, and where the files went that it replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The copy that is the catalogue now.
    pub backup: PathBuf,
    /// When it was made; none where its name does not tell.
    pub made_at: Option<Timestamp>,
    /// Pictures in it.
    pub pictures: u64,
    /// The folder of the files that were replaced; none where there were none.
    pub kept: Option<PathBuf>,
}

impl Display for Restored {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "The catalogue is that of {}", shown(&self.backup))?;
        if let Some(at) = self.made_at {
            write!(f, ", made on {}", instant(at))?;
        }
        write!(f, ", with {}.", pictures(self.pictures))?;
        if let Some(kept) = &self.kept {
            write!(f, " What was there before is kept in {}.", shown(kept))?;
        }
        write!(f, " Index your folders again to add what is newer.")
    }
}

impl Store {
    /// Makes a backup the catalogue of the data folder `dir`, which the caller has locked and not
    /// opened: `copy`, a file or the name of one in `dir`, or else the newest sound one. The files
    /// it replaces, the write-ahead log included, are kept in a folder of their own; the backup
    /// stays.
    ///
    /// A process killed on the way leaves the old catalogue, or none beside its backups: then this
    /// is done again.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoCopy`] where `copy` is not a sound catalogue, [`StoreError::NoBackup`] where
    /// there is none, and where the disk refuses. Nothing was replaced then.
    pub fn restore_backup(dir: &Path, copy: Option<&Path>, now: Timestamp) -> Result<Restored> {
        swap::finish(dir)?;
        let backup = match copy {
            Some(copy) => named(dir, copy)?,
            None => newest_sound(dir)?,
        };
        let pictures = sound::connect_to_read(&backup)
            .and_then(|db| meta::number(&db, meta::STORED))
            .map_err(|error| StoreError::sql(&backup, error))?;
        let incoming = dir.join(files::RESTORE_PART);
        copy_whole(&backup, &incoming)?;
        let kept = keep_replaced(dir, now)?;
        let file = dir.join(files::CATALOGUE);
        fs::rename(&incoming, &file)
            .and_then(|()| whole::sync_folder(dir))
            .map_err(|error| StoreError::io(&file, error))?;
        Ok(Restored {
            made_at: files::backup_instant(&backup),
            backup,
            pictures: sql::count(pictures),
            kept,
        })
    }
}

/// A copy the user named, checked.
fn named(dir: &Path, copy: &Path) -> Result<PathBuf> {
    let beside = dir.join(copy);
    let path = if copy.is_file() {
        copy.to_owned()
    } else {
        beside
    };
    // However it is spelled.
    let catalogue = dir.join(files::CATALOGUE).canonicalize();
    let is_catalogue = match (catalogue, path.canonicalize()) {
        (Ok(catalogue), Ok(path)) => catalogue == path,
        _ => false,
    };
    match is_sound_copy(&path) {
        Ok(true) if !is_catalogue => Ok(path),
        Err(error) if error.is_disk() => Err(error),
        _ => Err(StoreError::NoCopy { path }),
    }
}

/// Passes over those that are damaged. One that the disk does not let read now may be whole: an
/// older one in its stead would lose what only it has.
fn newest_sound(dir: &Path) -> Result<PathBuf> {
    for backup in files::backups(dir).into_iter().rev() {
        match is_sound_copy(&backup) {
            Ok(true) => return Ok(backup),
            Err(error) if error.is_disk() => return Err(error),
            Ok(false) | Err(_) => {}
        }
    }
    let dir = dir.to_owned();
    Err(StoreError::NoBackup { dir })
}

/// Whether this is a catalogue this program can open, whole to the last page.
fn is_sound_copy(path: &Path) -> Result<bool> {
    if !path.is_file() || open::inspect(path)? < 1 {
        return Ok(false);
    }
    sound::connect_to_read(path)
        .and_then(|db| sound::is_sound(&db, &[]))
        .map_err(|error| StoreError::sql(path, error))
}

fn copy_whole(from: &Path, to: &Path) -> Result<()> {
    let copy = || {
        // What an earlier attempt left.
        if to.exists() {
            fs::remove_file(to)?;
        }
        let mut content = fs::File::open(from)?;
        let mut copied = private::open_file(to)?;
        std::io::copy(&mut content, &mut copied)?;
        copied.sync_all()
    };
    copy().map_err(|error| StoreError::io(to, error))
}

/// Moves the catalogue with the files SQLite keeps beside it into a folder of their own.
fn keep_replaced(dir: &Path, now: Timestamp) -> Result<Option<PathBuf>> {
    let there: Vec<_> = files::with_companions(files::CATALOGUE)
        .into_iter()
        .filter(|name| dir.join(name).symlink_metadata().is_ok())
        .collect();
    if there.is_empty() {
        return Ok(None);
    }
    let folder = files::damaged_folder(dir, now);
    private::create_folder(&folder, &[]).map_err(|error| StoreError::io(&folder, error))?;
    for name in there {
        let from = dir.join(&name);
        fs::rename(&from, folder.join(&name)).map_err(|error| StoreError::io(&from, error))?;
    }
    whole::sync_folder(&folder).map_err(|error| StoreError::io(&folder, error))?;
    Ok(Some(folder))
}
