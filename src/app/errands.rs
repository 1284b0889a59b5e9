//! What may take time and is not the worker's: dialogs, the clipboard, a look at dropped files,
//! other programs. Each runs on a thread of its own and comes back as an [`Errand`].

use std::{path::PathBuf, sync::Arc, thread};

use crossbeam_channel::{Receiver, Sender, unbounded};
use egui::Context;

use super::picking::Picking;

/// An errand that is done.
#[derive(Debug)]
pub enum Errand {
    /// Files or folders chosen in a dialog.
    Picked {
        picking: Picking,
        paths: Vec<PathBuf>,
    },
    /// What hovers over the window, told apart.
    Hovered(Told),
    Dropped(Told),
    /// Files on the clipboard.
    PastedFiles(Told),
    /// A picture on the clipboard, as a PNG file.
    PastedPicture(Arc<[u8]>),
    /// Something to say that went well.
    Said(String),
    /// A sentence with its remedy.
    Failed(String),
}

/// Dropped paths, told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub files: Vec<PathBuf>,
    pub folders: Vec<PathBuf>,
}

impl Told {
    /// Looks each path up. What is neither counts as a file: the worker says what is wrong with it.
    pub fn of(paths: Vec<PathBuf>) -> Self {
        let (folders, files) = paths.into_iter().partition(|path| path.is_dir());
        Self { files, folders }
    }
}

/// Runs errands and collects what comes of them.
pub struct Errands {
    ctx: Context,
    out: Sender<Errand>,
    done: Receiver<Errand>,
}

impl Errands {
    pub fn new(ctx: Context) -> Self {
        let (out, done) = unbounded();
        Self { ctx, out, done }
    }

    /// Runs something on a thread of its own.
    pub fn run(&self, errand: impl FnOnce() -> Option<Errand> + Send + 'static) {
        let (ctx, out) = (self.ctx.clone(), self.out.clone());
        let spawned = thread::Builder::new()
            .name("errand".to_owned())
            .spawn(move || {
                if let Some(done) = errand() {
                    // The window may be gone by now.
                    let _ = out.send(done);
                    ctx.request_repaint();
                }
            });
        if let Err(error) = spawned {
            let words = format!("The computer gives no further thread ({error}). Try again soon.");
            let _ = self.out.send(Errand::Failed(words));
        }
    }

    pub fn done(&self) -> Vec<Errand> {
        self.done.try_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_folders_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.jpg");
        std::fs::write(&file, b"x").unwrap();
        let gone = folder.path().join("gone.jpg");
        let told = Told::of(vec![
            folder.path().to_path_buf(),
            file.clone(),
            gone.clone(),
        ]);
        assert_eq!(told.folders, [folder.path()]);
        assert_eq!(told.files, [file, gone]);
    }
}
