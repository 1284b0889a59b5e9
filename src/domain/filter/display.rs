//! A filter's tree written out.

use std::fmt;

use super::expr::Expr;

/// Writes a text that parses to the same tree, with no more levels than any such text needs.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(all) => write_joined(f, all.iter().map(Unit), " AND "),
            Self::Or(any) => write_joined(f, any.iter().map(Both), " OR "),
            Self::Not(expr) => match &**expr {
                Self::IntIn { field, values } => write_list(f, field, "NOT IN", values.iter()),
                Self::TextIn { field, values } => {
                    write_list(f, field, "NOT IN", values.iter().map(|value| Quoted(value)))
                }
                expr => write!(f, "NOT {}", Unit(expr)),
            },
            Self::IntTest { field, op, value } => write!(f, "{field} {op} {value}"),
            Self::IntIn { field, values } => write_list(f, field, "IN", values.iter()),
            Self::TextTest { field, op, value } => write!(f, "{field} {op} {}", Quoted(value)),
            Self::TextIn { field, values } => {
                write_list(f, field, "IN", values.iter().map(|value| Quoted(value)))
            }
        }
    }
}

/// The grammar's `both`: what stands between two `OR`s.
struct Both<'a>(&'a Expr);

impl fmt::Display for Both<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Expr::And(_) => self.0.fmt(f),
            expr => Unit(expr).fmt(f),
        }
    }
}

/// The grammar's `unit`: what stands between two `AND`s, in parentheses where it has parts.
struct Unit<'a>(&'a Expr);

impl fmt::Display for Unit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Expr::And(_) | Expr::Or(_) => write!(f, "({})", self.0),
            expr => expr.fmt(f),
        }
    }
}

struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.0.replace('\'', "''"))
    }
}

fn write_joined<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    parts: impl Iterator<Item = T>,
    word: &str,
) -> fmt::Result {
    for (i, part) in parts.enumerate() {
        write!(f, "{}{part}", if i > 0 { word } else { "" })?;
    }
    Ok(())
}

fn write_list<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    field: &impl fmt::Display,
    operator: &str,
    values: impl Iterator<Item = T>,
) -> fmt::Result {
    write!(f, "{field} {operator} (")?;
    write_joined(f, values, ", ")?;
    f.write_str(")")
}
