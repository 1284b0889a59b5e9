//! The cap and the calls a second, through the worker.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use image_search::{
    domain::{job::JobState, query::Cut, quota::CallKind, subscription::Wish},
    worker::{Command, Event, FailureKind, Lane},
};

use crate::desk::{Desk, at, files, plan, query_of};

const NOW: &str = "2026-11-23T12:00:00Z";
const CAP: u64 = 100_000;

/// Lets the clock run fast, so that a hundred add calls need not take a hundred seconds.
fn run_clock(desk: &Desk) -> impl Drop + use<> {
    struct Running(Arc<AtomicBool>, Option<std::thread::JoinHandle<()>>);
    impl Drop for Running {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
            self.1.take().unwrap().join().unwrap();
        }
    }
    let stop = Arc::<AtomicBool>::default();
    let (clock, stopped) = (desk.clock.clone(), stop.clone());
    let thread = std::thread::spawn(move || {
        while !stopped.load(Ordering::Relaxed) {
            clock.advance_ms(200);
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    });
    Running(stop, Some(thread))
}

#[test]
fn an_import_of_120_000_stops_exactly_at_100_000_and_goes_on_after_an_upgrade() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 120_000);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    let clock = run_clock(&desk);
    let id = desk.start_import(vec![photos]).unwrap();
    let held = desk.ended(id);
    assert_eq!(held.state, JobState::Held);
    assert_eq!((held.indexed, held.refused), (CAP, 20_000));
    let sentence = held.because.unwrap();
    assert!(sentence.contains("100,000 of 100,000"), "{sentence}");
    assert!(sentence.contains("2.5m-5"), "{sentence}");
    let state = desk.state_where(|state| state.stored == CAP);
    assert_eq!(state.usage.uploaded, CAP);

    // Nothing is chosen again: the upgrade alone lets the rest in.
    desk.quoted_order(Wish::Change {
        plan: plan("2.5m-5"),
    })
    .unwrap();
    let ended = desk.ended(id);
    assert_eq!(
        (ended.state, ended.indexed, ended.refused),
        (JobState::Done, 120_000, 0)
    );
    drop(clock);
    let state = desk.state_where(|state| state.stored == 120_000);
    assert_eq!(state.usage.uploaded, 120_000);
}

#[test]
fn a_changed_picture_is_indexed_although_no_further_one_may_be_stored() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 3);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    desk.import(&photos);
    drop(desk);
    let catalogue = rusqlite::Connection::open(folder.path().join("data/catalogue.db")).unwrap();
    let full = "UPDATE meta SET value = 100000 WHERE key = 'stored'";
    catalogue.execute(full, []).unwrap();
    drop(catalogue);

    // Later: an add call was made at the other instant.
    let desk = Desk::open(folder.path(), "2026-11-23T12:01:00Z");
    std::fs::write(photos.join("000001.jpg"), "changed").unwrap();
    std::fs::write(photos.join("000009.jpg"), "new").unwrap();
    let job = desk.import(&photos);
    assert_eq!(
        (job.indexed, job.refused, job.state),
        (1, 1, JobState::Held)
    );
    assert_eq!(desk.state_where(|_| true).stored, CAP);
}

#[test]
fn without_a_package_nothing_is_added_or_searched_and_the_sentence_says_how_to_begin() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 1);
    let desk = Desk::open(folder.path(), NOW);
    for refused in [
        desk.start_import(vec![photos]).err(),
        desk.search(query_of(0)).err(),
    ] {
        let failure = refused.expect("refused");
        assert_eq!(failure.kind, FailureKind::Subscription);
        assert!(
            failure.text.to_lowercase().contains("free"),
            "{}",
            failure.text
        );
    }
}

#[test]
fn a_query_over_the_quota_waits_its_turn_and_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 3);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    desk.import(&photos);
    desk.search(query_of(0)).unwrap();
    let second = desk.worker.send(Command::Search {
        lane: Lane::default(),
        query: Box::new(query_of(1)),
    });
    let waits = |kind: CallKind| {
        move |state: &image_search::domain::catalogue::State| {
            state
                .calls
                .iter()
                .any(|call| call.kind == kind && call.waiting == 1)
        }
    };
    desk.state_where(waits(CallKind::Query));
    desk.clock.advance_ms(1_000);
    let answer = desk.next(|event| match event {
        Event::Answered { request, answer } if request == second => Some(answer),
        _ => None,
    });
    assert_eq!(answer.hits[0].record.fields.name, "000001.jpg");
}

