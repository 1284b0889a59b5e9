//! Jobs of every kind: previewed, paused, held, gone on with over restarts.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use image_search::{
    domain::{
        job::{HeldBy, Job, JobId, JobKind, JobState},
        query::Cut,
        quota::CallKind,
    },
    engine::files::{Disk, FileBytes, ReadError, ReadFiles},
    worker::{Command, Event, FailureKind, Lane},
};

use crate::desk::{Desk, Gate, MadeUp, files, query_of};

const NOW: &str = "2026-11-23T12:00:00Z";
const LATER: &str = "2026-11-23T12:00:01Z";

/// The disk, noting which files are read.
#[derive(Default)]
struct Noting {
    disk: Disk,
    read: Mutex<Vec<String>>,
}

impl Noting {
    /// Names of the files read since this was last asked, in order.
    fn take(&self) -> Vec<String> {
        let mut read = std::mem::take(&mut *self.read.lock().unwrap());
        read.sort();
        read
    }
}

impl ReadFiles for Noting {
    fn read(&self, path: &Path) -> Result<FileBytes, ReadError> {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        self.read.lock().unwrap().push(name);
        self.disk.read(path)
    }

    fn is_unchanged(&self, path: &Path, len: u64, modified_ns: i64) -> bool {
        self.disk.is_unchanged(path, len, modified_ns)
    }
}

/// Copies photos of the test data into a folder under names of its own.
fn photos(folder: &Path, copies: &[(&str, &str)]) -> PathBuf {
    std::fs::create_dir_all(folder).unwrap();
    let photos = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/photos");
    for (photo, name) in copies {
        std::fs::copy(photos.join(photo), folder.join(name)).unwrap();
    }
    folder.to_owned()
}

fn accept(desk: &Desk) -> JobId {
    desk.ask(Command::AcceptPreview, |asked, event| match event {
        Event::JobStarted { request, job, .. } if request == asked => Some(job),
        _ => None,
    })
    .unwrap()
}

#[test]
fn an_import_reads_only_what_its_preview_found_new() {
    let folder = tempfile::tempdir().unwrap();
    let noting = Arc::new(Noting::default());
    let desk = Desk::reading(folder.path(), NOW, MadeUp::default(), noting.clone());
    desk.trial();
    let known = photos(&folder.path().join("known"), &[("hat.jpg", "hat.jpg")]);
    desk.import(&known);
    assert_eq!(noting.take(), ["hat.jpg"]);

    let dropped = photos(
        &folder.path().join("dropped"),
        &[
            ("dress.jpg", "a-new.jpg"),
            ("dress.jpg", "b-same-as-a.jpg"),
            ("hat.jpg", "c-known.jpg"),
            ("shirt.jpg", "d-new.jpg"),
        ],
    );
    std::fs::write(dropped.join("e-broken.jpg"), "no picture").unwrap();
    let preview = desk.preview(vec![dropped, known]);
    assert_eq!((preview.files, preview.known, preview.new), (6, 3, 2));
    let each_once = [
        "a-new.jpg",
        "b-same-as-a.jpg",
        "c-known.jpg",
        "d-new.jpg",
        "e-broken.jpg",
    ];
    assert_eq!(noting.take(), each_once);

    desk.clock.advance_ms(1_000);
    let job = accept(&desk);
    let job = desk.ended(job);
    assert_eq!(job.state, JobState::Done);
    assert_eq!(
        (job.total, job.indexed, job.unchanged, job.failed),
        (6, 2, 3, 1)
    );
    let read = noting.take();
    assert_eq!(read.len(), 2, "each new content once: {read:?}");
    assert_eq!(read[1], "d-new.jpg");
    assert!(["a-new.jpg", "b-same-as-a.jpg"].contains(&&*read[0]));
}

#[test]
fn a_file_that_changed_after_its_preview_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    let known = photos(&folder.path().join("known"), &[("hat.jpg", "hat.jpg")]);
    desk.import(&known);
    let dropped = photos(&folder.path().join("dropped"), &[("hat.jpg", "copy.jpg")]);
    assert_eq!(desk.preview(vec![dropped.clone()]).known, 1);
    photos(&dropped, &[("dress.jpg", "copy.jpg")]);
    desk.clock.advance_ms(1_000);
    let job = accept(&desk);
    let job = desk.ended(job);
    assert_eq!((job.indexed, job.unchanged), (1, 0));
}

