//! Another start of the program asks this one's window to come forward.

use std::{
    fs,
    time::{Duration, Instant},
};

use super::{deadline::Deadline, event::Event, shared::Shared};

/// A file of this name in the data folder asks the running window to come forward.
pub const RAISE_FILE: &str = "raise";

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The desk that watches for the file.
#[derive(Default)]
pub struct Raise {
    next_look: Option<Instant>,
}

impl Raise {
    pub fn tick(&mut self, shared: &Shared, now: Instant) -> Deadline {
        if let Some(at) = self.next_look.filter(|at| *at > now) {
            return Deadline::at(at);
        }
        self.next_look = Some(now + LOOK_EVERY);
        let asked = shared.options.data_dir.join(RAISE_FILE);
        if asked.exists() && fs::remove_file(&asked).is_ok() {
            shared.out.send(Event::Raise);
        }
        Deadline::after(now, LOOK_EVERY)
    }
}
