use super::*;
use crate::domain::quota::CallKind;

#[test]
fn a_new_picture_is_kept_whole() {
    let (_dir, mut store) = empty();
    let mut asked = picture("a/Photo.JPG", "one");
    asked.fields = Fields {
        product_id: "p1".into(),
        name: "Photo.JPG".into(),
        category: "shoes".into(),
        custom: "{\"any\": 1}".into(),
        ints: [Some(i64::MIN), None, Some(0), Some(i64::MAX)],
        strs: [Some(String::new()), None, Some("ä".into()), None],
    };
    asked.partial = true;
    let done = Done {
        item: 7,
        outcome: Outcome::New(Box::new(asked.clone())),
    };
    let committed = store.commit_batch(&batch(vec![done])).unwrap();
    let id = committed[0].record.unwrap();
    assert_eq!(
        committed,
        [Committed {
            item: 7,
            record: Some(id),
            new: true,
            replaced: None
        }]
    );

    let record = store.record(id).unwrap().unwrap();
    assert_eq!(record.fields, asked.fields);
    assert_eq!(record.hash, asked.hash);
    assert_eq!(record.paths, [asked.path.clone()]);
    assert_eq!(
        (record.width, record.height, record.file_bytes),
        (640, 480, 1_000)
    );
    assert_eq!(
        (record.format.as_str(), record.partial, record.indexed_at),
        ("JPEG", true, noon())
    );
    assert_eq!(store.descriptor(id).unwrap(), Some(asked.descriptor));
    assert_eq!(store.thumbnail(id).unwrap(), asked.thumbnail);
    assert_eq!(store.id_by_hash(&asked.hash).unwrap(), Some(id));
    let known = KnownFile {
        record: id,
        len: 1_000,
        modified_ns: 5,
    };
    assert_eq!(store.known_file(&asked.path).unwrap(), Some(known));
    assert_eq!(store.product_of(&[id, RecordId(99)]).unwrap(), ["p1", ""]);
    assert_eq!((store.count().unwrap(), store.sequence().unwrap()), (1, 1));
    assert_whole(&store);
}

#[test]
fn equal_bytes_in_one_batch_are_stored_once_with_both_paths() {
    let (_dir, mut store) = empty();
    let ends = store
        .commit_batch(&batch(vec![new("a.jpg", "one"), new("b.jpg", "one")]))
        .unwrap();
    assert_eq!((ends[0].new, ends[1].new), (true, false));
    assert_eq!(ends[0].record, ends[1].record);
    let record = store.record(ends[0].record.unwrap()).unwrap().unwrap();
    assert_eq!(record.paths, [Path::new("b.jpg"), Path::new("a.jpg")]);
    assert_eq!(store.uploads_since(Timestamp::UNIX_EPOCH).unwrap(), 1);
    assert_whole(&store);
}

#[test]
fn known_bytes_in_a_later_batch_are_no_upload() {
    let (_dir, mut store) = empty();
    add(&mut store, "a.jpg", "one");
    add(&mut store, "elsewhere/a.jpg", "one");
    assert_eq!(store.count().unwrap(), 1);
    assert_eq!(store.sequence().unwrap(), 1);
    assert_eq!(store.uploads_since(Timestamp::UNIX_EPOCH).unwrap(), 1);
}

#[test]
fn a_changed_file_replaces_its_picture_and_is_an_upload() {
    let (_dir, mut store) = empty();
    let old = add(&mut store, "a.jpg", "one");
    let ends = store
        .commit_batch(&batch(vec![new("a.jpg", "two")]))
        .unwrap();
    assert!(ends[0].new);
    assert_eq!(ends[0].replaced, Some(old));
    assert_eq!(store.record(old).unwrap(), None);
    assert_eq!(store.descriptor(old).unwrap(), None);
    assert_eq!(store.thumbnail(old).unwrap(), None);
    assert_eq!(store.count().unwrap(), 1);
    assert_eq!(store.sequence().unwrap(), 3);
    assert_eq!(store.uploads_since(Timestamp::UNIX_EPOCH).unwrap(), 2);
    assert_whole(&store);
}

