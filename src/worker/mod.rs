//! The one thread that owns the engine: commands in, events out.
//!
//! Nobody else holds the store or the index. Decoding and embedding run on pools and come back as
//! messages, so that the thread answers any command within a few milliseconds.

mod backup;
mod changes;
mod clock;
mod command;
mod door;
mod event;
mod export;
mod import;
mod orders;
mod outbox;
mod pools;
mod preview;
mod publish;
mod reindex;
mod run;
mod search;
mod show;
mod work;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread::JoinHandle,
};

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::engine::{decode::Limits, describe::Describe, index::IndexConfig, store::DataLock};

pub use clock::{Clock, ManualClock, StartedAt, SystemClock};
pub use command::{Command, ExportFormat, Lane, Request, RequestId};
pub use event::{Event, Failure, FailureKind};
pub use outbox::Waker;

/// A file of this name in the data folder asks the running window to come forward.
pub const RAISE_FILE: &str = "raise";

/// What a worker needs to know.
pub struct Options {
    /// Catalogue, thumbnails, index dump and lock lie here.
    pub data_dir: PathBuf,
    /// The account's own folder: it knows whether the free month was used, whatever the catalogue.
    pub config_dir: PathBuf,
    pub clock: Arc<dyn Clock>,
    pub describer: Arc<dyn Describe>,
    pub limits: Limits,
    pub index: IndexConfig,
    /// Threads for imports; 0 is all cores but one.
    pub threads: usize,
    /// Go on with the jobs an earlier start left.
    pub resume_jobs: bool,
    /// The data folder's lock, taken before; kept as long as the worker runs.
    pub lock: DataLock,
}

/// A running worker. Dropping it stops the thread and waits for what it commits last.
pub struct Handle {
    commands: Sender<Request>,
    events: Receiver<Event>,
    next: AtomicU64,
    thread: Option<JoinHandle<()>>,
}

/// Starts the worker; `waker` is called after each event.
///
/// # Errors
///
/// Where the system gives no thread.
pub fn start(options: Options, waker: Waker) -> std::io::Result<Handle> {
    let (commands, inbox) = unbounded();
    let (out, events) = unbounded();
    let outbox = Arc::new(outbox::Outbox::new(out, waker));
    let thread = std::thread::Builder::new()
        .name("worker".to_owned())
        .spawn(move || run::run(&options, &inbox, &outbox))?;
    Ok(Handle {
        commands,
        events,
        next: AtomicU64::new(1),
        thread: Some(thread),
    })
}

impl Handle {
    /// Asks for something; the answers carry the id that is returned. A worker that has ended
    /// answers nothing: its last event said why.
    pub fn send(&self, command: Command) -> RequestId {
        let id = RequestId(self.next.fetch_add(1, Ordering::Relaxed));
        // Only a worker that has ended drops its receiver, and it has said so.
        let _ = self.commands.send(Request { id, command });
        id
    }

    pub fn events(&self) -> &Receiver<Event> {
        &self.events
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.send(Command::Stop);
        if let Some(thread) = self.thread.take() {
            // A worker that panicked has nothing left to commit.
            let _ = thread.join();
        }
    }
}
