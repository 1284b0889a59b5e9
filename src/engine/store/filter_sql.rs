//! A filter as a condition of SQL over `record`.

use rusqlite::types::Value;

use crate::domain::filter::Expr;

/// Appends to `sql` a condition that is never NULL, so that it agrees with
/// [`crate::domain::filter::Filter::matches`], and its values to `values`.
pub(super) fn condition(expr: &Expr, sql: &mut String, values: &mut Vec<Value>) {
    match expr {
        Expr::And(all) => joined(all, " AND ", sql, values),
        Expr::Or(any) => joined(any, " OR ", sql, values),
        Expr::Not(expr) => {
            sql.push_str("NOT (");
            condition(expr, sql, values);
            sql.push(')');
        }
        Expr::IntTest { field, op, value } => {
            test(
                field.name(),
                op.symbol(),
                [Value::Integer(*value)],
                sql,
                values,
            );
        }
        Expr::TextTest { field, op, value } => {
            test(
                field.name(),
                op.symbol(),
                [Value::Text(value.clone())],
                sql,
                values,
            );
        }
        Expr::IntIn {
            field,
            values: asked,
        } => {
            test(
                field.name(),
                "IN",
                asked.iter().copied().map(Value::Integer),
                sql,
                values,
            );
        }
        Expr::TextIn {
            field,
            values: asked,
        } => {
            test(
                field.name(),
                "IN",
                asked.iter().cloned().map(Value::Text),
                sql,
                values,
            );
        }
    }
}

fn joined(parts: &[Expr], word: &str, sql: &mut String, values: &mut Vec<Value>) {
    for (i, part) in parts.iter().enumerate() {
        sql.push_str(if i > 0 { word } else { "" });
        sql.push('(');
        condition(part, sql, values);
        sql.push(')');
    }
}

fn test(
    column: &str,
    operator: &str,
    asked: impl IntoIterator<Item = Value>,
    sql: &mut String,
    values: &mut Vec<Value>,
) {
    let before = values.len();
    values.extend(asked);
    let marks = vec!["?"; values.len() - before].join(",");
    sql.push_str(&format!(
        "{column} IS NOT NULL AND {column} {operator} ({marks})"
    ));
}
