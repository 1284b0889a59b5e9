//! What time left is worth: sums of thirds, sevenths and thirty-firsts without a rounding error.

use std::ops::Add;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::money::Cents;

/// A billing month in UTC is 28, 29, 30 or 31 days of 86,400 seconds. Their least common multiple
/// divides a cent so that every second of every month is worth a whole number of parts.
const PARTS: i128 = 4 * 3 * 5 * 7 * 29 * 31 * 86_400;

/// An exact amount, in parts of a cent.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Value(i128);

impl Value {
    /// `secs` of a month of `month_secs` at `price` a month.
    pub fn of(price: Cents, secs: i64, month_secs: i64) -> Self {
        Self(i128::from(price.0) * i128::from(secs) * (PARTS / i128::from(month_secs)))
    }

    /// To the cent, half a cent up.
    pub fn rounded(self) -> Cents {
        // No sum of prices comes near what 64 bits of cents hold.
        Cents((self.0 + PARTS / 2).div_euclid(PARTS) as i64)
    }
}

impl Add for Value {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::iter::Sum for Value {
    fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
        values.fold(Self::default(), Add::add)
    }
}

/// What is left of one billing month at one package's price: a line of the proration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceLine {
    pub month_start: Timestamp,
    pub month_end: Timestamp,
    /// Seconds left of the month, `0..=month_secs`.
    pub left_secs: i64,
    pub month_secs: i64,
    /// Of the package for the whole month; nothing for the trial package in the free month.
    pub price: Cents,
}

impl BalanceLine {
    /// What the rest of `[month_start, month_end)` from `from` on costs.
    pub(super) fn new(month: (Timestamp, Timestamp), from: Timestamp, price: Cents) -> Self {
        let (month_start, month_end) = month;
        let month_secs = month_end.as_second() - month_start.as_second();
        let left_secs = (month_end.as_second() - from.as_second()).clamp(0, month_secs);
        Self {
            month_start,
            month_end,
            left_secs,
            month_secs,
            price,
        }
    }

    /// The line's worth to the cent, for display. The balance is rounded once, over the exact
    /// lines, so that it may differ from the sum of these by a few cents.
    pub fn amount(&self) -> Cents {
        self.value().rounded()
    }

    pub(super) fn value(&self) -> Value {
        Value::of(self.price, self.left_secs, self.month_secs)
    }
}

/// The lines' sum, rounded half up to the cent once.
pub(super) fn balance(lines: &[BalanceLine]) -> Cents {
    lines
        .iter()
        .map(BalanceLine::value)
        .sum::<Value>()
        .rounded()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    #[test]
    fn a_second_of_every_length_of_month_is_a_whole_number_of_parts() {
        for days in 28..=31 {
            assert_eq!(PARTS % (days * i128::from(DAY)), 0, "{days} days");
        }
    }

    #[test]
    fn half_a_cent_is_rounded_up_and_less_is_not() {
        assert_eq!(Value::of(Cents(1), DAY * 15, DAY * 30).rounded(), Cents(1));
        assert_eq!(
            Value::of(Cents(1), DAY * 15 - 1, DAY * 30).rounded(),
            Cents(0)
        );
    }

    #[test]
    fn a_balance_is_rounded_once_and_not_month_by_month() {
        // Three months of a third of a cent are a cent; rounded one by one they would be nothing.
        let third = Value::of(Cents(1), DAY * 10, DAY * 30);
        assert_eq!(third.rounded(), Cents(0));
        assert_eq!([third; 3].into_iter().sum::<Value>().rounded(), Cents(1));
    }
}