#[test]
fn of_queries_that_wait_the_newest_wins_and_the_older_ones_are_superseded() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 5);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    desk.import(&photos);
    desk.search(query_of(0)).unwrap();
    let ask = |number| {
        desk.worker.send(Command::Search {
            lane: Lane::default(),
            query: Box::new(query_of(number)),
        })
    };
    let older = [ask(1), ask(2), ask(3)];
    let newest = ask(4);
    for expected in older {
        let superseded = desk.next(|event| match event {
            Event::Superseded { request } => Some(request),
            Event::Answered { request, .. } => panic!("{request:?} was answered"),
            _ => None,
        });
        assert_eq!(superseded, expected);
    }
    desk.clock.advance_ms(1_000);
    let answered = desk.next(|event| match event {
        Event::Answered { request, .. } => Some(request),
        _ => None,
    });
    assert_eq!(answered, newest);
}

#[test]
fn refining_an_answer_is_no_call() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 5);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    desk.import(&photos);
    desk.search(query_of(0)).unwrap();
    let cut = Cut {
        min_score: 0.99,
        exact: true,
        ..Cut::default()
    };
    // The clock stands still: a call would wait for ever.
    let command = Command::Refine {
        lane: Lane::default(),
        cut: Box::new(cut),
    };
    let answer = desk
        .ask(command, |asked, event| match event {
            Event::Answered { request, answer } if request == asked => Some(answer),
            _ => None,
        })
        .unwrap();
    assert_eq!((answer.hits.len(), answer.recall), (1, Some(1.0)));
    let state = desk.state_where(|_| true);
    let queries = state
        .calls
        .iter()
        .find(|call| call.kind == CallKind::Query)
        .unwrap();
    assert_eq!(queries.total, 1);
}

#[test]
fn a_restart_loses_no_meter_reading_and_opens_no_window() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 30);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    desk.import(&photos);
    desk.search(query_of(0)).unwrap();
    drop(desk);
    let desk = Desk::open(folder.path(), NOW);
    let state = desk.state_where(|_| true);
    assert_eq!((state.usage.uploaded, state.usage.stored), (30, 30));
    let asked = desk.worker.send(Command::Search {
        lane: Lane::default(),
        query: Box::new(query_of(1)),
    });
    desk.state_where(|state| state.calls.iter().any(|call| call.waiting == 1));
    desk.clock.advance_ms(1_000);
    desk.next(|event| match event {
        Event::Answered { request, .. } if request == asked => Some(()),
        _ => None,
    });
}

#[test]
fn removing_gives_nothing_back_before_the_month_ends() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 12);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    desk.import(&photos);
    let hits = desk.search(query_of(0)).unwrap().hits.clone();
    let ids = hits.iter().map(|hit| hit.record.id).take(5).collect();
    desk.done(Command::Remove(ids)).unwrap();
    let state = desk.state_where(|state| state.stored == 7);
    assert_eq!(state.usage.uploaded, 12);
}

#[test]
fn a_removal_of_more_than_a_seconds_calls_is_answered_after_the_last_and_undone_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 21_000);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    let _clock = run_clock(&desk);
    assert_eq!(desk.import(&photos).indexed, 21_000);
    let listing = desk.listing();
    assert_eq!(listing.ids.len(), 21_000);
    let removed = desk.done(Command::Remove(listing.ids.clone())).unwrap();
    assert_eq!(removed, "Removed 21,000 pictures");
    let state = desk.state_where(|state| state.stored == 0);
    assert_eq!(state.undo.as_deref(), Some("remove 21,000 pictures"));
    desk.done(Command::Undo).unwrap();
    desk.state_where(|state| state.stored == 21_000 && state.undo.is_none());
}

#[test]
fn a_clock_set_back_over_a_restart_gives_no_more_calls() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 3);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    desk.import(&photos);
    desk.clock.advance_ms(3_600_000);
    // So that this hour is remembered.
    desk.state_where(|state| state.now.as_second() >= at(NOW).as_second() + 3_600);
    drop(desk);
    let desk = Desk::open(folder.path(), NOW);
    desk.search(query_of(0)).unwrap();
    drop(desk);
    let desk = Desk::open(folder.path(), NOW);
    desk.worker.send(Command::Search {
        lane: Lane(1),
        query: Box::new(query_of(1)),
    });
    desk.state_where(|state| {
        let calls = state.calls.iter().find(|call| call.kind == CallKind::Query);
        calls.is_some_and(|calls| calls.waiting == 1)
    });
}
