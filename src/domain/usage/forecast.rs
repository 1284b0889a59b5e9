//! The day the cap is reached at the present pace.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::Offset};
use serde::Serialize;

use super::Gauge;
use crate::domain::subscription::Standing;

/// Days whose uploads make the pace.
const PACE_DAYS: i64 = 14;

/// A cap reached later than this many days from now is not forecast: no pace lasts that long.
const HORIZON_DAYS: f64 = 3_650.0;

const DAY_SECS: f64 = 86_400.0;

/// When the cap of the present package is reached.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Forecast {
    /// Now, where it is reached already.
    pub reached_on: Timestamp,
    /// Uploads a day over the last 14 days.
    pub per_day: f64,
    /// The gauge that is full first.
    pub what: Gauge,
}

/// The forecast at the pace of the last 14 days, or since the first upload where that is less. None
/// with no package in force, without uploads in that time, or when the cap is years away.
///
/// The month's meter is looked at for the current month only: in any later month it starts at
/// nothing, grows at the same pace as what is stored, and therefore is never full before it.
pub fn forecast(
    uploads_by_day: &[(Date, u64)],
    uploaded: u64,
    stored: u64,
    standing: &Standing,
    now: Timestamp,
) -> Option<Forecast> {
    let cap = standing.cap();
    let (_, month_end) = standing.billing_month?;
    let per_day = pace(uploads_by_day, now)?;
    let full_at = |used: u64| {
        let days = cap.saturating_sub(used) as f64 / per_day;
        let wait = SignedDuration::try_from_secs_f64(days * DAY_SECS).ok()?;
        if days > HORIZON_DAYS {
            None
        } else {
            now.checked_add(wait).ok()
        }
    };
    let by_month = full_at(uploaded)
        .filter(|at| *at < month_end)
        .map(|at| (at, Gauge::Uploaded));
    let by_stored = full_at(stored).map(|at| (at, Gauge::Stored));
    let (reached_on, what) = by_month
        .into_iter()
        .chain(by_stored)
        .min_by_key(|(at, _)| *at)?;
    Some(Forecast {
        reached_on,
        per_day,
        what,
    })
}

/// Uploads a day: those of today and the 13 days before, by the time that has passed of them. At
/// least a day, so that the first hour's import does not look like a day's habit.
fn pace(uploads_by_day: &[(Date, u64)], now: Timestamp) -> Option<f64> {
    let today = Offset::UTC.to_datetime(now).date();
    let from = today
        .checked_sub(SignedDuration::from_hours(24 * (PACE_DAYS - 1)))
        .ok()?;
    let counted = || {
        uploads_by_day
            .iter()
            .filter(|(day, _)| (from..=today).contains(day))
    };
    let sum: u64 = counted().map(|(_, count)| count).sum();
    if sum == 0 {
        return None;
    }
    // Silent days count as soon as there is an upload before them.
    let first = uploads_by_day
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(day, _)| *day)
        .min()?;
    let start = Offset::UTC
        .to_timestamp(first.max(from).at(0, 0, 0, 0))
        .ok()?;
    let days = (now.duration_since(start).as_secs_f64() / DAY_SECS).max(1.0);
    Some(sum as f64 / days)
}
