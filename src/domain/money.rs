//! Money as whole cents of US dollars.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, Mul, Neg, Sub},
};

use serde::{Deserialize, Serialize};

use super::words::grouped;

/// An amount in cents of the price list's currency (USD).
///
/// In an order a positive amount is a payment and a negative one a refund.
#[derive(
    Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Cents(pub i64);

impl Cents {
    pub const ZERO: Self = Self(0);

    /// With its sign always shown and set apart: `+ $480.00`, `− $300.00`; zero has none.
    pub fn signed(self) -> String {
        match self.0 {
            0 => self.to_string(),
            1.. => format!("+ {self}"),
            _ => format!("− {}", -self),
        }
    }

    /// For spreadsheets: `1050.00`, `-300.00`, without a currency or grouping.
    pub fn decimal(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "−" } else { "" };
        let cents = self.0.unsigned_abs();
        f.pad(&format!(
            "{sign}${}.{:02}",
            grouped(cents / 100),
            cents % 100
        ))
    }
}

impl Add for Cents {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Cents {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Cents {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Mul<u32> for Cents {
    type Output = Self;
    fn mul(self, times: u32) -> Self {
        Self(self.0 * i64::from(times))
    }
}

impl Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_grouping_cents_and_a_true_minus() {
        assert_eq!(Cents(105_000).to_string(), "$1,050.00");
        assert_eq!(Cents(-30_000).to_string(), "−$300.00");
        assert_eq!(Cents(7).to_string(), "$0.07");
        assert_eq!(Cents(123_456_789).to_string(), "$1,234,567.89");
    }

    #[test]
    fn a_change_shows_its_sign_unless_it_is_nothing() {
        assert_eq!(Cents(48_000).signed(), "+ $480.00");
        assert_eq!(Cents(-30_000).signed(), "− $300.00");
        assert_eq!(Cents::ZERO.signed(), "$0.00");
    }

    #[test]
    fn a_spreadsheet_gets_plain_decimals() {
        assert_eq!(Cents(105_000).decimal(), "1050.00");
        assert_eq!(Cents(-5).decimal(), "-0.05");
    }
}
