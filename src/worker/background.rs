//! A thread of low priority that a desk begins and can cancel.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use crate::engine::priority;

/// Dropped, it is cancelled and waited for.
pub struct Background {
    cancelled: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    /// Begins `work`, which ends soon after it finds its flag set.
    ///
    /// # Errors
    ///
    /// Where the system gives no thread.
    pub fn start(
        name: &str,
        work: impl FnOnce(&Arc<AtomicBool>) + Send + 'static,
    ) -> io::Result<Self> {
        let cancelled = Arc::new(AtomicBool::new(false));
        let flag = cancelled.clone();
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                priority::lower();
                work(&flag);
            })?;
        Ok(Self {
            cancelled,
            thread: Some(thread),
        })
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It reports by message; that it panicked was printed already.
            let _ = thread.join();
        }
    }
}
