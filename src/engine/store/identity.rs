//! What tells one file from another.

use std::path::Path;

/// A file, whatever its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// Device and inode; zero where the system moves and deletes no open file.
    #[cfg(unix)]
    node: (u64, u64),
}

/// The file's identity; none where there is no file.
pub(super) fn of(file: &Path) -> Option<Identity> {
    let metadata = file.metadata().ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some(Identity {
            node: (metadata.dev(), metadata.ino()),
        })
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        Some(Identity {})
    }
}
