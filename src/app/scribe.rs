//! A thread that writes small files, so that drawing never waits for a disk.

use std::{collections::BTreeMap, path::PathBuf, thread::JoinHandle};

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::engine::files::{
    private,
    whole::{self, Access},
};

/// Writes whole files in order. Dropping it waits for pending writes.
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
            // Without its thread nothing is saved; the window still works.
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
    for order in inbox {
        // Newer content may have arrived: a slow disk gets only the newest.
        let newest: BTreeMap<PathBuf, Vec<u8>> =
            std::iter::once(order).chain(inbox.try_iter()).collect();
        for (file, bytes) in newest {
            // Settings that cannot be kept are no reason to disturb anybody: the next start has
            // the usual ones. Without the folder, writing fails.
            let _ = file
                .parent()
                .map(|dir| private::create_folder(dir, &private::CONFIG_FILES));
            let _ = whole::write(&file, Access::Private, &bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

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
