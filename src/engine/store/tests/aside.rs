use std::fs;

use super::{super::swap, meter::order, *};

fn reopen(dir: &Path) -> Store {
    Store::open(dir, noon()).unwrap()
}

#[test]
fn a_release_leaves_an_empty_catalogue_with_the_account() {
    let (dir, mut store) = empty();
    add(&mut store, "a.jpg", "one");
    store.append_order(&order(1)).unwrap();
    store.set_account_value("trial", "used").unwrap();
    let sequence = store.sequence().unwrap();
    let folder = store.set_aside(noon()).unwrap();
    assert_eq!(folder, dir.path().join("released-2026-11-23"));

    let mut store = reopen(dir.path());
    assert_eq!(store.count().unwrap(), 0);
    assert!(
        store.sequence().unwrap() > sequence,
        "an old index must not pass for the new one's"
    );
    assert_eq!(store.ledger().unwrap().orders, [order(1)]);
    assert!(store.append_order(&order(1)).is_err());
    assert!(
        store.catalogue.execute("DELETE FROM ledger", []).is_err(),
        "the rules came along"
    );
    assert_eq!(
        store.account_value("trial").unwrap().as_deref(),
        Some("used")
    );
    assert_eq!(
        store.uploads_since(Timestamp::UNIX_EPOCH).unwrap(),
        1,
        "meters go on"
    );
    let aside = Store::set_asides(dir.path()).unwrap();
    assert_eq!((aside.len(), aside[0].pictures), (1, 1));
    assert_eq!((&aside[0].folder, aside[0].released_at), (&folder, noon()));
    assert_whole(&store);
}

#[test]
fn what_was_released_comes_back_with_the_account_of_now() {
    let (dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    store.append_order(&order(1)).unwrap();
    let folder = store.set_aside(noon()).unwrap();
    let mut store = reopen(dir.path());
    store.append_order(&order(2)).unwrap();
    let sequence = store.sequence().unwrap();
    assert_eq!(store.restore_aside(&folder, noon()).unwrap(), None);

    let store = reopen(dir.path());
    assert_eq!(
        store.record(a).unwrap().unwrap().paths,
        [Path::new("a.jpg")]
    );
    assert_eq!(store.thumbnail(a).unwrap(), Some(b"one".to_vec()));
    assert_eq!(store.ledger().unwrap().orders, [order(1), order(2)]);
    assert!(store.sequence().unwrap() > sequence);
    assert_eq!(Store::set_asides(dir.path()).unwrap(), []);
    assert!(!folder.exists());
    assert_whole(&store);
}

#[test]
fn pictures_indexed_meanwhile_are_set_aside_in_their_turn() {
    let (dir, mut store) = empty();
    add(&mut store, "a.jpg", "one");
    let first = store.set_aside(noon()).unwrap();
    let mut store = reopen(dir.path());
    add(&mut store, "b.jpg", "two");
    add(&mut store, "c.jpg", "three");
    let second = store.restore_aside(&first, noon()).unwrap().unwrap();
    assert_eq!(second, dir.path().join("released-2026-11-23-2"));
    let store = reopen(dir.path());
    assert_eq!(store.count().unwrap(), 1);
    assert_eq!(Store::set_asides(dir.path()).unwrap()[0].pictures, 2);
    store.restore_aside(&second, noon()).unwrap();
    assert_eq!(reopen(dir.path()).count().unwrap(), 2);
}

/// A plan that names other folders than the program's own moves and deletes nothing.
#[test]
fn a_plan_that_leads_out_of_the_data_folder_is_not_followed() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("letter.txt"), "kept").unwrap();
    let absolute = outside.path().to_str().unwrap();
    let name = outside.path().file_name().unwrap().to_str().unwrap();
    let relative = format!("../{name}");
    let climbing = format!("released-1/../../{name}");
    for (incoming, outgoing) in [
        (absolute, "released-1"),
        (&*relative, "released-1"),
        (&*climbing, "released-1"),
        ("", "released-1"),
        (".", "released-1"),
        ("incoming", absolute),
        ("incoming", ""),
        ("incoming", "incoming"),
        ("pasted", "released-1"),
    ] {
        let (dir, mut store) = empty();
        add(&mut store, "a.jpg", "one");
        drop(store);
        let plan = serde_json::json!({
            "incoming": incoming, "outgoing": outgoing, "drop_outgoing": true,
            "label": { "released_at": noon(), "pictures": 1 },
        });
        fs::create_dir(dir.path().join("pasted")).unwrap();
        fs::write(dir.path().join("swap.json"), plan.to_string()).unwrap();
        let refused = Store::open(dir.path(), noon()).err().unwrap();
        assert!(
            matches!(refused, StoreError::Note { .. }),
            "{incoming} {outgoing}: {refused:?}"
        );
        assert!(outside.path().join("letter.txt").exists());
        assert!(dir.path().join("pasted").exists());
        fs::remove_file(dir.path().join("swap.json")).unwrap();
        assert_eq!(reopen(dir.path()).count().unwrap(), 1);
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_no_folder_set_aside() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("released.json"), "{}").unwrap();
    let (dir, store) = empty();
    let link = dir.path().join("released-2026-11-23");
    std::os::unix::fs::symlink(outside.path(), &link).unwrap();
    assert_eq!(Store::set_asides(dir.path()).unwrap(), []);
    assert!(Store::delete_aside(dir.path(), &link).is_err());
    assert!(store.restore_aside(&link, noon()).is_err());
    assert!(outside.path().join("released.json").exists());
}

