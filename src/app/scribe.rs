//! The thread that writes small files, so that drawing never waits for a disk.

use std::{
    fs, io,
    path::{Path, PathBuf},
    thread::JoinHandle,
};

use crossbeam_channel::{Receiver, Sender, unbounded};

/// Writes whole files, the newest content last. Dropping it waits for what is left to write.
pub struct Scribe {
    orders: Option<Sender<(PathBuf, Vec<u8>)>>,
    thread: Option<JoinHandle<()>>,
}

impl Default for Scribe {
    fn default() -> Self {
        let (orders, inbox) = unbounded();
        let thread = std::thread::Builder::new()
            .name("scribe".to_owned())
            .spawn(move || write_all(&inbox))
            .ok();
        Self {
            orders: Some(orders),
            thread,
        }
    }
}

impl Scribe {
    pub fn write(&self, file: PathBuf, bytes: Vec<u8>) {
        if let Some(orders) = &self.orders {
            // Without its thread nothing is kept; the window works on.
            let _ = orders.send((file, bytes));
        }
    }
}

impl Drop for Scribe {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            // A scribe that panicked has nothing left to write.
            let _ = thread.join();
        }
    }
}

fn write_all(inbox: &Receiver<(PathBuf, Vec<u8>)>) {
    for (file, bytes) in inbox {
        // Settings that cannot be kept are no reason to disturb anybody: the next start has the
        // usual ones.
        let _ = write_atomically(&file, &bytes);
    }
}

/// Writes beside the file and renames, so that a reader sees the old content or the new one.
///
/// # Errors
///
/// Where the folder cannot be made or written.
pub fn write_atomically(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    fs::write(&beside, bytes)?;
    fs::rename(&beside, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_written_before_the_scribe_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/settings.json");
        let scribe = Scribe::default();
        for n in 0..50 {
            scribe.write(file.clone(), n.to_string().into_bytes());
        }
        drop(scribe);
        assert_eq!(fs::read_to_string(&file).unwrap(), "49");
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    }
}
