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
    assert_eq!(undo(&mut store).unwrap().restored, [RecordId(2)]);
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
    for file in fs::read_dir(dir.path()).unwrap().flatten() {
        fs::remove_file(file.path()).unwrap();
    }
    let begun = Connection::open(catalogue(dir.path())).unwrap();
    begun.pragma_update(None, "journal_mode", "WAL").unwrap();
    drop(begun);
    assert_eq!(Store::open(dir.path(), noon()).unwrap().count().unwrap(), 0);
}

#[test]
fn a_creation_cut_short_within_a_write_is_taken_back_and_begun_again() {
    let dir = tempfile::tempdir().unwrap();
    let begun = Connection::open(catalogue(dir.path())).unwrap();
    begun
        .execute_batch(
            "PRAGMA user_version = 1; PRAGMA user_version = 0; PRAGMA cache_size = 1;
             BEGIN; CREATE TABLE begun (x); INSERT INTO begun VALUES (zeroblob(1000000));",
        )
        .unwrap();
    // The files as they lie on the disk now: what is begun, and the journal that takes it back.
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(dir.path()).unwrap().flatten() {
        fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    assert!(copy.path().join("catalogue.db-journal").exists());
    let store = Store::open(copy.path(), noon()).unwrap();
    assert_whole(&store);
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
fn the_newest_two_backups_are_kept_and_from_the_second_week_on_one_older_than_a_week() {
    let (dir, _store) = empty();
    assert_eq!(Store::backed_up_at(dir.path()), None);
    for day in 0..40 {
        let now = noon() + seconds(day * 86_400);
        backed_up(dir.path(), now);
        let mut ages: Vec<i64> = files::backups(dir.path())
            .iter()
            .map(|backup| now.duration_since(files::backup_instant(backup).unwrap()))
            .map(|age| age.as_hours() / 24)
            .collect();
        ages.reverse();
        assert_eq!(ages[0], 0);
        assert!(day == 0 || ages[1] == 1, "day {day}: {ages:?}");
        let old = ages.iter().filter(|age| **age >= 7).count();
        assert_eq!(old, usize::from(day >= 7), "day {day}: {ages:?}");
        assert!(
            ages.len() <= 4 && ages.iter().all(|age| *age < 15),
            "day {day}: {ages:?}"
        );
    }
}

#[test]
fn a_damaged_copy_pushes_no_sound_one_out() {
    let (dir, mut store) = empty();
    let many = (0..2_000)
        .map(|n| new(&format!("{n}.jpg"), &n.to_string()))
        .collect();
    store.commit_batch(&batch(many)).unwrap();
    let sound: Vec<_> = (0..2)
        .map(|day| backed_up(dir.path(), noon() + seconds(day * 86_400)))
        .collect();
    drop(store);
    let mut bytes = fs::read(catalogue(dir.path())).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 40_000].fill(0xa5);
    fs::write(catalogue(dir.path()), bytes).unwrap();
    for day in 2..5 {
        let now = noon() + seconds(day * 86_400);
        let refused = Store::back_up(dir.path(), now, &AtomicBool::new(false));
        assert!(
            matches!(refused, Err(StoreError::Damaged { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(files::backups(dir.path()), sound);
}

#[test]
fn a_lost_catalogue_is_told_and_nothing_is_begun_in_its_place() {
    let (dir, mut store) = empty();
    add(&mut store, "a.jpg", "one");
    let backup = backed_up(dir.path(), noon());
    drop(store);
    fs::remove_file(catalogue(dir.path())).unwrap();
    let error = refusal(dir.path());
    assert!(matches!(error, StoreError::Missing { .. }), "{error:?}");
    assert!(error.to_string().contains(&backup.display().to_string()));
    assert!(!catalogue(dir.path()).exists());
    fs::remove_file(backup).unwrap();
    let error = refusal(dir.path());
    assert!(
        matches!(error, StoreError::Missing { backup: None, .. }),
        "thumbnails alone tell"
    );
}

#[test]
fn a_damaged_header_names_the_backup_whatever_it_pretends() {
    let (dir, mut store) = empty();
    add(&mut store, "a.jpg", "one");
    let backup = backed_up(dir.path(), noon());
    drop(store);
    let whole = fs::read(catalogue(dir.path())).unwrap();
    // Page size, read and write format, fractions, page count, schema format, user version,
    // application id: https://sqlite.org/fileformat2.html#the_database_header
    for at in [16, 18, 19, 20, 21, 47, 60, 68] {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x40;
        fs::write(catalogue(dir.path()), damaged).unwrap();
        let Err(error) = Store::open(dir.path(), noon()) else {
            panic!("byte {at} was taken");
        };
        let error = error.to_string();
        assert!(
            error.contains(&backup.display().to_string()),
            "byte {at}: {error}"
        );
    }
}

#[test]
fn the_newest_sound_backup_is_put_in_place_and_what_was_there_is_kept() {
    let (dir, mut store) = empty();
    add(&mut store, "a.jpg", "one");
    let sound = backed_up(dir.path(), noon());
    add(&mut store, "b.jpg", "two");
    let newest = backed_up(dir.path(), noon() + seconds(86_400));
    drop(store);
    fs::write(newest, b"SQLite format 3\0 and no more").unwrap();
    fs::write(catalogue(dir.path()), b"damaged").unwrap();
    let log = dir.path().join("catalogue.db-wal");
    fs::write(&log, b"of the damaged one").unwrap();

    let restored = Store::restore_backup(dir.path(), None, noon()).unwrap();
    assert_eq!((&restored.backup, restored.pictures), (&sound, 1));
    assert_eq!(restored.made_at, Some(noon()));
    let kept = restored.kept.unwrap();
    assert_eq!(fs::read(kept.join(files::CATALOGUE)).unwrap(), b"damaged");
    assert_eq!(
        fs::read(kept.join("catalogue.db-wal")).unwrap(),
        b"of the damaged one"
    );
    assert!(sound.exists(), "a backup stays");
    let store = Store::open(dir.path(), noon()).unwrap();
    assert_eq!(store.count().unwrap(), 1);
    assert_whole(&store);
}

#[test]
fn only_a_sound_catalogue_is_taken_for_a_backup() {
    let (dir, store) = empty();
    drop(store);
    let before = fs::read(catalogue(dir.path())).unwrap();
    let other = dir.path().join("other.db");
    Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE theirs (x)")
        .unwrap();
    for copy in [
        &other,
        &dir.path().join("missing.db"),
        &catalogue(dir.path()),
    ] {
        let refused = Store::restore_backup(dir.path(), Some(copy), noon());
        assert!(
            matches!(refused, Err(StoreError::NoCopy { .. })),
            "{refused:?}"
        );
    }
    let none = Store::restore_backup(dir.path(), None, noon());
    assert!(matches!(none, Err(StoreError::NoBackup { .. })), "{none:?}");
    assert_eq!(fs::read(catalogue(dir.path())).unwrap(), before);
}

#[test]
fn nothing_is_committed_to_a_file_that_was_moved_away() {
    let (dir, mut store) = empty();
    add(&mut store, "a.jpg", "one");
    let away = dir.path().join("elsewhere.db");
    fs::rename(catalogue(dir.path()), &away).unwrap();
    let refused = store.commit_batch(&batch(vec![new("b.jpg", "two")]));
    assert!(
        matches!(refused, Err(StoreError::Moved { .. })),
        "{refused:?}"
    );
    assert!(
        refused.unwrap_err().is_disk(),
        "it waits for the file to come back"
    );
    fs::rename(&away, catalogue(dir.path())).unwrap();
    add(&mut store, "b.jpg", "two");
    store.read_back().unwrap();
}

#[test]
fn a_file_cut_short_behind_the_programs_back_is_noticed() {
    let (dir, mut store) = empty();
    let many = |from: usize| {
        (from..from + 500)
            .map(|n| new(&format!("{n}.jpg"), &n.to_string()))
            .collect()
    };
    store.commit_batch(&batch(many(0))).unwrap();
    store.read_back().unwrap();
    let file = fs::File::options().write(true).open(catalogue(dir.path()));
    file.unwrap().set_len(16_384).unwrap();
    let told = store
        .commit_batch(&batch(many(500)))
        .and_then(|_| store.read_back());
    assert!(told.is_err());
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
