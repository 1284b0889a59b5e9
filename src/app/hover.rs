//! What hovers over the window.

use std::path::PathBuf;

use crate::ui::drop_overlay::Dropped;

/// Files and folders hovering over the window.
#[derive(Default)]
pub struct Hover {
    pub paths: Vec<PathBuf>,
    /// `None` until files and folders are sorted.
    pub sorted: Option<Dropped>,
}

impl Hover {
    /// Its description; until it is sorted, a path without an extension counts as a folder.
    pub fn shown(&self) -> Option<Dropped> {
        if self.paths.is_empty() {
            return None;
        }
        Some(self.sorted.unwrap_or_else(|| {
            let folders = self
                .paths
                .iter()
                .filter(|path| path.extension().is_none())
                .count();
            let files = self.paths.len() - folders;
            Dropped {
                files: files as u64,
                folders: folders as u64,
            }
        }))
    }
}
