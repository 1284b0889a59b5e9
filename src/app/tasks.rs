//! What may take time and is not the worker's: dialogs, the clipboard, a look at dropped files,
//! other programs. Each runs on a thread of its own and comes back as a [`TaskResult`].

use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};
use egui::Context;

use super::task_result::TaskResult;

/// Runs tasks and collects what comes of them.
pub struct BackgroundTasks {
    ctx: Context,
    out: Sender<TaskResult>,
    done: Receiver<TaskResult>,
}

impl BackgroundTasks {
    pub fn new(ctx: Context) -> Self {
        let (out, done) = unbounded();
        Self { ctx, out, done }
    }

    /// Runs something on a thread of its own.
    pub fn run(&self, task_result: impl FnOnce() -> Option<TaskResult> + Send + 'static) {
        let (ctx, out) = (self.ctx.clone(), self.out.clone());
        let spawned = thread::Builder::new()
            .name("task_result".to_owned())
            .spawn(move || {
                if let Some(done) = task_result() {
                    // The window may be gone by now.
                    let _ = out.send(done);
                    ctx.request_repaint();
                }
            });
        if let Err(error) = spawned {
            let words = format!("The computer gives no further thread ({error}). Try again soon.");
            let _ = self.out.send(TaskResult::Failed(words));
        }
    }

    pub fn done(&self) -> Vec<TaskResult> {
        self.done.try_iter().collect()
    }
}
