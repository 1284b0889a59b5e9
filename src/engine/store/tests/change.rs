use super::*;
use crate::domain::record::FieldEdit;

fn category(name: &str) -> FieldEdit {
    FieldEdit {
        category: Some(name.into()),
        ..FieldEdit::default()
    }
}

fn descriptors(store: &Store) -> Vec<(RecordId, Vec<u8>)> {
    let mut all = Vec::new();
    store
        .each_descriptor(&mut |id, codes| {
            all.push((id, codes.to_vec()));
            true
        })
        .unwrap();
    all
}

#[test]
fn a_removed_picture_is_nowhere_and_comes_back_the_same() {
    let (_dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    let b = add(&mut store, "b.jpg", "two");
    let before = (store.record(a).unwrap(), descriptors(&store));
    assert_eq!(
        store
            .remove(Changed::default(), &[a, RecordId(99)], noon())
            .unwrap()
            .pictures,
        1
    );

    assert_eq!(store.record(a).unwrap(), None);
    assert_eq!(store.descriptor(a).unwrap(), None);
    assert_eq!(store.id_by_hash(&hash("one")).unwrap(), None);
    assert_eq!(store.known_file(Path::new("a.jpg")).unwrap(), None);
    assert_eq!(store.listing(&Default::default()).unwrap().ids, [b]);
    assert_eq!(
        descriptors(&store)
            .iter()
            .map(|(id, _)| *id)
            .collect::<Vec<_>>(),
        [b]
    );
    assert_eq!((store.count().unwrap(), store.sequence().unwrap()), (1, 3));
    assert_whole(&store);

    assert_eq!(
        store.undo_label().unwrap().as_deref(),
        Some("remove 1 picture")
    );
    let undone = undo(&mut store).unwrap();
    assert_eq!(undone.restored, [a]);
    assert_eq!((store.record(a).unwrap(), descriptors(&store)), before);
    assert_eq!(store.thumbnail(a).unwrap(), Some(b"one".to_vec()));
    assert_eq!((store.count().unwrap(), store.sequence().unwrap()), (2, 4));
    assert_eq!(undo(&mut store), None);
    assert_whole(&store);
}

#[test]
fn an_undo_in_steps_ends_where_one_at_once_does() {
    let (_dir, mut store) = empty();
    let ids: Vec<_> = (0..5)
        .map(|n| add(&mut store, &format!("{n}.jpg"), &n.to_string()))
        .collect();
    store.edit(&ids, &category("hats"), noon()).unwrap();
    store.remove(Changed::default(), &ids, noon()).unwrap();
    let mut steps = Vec::new();
    for change in [ids.len(), ids.len()] {
        let (mut rest, mut changed) = (None, 0);
        loop {
            let undone = store.undo(rest, 2, noon()).unwrap().unwrap();
            assert!(undone.label.contains("5 pictures"), "{}", undone.label);
            changed += undone.restored.len() + undone.edited.len();
            steps.push(changed);
            assert_whole(&store);
            rest = undone.rest;
            if rest.is_none() {
                break;
            }
        }
        assert_eq!(changed, change);
    }
    assert_eq!(steps, [2, 4, 5, 2, 4, 5]);
    assert_eq!(undo(&mut store), None);
    assert_eq!(store.categories().unwrap(), []);
}

#[test]
fn an_undo_cut_short_is_continued_by_the_next() {
    let (_dir, mut store) = empty();
    let ids: Vec<_> = (0..5)
        .map(|n| add(&mut store, &format!("{n}.jpg"), &n.to_string()))
        .collect();
    store.remove(Changed::default(), &ids, noon()).unwrap();
    store.undo(None, 3, noon()).unwrap();
    assert_eq!(store.count().unwrap(), 3);
    assert_eq!(undo(&mut store).unwrap().restored, ids[3..]);
}

#[test]
fn undoing_is_no_upload() {
    let (_dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    store.remove(Changed::default(), &[a], noon()).unwrap();
    undo(&mut store);
    assert_eq!(store.uploads_since(Timestamp::UNIX_EPOCH).unwrap(), 1);
}

#[test]
fn an_edit_changes_and_undo_changes_back() {
    let (_dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    let b = add(&mut store, "b.jpg", "two");
    store.edit(&[b], &category("hats"), noon()).unwrap();
    assert_eq!(
        store.edit(&[a, b], &category("hats"), noon()).unwrap(),
        1,
        "b is one already"
    );
    assert_eq!(store.categories().unwrap(), [("hats".to_owned(), 2)]);
    assert_eq!(undo(&mut store).unwrap().edited, [a]);
    assert_eq!(undo(&mut store).unwrap().edited, [b]);
    assert_eq!(store.categories().unwrap(), []);
    assert_whole(&store);
}

#[test]
fn a_change_of_nothing_leaves_no_entry() {
    let (_dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    assert_eq!(
        store
            .remove(Changed::default(), &[RecordId(99)], noon())
            .unwrap()
            .pictures,
        0
    );
    assert_eq!(store.edit(&[a], &category(""), noon()).unwrap(), 0);
    assert_eq!(store.undo_label().unwrap(), None);
}

#[test]
fn the_stack_outlives_the_program_and_is_undone_from_the_newest() {
    let (dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    store.edit(&[a], &category("hats"), noon()).unwrap();
    store.remove(Changed::default(), &[a], noon()).unwrap();
    drop(store);
    let mut store = Store::open(dir.path(), noon()).unwrap();
    assert_eq!(undo(&mut store).unwrap().restored, [a]);
    assert_eq!(store.record(a).unwrap().unwrap().fields.category, "hats");
    assert_eq!(undo(&mut store).unwrap().edited, [a]);
    assert_eq!(store.record(a).unwrap().unwrap().fields.category, "");
}

#[test]
fn what_falls_off_the_stack_is_gone_for_good() {
    let (_dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    let b = add(&mut store, "b.jpg", "two");
    store.remove(Changed::default(), &[a], noon()).unwrap();
    for n in 0..super::super::undo::UNDO_DEPTH {
        store.edit(&[b], &category(&n.to_string()), noon()).unwrap();
    }
    let rows: i64 = store
        .catalogue
        .query_row("SELECT count(*) FROM record", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 1);
    assert_eq!(store.thumbnail(a).unwrap(), None);
    let mut undone = 0;
    while undo(&mut store).is_some() {
        undone += 1;
    }
    assert_eq!(undone, super::super::undo::UNDO_DEPTH);
    assert_eq!(store.count().unwrap(), 1);
    assert_whole(&store);
}

#[test]
fn a_picture_removed_and_indexed_anew_does_not_come_back_twice() {
    let (_dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    store.remove(Changed::default(), &[a], noon()).unwrap();
    let again = add(&mut store, "a.jpg", "one");
    assert_ne!(a, again, "ids are never reused");
    assert_eq!(undo(&mut store).unwrap().restored, []);
    assert_eq!(store.count().unwrap(), 1);
    assert_whole(&store);
}

#[test]
fn a_removed_picture_whose_file_is_another_picture_now_stays_away() {
    let (_dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    store.remove(Changed::default(), &[a], noon()).unwrap();
    add(&mut store, "a.jpg", "two");
    assert_eq!(undo(&mut store).unwrap().restored, []);
    assert_eq!(store.count().unwrap(), 1);
    assert_whole(&store);
}

#[test]
fn a_file_found_elsewhere_moves_and_moves_back() {
    let (_dir, mut store) = empty();
    let a = add(&mut store, "old/a.jpg", "one");
    add(&mut store, "taken.jpg", "two");
    let to = |to: &str| Moved {
        from: "old/a.jpg".into(),
        to: to.into(),
        len: 1_000,
        modified_ns: 6,
    };
    assert_eq!(store.relocate(&[to("taken.jpg")], noon()).unwrap(), 0);
    assert_eq!(store.relocate(&[to("new/a.jpg")], noon()).unwrap(), 1);
    assert_eq!(store.id_by_path(Path::new("new/a.jpg")).unwrap(), Some(a));
    assert_eq!(store.id_by_path(Path::new("old/a.jpg")).unwrap(), None);
    assert_eq!(undo(&mut store).unwrap().edited, [a]);
    assert_eq!(store.id_by_path(Path::new("old/a.jpg")).unwrap(), Some(a));
    assert_whole(&store);
}

#[test]
fn a_vanished_path_is_forgotten_but_the_last_one_kept() {
    let (_dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    add(&mut store, "b.jpg", "one");
    let both = ["a.jpg".into(), "b.jpg".into()];
    assert_eq!(store.forget_paths(&both).unwrap(), 1);
    assert_eq!(
        store.record(a).unwrap().unwrap().paths,
        [Path::new("b.jpg")]
    );
    assert_whole(&store);
}