#[test]
fn a_preview_agreed_to_before_its_end_goes_on_as_an_import() {
    let folder = tempfile::tempdir().unwrap();
    let many = files(&folder.path().join("photos"), 0, 400);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    desk.worker.send(Command::Preview { roots: vec![many] });
    let job = accept(&desk);
    let job = desk.ended(job);
    assert_eq!((job.state, job.total), (JobState::Done, 400));
    // Those that the preview had read by then it knew to be no pictures.
    assert_eq!(job.indexed + job.failed, 400);
}

#[test]
fn a_preview_that_was_closed_cannot_be_agreed_to_and_leaves_no_job() {
    let folder = tempfile::tempdir().unwrap();
    let many = files(&folder.path().join("photos"), 0, 5);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    desk.preview(vec![many]);
    desk.worker.send(Command::CancelPreview);
    let refused = desk.done(Command::AcceptPreview).unwrap_err();
    assert_eq!(refused.kind, FailureKind::Input);
    assert_eq!(jobs(&desk), []);
}

#[test]
fn an_order_renews_what_the_preview_says_without_reading_again() {
    let folder = tempfile::tempdir().unwrap();
    let noting = Arc::new(Noting::default());
    let desk = Desk::reading(folder.path(), NOW, MadeUp::default(), noting.clone());
    let dropped = photos(&folder.path().join("dropped"), &[("hat.jpg", "hat.jpg")]);
    let before = desk.preview(vec![dropped]);
    assert!(before.outlook.refusal.is_some(), "no package is in force");
    assert_eq!(noting.take(), ["hat.jpg"]);
    desk.worker.send(Command::StartTrial);
    let after = desk.next(|event| match event {
        Event::Preview { preview, .. } => Some(preview),
        _ => None,
    });
    assert_eq!((after.outlook.refusal, after.outlook.fits), (None, 1));
    assert_eq!(noting.take(), [""; 0]);
}

fn jobs(desk: &Desk) -> Vec<Job> {
    desk.ask(Command::Jobs, |asked, event| match event {
        Event::Jobs { request, jobs } if request == asked => Some(jobs),
        _ => None,
    })
    .unwrap()
}

/// A catalogue of 60 pictures, opened with another model that takes its time.
fn another_model(folder: &Path, now: &str) -> Desk {
    let other = MadeUp {
        model: Some("other".to_owned()),
        pause_us: 20_000,
        ..MadeUp::default()
    };
    Desk::with(folder, now, other)
}

fn indexed(folder: &Path) -> PathBuf {
    let photos = files(&folder.join("photos"), 0, 60);
    let desk = Desk::open(folder, NOW);
    desk.trial();
    desk.import(&photos);
    photos
}

fn start_reindex(desk: &Desk) -> JobId {
    desk.ask(Command::Reindex, |asked, event| match event {
        Event::JobStarted { request, job, kind } if request == asked => {
            assert_eq!(kind, JobKind::Reindex);
            Some(job)
        }
        _ => None,
    })
    .unwrap()
}

fn begun(desk: &Desk, id: JobId) {
    desk.state_where(|state| state.jobs.iter().any(|job| job.id == id && job.indexed > 0));
}

#[test]
fn a_reindex_is_paused_over_a_restart_and_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    indexed(folder.path());
    let desk = another_model(folder.path(), LATER);
    let id = start_reindex(&desk);
    begun(&desk, id);
    desk.worker.send(Command::PauseJob(id));
    let paused = desk.state_where(|state| {
        let paused = |job: &Job| job.id == id && job.state == JobState::Paused;
        state.jobs.iter().any(paused)
    });
    let reached = paused.jobs[0].indexed;
    assert!(reached > 0 && reached < 60);
    drop(desk);

    let desk = another_model(folder.path(), LATER);
    let state = desk.state_where(|_| true);
    assert_eq!(
        (state.jobs[0].id, state.jobs[0].state),
        (id, JobState::Paused)
    );
    desk.worker.send(Command::ResumeJob(id));
    let job = desk.ended(id);
    assert_eq!(
        (job.kind, job.state, job.total, job.indexed),
        (JobKind::Reindex, JobState::Done, 60, 60)
    );
    desk.clock.advance_ms(1_000);
    let answer = desk.search(query_of(17)).unwrap();
    assert_eq!(answer.hits[0].record.fields.name, "000017.jpg");
}

