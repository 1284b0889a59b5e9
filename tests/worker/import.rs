//! Imports: durable, pausable, each picture once.

use std::sync::Arc;

use image_search::{
    domain::job::JobState,
    worker::{Command, Event},
};

use crate::desk::{Desk, Gate, MadeUp, THREADS, files, query_of};

const NOW: &str = "2026-11-23T12:00:00Z";

#[test]
fn every_picture_of_a_folder_is_indexed_once_and_found() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 250);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    let job = desk.import(&photos);
    assert_eq!(
        (job.state, job.total, job.indexed),
        (JobState::Done, 250, 250)
    );
    let answer = desk.search(query_of(17)).unwrap();
    assert_eq!(answer.hits[0].record.fields.name, "000017.jpg");
    assert!(answer.hits[0].evidence.same_bytes);
}

#[test]
fn a_second_import_of_the_same_folder_uploads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 40);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    desk.import(&photos);
    let again = desk.import(&photos);
    assert_eq!((again.indexed, again.unchanged), (0, 40));
    let state = desk.state_where(|state| state.jobs.is_empty());
    assert_eq!((state.usage.uploaded, state.stored), (40, 40));
}

#[test]
fn the_same_bytes_under_two_names_are_one_picture_with_two_paths() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 5, 1);
    std::fs::copy(photos.join("000005.jpg"), photos.join("copy.jpg")).unwrap();
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    let job = desk.import(&photos);
    assert_eq!((job.indexed, job.unchanged), (1, 1));
    let answer = desk.search(query_of(5)).unwrap();
    assert_eq!(answer.hits.len(), 1);
    assert_eq!(answer.hits[0].record.paths.len(), 2);
}

#[test]
fn a_changed_file_is_an_upload_and_the_old_picture_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 1, 1);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    desk.import(&photos);
    std::fs::write(photos.join("000001.jpg"), "other bytes").unwrap();
    desk.clock.advance_ms(1_000);
    let job = desk.import(&photos);
    assert_eq!(job.indexed, 1);
    let state = desk.state_where(|state| state.usage.uploaded == 2);
    assert_eq!(state.stored, 1);
}

#[test]
fn pause_waits_for_no_picture_and_begins_none_and_resume_finishes_the_job() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 300);
    let other = files(&folder.path().join("other"), 300, 1);
    let gate = Arc::new(Gate::default());
    let held_up = MadeUp {
        gate: Some(gate.clone()),
        ..MadeUp::default()
    };
    let desk = Desk::with(folder.path(), NOW, held_up);
    desk.trial();
    let id = desk.start_import(vec![photos]).unwrap();
    gate.let_pass(20);
    gate.wait_for(THREADS);
    desk.worker.send(Command::PauseJob(id));
    // Every thread is at a picture and stays there until the job rests.
    desk.state_where(|state| {
        state
            .jobs
            .iter()
            .any(|job| job.id == id && job.state == JobState::Paused)
    });
    // What else waits for the threads comes before the next job's picture.
    desk.clock.advance_ms(1_000);
    let next = desk.start_import(vec![other]).unwrap();
    gate.let_pass(THREADS + 1);
    assert_eq!(desk.ended(next).indexed, 1);
    assert_eq!(gate.came(), 20 + THREADS + 1);
    gate.let_pass(usize::MAX);
    desk.clock.advance_ms(1_000);
    desk.worker.send(Command::ResumeJob(id));
    let job = desk.ended(id);
    assert_eq!((job.state, job.indexed), (JobState::Done, 300));
}

#[test]
fn cancel_keeps_what_was_committed_and_ends_the_job() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 300);
    let slow = MadeUp {
        pause_us: 20_000,
        ..MadeUp::default()
    };
    let desk = Desk::with(folder.path(), NOW, slow);
    desk.trial();
    let id = desk.start_import(vec![photos]).unwrap();
    desk.state_where(|state| state.jobs.first().is_some_and(|job| job.indexed > 0));
    desk.worker.send(Command::CancelJob(id));
    let job = desk.ended(id);
    assert_eq!(job.state, JobState::Cancelled);
    let state = desk.state_where(|state| state.jobs.is_empty());
    assert!(state.stored > 0 && state.stored < 300);
    assert_eq!(state.usage.uploaded, state.stored);
}

#[test]
fn a_job_goes_on_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 200);
    let slow = MadeUp {
        pause_us: 10_000,
        ..MadeUp::default()
    };
    let desk = Desk::with(folder.path(), NOW, slow);
    desk.trial();
    let id = desk.start_import(vec![photos]).unwrap();
    desk.state_where(|state| state.jobs.first().is_some_and(|job| job.indexed > 0));
    drop(desk);
    let desk = Desk::open(folder.path(), "2026-11-23T12:00:01Z");
    let job = desk.ended(id);
    assert_eq!((job.state, job.done()), (JobState::Done, 200));
    let state = desk.state_where(|state| state.jobs.is_empty());
    assert_eq!((state.stored, state.usage.uploaded), (200, 200));
}

#[test]
fn files_that_fail_are_named_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 10);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    let gone = photos.join("not-there.jpg");
    let id = desk.start_import(vec![photos, gone.clone()]).unwrap();
    let job = desk.ended(id);
    assert_eq!((job.indexed, job.failed), (10, 1));
    let failures = desk
        .ask(Command::JobFailures(id), |asked, event| match event {
            Event::JobFailures {
                request, failures, ..
            } if request == asked => Some(failures),
            _ => None,
        })
        .unwrap();
    assert_eq!(failures[0].path, gone);
    assert!(!failures[0].reason.is_empty());
}

#[test]
fn a_preview_tells_what_an_import_would_do() {
    let folder = tempfile::tempdir().unwrap();
    let known = files(&folder.path().join("photos"), 0, 6);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    desk.import(&known);
    files(&known, 6, 4);
    std::fs::write(known.join("empty.jpg"), "").unwrap();
    let preview = desk.preview(vec![known]);
    assert_eq!((preview.files, preview.known), (11, 6));
    // The made-up files are no pictures: the preview says so of each, as it does of the empty one.
    assert_eq!((preview.new, preview.unreadable.len()), (0, 5));
    assert_eq!(preview.outlook.cap, 100_000);
}
