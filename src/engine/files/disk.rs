//! The computer's disks, behind a trait.

use std::path::Path;

use super::read::{FileBytes, ReadError, read};
use crate::engine::decode::Limits;

/// Where files are read from: the disk, or a test's twin that counts or refuses.
pub trait ReadFiles: Send + Sync {
    /// Reads a file whole, once.
    ///
    /// # Errors
    ///
    /// See [`ReadError`].
    fn read(&self, path: &Path) -> Result<FileBytes, ReadError>;

    /// Whether the file still has this length and time, without reading it.
    fn is_unchanged(&self, path: &Path, len: u64, modified_ns: i64) -> bool;
}

/// The computer's own disks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk {
    pub limits: Limits,
}

impl ReadFiles for Disk {
    fn read(&self, path: &Path) -> Result<FileBytes, ReadError> {
        read(path, &self.limits)
    }

    fn is_unchanged(&self, path: &Path, len: u64, modified_ns: i64) -> bool {
        path.metadata().is_ok_and(|metadata| {
            metadata.is_file()
                && metadata.len() == len
                && super::modified_ns(&metadata) == modified_ns
        })
    }
}
