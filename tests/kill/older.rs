//! A catalogue as earlier versions of the program left it.

use std::fs;

use rusqlite::Connection;

use super::place::Place;

/// The statements that lead to each version from the one before it; what the program fills in
/// besides is taken from the catalogue of today.
const STEPS: [&str; 5] = [
    include_str!("../../src/engine/store/schema/v1.sql"),
    include_str!("../../src/engine/store/schema/v2.sql"),
    include_str!("../../src/engine/store/schema/v3.sql"),
    "",
    include_str!("../../src/engine/store/schema/v5.sql"),
];

pub const VERSIONS: u32 = STEPS.len() as u32;

/// Writes the catalogue of a place, which is closed, as `version` had it.
pub fn bring_back(place: &Place, version: u32) {
    let present = place.data().join("catalogue.db");
    let older = place.data().join("older");
    let db = Connection::open(&older).unwrap();
    db.execute_batch(
        "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = off;",
    )
    .unwrap();
    for step in &STEPS[..version as usize] {
        db.execute_batch(step).unwrap();
    }
    db.execute("ATTACH ?1 AS present", [present.to_str().unwrap()])
        .unwrap();
    for table in names(
        &db,
        "SELECT name FROM main.sqlite_schema
         WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    ) {
        let columns = names(
            &db,
            &format!("SELECT name FROM pragma_table_info('{table}', 'main')"),
        )
        .join(", ");
        let rows = match table.as_str() {
            "meta" => "WHERE key <> 'catalogue_id'",
            _ => "",
        };
        db.execute(
            &format!(
                "REPLACE INTO main.{table} ({columns}) SELECT {columns} FROM present.{table} {rows}"
            ),
            [],
        )
        .unwrap();
    }
    db.execute("DETACH present", []).unwrap();
    db.pragma_update(None, "application_id", 0x496d_5372)
        .unwrap();
    db.pragma_update(None, "user_version", version).unwrap();
    db.close().unwrap();
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(present.with_extension(format!("db{end}")));
    }
    fs::rename(older, present).unwrap();
    // Earlier versions kept no copies of the ledger.
    fs::remove_dir_all(place.config().join("ledgers")).unwrap();
}

fn names(db: &Connection, sql: &str) -> Vec<String> {
    db.prepare(sql)
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap()
}
