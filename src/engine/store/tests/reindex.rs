use super::*;

/// Codes of a model with another dimension.
fn next(of: u8) -> Vec<u8> {
    vec![of; 4 + 4]
}

#[test]
fn descriptors_of_another_model_come_all_at_once() {
    let (dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    let b = add(&mut store, "b.jpg", "two");
    let old = store.descriptor(a).unwrap();
    store.begin_reindex("other", 4).unwrap();
    store.put_next_vectors(&[(a, next(1))]).unwrap();
    assert_eq!(
        store.descriptor(a).unwrap(),
        old,
        "the old model's serve meanwhile"
    );
    assert_eq!(store.model_id().unwrap().as_deref(), Some("model"));
    drop(store);

    let mut store = Store::open(dir.path(), noon()).unwrap();
    assert_eq!(store.reindexing().unwrap().as_deref(), Some("other"));
    assert_eq!(store.reindexed().unwrap(), 1);
    let pending = store.reindex_pending(RecordId(0), 10).unwrap();
    assert_eq!(pending, [(b, vec!["b.jpg".into()], hash("two"))]);
    store.put_next_vectors(&[(b, next(2))]).unwrap();
    let sequence = store.sequence().unwrap();
    store.finish_reindex().unwrap();

    assert_eq!(
        (store.descriptor(a).unwrap(), store.descriptor(b).unwrap()),
        (Some(next(1)), Some(next(2)))
    );
    assert_eq!(store.model_id().unwrap().as_deref(), Some("other"));
    assert_eq!(store.dimension().unwrap(), Some(4));
    assert_eq!(store.reindexing().unwrap(), None);
    assert_eq!(store.count().unwrap(), 2);
    assert!(store.sequence().unwrap() > sequence);
    assert_whole(&store);
}

#[test]
fn a_picture_removed_meanwhile_does_not_stop_the_change_of_model() {
    let (_dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    let b = add(&mut store, "b.jpg", "two");
    store.begin_reindex("other", 4).unwrap();
    store
        .put_next_vectors(&[(a, next(1)), (b, next(2))])
        .unwrap();
    store.remove(&[b], noon()).unwrap();
    store.finish_reindex().unwrap();
    assert_eq!(
        store.undo(noon()).unwrap(),
        None,
        "its descriptor was the old model's"
    );
    assert_eq!(store.count().unwrap(), 1);
    assert_whole(&store);
}

#[test]
fn descriptors_of_a_third_model_are_dropped() {
    let (_dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    store.begin_reindex("other", 4).unwrap();
    store.put_next_vectors(&[(a, next(1))]).unwrap();
    store.begin_reindex("third", 4).unwrap();
    assert_eq!(store.reindexed().unwrap(), 0);
}
