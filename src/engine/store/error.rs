//! The store's errors, worded for the user.

use std::{
    io,
    path::{Path, PathBuf},
};

use rusqlite::ErrorCode;

use super::{files, sound};
use crate::{domain::path::shown, engine::files::whole::WriteError};

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why the store could not do what was asked. Nothing was changed by the call that failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "{} was written by a newer version of this program (catalogue version {found}, this \
         program knows up to {known}). Install the newer version to open it.", shown(.path)
    )]
    Newer {
        path: PathBuf,
        found: i64,
        known: i64,
    },
    #[error("{} is damaged and was left as it is. {}", shown(.path), damage_remedy(.path, .backup.as_deref()))]
    Damaged {
        path: PathBuf,
        backup: Option<PathBuf>,
    },
    #[error(
        "{} is not there, though other files of the catalogue are. Nothing was changed. {}",
        shown(.path), damage_remedy(.path, .backup.as_deref())
    )]
    Missing {
        path: PathBuf,
        backup: Option<PathBuf>,
    },
    #[error(
        "{} is no longer the file that was opened: it was moved, deleted or cut short while the \
         program ran, or its folder was. What was done since is not saved. Put it back where it \
         was, or close the program and open the folder where it is now.", shown(.path)
    )]
    Moved { path: PathBuf },
    #[error(
        "{} is not what this program writes there. Nothing was moved or deleted. Move that file \
         away and try again.", shown(.path)
    )]
    Note { path: PathBuf },
    #[error("{} is no catalogue set aside here. Choose one of those that are listed.", shown(.path))]
    NotSetAside { path: PathBuf },
    #[error("{} is no sound copy of a catalogue. Choose another copy.", shown(.path))]
    NoCopy { path: PathBuf },
    #[error(
        "A copy of {} wants {} MB free on that disk, and {} MB are. Make space there.",
        shown(.path), .needed.div_ceil(1_000_000), .free / 1_000_000
    )]
    NoRoom {
        path: PathBuf,
        /// Bytes.
        needed: u64,
        free: u64,
    },
    #[error("There is no sound copy of the catalogue in {}.", shown(.dir))]
    NoBackup { dir: PathBuf },
    #[error(
        "{} is a database of another program and was left as it is. Choose another data folder.",
        shown(.path)
    )]
    Foreign { path: PathBuf },
    #[error(
        "{} is in use by another window or command of this program. Close it first, or choose \
         another data folder.", shown(.path)
    )]
    Locked { path: PathBuf },
    #[error(
        "There is no space left for {}. Make space on that disk; everything saved so far is safe.",
        shown(.path)
    )]
    Full { path: PathBuf },
    #[error(
        "{} cannot be written. Allow writing to it, or choose another data folder.",
        shown(.path)
    )]
    ReadOnly { path: PathBuf },
    #[error("{} could not be used: {source}. Check the disk and its permissions.", shown(.path))]
    Io { path: PathBuf, source: io::Error },
    #[error("{} could not be used: {source}. Run verify to see whether it is whole.", shown(.path))]
    Sql {
        path: PathBuf,
        source: rusqlite::Error,
    },
}

fn damage_remedy(path: &Path, backup: Option<&Path>) -> String {
    match backup {
        Some(backup) => format!(
            "The newest backup is {}. \"image-search restore-backup\" puts it in place and keeps \
             what is there now in a folder beside it.",
            shown(backup)
        ),
        None => format!(
            "There is no backup. To start a new catalogue, move the folder {} away and import the \
             pictures again.",
            shown(path.parent().unwrap_or(path))
        ),
    }
}

impl StoreError {
    /// The disk refused (no space, no permission, a failing drive): trying again helps once that
    /// is mended, so a job is held for it. Any other error is final.
    pub fn is_disk(&self) -> bool {
        matches!(
            self,
            Self::Full { .. } | Self::ReadOnly { .. } | Self::Io { .. } | Self::Moved { .. }
        )
    }

    /// Whether a backup can be put in place of what cannot be opened.
    pub fn restorable(&self) -> bool {
        let (Self::Damaged { backup, .. } | Self::Missing { backup, .. }) = self else {
            return false;
        };
        backup.is_some()
    }

