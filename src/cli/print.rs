//! Writing to the terminal.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use super::session::Failed;

/// A value as JSON on a line of its own.
pub fn json(value: &impl Serialize) -> Result<(), Failed> {
    let text = serde_json::to_string(value).map_err(Failed::new)?;
    line(&text)
}

/// A line; a reader that went away (`| head`) is no failure worth a word.
pub fn line(text: &str) -> Result<(), Failed> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failed::new(error)),
        _ => Ok(()),
    }
}

/// A counter on stderr: overwritten in place on a terminal, else left out.
pub struct Progress {
    shown: bool,
}

impl Progress {
    pub fn new() -> Self {
        Self {
            shown: io::stderr().is_terminal(),
        }
    }

    pub fn show(&self, text: &str) {
        if self.shown {
            eprint!("\r\x1b[K{text}");
        }
    }

    pub fn clear(&self) {
        if self.shown {
            eprint!("\r\x1b[K");
        }
    }
}
