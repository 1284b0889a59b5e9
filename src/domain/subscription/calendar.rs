//! Billing months and the periods of the rules; all in UTC, where no day is ever 23 or 25 hours.

use jiff::{SignedDuration, Timestamp, ToSpan, tz::Offset};

/// How long the instance is kept after its period has ended.
pub const RETENTION: SignedDuration = SignedDuration::from_hours(15 * 24);

/// How long a quote is honoured.
pub const QUOTE_VALID: SignedDuration = SignedDuration::from_mins(10);

/// The instant without its fraction of a second: the precision of the whole ledger.
pub(super) fn whole_second(at: Timestamp) -> Timestamp {
    // A whole second of an instant that exists exists too.
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// `months` after `anchor`, on the same day of the month or on the month's last where it has no
/// such day. Always counted from the anchor, so that 31 January leads to 28 February and then to
/// 31 March. None beyond the year 9999, where the calendar ends.
pub(super) fn months_after(anchor: Timestamp, months: u32) -> Option<Timestamp> {
    let first = Offset::UTC.to_datetime(anchor);
    let day = first.checked_add(i64::from(months).months()).ok()?;
    Offset::UTC.to_timestamp(day).ok()
}

/// When an instance whose period ended at `end` is released.
pub(super) fn release_after(end: Timestamp) -> Timestamp {
    end.checked_add(RETENTION).unwrap_or(Timestamp::MAX)
}

/// Days from `now` to `then`, a begun day counting whole; 0 when it has passed.
pub(crate) fn days_until(then: Timestamp, now: Timestamp) -> i64 {
    let left = then.duration_since(now).as_millis().max(0);
    // Millisecond counts of jiff's years fit in an i64.
    (left as i64 + 86_399_999) / 86_400_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_begun_day_counts_as_a_day() {
        let end = at("2026-12-01T00:00:00Z");
        assert_eq!(days_until(end, at("2026-11-16T00:00:00Z")), 15);
        assert_eq!(days_until(end, at("2026-11-16T00:00:00.5Z")), 15);
        assert_eq!(days_until(end, at("2026-11-30T23:59:59Z")), 1);
        assert_eq!(days_until(end, at("2026-12-02T00:00:00Z")), 0);
    }

    #[test]
    fn the_calendar_ends_with_the_year_9999() {
        assert_eq!(months_after(at("9999-12-01T00:00:00Z"), 1), None);
    }
}
