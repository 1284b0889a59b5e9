//! What may take time and is not the worker's: dialogs, the clipboard, a look at dropped files,
//! other programs. Each runs on a thread of its own and comes back as an [`Errand`].

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context as TaskContext, Poll, Wake, Waker},
    thread::{self, Thread},
};

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

/// Waits for a future on this thread.
pub fn wait_for<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = TaskContext::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_future_is_waited_for() {
        let (send, receive) = unbounded();
        thread::spawn(move || send.send(7).unwrap());
        let answer = wait_for(async move { receive.recv().unwrap() });
        assert_eq!(answer, 7);
    }
}