#[test]
fn a_changed_file_leaves_its_picture_where_another_file_has_it_too() {
    let (_dir, mut store) = empty();
    let old = add(&mut store, "a.jpg", "one");
    add(&mut store, "b.jpg", "one");
    let ends = store
        .commit_batch(&batch(vec![new("a.jpg", "two")]))
        .unwrap();
    assert_eq!(ends[0].replaced, None);
    assert_eq!(
        store.record(old).unwrap().unwrap().paths,
        [Path::new("b.jpg")]
    );
    assert_whole(&store);
}

#[test]
fn an_unchanged_file_notes_its_new_time() {
    let (_dir, mut store) = empty();
    let record = add(&mut store, "a.jpg", "one");
    let outcome = Outcome::Unchanged {
        record,
        path: "a.jpg".into(),
        len: 1_000,
        modified_ns: 99,
    };
    store
        .commit_batch(&batch(vec![Done { item: 0, outcome }]))
        .unwrap();
    let known = store.known_file(Path::new("a.jpg")).unwrap().unwrap();
    assert_eq!(known.modified_ns, 99);
}

#[test]
fn a_file_whose_picture_was_removed_meanwhile_is_left_alone() {
    let (_dir, mut store) = empty();
    let record = add(&mut store, "a.jpg", "one");
    store.remove(Changed::default(), &[record], noon()).unwrap();
    let outcome = Outcome::Unchanged {
        record,
        path: "a.jpg".into(),
        len: 1,
        modified_ns: 1,
    };
    let ends = store
        .commit_batch(&batch(vec![Done { item: 0, outcome }]))
        .unwrap();
    assert_eq!(ends[0].record, None);
    assert_whole(&store);
}

#[test]
fn a_batch_that_does_not_fit_on_the_disk_leaves_nothing_of_itself() {
    let (_dir, mut store) = empty();
    let first = add(&mut store, "a.jpg", "one");
    let pages: i64 = store
        .catalogue
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    store
        .catalogue
        .pragma_update(None, "max_page_count", pages + 2)
        .unwrap();
    let many = (0..5_000)
        .map(|n| new(&format!("{n}.jpg"), &n.to_string()))
        .collect();
    let mut too_much = batch(many);
    too_much.calls = vec![Calls {
        kind: CallKind::Add,
        at_ms: 1,
        count: 1,
    }];
    let error = store.commit_batch(&too_much).unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
    assert!(error.is_disk());

    assert_eq!(store.count().unwrap(), 1);
    assert_eq!(store.uploads_since(Timestamp::UNIX_EPOCH).unwrap(), 1);
    assert_eq!(store.call_totals().unwrap()[1], (CallKind::Add, 0));
    assert_whole(&store);

    store
        .catalogue
        .pragma_update(None, "max_page_count", 1 << 30)
        .unwrap();
    store.commit_batch(&too_much).unwrap();
    assert_eq!(store.count().unwrap(), 5_001);
    assert_eq!(store.thumbnail(first).unwrap(), Some(b"one".to_vec()));
    assert_whole(&store);
}

#[test]
fn a_thumbnail_left_by_a_crash_never_shows_for_another_picture() {
    let (_dir, mut store) = empty();
    super::super::thumbnail::put(&store.thumbnails, 1, Some(b"of another")).unwrap();
    let mut plain = picture("a.jpg", "one");
    plain.thumbnail = None;
    let done = Done {
        item: 0,
        outcome: Outcome::New(Box::new(plain)),
    };
    let id = store.commit_batch(&batch(vec![done])).unwrap()[0]
        .record
        .unwrap();
    assert_eq!(id, RecordId(1));
    assert_eq!(store.thumbnail(id).unwrap(), None);
    store.put_thumbnail(id, b"made again").unwrap();
    assert_eq!(store.thumbnail(id).unwrap(), Some(b"made again".to_vec()));
}

#[cfg(unix)]
#[test]
fn a_path_that_is_not_utf8_is_found_again() {
    use std::os::unix::ffi::OsStrExt;
    let (_dir, mut store) = empty();
    let path = Path::new(std::ffi::OsStr::from_bytes(b"dir/\xff\xfe.jpg"));
    let mut strange = picture("x.jpg", "one");
    strange.path = path.to_owned();
    let done = Done {
        item: 0,
        outcome: Outcome::New(Box::new(strange)),
    };
    let id = store.commit_batch(&batch(vec![done])).unwrap()[0]
        .record
        .unwrap();
    assert_eq!(store.id_by_path(path).unwrap(), Some(id));
    assert_eq!(store.record(id).unwrap().unwrap().paths, [path]);
}
