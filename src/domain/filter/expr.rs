//! A filter as a tree.

use std::{cmp::Ordering, fmt};

use crate::domain::record::Fields;

/// A test of a picture's fields, or several joined.
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
pub struct IntField(u8);

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

impl Expr {
    /// Expressions that all pass where this one does.
    pub(super) fn into_conjuncts(self) -> Vec<Self> {
        match self {
            Self::And(all) => all,
            expr => vec![expr],
        }
    }

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
