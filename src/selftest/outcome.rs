//! Helpers that the checks are written with.

use jiff::Timestamp;

/// What a check found: its figure, or what is wrong.
pub type Outcome = Result<String, String>;

pub fn text(error: impl ToString) -> String {
    error.to_string()
}

pub fn expect(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

pub fn instant(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|error: jiff::Error| error.to_string())
}