#[test]
fn a_cancelled_reindex_leaves_the_catalogue_to_its_own_model() {
    let folder = tempfile::tempdir().unwrap();
    indexed(folder.path());
    let desk = another_model(folder.path(), LATER);
    let id = start_reindex(&desk);
    begun(&desk, id);
    desk.worker.send(Command::CancelJob(id));
    assert_eq!(desk.ended(id).state, JobState::Cancelled);
    drop(desk);
    let desk = Desk::open(folder.path(), LATER);
    desk.clock.advance_ms(1_000);
    let answer = desk.search(query_of(3)).unwrap();
    assert_eq!(answer.hits[0].record.fields.name, "000003.jpg");
}

#[test]
fn a_reindex_for_another_model_is_held_and_keeps_no_import_waiting() {
    let folder = tempfile::tempdir().unwrap();
    indexed(folder.path());
    let desk = another_model(folder.path(), LATER);
    let id = start_reindex(&desk);
    begun(&desk, id);
    drop(desk);

    // Back with the catalogue's own model.
    let desk = Desk::open(folder.path(), "2026-11-23T12:00:05Z");
    let state = desk.state_where(|_| true);
    let held = &state.jobs[0];
    assert_eq!(
        (held.id, held.state, held.held_by),
        (id, JobState::Held, Some(HeldBy::Model))
    );
    let refused = desk.done(Command::ResumeJob(id)).unwrap_err();
    assert!(refused.text.contains("another model"), "{}", refused.text);
    let more = files(&folder.path().join("more"), 100, 5);
    assert_eq!(desk.import(&more).indexed, 5);
    drop(desk);

    let desk = another_model(folder.path(), "2026-11-23T12:00:10Z");
    let job = desk.ended(id);
    assert_eq!((job.state, job.indexed), (JobState::Done, 65));
}

#[test]
fn nothing_is_imported_while_the_catalogue_is_re_indexed() {
    let folder = tempfile::tempdir().unwrap();
    let photos = indexed(folder.path());
    let desk = another_model(folder.path(), LATER);
    let id = start_reindex(&desk);
    let refused = desk.start_import(vec![photos]).unwrap_err();
    assert!(refused.text.contains("Re-indexing"), "{}", refused.text);
    desk.ended(id);
}

#[test]
fn pictures_that_cannot_be_re_indexed_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let photos = indexed(folder.path());
    std::fs::remove_file(photos.join("000007.jpg")).unwrap();
    let desk = another_model(folder.path(), LATER);
    let id = start_reindex(&desk);
    let job = desk.ended(id);
    assert_eq!(
        (job.state, job.indexed, job.failed),
        (JobState::Done, 59, 1)
    );
    let failures = desk
        .ask(Command::JobFailures(id), |asked, event| match event {
            Event::JobFailures {
                request, failures, ..
            } if request == asked => Some(failures),
            _ => None,
        })
        .unwrap();
    assert_eq!(failures[0].path, photos.join("000007.jpg"));
    let refused = desk.done(Command::RetryFailed(id)).unwrap_err();
    assert_eq!(refused.kind, FailureKind::Input);
}

#[test]
fn a_job_that_the_store_refuses_for_good_has_failed_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 300);
    let slow = MadeUp {
        pause_us: 5_000,
        ..MadeUp::default()
    };
    let desk = Desk::with(folder.path(), NOW, slow);
    desk.trial();
    let id = desk.start_import(vec![photos]).unwrap();
    begun(&desk, id);
    let catalogue = folder.path().join("data").join("catalogue.db");
    let meddler = rusqlite::Connection::open(catalogue).unwrap();
    meddler
        .busy_timeout(std::time::Duration::from_secs(20))
        .unwrap();
    meddler
        .execute_batch("ALTER TABLE upload RENAME TO gone")
        .unwrap();
    let job = desk.next(|event| match event {
        Event::JobEnded { job } if job.id == id => Some(*job),
        Event::JobHeld { job } => panic!("{job:?} waits for what never comes"),
        _ => None,
    });
    assert_eq!(job.state, JobState::Failed);
    assert!(job.because.unwrap().contains("catalogue.db"));
    meddler
        .execute_batch("ALTER TABLE gone RENAME TO upload")
        .unwrap();
    desk.clock.advance_ms(1_000);
    desk.worker.send(Command::ResumeJob(id));
    let job = desk.ended(id);
    assert_eq!((job.state, job.done()), (JobState::Done, 300));
}

