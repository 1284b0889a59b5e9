//! Slow work that does not belong to the worker: dialogs, the clipboard, inspecting dropped files,
//! other programs. Each task runs on its own thread and returns a [`TaskResult`].

use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};
use egui::Context;

use super::task_result::TaskResult;

/// Runs tasks and collects their results.
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

    /// Runs a task on its own thread.
    pub fn run(&self, task_result: impl FnOnce() -> Option<TaskResult> + Send + 'static) {
        let (ctx, out) = (self.ctx.clone(), self.out.clone());
        let spawned = thread::Builder::new()
            .name("task_result".to_owned())
            .spawn(move || {
                if let Some(done) = task_result() {
                    // The window may have closed in the meantime.
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
