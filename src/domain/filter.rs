//! The filter language over a picture's fields.
//!
//! ```text
//! expr    = both { OR both }
//! both    = unit { AND unit }
//! unit    = NOT unit | ( expr ) | test
//! test    = field ( = | != | < | <= | > | >= ) value | field [ NOT ] IN ( value { , value } )
//! value   = whole number (int_attr1 … int_attr4) | 'text', with '' for a quote (all others)
//! ```
//!
//! Keywords and field names ignore case; texts are compared exactly, in the order of their
//! Unicode code points. An attribute a picture does not have passes no test, so
//! `int_attr1 != 3` leaves such pictures out while `NOT int_attr1 = 3` keeps them.

use std::fmt;

use super::record::Fields;

mod display;
mod expr;
mod parse;
mod size;

#[cfg(test)]
pub(crate) mod tests;

pub use expr::{Expr, IntField, Op, TextField};
pub use parse::FilterError;
pub use size::{MAX_DEPTH, MAX_TESTS, MAX_VALUES};

use size::Size;

/// A filter within the size limits of the engine.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    expr: Expr,
}

impl Filter {
    /// Parses `source`; an empty one is an error, since no filter is `None`.
    pub fn parse(source: &str) -> Result<Self, FilterError> {
        parse::parse(source).map(|expr| Self { expr })
    }

    /// Passes pictures of which a field is exactly this.
    pub fn is(field: TextField, value: &str) -> Self {
        Self {
            expr: Expr::TextTest {
                field,
                op: Op::Equal,
                value: value.to_owned(),
            },
        }
    }

    /// Passes what both filters pass.
    ///
    /// # Errors
    ///
    /// Where they are too large together. Its position is 0: no one place is at fault.
    pub fn and(self, other: Self) -> Result<Self, FilterError> {
        let mut parts = self.expr.into_conjuncts();
        parts.extend(other.expr.into_conjuncts());
        let expr = Expr::And(parts);
        match Size::of(&expr).beyond() {
            Some(limit) => Err(FilterError {
                position: 0,
                message: limit.words(),
            }),
            None => Ok(Self { expr }),
        }
    }

    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    pub fn matches(&self, fields: &Fields) -> bool {
        self.expr.matches(fields)
    }
}

/// Writes a text that parses to the same filter.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}
