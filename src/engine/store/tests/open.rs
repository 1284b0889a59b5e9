use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

use rusqlite::Connection;

use super::{
    super::files::{self, newest_backup},
    *,
};
use jiff::Timestamp;

fn catalogue(dir: &Path) -> std::path::PathBuf {
    dir.join(files::CATALOGUE)
}

fn refusal(dir: &Path) -> StoreError {
    Store::open(dir, noon()).err().unwrap()
}

/// A catalogue as version 1 left it, with two pictures, one of them removed.
fn version_1(dir: &Path) {
    let mut db = Connection::open(catalogue(dir)).unwrap();
    schema::migrate_to(&mut db, 0, 1).unwrap();
    db.execute_batch(
        "UPDATE meta SET value = 1 WHERE key = 'stored';
         INSERT INTO meta VALUES ('model_id', '12e34'), ('dimension', 8);
         INSERT INTO undo VALUES (1, 0, 'remove 1 picture');
         INSERT INTO record (id, removed, indexed_at, hash, product_id, name, category,
                             width, height, file_bytes, format)
         VALUES (1, NULL, 1000000, zeroblob(32), '', 'ÄPFEL.jpg', 'fruit', 3, 2, 1, 'PNG'),
                (2, 1, 1000000, randomblob(32), '', 'gone.jpg', '', 3, 2, 1, 'PNG');
         INSERT INTO vector VALUES (1, zeroblob(12)), (2, zeroblob(12));
         INSERT INTO path (record, hidden, seen_at, len, modified_ns, raw)
         VALUES (1, 0, 0, 1, 1, CAST('dir/ÄPFEL.jpg' AS BLOB)),
                (2, 1, 0, 1, 1, CAST('gone.jpg' AS BLOB));",
    )
    .unwrap();
}

#[test]
fn an_older_catalogue_is_brought_forward_after_a_backup() {
    let dir = tempfile::tempdir().unwrap();
    version_1(dir.path());
    let mut store = Store::open(dir.path(), noon()).unwrap();
    let record = store.record(RecordId(1)).unwrap().unwrap();
    assert_eq!((record.partial, record.fields.custom.as_str()), (false, ""));
    let request = crate::domain::catalogue::ListRequest {
        text: "äpfel".into(),
        ..Default::default()
    };
    assert_eq!(store.listing(&request).unwrap().ids, [RecordId(1)]);
    assert_eq!(
        store.model_id().unwrap().as_deref(),
        Some("12e34"),
        "a text stays a text"
    );
    assert_whole(&store);
    assert_eq!(store.undo(noon()).unwrap().unwrap().restored, [RecordId(2)]);
    assert_whole(&store);

    let backup = newest_backup(dir.path()).unwrap();
    assert!(store.notices()[0].contains(&backup.display().to_string()));
    let old = Connection::open(backup).unwrap();
    let version: i64 = old
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(version, 1);
}

#[test]
fn texts_of_a_catalogue_before_version_4_are_composed() {
    let dir = tempfile::tempdir().unwrap();
    version_1(dir.path());
    let mut db = Connection::open(catalogue(dir.path())).unwrap();
    schema::migrate_to(&mut db, 1, 3).unwrap();
    let apart =
        "UPDATE shown SET text = 'a\u{308}pfel.jpg'; UPDATE record SET name = 'A\u{308}PFEL.jpg'";
    db.execute_batch(apart).unwrap();
    drop(db);
    let store = Store::open(dir.path(), noon()).unwrap();
    let request = crate::domain::catalogue::ListRequest {
        text: "äpfel".into(),
        ..Default::default()
    };
    assert_eq!(store.listing(&request).unwrap().ids, [RecordId(1)]);
    assert_eq!(
        store.record(RecordId(1)).unwrap().unwrap().fields.name,
        "A\u{308}PFEL.jpg"
    );
}

#[test]
fn every_older_version_opens_and_verifies() {
    for version in 1..schema::VERSION {
        let dir = tempfile::tempdir().unwrap();
        version_1(dir.path());
        let mut db = Connection::open(catalogue(dir.path())).unwrap();
        schema::migrate_to(&mut db, 1, version).unwrap();
        drop(db);
        let store = Store::open(dir.path(), noon()).unwrap();
        assert_eq!(store.count().unwrap(), 1, "version {version}");
        assert_whole(&store);
    }
}

#[test]
fn a_newer_catalogue_is_refused_with_a_sentence_and_left_as_it_is() {
    let (dir, store) = empty();
    store
        .catalogue
        .pragma_update(None, "user_version", schema::VERSION + 1)
        .unwrap();
    drop(store);
    let before = fs::read(catalogue(dir.path())).unwrap();
    let error = refusal(dir.path());
    assert!(matches!(error, StoreError::Newer { .. }), "{error:?}");
    assert!(error.to_string().contains("newer version"));
    assert_eq!(fs::read(catalogue(dir.path())).unwrap(), before);
}

#[test]
fn a_damaged_catalogue_is_refused_naming_its_backup_and_left_as_it_is() {
    let (dir, mut store) = empty();
    let many = (0..2_000)
        .map(|n| new(&format!("{n}.jpg"), &n.to_string()))
        .collect();
    store.commit_batch(&batch(many)).unwrap();
    let backup = backed_up(dir.path(), noon());
    drop(store);
    let whole = fs::read(catalogue(dir.path())).unwrap();
    let mut scribbled = whole.clone();
    let middle = whole.len() / 2;
    scribbled[middle..middle + 40_000].fill(0xa5);
    let cut = whole[..whole.len() / 3].to_vec();
    let no_database = b"hello".repeat(1_000);
    for damage in [scribbled, cut, no_database, Vec::new()] {
        fs::write(catalogue(dir.path()), &damage).unwrap();
        let error = refusal(dir.path());
        assert!(
            error.to_string().contains(&backup.display().to_string()),
            "{error}"
        );
        assert!(fs::read(catalogue(dir.path())).unwrap() == damage);
    }
    fs::copy(backup, catalogue(dir.path())).unwrap();
    let store = Store::open(dir.path(), noon()).unwrap();
    assert_eq!(store.count().unwrap(), 2_000);
    assert_whole(&store);
}

