//! Checksums of rows: they find a byte changed on the disk, which SQLite takes for content.
//!
//! Triggers keep them, so that no statement can forget to. They call [`register`]'s function: a
//! connection without it can read a catalogue but not write one.

use rusqlite::{Connection, functions::FunctionFlags, types::ValueRef};

/// A table whose rows have a checksum.
pub(super) struct Table {
    pub name: &'static str,
    /// What its rows are called.
    pub rows: &'static str,
    /// What helps where one is damaged.
    pub remedy: &'static str,
    /// All its columns but the checksum; the first is its key.
    pub columns: &'static [&'static str],
}

const RESTORE: &str = "Restore a backup if they matter.";

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "record",
        rows: "records",
        remedy: "Look at the fields of these pictures: an edit of them settles it. Or restore a backup.",
        columns: &[
            "id",
            "removed",
            "indexed_at",
            "hash",
            "product_id",
            "name",
            "category",
            "custom",
            "int_attr1",
            "int_attr2",
            "int_attr3",
            "int_attr4",
            "str_attr1",
            "str_attr2",
            "str_attr3",
            "str_attr4",
            "width",
            "height",
            "file_bytes",
            "format",
            "partial",
        ],
    },
    Table {
        name: "vector",
        rows: "descriptors",
        remedy: "Re-index the catalogue to compute them again.",
        columns: &["record", "codes"],
    },
    Table {
        name: "path",
        rows: "paths",
        remedy: "Index their folders again, or restore a backup.",
        columns: &[
            "id",
            "record",
            "hidden",
            "seen_at",
            "len",
            "modified_ns",
            "raw",
        ],
    },
    Table {
        name: "account",
        rows: "values of the account",
        remedy: RESTORE,
        columns: &["key", "value"],
    },
    Table {
        name: "upload",
        rows: "readings of the month's uploads",
        remedy: RESTORE,
        columns: &["at", "count"],
    },
    Table {
        name: "upload_day",
        rows: "readings of a day's uploads",
        remedy: RESTORE,
        columns: &["day", "count"],
    },
    Table {
        name: "call_total",
        rows: "readings of calls",
        remedy: RESTORE,
        columns: &["kind", "count"],
    },
    Table {
        name: "undo_fields",
        rows: "changes that could be undone",
        remedy: RESTORE,
        columns: &["undo", "record", "body"],
    },
    Table {
        name: "undo_path",
        rows: "moves that could be undone",
        remedy: RESTORE,
        columns: &["undo", "path", "raw", "len", "modified_ns"],
    },
];

/// The SQL function: CRC-32 of the types, lengths and bytes of its arguments.
const FUNCTION: &str = "row_checksum";

/// Gives a connection the function that the triggers call.
pub(super) fn register(db: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    db.create_scalar_function(FUNCTION, -1, flags, |row| {
        let mut hasher = crc32fast::Hasher::new();
        for i in 0..row.len() {
            update(&mut hasher, row.get_raw(i));
        }
        Ok(i64::from(hasher.finalize()))
    })
}

fn update(hasher: &mut crc32fast::Hasher, value: ValueRef) {
    let mut tagged = |tag: u8, bytes: &[u8]| {
        hasher.update(&[tag]);
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    match value {
        ValueRef::Null => tagged(0, &[]),
        ValueRef::Integer(number) => tagged(1, &number.to_le_bytes()),
        ValueRef::Real(number) => tagged(2, &number.to_le_bytes()),
        ValueRef::Text(text) => tagged(3, text),
        ValueRef::Blob(bytes) => tagged(4, bytes),
    }
}

fn of_row(columns: &[&str]) -> String {
    format!("{FUNCTION}({})", columns.join(", "))
}

/// Computes the checksums of all rows and sets the triggers that keep them from here on.
pub(super) fn begin(db: &Connection) -> rusqlite::Result<()> {
    for Table { name, columns, .. } in TABLES {
        let (sum, all) = (of_row(columns), columns.join(", "));
        // The primary key finds the row again; without a rowid it has two columns here.
        let same_row = match *name {
            "undo_fields" => "undo = NEW.undo AND record = NEW.record".to_owned(),
            "undo_path" => "undo = NEW.undo AND path = NEW.path".to_owned(),
            _ => format!("{0} = NEW.{0}", columns[0]),
        };
        db.execute_batch(&format!(
            "UPDATE {name} SET checksum = {sum};
             CREATE TRIGGER {name}_inserted AFTER INSERT ON {name}
             BEGIN UPDATE {name} SET checksum = {sum} WHERE {same_row}; END;
             CREATE TRIGGER {name}_updated AFTER UPDATE OF {all} ON {name}
             BEGIN UPDATE {name} SET checksum = {sum} WHERE {same_row}; END;"
        ))?;
    }
    Ok(())
}

/// Holds for a row whose content is not what was written.
pub(super) fn damaged(columns: &[&str]) -> String {
    format!("checksum IS NOT {}", of_row(columns))
}
