//! Dates and instants. The subscription counts in UTC, and so do all that take a [`Timestamp`] but
//! [`date_time`].

use std::sync::atomic::{AtomicU8, Ordering};

use jiff::{SignedDuration, Timestamp, civil::Date, tz::Offset, tz::TimeZone};

/// In which order a written date names its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum DateOrder {
    /// `10 Nov 2026`
    DayFirst,
    /// `Nov 10, 2026`
    MonthFirst,
    /// `2026 Nov 10`
    YearFirst,
}

impl DateOrder {
    /// The order usual for a locale such as `en_US.UTF-8` or `de-DE`.
    pub fn of_locale(locale: &str) -> Self {
        let locale = locale.replace('-', "_");
        let language = locale.split(['_', '.', '@']).next().unwrap_or_default();
        match language {
            _ if locale.starts_with("en_US") => Self::MonthFirst,
            "ja" | "zh" | "ko" | "hu" | "lt" | "mn" => Self::YearFirst,
            _ => Self::DayFirst,
        }
    }
}

/// One for the whole program, since the sentences of errors name dates as well. The command line
/// leaves it as it is: what scripts read is the same everywhere.
static DATE_ORDER: AtomicU8 = AtomicU8::new(DateOrder::DayFirst as u8);

/// Sets the order of all dates written from now on.
pub fn set_date_order(order: DateOrder) {
    DATE_ORDER.store(order as u8, Ordering::Relaxed);
}

fn date_order() -> DateOrder {
    match DATE_ORDER.load(Ordering::Relaxed) {
        order if order == DateOrder::MonthFirst as u8 => DateOrder::MonthFirst,
        order if order == DateOrder::YearFirst as u8 => DateOrder::YearFirst,
        _ => DateOrder::DayFirst,
    }
}

/// A date with its month as `month` writes it (`%b`, `%B`).
fn whole(day: Date, month: &str, order: DateOrder) -> String {
    let format = match order {
        DateOrder::DayFirst => format!("%-d {month} %Y"),
        DateOrder::MonthFirst => format!("{month} %-d, %Y"),
        DateOrder::YearFirst => format!("%Y {month} %-d"),
    };
    day.strftime(&format).to_string()
}

/// The same without the year.
fn yearless(day: Date, month: &str, order: DateOrder) -> String {
    let format = match order {
        DateOrder::DayFirst => format!("%-d {month}"),
        DateOrder::MonthFirst | DateOrder::YearFirst => format!("{month} %-d"),
    };
    day.strftime(&format).to_string()
}

fn utc(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at).date()
}

/// `10 Nov 2026`, for tables and labels.
pub fn day(day: Date) -> String {
    whole(day, "%b", date_order())
}

/// `10 Nov 2026`
pub fn date(at: Timestamp) -> String {
    day(utc(at))
}

/// `10 November 2026`, for sentences and headings.
pub fn long_day(day: Date) -> String {
    whole(day, "%B", date_order())
}

/// `10 November 2026`
pub fn long_date(at: Timestamp) -> String {
    long_day(utc(at))
}

/// `10 Nov`, where the year is plain from its neighbour.
pub fn short_date(at: Timestamp) -> String {
    yearless(utc(at), "%b", date_order())
}

/// `10 Nov – 10 Dec 2026`, with the first year only where it differs.
pub fn span(from: Timestamp, to: Timestamp) -> String {
    span_in(from, to, date_order())
}

fn span_in(from: Timestamp, to: Timestamp, order: DateOrder) -> String {
    let (from, to) = (utc(from), utc(to));
    let (first, last) = match order {
        _ if from.year() != to.year() => (whole(from, "%b", order), whole(to, "%b", order)),
        // The year leads, and holds for both.
        DateOrder::YearFirst => (whole(from, "%b", order), yearless(to, "%b", order)),
        _ => (yearless(from, "%b", order), whole(to, "%b", order)),
    };
    format!("{first} – {last}")
}

/// `12 Nov 2026, 14:02` in a time zone.
pub fn date_time(at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned(zone.clone());
    format!("{}, {}", day(local.date()), local.strftime("%H:%M"))
}

