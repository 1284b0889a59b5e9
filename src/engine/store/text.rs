//! What listings order and search by: folded text, natural name keys, folders.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::domain::{path, text::fold};

/// A key that sorts texts without case and runs of digits by their number.
///
/// Each run is written as its length in digits (one character, `'0' + length`), then the digits
/// without leading zeros.
pub(super) fn natural_key(text: &str) -> String {
    let folded = fold(text);
    let mut key = String::with_capacity(folded.len() + 4);
    let mut rest = folded.as_str();
    while let Some(c) = rest.chars().next() {
        if !c.is_ascii_digit() {
            key.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let digits = rest[..end].trim_start_matches('0');
        // Longer runs are not numbers people count by; they sort among themselves.
        let length = digits.len().min(64) as u8;
        key.push(char::from(b'0' + length));
        key.push_str(digits);
        rest = &rest[end..];
    }
    key
}

/// Rewrites the columns of a record that listings read.
pub(super) fn show(db: &Connection, record: i64) -> rusqlite::Result<()> {
    let mut paths = Vec::new();
    let mut statement = db.prepare_cached(
        "SELECT raw FROM path WHERE record = ?1 AND hidden = 0 ORDER BY seen_at DESC, id DESC",
    )?;
    let mut rows = statement.query([record])?;
    while let Some(row) = rows.next()? {
        paths.push(path::from_raw(row.get_ref(0)?.as_blob()?));
    }
    let fields = db
        .prepare_cached(
            "SELECT name, product_id, category, custom,
                    str_attr1, str_attr2, str_attr3, str_attr4,
                    int_attr1, int_attr2, int_attr3, int_attr4
             FROM record WHERE id = ?1",
        )?
        .query_row([record], |row| {
            let mut lines = Vec::with_capacity(12 + paths.len());
            for i in 0..8 {
                lines.push(row.get::<_, Option<String>>(i)?.unwrap_or_default());
            }
            for i in 8..12 {
                lines.extend(
                    row.get::<_, Option<i64>>(i)?
                        .map(|number| number.to_string()),
                );
            }
            Ok(lines)
        })
        .optional()?;
    let Some(mut lines) = fields else {
        return Ok(());
    };
    let newest = paths.first();
    let title = match newest.and_then(|path| path.file_name()) {
        Some(name) if lines[0].is_empty() => name.to_string_lossy().into_owned(),
        _ => lines[0].clone(),
    };
    let folder = newest
        .and_then(|path| path.parent())
        .map(path::lossy)
        .unwrap_or_default();
    lines.extend(paths.iter().map(|path| path::lossy(path)));
    lines.retain(|line| !line.is_empty());
    db.prepare_cached(
        "REPLACE INTO shown (record, name_key, folder, text) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![
        record,
        natural_key(&title),
        folder,
        fold(&lines.join("\n"))
    ])?;
    Ok(())
}

/// Takes a record out of listings.
pub(super) fn hide(db: &Connection, record: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM shown WHERE record = ?1")?
        .execute([record])?;
    Ok(())
}

/// Fills `shown` for a catalogue that never had it, or had it by other rules.
pub(super) fn show_all(tx: &Transaction) -> rusqlite::Result<()> {
    let mut statement = tx.prepare("SELECT id FROM record WHERE removed IS NULL ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        show(tx, row.get(0)?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_as_people_count() {
        let mut names = vec![
            "img10.jpg",
            "IMG2.jpg",
            "img1.jpg",
            "apple",
            "img010b",
            "img007",
        ];
        names.sort_by_key(|name| natural_key(name));
        assert_eq!(
            names,
            [
                "apple",
                "img1.jpg",
                "IMG2.jpg",
                "img007",
                "img10.jpg",
                "img010b"
            ]
        );
    }
}