#[test]
fn another_cut_of_a_query_under_way_is_no_second_call() {
    let folder = tempfile::tempdir().unwrap();
    indexed(folder.path());
    let desk = Desk::open(folder.path(), LATER);
    desk.search(query_of(0)).unwrap();
    let asked = desk.worker.send(Command::Search {
        lane: Lane(1),
        query: Box::new(query_of(5)),
    });
    let cut = Cut {
        number: 2,
        ..Cut::default()
    };
    let refined = desk.worker.send(Command::Refine {
        lane: Lane(1),
        cut: Box::new(cut),
    });
    desk.next(|event| match event {
        Event::Superseded { request } => {
            assert_eq!(request, asked);
            Some(())
        }
        _ => None,
    });
    desk.clock.advance_ms(1_000);
    let answer = desk.next(|event| match event {
        Event::Answered { request, answer } => {
            assert_eq!(request, refined);
            Some(answer)
        }
        _ => None,
    });
    assert_eq!(answer.hits.len(), 2);
    assert_eq!(answer.hits[0].record.fields.name, "000005.jpg");
    let state = desk.state_where(|_| true);
    let queries = state.calls.iter().find(|call| call.kind == CallKind::Query);
    assert_eq!(queries.unwrap().total, 2);
}

#[test]
fn a_lost_thumbnail_is_made_again_when_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let shown = photos(&folder.path().join("photos"), &[("hat.jpg", "hat.jpg")]);
    // The made-up descriptor brings no thumbnail: each is as good as lost.
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    desk.import(&shown);
    let record = desk
        .ask(
            Command::RecordAt(shown.join("hat.jpg")),
            |asked, event| match event {
                Event::Records { request, records } if request == asked => records.first().cloned(),
                _ => None,
            },
        )
        .unwrap();
    let ask = || desk.worker.send(Command::Thumbnails(vec![record.id]));
    let next = || {
        desk.next(|event| match event {
            Event::Thumbnails {
                request,
                thumbnails,
            } => Some((request, thumbnails)),
            _ => None,
        })
    };
    let asked = ask();
    let (request, told) = next();
    assert_eq!((request, told[0].1.len()), (asked, 0));
    let (request, made) = next();
    assert_eq!((request, made[0].0), (asked, record.id));
    assert!(image::load_from_memory(&made[0].1).is_ok());
    let asked = ask();
    let (request, told) = next();
    assert_eq!((request, &told[0].1), (asked, &made[0].1), "it is kept");
}

#[cfg(unix)]
#[test]
fn a_data_folder_renamed_under_an_import_holds_it_until_the_folder_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 10);
    let gate = Arc::<Gate>::default();
    let describer = MadeUp {
        gate: Some(gate.clone()),
        ..MadeUp::default()
    };
    let desk = Desk::with(folder.path(), NOW, describer);
    desk.trial();
    let id = desk.start_import(vec![photos]).unwrap();
    gate.wait_for(1);
    let (data, away) = (folder.path().join("data"), folder.path().join("away"));
    std::fs::rename(&data, &away).unwrap();
    gate.let_pass(usize::MAX);
    let held = desk.ended(id);
    assert_eq!(
        (held.state, held.held_by),
        (JobState::Held, Some(HeldBy::Disk))
    );
    assert!(held.because.unwrap().contains("moved"));
    std::fs::rename(&away, &data).unwrap();
    // The call that came to nothing was counted.
    desk.clock.advance_ms(1_000);
    assert_eq!(desk.ended(id).state, JobState::Done);
    desk.state_where(|state| state.stored == 10);
}
