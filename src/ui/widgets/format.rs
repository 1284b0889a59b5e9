//! Instants as the person at this computer reads them.

use jiff::{Timestamp, tz::TimeZone};

use crate::domain::words;

/// `12 Nov 2026, 14:02` in the computer's time zone.
pub fn date_time(at: Timestamp) -> String {
    words::date_time(at, &TimeZone::system())
}
