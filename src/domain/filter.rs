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

use std::{cmp::Ordering, fmt};

use super::record::Fields;

mod parse;

#[cfg(test)]
pub(crate) mod tests;

/// Nesting a filter may have: parsing, matching and SQLite all recurse on it.
pub const MAX_DEPTH: usize = 50;
/// Tests a filter may have; SQLite parses a chain of `AND`s into a tree at most 1,000 deep.
pub const MAX_TESTS: usize = 500;
/// Values a filter may have in all; SQLite binds at most 32,766 to a statement.
pub const MAX_VALUES: usize = 10_000;

/// A parsed filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    source: String,
    expr: Expr,
}

/// Why a text is no filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The filter is wrong at character {}: {message}", .position + 1)]
pub struct FilterError {
    /// Where, in characters from 0; the length of the text where something is missing at its end.
    pub position: usize,
    pub message: String,
}

/// What a filter asks, as a tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// Passes where every one passes; two at least.
    And(Vec<Expr>),
    /// Passes where any one passes; two at least.
    Or(Vec<Expr>),
    Not(Box<Expr>),
    IntTest {
        field: IntField,
        op: Op,
        value: i64,
    },
    IntIn {
        field: IntField,
        values: Vec<i64>,
    },
    TextTest {
        field: TextField,
        op: Op,
        value: String,
    },
    TextIn {
        field: TextField,
        values: Vec<String>,
    },
}

/// `int_attr1` to `int_attr4`, by their index from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntField(pub(super) u8);

/// A field that holds text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextField {
    Category,
    ProductId,
    Name,
    Custom,
    /// `str_attr1` to `str_attr4`, by their index from 0.
    Attr(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Filter {
    /// Parses `source`; an empty one is an error, since no filter is `None`.
    pub fn parse(source: &str) -> Result<Self, FilterError> {
        Ok(Self {
            source: source.to_owned(),
            expr: parse::parse(source)?,
        })
    }

    /// The text it was parsed from.
    pub fn source(&self) -> &str {
        &self.source
    }

    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    pub fn matches(&self, fields: &Fields) -> bool {
        self.expr.matches(fields)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl Expr {
    pub fn matches(&self, fields: &Fields) -> bool {
        match self {
            Self::And(all) => all.iter().all(|expr| expr.matches(fields)),
            Self::Or(any) => any.iter().any(|expr| expr.matches(fields)),
            Self::Not(expr) => !expr.matches(fields),
            Self::IntTest { field, op, value } => field
                .of(fields)
                .is_some_and(|found| op.holds(found.cmp(value))),
            Self::IntIn { field, values } => field
                .of(fields)
                .is_some_and(|found| values.contains(&found)),
            Self::TextTest { field, op, value } => field
                .of(fields)
                .is_some_and(|found| op.holds(found.cmp(value.as_str()))),
            Self::TextIn { field, values } => field
                .of(fields)
                .is_some_and(|found| values.iter().any(|value| value == found)),
        }
    }
}

/// Writes a text that parses to the same tree.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(all) => write_joined(f, all, " AND "),
            Self::Or(any) => write_joined(f, any, " OR "),
            Self::Not(expr) => write!(f, "NOT {}", Nested(expr)),
            Self::IntTest { field, op, value } => write!(f, "{field} {op} {value}"),
            Self::IntIn { field, values } => write_list(f, field, values.iter()),
            Self::TextTest { field, op, value } => write!(f, "{field} {op} {}", Quoted(value)),
            Self::TextIn { field, values } => {
                write_list(f, field, values.iter().map(|value| Quoted(value)))
            }
        }
    }
}

/// A part of a larger expression, in parentheses where it has parts of its own.
struct Nested<'a>(&'a Expr);

impl fmt::Display for Nested<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Expr::And(_) | Expr::Or(_) => write!(f, "({})", self.0),
            _ => self.0.fmt(f),
        }
    }
}

struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.0.replace('\'', "''"))
    }
}

fn write_joined(f: &mut fmt::Formatter<'_>, parts: &[Expr], word: &str) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(word)?;
        }
        write!(f, "{}", Nested(part))?;
    }
    Ok(())
}

fn write_list<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    field: &impl fmt::Display,
    values: impl Iterator<Item = T>,
) -> fmt::Result {
    write!(f, "{field} IN (")?;
    for (i, value) in values.enumerate() {
        write!(f, "{}{value}", if i > 0 { ", " } else { "" })?;
    }
    f.write_str(")")
}

impl IntField {
    pub const ALL: [Self; 4] = [Self(0), Self(1), Self(2), Self(3)];

    pub fn name(self) -> &'static str {
        ["int_attr1", "int_attr2", "int_attr3", "int_attr4"][usize::from(self.0)]
    }

    pub fn of(self, fields: &Fields) -> Option<i64> {
        fields.ints[usize::from(self.0)]
    }
}

impl fmt::Display for IntField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl TextField {
    pub const ALL: [Self; 8] = [
        Self::Category,
        Self::ProductId,
        Self::Name,
        Self::Custom,
        Self::Attr(0),
        Self::Attr(1),
        Self::Attr(2),
        Self::Attr(3),
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::ProductId => "product_id",
            Self::Name => "name",
            Self::Custom => "custom",
            Self::Attr(i) => ["str_attr1", "str_attr2", "str_attr3", "str_attr4"][usize::from(i)],
        }
    }

    pub fn of(self, fields: &Fields) -> Option<&str> {
        match self {
            Self::Category => Some(&fields.category),
            Self::ProductId => Some(&fields.product_id),
            Self::Name => Some(&fields.name),
            Self::Custom => Some(&fields.custom),
            Self::Attr(i) => fields.strs[usize::from(i)].as_deref(),
        }
    }
}

impl fmt::Display for TextField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Op {
    /// As written in a filter, and in SQL.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// Whether the test holds for a found value that compares so to the asked one.
    fn holds(self, found: Ordering) -> bool {
        match self {
            Self::Equal => found.is_eq(),
            Self::NotEqual => found.is_ne(),
            Self::Less => found.is_lt(),
            Self::LessOrEqual => found.is_le(),
            Self::Greater => found.is_gt(),
            Self::GreaterOrEqual => found.is_ge(),
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}