#[test]
fn a_damaged_label_hides_no_folder() {
    let (dir, mut store) = empty();
    add(&mut store, "a.jpg", "one");
    let folder = store.set_aside(noon()).unwrap();
    fs::write(folder.join("released.json"), "{").unwrap();
    let aside = Store::set_asides(dir.path()).unwrap();
    assert_eq!((&aside[0].folder, aside[0].pictures), (&folder, 1));
    reopen(dir.path()).restore_aside(&folder, noon()).unwrap();
    assert_eq!(reopen(dir.path()).count().unwrap(), 1);
}

#[test]
fn a_folder_set_aside_is_deleted_and_no_other_is() {
    let (dir, mut store) = empty();
    add(&mut store, "a.jpg", "one");
    let folder = store.set_aside(noon()).unwrap();
    let innocent = dir.path().join("released-by-me");
    fs::create_dir(&innocent).unwrap();
    assert!(Store::delete_aside(dir.path(), &innocent).is_err());
    assert!(Store::delete_aside(dir.path(), dir.path()).is_err());
    assert!(innocent.exists());
    Store::delete_aside(dir.path(), &folder).unwrap();
    assert!(!folder.exists());
}

/// Every file below a folder with its bytes.
fn snapshot(dir: &Path, below: &str, into: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(dir.join(below)).unwrap().flatten() {
        let name = Path::new(below)
            .join(entry.file_name())
            .to_str()
            .unwrap()
            .to_owned();
        match entry.path().is_dir() {
            true => snapshot(dir, &name, into),
            false => into.push((name, fs::read(entry.path()).unwrap())),
        }
    }
}

/// The states of a swap that a crash can leave: both files may be unmoved, out, or in.
#[test]
fn a_swap_cut_short_anywhere_is_finished_on_opening() {
    let (dir, mut store) = empty();
    add(&mut store, "a.jpg", "one");
    let folder = store.set_aside(noon()).unwrap();
    drop(reopen(dir.path()));
    let mut done = Vec::new();
    snapshot(dir.path(), "", &mut done);
    let plan = serde_json::json!({
        "incoming": "incoming", "outgoing": "released-2026-11-23", "drop_outgoing": false,
        "label": { "released_at": noon(), "pictures": 1 },
    });
    for moves in 0..=4 {
        let crashed = tempfile::tempdir().unwrap();
        let here = crashed.path();
        for sub in ["incoming", "released-2026-11-23"] {
            fs::create_dir(here.join(sub)).unwrap();
        }
        for (file, index) in [("catalogue.db", 0), ("thumbnails.db", 2)] {
            let old = if moves > index {
                "released-2026-11-23"
            } else {
                ""
            };
            let new = if moves > index + 1 { "" } else { "incoming" };
            fs::copy(folder.join(file), here.join(old).join(file)).unwrap();
            fs::copy(dir.path().join(file), here.join(new).join(file)).unwrap();
        }
        fs::write(here.join("swap.json"), plan.to_string()).unwrap();
        swap::finish(here).unwrap();
        fs::write(here.join("lock"), b"").unwrap();
        let mut found = Vec::new();
        snapshot(here, "", &mut found);
        found.sort();
        done.sort();
        assert!(found == done, "after {moves} renames");
        assert_eq!(reopen(here).count().unwrap(), 0);
    }
}