/// `16 Nov 2026, 00:00 UTC`
pub fn instant(at: Timestamp) -> String {
    format!("{} UTC", date_time(at, &TimeZone::UTC))
}

/// `1 December` for a midnight, otherwise `1 December, 10:33 UTC` with the begun minute counted
/// whole, so that nobody comes too early. For instants whose year is plain.
pub fn moment(at: Timestamp) -> String {
    let up = at.checked_add(SignedDuration::from_secs(59)).unwrap_or(at);
    let time = Offset::UTC.to_datetime(up);
    let day = yearless(time.date(), "%B", date_order());
    if (time.hour(), time.minute()) == (0, 0) {
        return day;
    }
    format!("{day}, {}", time.strftime("%H:%M UTC"))
}

#[cfg(test)]
mod tests {
    use jiff::civil;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_is_the_day_in_utc() {
        assert_eq!(date(at("2026-11-10T23:59:59Z")), "10 Nov 2026");
        assert_eq!(long_date(at("2026-11-10T23:59:59Z")), "10 November 2026");
        assert_eq!(short_date(at("2026-11-10T23:59:59Z")), "10 Nov");
    }

    #[test]
    fn an_instant_is_written_in_the_zone_that_is_asked_for() {
        let instant_of_2359 = at("2026-11-10T23:59:59Z");
        assert_eq!(instant(instant_of_2359), "10 Nov 2026, 23:59 UTC");
        let zone = TimeZone::fixed(Offset::constant(2));
        assert_eq!(date_time(instant_of_2359, &zone), "11 Nov 2026, 01:59");
    }

    #[test]
    fn the_order_of_a_date_follows_the_locale() {
        assert_eq!(DateOrder::of_locale("en_US.UTF-8"), DateOrder::MonthFirst);
        assert_eq!(DateOrder::of_locale("en-GB"), DateOrder::DayFirst);
        assert_eq!(DateOrder::of_locale("ja_JP"), DateOrder::YearFirst);
        assert_eq!(DateOrder::of_locale("zh-Hans-CN"), DateOrder::YearFirst);
        assert_eq!(DateOrder::of_locale(""), DateOrder::DayFirst);
    }

    #[test]
    fn every_length_of_a_date_has_the_same_order() {
        let day = civil::date(2026, 11, 10);
        let written = |order| (whole(day, "%B", order), yearless(day, "%b", order));
        let of = |whole: &str, yearless: &str| (whole.to_owned(), yearless.to_owned());
        assert_eq!(
            written(DateOrder::DayFirst),
            of("10 November 2026", "10 Nov")
        );
        assert_eq!(
            written(DateOrder::MonthFirst),
            of("November 10, 2026", "Nov 10")
        );
        assert_eq!(
            written(DateOrder::YearFirst),
            of("2026 November 10", "Nov 10")
        );
    }

    #[test]
    fn a_span_repeats_no_year() {
        let (nov, dec) = (at("2026-11-10T00:00:00Z"), at("2026-12-10T00:00:00Z"));
        let jan = at("2027-01-10T00:00:00Z");
        assert_eq!(span(nov, dec), "10 Nov – 10 Dec 2026");
        assert_eq!(span(dec, jan), "10 Dec 2026 – 10 Jan 2027");
        let american = |from, to| span_in(from, to, DateOrder::MonthFirst);
        assert_eq!(american(nov, dec), "Nov 10 – Dec 10, 2026");
        let japanese = |from, to| span_in(from, to, DateOrder::YearFirst);
        assert_eq!(japanese(nov, dec), "2026 Nov 10 – Dec 10");
        assert_eq!(japanese(dec, jan), "2026 Dec 10 – 2027 Jan 10");
    }

    #[test]
    fn an_instant_in_a_sentence_is_never_too_early() {
        assert_eq!(moment(at("2026-12-01T00:00:00Z")), "1 December");
        assert_eq!(moment(at("2026-12-01T10:32:00Z")), "1 December, 10:32 UTC");
        assert_eq!(moment(at("2026-12-01T10:32:01Z")), "1 December, 10:33 UTC");
        assert_eq!(moment(at("2026-11-30T23:59:30Z")), "1 December");
    }
}
