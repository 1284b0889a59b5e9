//! The account's time over restarts: nothing ends by a wrong clock alone.

use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use image_search::{
    domain::{
        catalogue::State,
        job::{HeldBy, JobState},
        subscription::{ClockAnswer, Phase, Wish},
    },
    worker::{Clock, Command, FailureKind},
};
use jiff::Timestamp;

use crate::desk::{Desk, at, files, plan, query_of};

/// A clock that may be doubted, as the computer's is.
struct Doubtable(Mutex<Timestamp>);

impl Doubtable {
    fn at(now: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(at(now))))
    }

    fn set(&self, now: &str) {
        *self.0.lock().unwrap() = at(now);
    }
}

impl Clock for Doubtable {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn running(&self) -> Option<Duration> {
        Some(Duration::ZERO)
    }
}

fn phase(state: &State) -> Phase {
    state.account.standing(state.now).phase
}

/// A catalogue of three pictures, with a month paid from 1 November on.
fn a_month(folder: &Path) {
    let photos = files(&folder.join("photos"), 0, 3);
    let desk = Desk::open(folder, "2026-11-01T00:00:00Z");
    let (plan, months) = (plan("2.5m-5"), 1);
    desk.quoted_order(Wish::Purchase { plan, months }).unwrap();
    desk.import(&photos);
}

#[test]
fn a_jump_of_the_clock_ends_nothing_and_holds_up_calls_and_orders_until_it_is_set_right() {
    let folder = tempfile::tempdir().unwrap();
    a_month(folder.path());
    let clock = Doubtable::at("2036-01-01T00:00:00Z");
    let desk = Desk::with_clock(folder.path(), clock.clone());
    let state = desk.state_where(|_| true);
    assert_eq!((phase(&state), state.stored), (Phase::Active, 3));
    assert!(state.clock_doubt.is_some() && state.set_aside.is_empty());

    let refused = desk.search(query_of(0)).unwrap_err();
    assert_eq!(refused.kind, FailureKind::Subscription);
    assert!(refused.text.contains("2036"), "{}", refused.text);
    let (plan, months) = (plan("5m-10"), 1);
    let renewal = desk.quoted_order(Wish::Renewal { plan, months });
    assert_eq!(renewal.unwrap_err().kind, FailureKind::Subscription);
    let trial = desk.order(Command::StartTrial).unwrap_err();
    assert!(trial.text.contains("2036"), "{}", trial.text);

    let told = desk
        .done(Command::AnswerClock(ClockAnswer::Trusted))
        .unwrap();
    assert!(told.contains("called wrong"), "{told}");
    assert_eq!(
        desk.search(query_of(0)).unwrap_err().kind,
        FailureKind::Subscription
    );
    clock.set("2026-11-02T00:00:00Z");
    assert_eq!(desk.search(query_of(0)).unwrap().among, 3);
    desk.state_where(|state| state.clock_doubt.is_none() && phase(state) == Phase::Active);
}

#[test]
fn a_jump_that_is_confirmed_counts_and_one_confirmed_by_mistake_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    a_month(folder.path());
    let clock = Doubtable::at("2026-12-05T00:00:00Z");
    let desk = Desk::with_clock(folder.path(), clock.clone());
    desk.done(Command::AnswerClock(ClockAnswer::Clock)).unwrap();
    desk.state_where(|state| matches!(phase(state), Phase::Overdue { .. }));
    drop(desk);

    clock.set("2026-11-03T00:00:00Z");
    let desk = Desk::with_clock(folder.path(), clock);
    let state = desk.state_where(|_| true);
    assert!(
        matches!(phase(&state), Phase::Overdue { .. }),
        "not by itself"
    );
    let told = desk.done(Command::AnswerClock(ClockAnswer::Clock)).unwrap();
    assert!(told.contains("had been wrong"), "{told}");
    desk.state_where(|state| phase(state) == Phase::Active);
    assert_eq!(desk.search(query_of(0)).unwrap().among, 3);
    assert!(desk.done(Command::AnswerClock(ClockAnswer::Clock)).is_err());
}

#[test]
fn a_confirmed_jump_beyond_the_release_sets_the_catalogue_aside() {
    let folder = tempfile::tempdir().unwrap();
    a_month(folder.path());
    let desk = Desk::with_clock(folder.path(), Doubtable::at("2027-01-05T00:00:00Z"));
    desk.state_where(|state| state.clock_doubt.is_some() && state.stored == 3);
    desk.done(Command::AnswerClock(ClockAnswer::Clock)).unwrap();
    desk.state_where(|state| state.stored == 0 && state.set_aside.len() == 1);
}

#[test]
fn an_import_waits_while_the_clock_is_doubted_and_goes_on_when_it_is_right() {
    let folder = tempfile::tempdir().unwrap();
    a_month(folder.path());
    let clock = Doubtable::at("2026-11-02T00:00:00Z");
    let desk = Desk::with_clock(folder.path(), clock.clone());
    let more = files(&folder.path().join("more"), 100, 5);
    let job = desk.start_import(vec![more]).unwrap();
    desk.ended(job);
    clock.set("2036-01-01T00:00:00Z");
    desk.state_where(|state| state.clock_doubt.is_some());
    let still_more = files(&folder.path().join("still more"), 200, 5);
    assert!(desk.start_import(vec![still_more.clone()]).is_err());
    clock.set("2026-11-02T01:00:00Z");
    desk.state_where(|state| state.clock_doubt.is_none());
    let job = desk.import(&still_more);
    assert_eq!((job.state, job.held_by), (JobState::Done, None::<HeldBy>));
}
