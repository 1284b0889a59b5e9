//! Files on disk: finding pictures under folders, reading one whole, writing one whole.
//!
//! Nothing read here is fatal: a folder without permission, a link that leads in a circle or a file
//! that vanishes is reported once, as a sentence for people, and the rest goes on.

mod disk;
pub mod guard;
pub mod private;
mod read;
mod walk;
pub mod whole;

use std::{fs::Metadata, io, path::PathBuf, time::UNIX_EPOCH};

pub use self::{
    disk::{Disk, ReadFiles},
    read::{FileBytes, ReadError, read},
    walk::walk,
};

/// A file that may be a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub path: PathBuf,
    /// Bytes.
    pub len: u64,
    /// When it was last changed: nanoseconds since 1970, UTC; 0 where the file system keeps no
    /// time.
    pub modified_ns: i64,
}

fn modified_ns(metadata: &Metadata) -> i64 {
    let Ok(modified) = metadata.modified() else {
        return 0;
    };
    let nanos = match modified.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()),
        Err(before) => i64::try_from(before.duration().as_nanos()).map(|nanos| -nanos),
    };
    nanos.unwrap_or(0)
}

/// An error of the system in words that name a remedy; `thing` is "file" or "folder".
fn explain(error: &io::Error, thing: &str) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!(
            "The {thing} is no longer there: it was moved or deleted. Add it again from where it is now."
        ),
        io::ErrorKind::PermissionDenied => format!(
            "You may not read this {thing}. Change its permissions, or copy it to a folder of your own."
        ),
        io::ErrorKind::TimedOut
        | io::ErrorKind::NotConnected
        | io::ErrorKind::StaleNetworkFileHandle => {
            format!("The drive with this {thing} does not answer. Connect it and try again.")
        }
        _ => {
            format!("The {thing} cannot be read ({error}). Check the drive it is on and try again.")
        }
    }
}