#[test]
fn a_database_of_another_program_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let other = Connection::open(catalogue(dir.path())).unwrap();
    other.execute_batch("CREATE TABLE theirs (x)").unwrap();
    drop(other);
    assert!(matches!(refusal(dir.path()), StoreError::Foreign { .. }));
}

#[test]
fn a_creation_cut_short_is_begun_again() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(catalogue(dir.path()), b"").unwrap();
    drop(Store::open(dir.path(), noon()).unwrap());
    fs::remove_file(catalogue(dir.path())).unwrap();
    let begun = Connection::open(catalogue(dir.path())).unwrap();
    begun.pragma_update(None, "journal_mode", "WAL").unwrap();
    drop(begun);
    assert_eq!(Store::open(dir.path(), noon()).unwrap().count().unwrap(), 0);
}

#[test]
fn damaged_thumbnails_are_started_anew_and_the_pictures_stay() {
    let (dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    drop(store);
    fs::write(dir.path().join(files::THUMBNAILS), b"x".repeat(40_000)).unwrap();
    let mut store = Store::open(dir.path(), noon()).unwrap();
    assert!(store.notices()[0].contains("thumbnails were damaged"));
    assert_eq!(store.thumbnail(a).unwrap(), None);
    store.put_thumbnail(a, b"again").unwrap();
    drop(store);
    let store = Store::open(dir.path(), noon()).unwrap();
    assert_eq!(store.notices(), Vec::<String>::new());
    assert_eq!(store.thumbnail(a).unwrap(), Some(b"again".to_vec()));
}

#[test]
fn one_process_at_a_time_has_the_folder() {
    let dir = tempfile::tempdir().unwrap();
    let lock = Store::lock(dir.path()).unwrap();
    assert!(matches!(
        Store::lock(dir.path()),
        Err(StoreError::Locked { .. })
    ));
    drop(lock);
    Store::lock(dir.path()).unwrap();
}

#[test]
fn writing_without_permission_is_told_as_such() {
    let (_dir, mut store) = empty();
    store
        .catalogue
        .pragma_update(None, "query_only", true)
        .unwrap();
    let error = store
        .commit_batch(&batch(vec![new("a.jpg", "one")]))
        .unwrap_err();
    assert!(
        matches!(error, StoreError::ReadOnly { .. }) && error.is_disk(),
        "{error:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_is_refused_with_a_sentence() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(dir.path().join("probe"), b"").is_ok() {
        return; // An administrator may write anywhere.
    }
    assert!(matches!(refusal(dir.path()), StoreError::ReadOnly { .. }));
}

#[test]
fn the_newest_two_backups_are_kept() {
    let (dir, _store) = empty();
    assert_eq!(Store::backed_up_at(dir.path()), None);
    let made: Vec<_> = (0..5)
        .map(|day| backed_up(dir.path(), noon() + seconds(day * 86_400)))
        .collect();
    let kept: Vec<_> = made.iter().filter(|backup| backup.exists()).collect();
    assert_eq!(kept, made[3..].iter().collect::<Vec<_>>());
    let newest = noon() + seconds(4 * 86_400);
    assert_eq!(Store::backed_up_at(dir.path()), Some(newest));
}

#[test]
fn a_backup_is_of_one_instant_while_pictures_are_added() {
    let (dir, mut store) = empty();
    let many = (0..3_000)
        .map(|n| new(&format!("{n}.jpg"), &n.to_string()))
        .collect();
    store.commit_batch(&batch(many)).unwrap();
    let folder = dir.path().to_owned();
    let copying = std::thread::spawn(move || backed_up(&folder, noon()));
    for n in 3_000..3_050 {
        let one = vec![new(&format!("{n}.jpg"), &n.to_string())];
        store.commit_batch(&batch(one)).unwrap();
    }
    let copy = tempfile::tempdir().unwrap();
    fs::copy(copying.join().unwrap(), catalogue(copy.path())).unwrap();
    let copy = Store::open(copy.path(), noon()).unwrap();
    assert!((3_000..=3_050).contains(&copy.count().unwrap()));
    assert_whole(&copy);
    assert_eq!(store.count().unwrap(), 3_050);
}

#[test]
fn a_cancelled_backup_leaves_nothing_behind() {
    let (dir, mut store) = empty();
    let many = (0..3_000)
        .map(|n| new(&format!("{n}.jpg"), &n.to_string()))
        .collect();
    store.commit_batch(&batch(many)).unwrap();
    let before = fs::read_dir(dir.path()).unwrap().count();
    let cancelled = AtomicBool::new(true);
    let made = Store::back_up(dir.path(), noon(), &cancelled).unwrap();
    assert_eq!(made, None);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), before);
}

fn backed_up(dir: &Path, now: Timestamp) -> PathBuf {
    let made = Store::back_up(dir, now, &AtomicBool::new(false)).unwrap();
    made.expect("it was not cancelled")
}

#[test]
fn a_catalogue_left_by_a_kill_opens_with_what_was_committed() {
    let (dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    // The files as they lie on the disk now, the write-ahead log unmerged.
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(dir.path()).unwrap().flatten() {
        fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    let store = Store::open(copy.path(), noon()).unwrap();
    assert_eq!(
        store.record(a).unwrap().unwrap().paths,
        [Path::new("a.jpg")]
    );
    assert_whole(&store);
}
