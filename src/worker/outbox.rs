//! The event channel; each event wakes the window.

use std::path::PathBuf;

use crossbeam_channel::Sender;

use super::{
    command::RequestId,
    event::{Event, Failure, FailureKind},
};

/// Called after each event, so that a window that sleeps draws it.
pub type Waker = Box<dyn Fn() + Send + Sync>;

pub struct Outbox {
    events: Sender<Event>,
    waker: Waker,
}

impl Outbox {
    pub fn new(events: Sender<Event>, waker: Waker) -> Self {
        Self { events, waker }
    }

    /// A dropped receiver means that nobody is listening: the worker is about to end.
    pub fn send(&self, event: Event) {
        if self.events.send(event).is_ok() {
            (self.waker)();
        }
    }

    pub fn failed(&self, request: RequestId, kind: FailureKind, text: impl ToString) {
        self.send(Event::Failed {
            request,
            failure: Failure {
                kind,
                text: text.to_string(),
            },
        });
    }

    pub fn exported(&self, request: RequestId, to: PathBuf, rows: u64) {
        self.send(Event::Exported { request, to, rows });
    }

    pub fn done(&self, request: RequestId, text: impl Into<String>, undo: bool) {
        self.send(Event::Done {
            request,
            text: text.into(),
            undo,
        });
    }
}
