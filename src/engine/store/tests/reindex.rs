use super::*;
use crate::domain::{
    import::FileFailure,
    job::{JobId, JobKind, JobState},
};

fn begin(store: &mut Store, model: &str) -> JobId {
    store.create_reindex("Re-index", model, 4, noon()).unwrap()
}

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
    let job = begin(&mut store, "other");
    store.put_next_vectors(job, &[(a, next(1))], &[]).unwrap();
    assert_eq!(
        store.descriptor(a).unwrap(),
        old,
        "the old model's serve meanwhile"
    );
    assert_eq!(store.model_id().unwrap().as_deref(), Some("model"));
    assert_whole(&store);
    drop(store);

    let mut store = Store::open(dir.path(), noon()).unwrap();
    assert_eq!(store.reindexing().unwrap().as_deref(), Some("other"));
    assert_eq!(store.reindexed().unwrap(), 1);
    let pending = store.reindex_pending(RecordId(0), 10).unwrap();
    let expected = PendingPicture {
        id: b,
        paths: vec!["b.jpg".into()],
        hash: hash("two"),
    };
    assert_eq!(pending, [expected]);
    assert_eq!(begin(&mut store, "other"), job, "it goes on");
    store.put_next_vectors(job, &[(b, next(2))], &[]).unwrap();
    let row = store.job(job).unwrap().unwrap();
    assert_eq!((row.kind, row.total, row.indexed), (JobKind::Reindex, 2, 2));
    let sequence = store.sequence().unwrap();
    store.finish_reindex(job, noon()).unwrap();
    assert_eq!(store.job(job).unwrap().unwrap().state, JobState::Done);

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
    let job = begin(&mut store, "other");
    store
        .put_next_vectors(job, &[(a, next(1)), (b, next(2))], &[])
        .unwrap();
    store.remove(Changed::default(), &[b], noon()).unwrap();
    store.finish_reindex(job, noon()).unwrap();
    assert_eq!(undo(&mut store), None, "its descriptor was the old model's");
    assert_eq!(store.count().unwrap(), 1);
    assert_whole(&store);
}

#[test]
fn descriptors_of_a_third_model_are_dropped() {
    let (_dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    let other = begin(&mut store, "other");
    store.put_next_vectors(other, &[(a, next(1))], &[]).unwrap();
    let third = begin(&mut store, "third");
    assert_eq!(store.reindexed().unwrap(), 0);
    assert_eq!(
        store.job(other).unwrap().unwrap().state,
        JobState::Cancelled
    );
    assert_eq!(store.open_jobs().unwrap()[0].id, third);
}

#[test]
fn a_cancelled_reindex_leaves_the_catalogue_as_it_was() {
    let (_dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    let before = store.descriptor(a).unwrap();
    let job = begin(&mut store, "other");
    store.put_next_vectors(job, &[(a, next(1))], &[]).unwrap();
    store.cancel_reindex(job, noon()).unwrap();
    assert_eq!(store.reindexing().unwrap(), None);
    assert_eq!(store.reindexed().unwrap(), 0);
    assert_eq!(store.descriptor(a).unwrap(), before);
    assert_eq!(store.model_id().unwrap().as_deref(), Some("model"));
    assert_eq!(store.job(job).unwrap().unwrap().state, JobState::Cancelled);
    assert_whole(&store);
}

#[test]
fn what_could_not_be_read_is_listed_until_it_is_tried_again() {
    let (_dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    add(&mut store, "b.jpg", "two");
    let job = begin(&mut store, "other");
    let failure = FileFailure {
        path: "b.jpg".into(),
        reason: "It is gone.".into(),
    };
    store
        .put_next_vectors(job, &[(a, next(1))], std::slice::from_ref(&failure))
        .unwrap();
    assert_eq!(store.failures(job, 10).unwrap(), [failure]);
    let row = store.job(job).unwrap().unwrap();
    assert_eq!((row.indexed, row.failed, row.done()), (1, 1, 2));
    store.restart_reindex(job, 2).unwrap();
    assert_eq!(store.failures(job, 10).unwrap(), []);
    let row = store.job(job).unwrap().unwrap();
    assert_eq!((row.total, row.indexed, row.failed), (2, 1, 0));
}

#[test]
fn a_reindex_begun_before_it_was_a_job_becomes_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut db = Connection::open(dir.path().join("catalogue.db")).unwrap();
    schema::migrate_to(&mut db, 0, 4).unwrap();
    let begun = "INSERT INTO meta VALUES ('next_model_id', 'other'), ('next_dimension', 4);";
    db.execute_batch(begun).unwrap();
    drop(db);
    let store = Store::open(dir.path(), noon()).unwrap();
    let job = &store.open_jobs().unwrap()[0];
    assert_eq!((job.kind, job.state), (JobKind::Reindex, JobState::Running));
}

#[test]
fn a_cancelled_reindex_leaves_a_whole_catalogue() {
    let (_dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    add(&mut store, "b.jpg", "two");
    let job = begin(&mut store, "other");
    store.put_next_vectors(job, &[(a, next(1))], &[]).unwrap();
    store.cancel_reindex(job, noon()).unwrap();
    assert_whole(&store);
}
