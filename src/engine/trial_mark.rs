//! The account's mark that the free month was used: kept in the user's configuration folder, so
//! that a new data folder does not grant another.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use super::{
    files::{private, whole},
    store::StoreError,
};

/// The mark's file.
pub struct TrialMark {
    file: PathBuf,
}

impl TrialMark {
    pub fn new(config_dir: &Path) -> Self {
        Self {
            file: config_dir.join("account.json"),
        }
    }

    /// A mark that cannot be read counts as set: an unreadable account gives no second trial.
    pub fn is_set(&self) -> bool {
        !matches!(fs::metadata(&self.file), Err(error) if error.kind() == io::ErrorKind::NotFound)
    }

    /// Sets the mark; `now` is when the free month began.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the folder cannot be written.
    pub fn set(&self, now: Timestamp) -> Result<(), StoreError> {
        let text = serde_json::json!({ "free_month_began": now.to_string() }).to_string();
        let folder = self.file.parent().unwrap_or(Path::new("."));
        private::create_folder(folder, &private::CONFIG_FILES)
            .map_err(|error| StoreError::io(folder, error))?;
        Ok(whole::write(
            &self.file,
            whole::Access::Private,
            text.as_bytes(),
        )?)
    }
}
