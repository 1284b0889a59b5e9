use super::*;
use crate::domain::import::{FileFailure, JobId, JobState};

fn files(paths: &[&str]) -> Vec<JobFile> {
    paths
        .iter()
        .map(|path| JobFile {
            path: path.into(),
            len: 10,
            modified_ns: 1,
        })
        .collect()
}

fn running(store: &mut Store, paths: &[&str]) -> JobId {
    let job = store
        .create_job("Holiday", &["holiday".into()], noon())
        .unwrap();
    store.add_job_files(job, &files(paths)).unwrap();
    store.finish_listing(job).unwrap();
    job
}

fn counts(store: &Store, job: JobId) -> [u64; 5] {
    let job = store.job(job).unwrap().unwrap();
    [
        job.total,
        job.indexed,
        job.unchanged,
        job.failed,
        job.refused,
    ]
}

/// Deals with the job's next files, one outcome each.
fn deal(store: &mut Store, job: JobId, outcomes: Vec<Outcome>) {
    let pending = store.next_files(job, 0, outcomes.len()).unwrap();
    let done = pending
        .into_iter()
        .zip(outcomes)
        .map(|(file, outcome)| Done {
            item: file.item,
            outcome,
        })
        .collect();
    let batch = Batch {
        job: Some(job),
        done,
        now: noon(),
        calls: Vec::new(),
    };
    store.commit_batch(&batch).unwrap();
    assert_whole(store);
}

fn read(path: &str, content: &str) -> Outcome {
    Outcome::New(Box::new(picture(path, content)))
}

#[test]
fn a_job_goes_on_where_it_was_after_the_program_ended() {
    let (dir, mut store) = empty();
    let job = running(&mut store, &["a.jpg", "b.jpg", "c.jpg"]);
    deal(&mut store, job, vec![read("a.jpg", "one")]);
    drop(store);
    let store = Store::open(dir.path(), noon()).unwrap();
    let open = store.open_jobs().unwrap();
    assert_eq!(
        (open.len(), open[0].id, open[0].state),
        (1, job, JobState::Running)
    );
    let left: Vec<_> = store
        .next_files(job, 0, 10)
        .unwrap()
        .into_iter()
        .map(|file| file.path)
        .collect();
    assert_eq!(left, [Path::new("b.jpg"), Path::new("c.jpg")]);
    assert_eq!(counts(&store, job), [3, 1, 0, 0, 0]);
}

#[test]
fn an_interrupted_listing_is_done_again_without_counting_twice() {
    let (_dir, mut store) = empty();
    let job = store
        .create_job("Holiday", &["holiday".into()], noon())
        .unwrap();
    assert_eq!(
        store
            .add_job_files(job, &files(&["a.jpg", "b.jpg"]))
            .unwrap(),
        2
    );
    deal(&mut store, job, vec![read("a.jpg", "one")]);
    assert_eq!(store.job(job).unwrap().unwrap().state, JobState::Listing);
    assert_eq!(store.job_roots(job).unwrap(), [Path::new("holiday")]);
    assert_eq!(
        store
            .add_job_files(job, &files(&["a.jpg", "b.jpg", "c.jpg"]))
            .unwrap(),
        1
    );
    store.finish_listing(job).unwrap();
    assert_eq!(store.job(job).unwrap().unwrap().state, JobState::Running);
    assert_eq!(counts(&store, job), [3, 1, 0, 0, 0]);
    assert_eq!(store.next_files(job, 0, 10).unwrap().len(), 2);
    assert_whole(&store);
}

#[test]
fn a_file_dealt_with_twice_counts_once() {
    let (_dir, mut store) = empty();
    let job = running(&mut store, &["a.jpg"]);
    let item = store.next_files(job, 0, 1).unwrap()[0].item;
    let done = vec![Done {
        item,
        outcome: read("a.jpg", "one"),
    }];
    let batch = Batch {
        job: Some(job),
        done,
        now: noon(),
        calls: Vec::new(),
    };
    store.commit_batch(&batch).unwrap();
    store.commit_batch(&batch).unwrap();
    assert_eq!(counts(&store, job), [1, 1, 0, 0, 0]);
    assert_eq!(store.uploads_since(Timestamp::UNIX_EPOCH).unwrap(), 1);
}

#[test]
fn failed_and_refused_files_are_listed_and_tried_again() {
    let (_dir, mut store) = empty();
    let job = running(&mut store, &["a.jpg", "b.jpg", "c.jpg"]);
    let failed = Outcome::Failed {
        path: "a.jpg".into(),
        reason: "It ends early.".into(),
    };
    let refused = Outcome::Refused {
        path: "b.jpg".into(),
    };
    deal(&mut store, job, vec![failed, refused, read("c.jpg", "one")]);
    let listed = FileFailure {
        path: "locked".into(),
        reason: "No permission.".into(),
    };
    store
        .add_job_failures(job, std::slice::from_ref(&listed))
        .unwrap();
    assert_eq!(counts(&store, job), [4, 1, 0, 2, 1]);
    let first = FileFailure {
        path: "a.jpg".into(),
        reason: "It ends early.".into(),
    };
    assert_eq!(store.failures(job, 10).unwrap(), [first, listed]);
    assert_eq!(store.next_files(job, 0, 10).unwrap(), []);

    assert_eq!(store.retry_refused(job).unwrap(), 1);
    assert_eq!(counts(&store, job), [4, 1, 0, 2, 0]);
    deal(&mut store, job, vec![read("b.jpg", "two")]);
    assert_eq!(store.retry_failed(job).unwrap(), 2);
    assert_eq!(store.next_files(job, 0, 10).unwrap().len(), 2);
    assert_whole(&store);
}

#[test]
fn a_held_job_says_why_and_an_over_one_is_not_open() {
    let (_dir, mut store) = empty();
    let job = running(&mut store, &["a.jpg"]);
    store
        .set_job_state(job, JobState::Held, Some("The disk is full."), noon())
        .unwrap();
    let held = store.job(job).unwrap().unwrap();
    assert_eq!(held.held_because.as_deref(), Some("The disk is full."));
    store
        .set_job_state(job, JobState::Cancelled, None, noon())
        .unwrap();
    assert_eq!(store.open_jobs().unwrap(), []);
    let over = &store.jobs(5).unwrap()[0];
    assert_eq!(
        (over.state, over.ended_at, over.title.as_str()),
        (JobState::Cancelled, Some(noon()), "Holiday")
    );
    store
        .set_job_state(job, JobState::Running, None, noon())
        .unwrap();
    assert_eq!(store.open_jobs().unwrap()[0].ended_at, None);
    assert_whole(&store);
}

#[test]
fn a_job_paused_while_listing_stays_paused() {
    let (_dir, mut store) = empty();
    let job = store.create_job("Holiday", &[], noon()).unwrap();
    store
        .set_job_state(job, JobState::Paused, None, noon())
        .unwrap();
    store.finish_listing(job).unwrap();
    assert_eq!(store.job(job).unwrap().unwrap().state, JobState::Paused);
}
