//! Keeps a file that ends the process from ending every later one.
//!
//! A file is noted before it is read, until it is described. What an earlier process left noted is
//! tried alone, in a process of its own, before it is read here: only a file that ends that process
//! too is left out. A process that was ended from outside thus blames no file.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{private, whole};
use crate::{
    domain::path,
    engine::child::{self, Ended},
};

/// The folder of the notes within the data folder: a file for each file being read.
const FOLDER: &str = "reading";

/// Why a file that ends the process is left out, for the user.
pub const DEADLY: &str = "This file made the program end while it was read, and was left out. \
                          Resave it in an image editor, and add it again.";

/// How long a file may take to be read in a process of its own.
const PATIENCE: Duration = Duration::from_secs(120);

/// Tries a file without harm to this process.
pub trait TryFile: Send + Sync {
    /// Whether a process that reads the file lives on.
    fn survives(&self, path: &Path) -> bool;
}

/// Tries a file by `program try-picture FILE`, one at a time.
pub struct InChild {
    program: PathBuf,
    turn: Mutex<()>,
}

impl InChild {
    pub fn new(program: PathBuf) -> Self {
        Self {
            program,
            turn: Mutex::default(),
        }
    }
}

impl TryFile for InChild {
    fn survives(&self, path: &Path) -> bool {
        let _turn = lock(&self.turn);
        let arguments = ["try-picture".as_ref(), path.as_os_str()];
        match child::run(&self.program, &arguments, PATIENCE) {
            Ok(Ended::Itself { code, .. }) => code == 0,
            Ok(Ended::Killed) => false,
            // Where no process can be started, nothing is known against the file.
            Err(_) => true,
        }
    }
}

/// The notes of one data folder.
pub struct Guard {
    folder: PathBuf,
    trial: Arc<dyn TryFile>,
    /// Left noted by an earlier process.
    suspects: Mutex<HashSet<PathBuf>>,
    slots: Mutex<Slots>,
}

#[derive(Default)]
struct Slots {
    made: usize,
    free: Vec<File>,
}

impl Guard {
    /// Takes over what an earlier process left noted in `data_dir`.
    pub fn open(data_dir: &Path, trial: Arc<dyn TryFile>) -> Self {
        let folder = data_dir.join(FOLDER);
        let notes = fs::read_dir(&folder).into_iter().flatten().flatten();
        let suspects = notes
            .filter_map(|note| {
                let raw = whole::read(&note.path()).ok()?;
                // Noted again when it is tried.
                let _ = fs::remove_file(note.path());
                (!raw.is_empty()).then(|| path::from_raw(&raw))
            })
            .collect();
        Self {
            folder,
            trial,
            suspects: Mutex::new(suspects),
            slots: Mutex::default(),
        }
    }

    /// Notes that a file is being read until the note is dropped. Where nothing can be written, the
    /// file is read all the same.
    pub fn note(&self, path: &Path) -> Note<'_> {
        let slot = self.slot().and_then(|mut slot| {
            slot.set_len(0)?;
            slot.write_all(&path::to_raw(path))?;
            Ok(slot)
        });
        Note {
            guard: self,
            slot: slot.ok(),
        }
    }

    /// Whether the file may be read here: it was not noted by a process that ended, or a process
    /// that read nothing else has survived it. To be asked with the file noted.
    pub fn allows(&self, path: &Path) -> bool {
        !lock(&self.suspects).remove(path) || self.trial.survives(path)
    }

    fn slot(&self) -> io::Result<File> {
        let mut slots = lock(&self.slots);
        if let Some(slot) = slots.free.pop() {
            return Ok(slot);
        }
        // A data folder that was moved away is not begun again: nothing could take its place back.
        if !self.folder.parent().is_some_and(Path::is_dir) {
            return Err(io::ErrorKind::NotFound.into());
        }
        private::create_folder(&self.folder, &[])?;
        let slot = private::open_file(&self.folder.join(slots.made.to_string()))?;
        slots.made += 1;
        Ok(slot)
    }
}

/// A file that is being read.
pub struct Note<'a> {
    guard: &'a Guard,
    slot: Option<File>,
}

impl Drop for Note<'_> {
    fn drop(&mut self) {
        if let Some(slot) = self.slot.take() {
            // One that stays noted is tried by the next process, and found harmless.
            let _ = slot.set_len(0);
            lock(&self.guard.slots).free.push(slot);
        }
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it is held.
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files named here end the process that reads them; the others are noted.
    #[derive(Default)]
    struct Deadly {
        names: Vec<&'static str>,
        tried: Mutex<Vec<PathBuf>>,
    }

    impl TryFile for Deadly {
        fn survives(&self, path: &Path) -> bool {
            self.tried.lock().unwrap().push(path.to_owned());
            !self.names.iter().any(|name| path.ends_with(name))
        }
    }

    #[test]
    fn only_what_was_being_read_is_tried_and_only_what_is_deadly_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let trial = Arc::new(Deadly {
            names: vec!["b.jpg"],
            ..Deadly::default()
        });
        let [a, b, c] = ["a.jpg", "b.jpg", "c.jpg"].map(PathBuf::from);
        let first = Guard::open(folder.path(), trial.clone());
        drop(first.note(&c));
        // Never dropped, as where the process ends.
        std::mem::forget((first.note(&a), first.note(&b)));

        let second = Guard::open(folder.path(), trial.clone());
        assert!(second.allows(&a) && !second.allows(&b) && second.allows(&c));
        assert_eq!(*trial.tried.lock().unwrap(), [a.clone(), b]);
        assert!(second.allows(&a), "once");
    }

    #[test]
    fn a_data_folder_that_was_moved_away_is_not_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let guard = Guard::open(&data, Arc::new(Deadly::default()));
        drop(guard.note(Path::new("a.jpg")));
        assert!(!data.exists());
    }

    #[test]
    fn a_note_is_gone_with_the_reading() {
        let folder = tempfile::tempdir().unwrap();
        let trial = Arc::new(Deadly::default());
        let guard = Guard::open(folder.path(), trial.clone());
        for name in ["a.jpg", "a much longer name.jpg", "b"] {
            drop(guard.note(Path::new(name)));
        }
        drop(guard);
        let guard = Guard::open(folder.path(), trial.clone());
        assert!(guard.suspects.lock().unwrap().is_empty());
    }

    #[test]
    fn a_program_that_cannot_be_started_blames_nobody() {
        let trial = InChild::new("/there/is/no/such/program".into());
        assert!(trial.survives(Path::new("a.jpg")));
    }
}
