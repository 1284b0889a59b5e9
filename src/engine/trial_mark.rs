//! The account's mark that the free month was used: kept in the user's configuration folder, so
//! that a new data folder does not grant another.
//!
//! The mark is begun before the order and set after it. One that was only begun is of an order
//! that was never placed, and counts for nothing.

use std::{
    io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    files::{private, whole},
    store::StoreError,
};

/// The mark's file.
pub struct TrialMark {
    file: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Content {
    free_month_began: Timestamp,
    /// The order is not placed yet.
    #[serde(default)]
    begun: bool,
}

impl TrialMark {
    pub fn new(config_dir: &Path) -> Self {
        Self {
            file: config_dir.join("account.json"),
        }
    }

    /// Whether the free month was used. A mark that makes no sense counts as set: a damaged account
    /// gives no second month.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where it cannot be told: the folder is a file, or may not be read.
    pub fn is_set(&self) -> Result<bool, StoreError> {
        match whole::read(&self.file) {
            Ok(text) => {
                let content = serde_json::from_slice::<Content>(&text);
                Ok(content.map_or(true, |content| !content.begun))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(StoreError::io(&self.file, error)),
        }
    }

    /// Whether the mark is there and makes no sense.
    pub fn is_damaged(&self) -> bool {
        let content = whole::read(&self.file);
        content.is_ok_and(|text| serde_json::from_slice::<Content>(&text).is_err())
    }

    /// The mark's file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Begins the mark: what stands in its way is found out before anything is ordered.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the folder cannot be read or written.
    pub fn begin(&self, now: Timestamp) -> Result<(), StoreError> {
        self.is_set()?;
        self.write(now, true)
    }

    /// Sets the mark; `now` is when the free month began.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the folder cannot be written.
    pub fn set(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(now, false)
    }

    fn write(&self, now: Timestamp, begun: bool) -> Result<(), StoreError> {
        let content = Content {
            free_month_began: now,
            begun,
        };
        let folder = self.file.parent().unwrap_or(Path::new("."));
        private::create_folder(folder, &private::CONFIG_FILES)
            .map_err(|error| StoreError::io(folder, error))?;
        Ok(whole::write_with(
            &self.file,
            whole::Access::Private,
            |out| Ok(serde_json::to_writer(out, &content)?),
        )?)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_mark_counts_once_it_is_set_and_not_while_it_is_begun() {
        let folder = tempfile::tempdir().unwrap();
        let mark = TrialMark::new(&folder.path().join("config"));
        assert!(!mark.is_set().unwrap());
        mark.begin(Timestamp::UNIX_EPOCH).unwrap();
        assert!(!mark.is_set().unwrap());
        mark.set(Timestamp::UNIX_EPOCH).unwrap();
        assert!(mark.is_set().unwrap());
    }

    #[test]
    fn marks_of_earlier_versions_and_damaged_ones_count() {
        let folder = tempfile::tempdir().unwrap();
        for text in [
            "{\"free_month_began\":\"2026-11-01T00:00:00Z\"}",
            "{\"free",
            "",
        ] {
            fs::write(folder.path().join("account.json"), text).unwrap();
            assert!(TrialMark::new(folder.path()).is_set().unwrap(), "{text}");
        }
    }

    #[test]
    fn a_folder_that_is_a_file_is_no_used_month() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config");
        fs::write(&file, "").unwrap();
        let mark = TrialMark::new(&file);
        assert!(!mark.is_set().unwrap_or(false));
        assert!(mark.begin(Timestamp::UNIX_EPOCH).is_err());
    }
}
