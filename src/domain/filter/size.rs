//! How large a filter may be.

use super::expr::Expr;

/// Nesting a filter may have: parsing, matching and SQLite all recurse on it.
pub const MAX_DEPTH: usize = 50;
/// Tests a filter may have; SQLite parses a chain of `AND`s into a tree at most 1,000 deep.
pub const MAX_TESTS: usize = 500;
/// Values a filter may have in all; SQLite binds at most 32,766 to a statement.
pub const MAX_VALUES: usize = 10_000;

/// A limit on filters.
pub(super) struct Limit {
    pub most: usize,
    of_what: &'static str,
}

impl Limit {
    /// The error when it is exceeded.
    pub fn words(&self) -> String {
        format!("more than {} {}", self.most, self.of_what)
    }
}

pub(super) const LEVELS: Limit = Limit {
    most: MAX_DEPTH,
    of_what: "levels of NOT and parentheses",
};
pub(super) const TESTS: Limit = Limit {
    most: MAX_TESTS,
    of_what: "comparisons in one filter",
};
pub(super) const VALUES: Limit = Limit {
    most: MAX_VALUES,
    of_what: "values in one filter",
};

/// How large an expression is.
#[derive(Clone, Copy, Default)]
pub(super) struct Size {
    /// Levels of `NOT` and parentheses that its text needs, the one of a test included.
    levels: usize,
    tests: usize,
    values: usize,
}

impl Size {
    pub fn of(expr: &Expr) -> Self {
        match expr {
            Expr::And(all) => Self::of_parts(all.iter().map(Self::of_unit)),
            Expr::Or(any) => Self::of_parts(any.iter().map(|part| match part {
                Expr::And(_) => Self::of(part),
                _ => Self::of_unit(part),
            })),
            _ => Self::of_unit(expr),
        }
    }

    /// The first limit it exceeds.
    pub fn beyond(&self) -> Option<Limit> {
        let numbers = [
            (self.levels, LEVELS),
            (self.tests, TESTS),
            (self.values, VALUES),
        ];
        let mut numbers = numbers.into_iter();
        numbers
            .find(|(number, limit)| *number > limit.most)
            .map(|(_, limit)| limit)
    }

    /// Of what stands between two `AND`s, in parentheses where it has parts.
    fn of_unit(expr: &Expr) -> Self {
        let values = match expr {
            Expr::And(_) | Expr::Or(_) => return Self::of(expr).deeper(),
            Expr::Not(inner) => {
                return match **inner {
                    // `NOT IN` is one test.
                    Expr::IntIn { .. } | Expr::TextIn { .. } => Self::of_unit(inner),
                    _ => Self::of_unit(inner).deeper(),
                };
            }
            Expr::IntTest { .. } | Expr::TextTest { .. } => 1,
            Expr::IntIn { values, .. } => values.len(),
            Expr::TextIn { values, .. } => values.len(),
        };
        Self {
            levels: 1,
            tests: 1,
            values,
        }
    }

    fn of_parts(parts: impl Iterator<Item = Self>) -> Self {
        parts.fold(Self::default(), |sum, part| Self {
            levels: sum.levels.max(part.levels),
            tests: sum.tests + part.tests,
            values: sum.values + part.values,
        })
    }

    fn deeper(self) -> Self {
        Self {
            levels: self.levels + 1,
            ..self
        }
    }
}
