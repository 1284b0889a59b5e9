//! What may take time and is not the worker's: dialogs, the clipboard, a look at dropped files,
//! other programs. Each runs on a thread of its own and comes back as an [`Errand`].

use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};
use egui::Context;

use super::errand::Errand;

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
