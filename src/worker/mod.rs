//! The one thread that owns the engine: commands in, events out.
//!
//! Nobody else holds the store or the index. Decoding and embedding run on pools and come back as
//! messages, so that the thread answers any command within a few milliseconds.
//!
//! Each kind of work has a desk, which owns its state and is handed what all share
//! (`shared::Shared`). The loop (`run`) routes commands and messages to the desks and sleeps
//! until the earliest deadline they name; no desk knows the loop, or another desk.

mod background;
mod backup;
mod change;
mod clock;
mod command;
mod compare;
mod deadline;
mod door;
mod error;
mod event;
mod export;
mod jobs;
mod lane;
mod ledger;
mod options;
mod orders;
mod outbox;
mod pools;
mod publish;
mod raise;
mod run;
mod search;
mod shared;
mod show;
mod source;
mod thumbnails;
mod trials;
mod verify;
mod work;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread::JoinHandle,
};

use crossbeam_channel::{Receiver, Sender, unbounded};

pub use clock::{Clock, ManualClock, StartedAt, SystemClock};
pub use command::{Command, ExportFormat, Lane, Request, RequestId, Target};
pub use event::{Event, Failure, FailureKind};
pub use options::{Copies, Options};
pub use outbox::Waker;
pub use raise::RAISE_FILE;

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
