//! Writing to the terminal: nothing that acts on one goes there as it is.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, IsTerminal, Write},
    path::Path,
};

use serde::Serialize;

use super::failed::Failed;
use crate::domain::text::Visible;

/// A value as JSON on a line of its own.
pub fn json(value: &impl Serialize) -> Result<(), Failed> {
    let text = serde_json::to_string(value).map_err(Failed::new)?;
    line(&text)
}

/// A line; a reader that went away (`| head`) is no failure worth a word.
pub fn line(text: &str) -> Result<(), Failed> {
    let mut out = io::stdout();
    let written = match out.is_terminal() {
        true => writeln!(out, "{}", Visible(text)),
        false => writeln!(out, "{text}"),
    };
    unless_gone(written)
}

/// Lines on stderr.
pub fn error(text: &str) {
    for line in text.lines() {
        eprintln!("{}", Visible(line));
    }
}

/// A text file.
pub fn file(path: &Path) -> Result<(), Failed> {
    let from = File::open(path).map_err(Failed::new)?;
    let mut out = io::stdout();
    if !out.is_terminal() {
        return unless_gone(io::copy(&mut &from, &mut out).map(drop));
    }
    for text in BufReader::new(from).lines() {
        line(&text.map_err(Failed::new)?)?;
    }
    Ok(())
}

fn unless_gone(written: io::Result<()>) -> Result<(), Failed> {
    match written {
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
            eprint!("\r\x1b[K{}", Visible(text));
        }
    }

    pub fn clear(&self) {
        if self.shown {
            eprint!("\r\x1b[K");
        }
    }
}
