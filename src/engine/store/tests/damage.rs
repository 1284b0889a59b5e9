//! A byte changed where SQLite takes it for content.

use std::fs;

use rusqlite::Connection;

use super::{super::files, meter::order, *};

/// Writes past the checksums and the rules of the ledger, as a failing disk does.
fn past_the_rules(dir: &Path, sql: &str) {
    let db = Connection::open(dir.join(files::CATALOGUE)).unwrap();
    let rules: Vec<(String, String)> = db
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap();
    for (name, _) in &rules {
        db.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    db.execute_batch(sql).unwrap();
    for (_, rule) in &rules {
        db.execute_batch(rule).unwrap();
    }
}

fn full() -> (TempDir, Store) {
    let (dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    let b = add(&mut store, "b.jpg", "two");
    store.remove(Changed::default(), &[b], noon()).unwrap();
    let hats = crate::domain::record::FieldEdit {
        category: Some("hats".into()),
        ..Default::default()
    };
    store.edit(&[a], &hats, noon()).unwrap();
    store.append_orders(&[order(1), order(2)]).unwrap();
    store.set_account_value("trial_used", "yes").unwrap();
    (dir, store)
}

#[test]
fn a_changed_row_of_any_kind_is_found_and_named() {
    for (change, named) in [
        ("UPDATE record SET name = 'A.jpg' WHERE id = 1", "records"),
        ("UPDATE record SET width = 641 WHERE id = 2", "records"),
        (
            "UPDATE vector SET codes = zeroblob(12) WHERE record = 1",
            "descriptors",
        ),
        ("UPDATE path SET len = 1001", "paths"),
        ("UPDATE upload SET count = count - 1", "uploads"),
        ("UPDATE upload_day SET count = 0", "uploads"),
        ("UPDATE account SET value = 'no'", "account"),
        (
            "UPDATE undo_fields SET body = replace(body, 'a', 'b')",
            "undone",
        ),
    ] {
        let (dir, store) = full();
        assert_whole(&store);
        past_the_rules(dir.path(), change);
        let found = problems(&store);
        assert!(
            matches!(&*found, [one] if one.contains(named)),
            "{change}: {found:?}"
        );
    }
}

#[test]
fn every_byte_of_a_descriptor_counts_also_in_the_file() {
    let (dir, mut store) = empty();
    let mut one = picture("a.jpg", "one");
    one.descriptor = b"a descriptor".to_vec();
    let done = Done {
        item: 0,
        outcome: Outcome::New(Box::new(one)),
    };
    store.commit_batch(&batch(vec![done])).unwrap();
    drop(store);
    let file = dir.path().join(files::CATALOGUE);
    let mut bytes = fs::read(&file).unwrap();
    let place = memchr::memmem::find(&bytes, b"a descriptor").unwrap();
    bytes[place + 5] ^= 1;
    fs::write(&file, bytes).unwrap();
    let store = Store::open(dir.path(), noon()).unwrap();
    let found = problems(&store);
    assert!(found[0].contains("1 descriptors"), "{found:?}");
}

#[test]
fn a_changed_order_breaks_the_chain_from_there_on() {
    let (dir, store) = full();
    assert_eq!(store.ledger().unwrap().broken_at, None);
    past_the_rules(
        dir.path(),
        "UPDATE ledger SET body = replace(body, '80000', '10000') WHERE number = 1",
    );
    let ledger = store.ledger().unwrap();
    assert_eq!((ledger.broken_at, ledger.orders.len()), (Some(1), 2));
    assert!(problems(&store)[0].contains("Order 1"));
}

#[test]
fn an_order_that_cannot_be_read_ends_the_ledger_without_ending_the_program() {
    for change in [
        "UPDATE ledger SET body = x'ff00' WHERE number = 2",
        "UPDATE ledger SET link = '' WHERE number = 2",
        "UPDATE ledger SET body = '{' WHERE number = 2",
    ] {
        let (dir, store) = full();
        past_the_rules(dir.path(), change);
        assert_eq!(store.ledger().unwrap().broken_at, Some(2), "{change}");
    }
}

#[test]
fn a_replaced_ledger_is_chained_by_its_new_name_and_keeps_what_it_replaced() {
    let (_dir, mut store) = full();
    store.replace_ledger("another", &[order(1)]).unwrap();
    let ledger = store.ledger().unwrap();
    assert_eq!((ledger.broken_at, ledger.orders.len()), (None, 1));
    assert_eq!(store.catalogue_id().unwrap(), "another");
    store.append_order(&order(2)).unwrap();
    assert_eq!(store.ledger().unwrap().broken_at, None);
    assert!(store.catalogue.execute("DELETE FROM ledger", []).is_err());
    let kept = "SELECT count(*) FROM ledger_replaced";
    assert_eq!(sql::rows(&store.catalogue, kept).unwrap(), 2);
}

#[test]
fn progress_grows_to_the_whole() {
    let (dir, _store) = full();
    let mut shares = Vec::new();
    Store::verify(dir.path(), &Default::default(), &mut |share| {
        shares.push(share)
    })
    .unwrap();
    assert!(shares.is_sorted(), "{shares:?}");
    assert_eq!(shares.last(), Some(&1.0));
}

#[test]
fn a_check_that_is_cancelled_says_nothing() {
    let (dir, _store) = full();
    let cancelled = std::sync::Arc::new(true.into());
    let found = Store::verify(dir.path(), &cancelled, &mut |_| ()).unwrap();
    assert_eq!(found, None);
}

#[test]
fn a_changed_rule_is_found() {
    let (dir, store) = full();
    past_the_rules(dir.path(), "");
    assert_whole(&store);
    let db = Connection::open(dir.path().join(files::CATALOGUE)).unwrap();
    db.execute_batch("DROP TRIGGER record_updated").unwrap();
    assert!(problems(&store)[0].contains("tables and rules"));
}
