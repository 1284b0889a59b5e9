use super::*;
use crate::domain::{
    import::FileFailure,
    job::{HeldBy, JobId, JobKind, JobState},
};

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

fn listing(store: &mut Store) -> JobId {
    let roots = ["holiday".into()];
    store
        .create_import("Holiday", &roots, JobState::Listing, noon())
        .unwrap()
}

fn running(store: &mut Store, paths: &[&str]) -> JobId {
    let job = listing(store);
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
    let job = listing(&mut store);
    assert_eq!(
        store
            .add_job_files(job, &files(&["a.jpg", "b.jpg"]))
            .unwrap(),
        2
    );
    deal(&mut store, job, vec![read("a.jpg", "one")]);
    assert_eq!(store.reopen_job(job, noon()).unwrap(), JobState::Listing);
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

    assert_eq!(store.reopen_job(job, noon()).unwrap(), JobState::Running);
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
        .hold_job(job, HeldBy::Disk, "The disk is full.", noon())
        .unwrap();
    let held = &store.open_jobs().unwrap()[0];
    assert_eq!(
        (held.state, held.held_by, held.because.as_deref()),
        (
            JobState::Held,
            Some(HeldBy::Disk),
            Some("The disk is full.")
        )
    );
    store
        .set_job_state(job, JobState::Cancelled, noon())
        .unwrap();
    assert_eq!(store.open_jobs().unwrap(), []);
    let over = &store.jobs(5).unwrap()[0];
    assert_eq!(
        (over.state, over.ended_at, over.title.as_str()),
        (JobState::Cancelled, Some(noon()), "Holiday")
    );
    store.set_job_state(job, JobState::Running, noon()).unwrap();
    let open = &store.open_jobs().unwrap()[0];
    assert_eq!(
        (open.ended_at, open.held_by, &open.because),
        (None, None, &None)
    );
    assert_whole(&store);
}

#[test]
fn a_job_paused_while_listing_stays_paused() {
    let (_dir, mut store) = empty();
    let job = listing(&mut store);
    store.set_job_state(job, JobState::Paused, noon()).unwrap();
    store.finish_listing(job).unwrap();
    assert_eq!(store.job(job).unwrap().unwrap().state, JobState::Paused);
}

#[test]
fn a_failed_job_is_over_with_its_reason_and_can_be_opened_again() {
    let (_dir, mut store) = empty();
    let job = running(&mut store, &["a.jpg", "b.jpg"]);
    deal(&mut store, job, vec![read("a.jpg", "one")]);
    store.fail_job(job, "It is damaged.", noon()).unwrap();
    assert_eq!(store.open_jobs().unwrap(), []);
    let failed = &store.jobs(5).unwrap()[0];
    assert_eq!(
        (failed.state, failed.because.as_deref(), failed.ended_at),
        (JobState::Failed, Some("It is damaged."), Some(noon()))
    );
    assert_eq!(store.reopen_job(job, noon()).unwrap(), JobState::Running);
    assert_eq!(counts(&store, job), [2, 1, 0, 0, 0]);
    assert_eq!(store.next_files(job, 0, 10).unwrap().len(), 1);
}

fn proposed(store: &mut Store, paths: &[&str]) -> JobId {
    let roots = ["holiday".into()];
    let job = store
        .create_import("Holiday", &roots, JobState::Proposed, noon())
        .unwrap();
    store.add_job_files(job, &files(paths)).unwrap();
    job
}

#[test]
fn a_preview_is_no_job_until_it_is_agreed_to() {
    let (_dir, mut store) = empty();
    let job = proposed(&mut store, &["a.jpg", "b.jpg", "c.jpg"]);
    assert_eq!(store.open_jobs().unwrap(), []);
    assert_eq!(store.jobs(5).unwrap(), []);
    let items: Vec<i64> = store
        .next_files(job, 0, 10)
        .unwrap()
        .iter()
        .map(|file| file.item)
        .collect();
    let found = [
        (items[0], Ok(hash("one"))),
        (items[1], Err("It ends early.".to_owned())),
    ];
    store.note_read(job, &found).unwrap();
    store.accept_proposed(job, noon()).unwrap();
    assert_eq!(
        store.job(job).unwrap().unwrap().state,
        JobState::Listing,
        "the walk goes on"
    );
    store.finish_listing(job).unwrap();
    let accepted = &store.open_jobs().unwrap()[0];
    assert_eq!(
        (accepted.kind, accepted.state, accepted.failed),
        (JobKind::Import, JobState::Running, 1)
    );
    let left = store.next_files(job, 0, 10).unwrap();
    let hashes: Vec<_> = left.iter().map(|file| file.hash).collect();
    assert_eq!(hashes, [Some(hash("one")), None]);
    assert_whole(&store);
}

#[test]
fn a_preview_that_nobody_agreed_to_is_dropped_in_parts() {
    let (dir, mut store) = empty();
    let job = proposed(&mut store, &["a.jpg", "b.jpg", "c.jpg"]);
    drop(store);
    let mut store = Store::open(dir.path(), noon()).unwrap();
    assert_eq!(store.proposed_jobs().unwrap(), [job]);
    assert!(store.drop_proposed(job, 2).unwrap());
    assert!(!store.drop_proposed(job, 2).unwrap());
    assert_eq!(store.proposed_jobs().unwrap(), []);
    assert_eq!(store.job(job).unwrap(), None);
    assert_whole(&store);
}