    /// Names the newest backup that is whole: all are read through.
    pub(super) fn damaged(file: &Path) -> Self {
        let (path, backup) = (
            file.to_owned(),
            file.parent().and_then(sound::newest_backup),
        );
        Self::Damaged { path, backup }
    }

    /// The same of a catalogue that is open: reading its backups through would hold up the worker at
    /// each statement that fails.
    fn damaged_in_use(file: &Path) -> Self {
        let (path, backup) = (
            file.to_owned(),
            file.parent().and_then(files::newest_backup),
        );
        Self::Damaged { path, backup }
    }

    pub(in crate::engine) fn io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly { path }
            }
            _ => Self::Io { path, source },
        }
    }

    /// `file` is the database the statement ran on; its folder is searched for backups.
    pub(super) fn sql(file: &Path, source: rusqlite::Error) -> Self {
        let path = file.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked { path },
            // A file cannot be opened where a disk has no place for further files.
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => {
                let source = io::Error::other(source);
                Self::Io { path, source }
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::damaged_in_use(file)
            }
            _ if is_of_damaged_tables(&source) => Self::damaged_in_use(file),
            // Text was text when it was written.
            _ if matches!(source, rusqlite::Error::Utf8Error(..)) => Self::damaged_in_use(file),
            _ => Self::Sql { path, source },
        }
    }
}

/// Whether a statement does not fit the tables. All are the program's own and fit those it made:
/// the tables' definitions are damaged.
fn is_of_damaged_tables(error: &rusqlite::Error) -> bool {
    let (rusqlite::Error::SqliteFailure(_, Some(text))
    | rusqlite::Error::SqlInputError { msg: text, .. }) = error
    else {
        return false;
    };
    ["no such column", "no such table", "has no column named"]
        .iter()
        .any(|words| text.contains(words))
}

impl From<WriteError> for StoreError {
    fn from(error: WriteError) -> Self {
        Self::io(&error.path, error.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_none_is_damage() {
        let no_text = String::from_utf8(vec![0xFF]).unwrap_err().utf8_error();
        let source = rusqlite::Error::Utf8Error(1, no_text);
        let error = StoreError::sql(Path::new("catalogue.db"), source);
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    }

    #[test]
    fn only_what_the_user_can_mend_on_the_disk_holds_a_job() {
        let path = PathBuf::from("catalogue.db");
        assert!(StoreError::Full { path: path.clone() }.is_disk());
        assert!(StoreError::ReadOnly { path: path.clone() }.is_disk());
        assert!(!StoreError::Locked { path: path.clone() }.is_disk());
        assert!(!StoreError::Damaged { path, backup: None }.is_disk());
    }

    #[test]
    fn io_errors_are_told_apart_by_their_remedy() {
        let path = Path::new("data");
        let full = StoreError::io(path, io::ErrorKind::StorageFull.into());
        assert!(matches!(full, StoreError::Full { .. }));
        let denied = StoreError::io(path, io::ErrorKind::PermissionDenied.into());
        assert!(matches!(denied, StoreError::ReadOnly { .. }));
        let other = StoreError::io(path, io::ErrorKind::NotFound.into());
        assert!(matches!(other, StoreError::Io { .. }));
    }

    #[test]
    fn a_table_with_a_damaged_definition_is_damage_and_another_mistake_is_none() {
        let db = rusqlite::Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE upload (at, coun)").unwrap();
        for (statement, is_damage) in [
            ("SELECT count FROM upload", true),
            ("SELECT at FROM uploads", true),
            ("INSERT INTO upload (count) VALUES (1)", true),
            ("SELECT abs(-9223372036854775808)", false),
        ] {
            let run = |mut statement: rusqlite::Statement| statement.query([])?.next().map(drop);
            let error = db.prepare(statement).and_then(run).unwrap_err();
            let error = StoreError::sql(Path::new("catalogue.db"), error);
            let found = matches!(error, StoreError::Damaged { .. });
            assert_eq!(found, is_damage, "{statement}");
        }
    }

    #[test]
    fn a_damaged_catalogue_names_its_backup() {
        let error = StoreError::Damaged {
            path: "catalogue.db".into(),
            backup: Some("catalogue-1.backup.db".into()),
        };
        assert!(error.to_string().contains("catalogue-1.backup.db"));
    }
}
