//! The store's errors, worded for the user.

use std::{
    io,
    path::{Path, PathBuf},
};

use rusqlite::ErrorCode;

use super::files::newest_backup;
use crate::engine::files::whole::WriteError;

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why the store could not do what was asked. Nothing was changed by the call that failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "{} was written by a newer version of this program (catalogue version {found}, this \
         program knows up to {known}). Install the newer version to open it.", .path.display()
    )]
    Newer {
        path: PathBuf,
        found: i64,
        known: i64,
    },
    #[error("{} is damaged and was left as it is. {}", .path.display(), damage_remedy(.backup.as_deref()))]
    Damaged {
        path: PathBuf,
        backup: Option<PathBuf>,
    },
    #[error(
        "{} is a database of another program and was left as it is. Choose another data folder.",
        .path.display()
    )]
    Foreign { path: PathBuf },
    #[error(
        "{} is in use by another window or command of this program. Close it first, or choose \
         another data folder.", .path.display()
    )]
    Locked { path: PathBuf },
    #[error(
        "There is no space left for {}. Make space on that disk; everything saved so far is safe.",
        .path.display()
    )]
    Full { path: PathBuf },
    #[error(
        "{} cannot be written. Allow writing to it, or choose another data folder.",
        .path.display()
    )]
    ReadOnly { path: PathBuf },
    #[error("{} could not be used: {source}. Check the disk and its permissions.", .path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{} could not be used: {source}. Run verify to see whether it is whole.", .path.display())]
    Sql {
        path: PathBuf,
        source: rusqlite::Error,
    },
}

fn damage_remedy(backup: Option<&Path>) -> String {
    match backup {
        Some(backup) => format!(
            "The newest backup is {}: move the damaged file away and copy the backup to its place.",
            backup.display()
        ),
        None => "There is no backup: move the damaged file away to start a new catalogue, and \
                 import the pictures again."
            .to_owned(),
    }
}

impl StoreError {
    /// The disk refused (no space, no permission, a failing drive): trying again helps once that
    /// is mended, so a job is held for it. Any other error is final.
    pub fn is_disk(&self) -> bool {
        match self {
            Self::Full { .. } | Self::ReadOnly { .. } | Self::Io { .. } => true,
            Self::Sql { source, .. } => {
                source.sqlite_error_code() == Some(ErrorCode::SystemIoFailure)
            }
            _ => false,
        }
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
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                let backup = path.parent().and_then(newest_backup);
                Self::Damaged { path, backup }
            }
            _ => Self::Sql { path, source },
        }
    }
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
    fn a_damaged_catalogue_names_its_backup() {
        let error = StoreError::Damaged {
            path: "catalogue.db".into(),
            backup: Some("catalogue-1.backup.db".into()),
        };
        assert!(error.to_string().contains("catalogue-1.backup.db"));
    }
}
