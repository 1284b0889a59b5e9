//! The account's own time beside a computer's clock that may be wrong.

use image_search::domain::subscription::{ClockAnswer, FARTHEST_JUMP, Phase, Timeline};
use jiff::SignedDuration;
use proptest::{collection::vec, prelude::*};

use super::*;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// An account with a month paid from 1 November on, and its time on the 20th.
fn a_month() -> (Account, Timeline) {
    let account = bought("2.5m-5", 1, "2026-11-01");
    let mut timeline = Timeline::from_instant(None);
    timeline.observe(at("2026-11-20"), SignedDuration::ZERO, &account);
    (account, timeline)
}

fn phase(account: &Account, timeline: &Timeline) -> &'static str {
    account.standing(timeline.now()).phase.id()
}

#[test]
fn time_goes_with_the_clock_however_long_the_program_was_closed() {
    let (account, mut timeline) = a_month();
    timeline.observe(at("2026-11-30T23:59:59Z"), SignedDuration::ZERO, &account);
    assert_eq!(timeline.now(), at("2026-11-30T23:59:59Z"));
    assert_eq!(timeline.doubt(), None);
}

#[test]
fn a_period_that_ends_while_the_program_runs_ends() {
    let (account, mut timeline) = a_month();
    timeline.observe(at("2026-11-30T23:59:59Z"), SignedDuration::ZERO, &account);
    timeline.observe(
        at("2026-12-01T00:00:00Z"),
        SignedDuration::from_secs(1),
        &account,
    );
    assert_eq!(
        (phase(&account, &timeline), timeline.doubt()),
        ("overdue", None)
    );
}

#[test]
fn a_jump_that_would_end_the_period_is_doubted_and_time_runs_on_by_running_time() {
    let (account, mut timeline) = a_month();
    for (clock, ran) in [("2036-11-20", 0), ("2036-11-21", 90), ("2099-01-01", 30)] {
        timeline.observe(at(clock), SignedDuration::from_secs(ran), &account);
        assert_eq!(phase(&account, &timeline), "active");
        assert!(timeline.doubt().is_some_and(|doubt| doubt.holds_up()));
    }
    assert_eq!(timeline.now(), at("2026-11-20T00:02:00Z"));
    // The clock is set right: nothing happened.
    timeline.observe(at("2026-11-22"), SignedDuration::ZERO, &account);
    assert_eq!((timeline.now(), timeline.doubt()), (at("2026-11-22"), None));
}

#[test]
fn a_jump_that_would_release_the_catalogue_is_doubted() {
    let (account, mut timeline) = a_month();
    timeline.set(at("2026-12-05"));
    timeline.observe(at("2026-12-14"), SignedDuration::ZERO, &account);
    assert_eq!(
        (phase(&account, &timeline), timeline.doubt()),
        ("overdue", None)
    );
    timeline.observe(at("2026-12-17"), SignedDuration::ZERO, &account);
    assert!(timeline.doubt().is_some());
    assert_eq!(phase(&account, &timeline), "overdue");
}

#[test]
fn a_jump_of_more_than_400_days_is_doubted_whatever_it_takes() {
    let account = bought("2.5m-5", 36, "2026-11-01");
    let mut timeline = Timeline::from_instant(Some(at("2026-11-20")));
    let most = at("2026-11-20").checked_add(FARTHEST_JUMP).unwrap();
    timeline.observe(most, SignedDuration::ZERO, &account);
    assert_eq!((timeline.now(), timeline.doubt()), (most, None));
    let more = most.checked_add(FARTHEST_JUMP + MINUTE).unwrap();
    timeline.observe(more, SignedDuration::ZERO, &account);
    assert_eq!(timeline.now(), most);
    assert!(timeline.doubt().is_some());
}

#[test]
fn a_doubt_stays_over_a_restart_and_a_confirmed_jump_counts() {
    let (account, mut timeline) = a_month();
    timeline.observe(at("2026-12-03"), SignedDuration::ZERO, &account);
    let kept = serde_json::to_string(&timeline).unwrap();
    let mut timeline: Timeline = serde_json::from_str(&kept).unwrap();
    assert!(timeline.doubt().is_some());
    timeline.observe(at("2026-12-03T10:00:00Z"), SignedDuration::ZERO, &account);
    assert!(timeline.answer(ClockAnswer::Clock, &account));
    assert_eq!(timeline.now(), at("2026-12-03T10:00:00Z"));
    assert_eq!(
        (phase(&account, &timeline), timeline.doubt()),
        ("overdue", None)
    );
}

#[test]
fn a_clock_called_wrong_stays_doubted_until_it_is_set() {
    let (account, mut timeline) = a_month();
    timeline.observe(at("2036-12-03"), SignedDuration::ZERO, &account);
    assert!(timeline.answer(ClockAnswer::Trusted, &account));
    assert!(timeline.doubt().is_some());
    assert_eq!(phase(&account, &timeline), "active");
}

#[test]
fn a_jump_confirmed_by_mistake_is_taken_back_to_where_it_began_and_no_further() {
    let (account, mut timeline) = a_month();
    timeline.observe(at("2036-12-03"), SignedDuration::ZERO, &account);
    timeline.answer(ClockAnswer::Clock, &account);
    assert_eq!(phase(&account, &timeline), "released");
    timeline.observe(at("2026-11-22"), MINUTE, &account);
    let doubt = timeline.doubt().unwrap();
    assert!(!doubt.holds_up());
    assert_eq!(phase(&account, &timeline), "released");
    assert!(timeline.answer(ClockAnswer::Clock, &account));
    assert_eq!(timeline.now(), at("2026-11-22"));
    assert_eq!(
        (phase(&account, &timeline), timeline.doubt()),
        ("active", None)
    );

    let (account, mut timeline) = a_month();
    timeline.observe(at("2036-12-03"), SignedDuration::ZERO, &account);
    timeline.answer(ClockAnswer::Clock, &account);
    timeline.observe(at("2020-01-01"), SignedDuration::ZERO, &account);
    timeline.answer(ClockAnswer::Clock, &account);
    assert_eq!(timeline.now(), at("2026-11-20"));
}

#[test]
fn a_confirmed_jump_with_orders_since_is_not_taken_back() {
    let (mut account, mut timeline) = a_month();
    timeline.observe(at("2036-12-03"), SignedDuration::ZERO, &account);
    timeline.answer(ClockAnswer::Clock, &account);
    buy(&mut account, "2.5m-5", 1, "2036-12-03").unwrap();
    timeline.observe(at("2026-11-22"), SignedDuration::ZERO, &account);
    assert!(!timeline.answer(ClockAnswer::Clock, &account));
    assert_eq!(phase(&account, &timeline), "active");
}

#[test]
fn a_clock_set_back_lengthens_nothing_and_time_passes_while_the_program_is_closed() {
    let (account, mut timeline) = a_month();
    timeline.observe(at("2020-01-01"), MINUTE, &account);
    assert_eq!(timeline.now(), at("2026-11-20T00:01:00Z"));
    timeline.observe(at("2020-01-04"), SignedDuration::ZERO, &account);
    assert_eq!(timeline.now(), at("2026-11-23T00:01:00Z"));
    // Set right again: the time that clock and catalogue agree on.
    timeline.observe(at("2026-11-24"), SignedDuration::ZERO, &account);
    assert_eq!(timeline.now(), at("2026-11-24"));
}

#[test]
fn without_an_order_time_follows_a_clock_that_is_set_right() {
    let account = Account::default();
    let mut timeline = Timeline::from_instant(None);
    timeline.observe(at("2099-01-01"), SignedDuration::ZERO, &account);
    timeline.observe(at("2026-11-20"), MINUTE, &account);
    assert_eq!((timeline.now(), timeline.doubt()), (at("2026-11-20"), None));
}

#[test]
fn a_given_clock_is_never_doubted_and_never_goes_back() {
    let (account, mut timeline) = a_month();
    timeline.set(at("2036-01-01"));
    assert_eq!(
        (phase(&account, &timeline), timeline.doubt()),
        ("released", None)
    );
    timeline.set(at("2030-01-01"));
    assert_eq!(timeline.now(), at("2036-01-01"));
}

/// Seconds the clock moves by between two readings, and seconds the program ran meanwhile.
fn readings() -> impl Strategy<Value = Vec<(i64, i64)>> {
    let year = 366 * DAY.as_secs();
    let moved = prop_oneof![
        4 => 0..600_i64,
        3 => 0..40 * DAY.as_secs(),
        2 => -year..year,
        1 => -20 * year..20 * year,
    ];
    vec((moved, 0..600_i64), 1..40)
}

proptest! {
    #[test]
    fn without_an_answer_no_reading_takes_anything_or_gives_anything(readings in readings()) {
        let (account, mut timeline) = a_month();
        let mut clock = at("2026-11-20");
        for (moved, ran) in readings {
            clock = clock.checked_add(SignedDuration::from_secs(moved)).unwrap();
            let before = timeline.now();
            timeline.observe(clock, SignedDuration::from_secs(ran), &account);
            let passed = timeline.now().duration_since(before).as_secs();
            prop_assert!(passed >= ran, "time runs on by running time at least");
            let unasked = passed - ran;
            // What ends while the program runs has ended, whatever the clock adds.
            let ran_on = before + SignedDuration::from_secs(ran);
            let [then, now] = [ran_on, timeline.now()].map(|at| account.standing(at).phase);
            let taken = std::mem::discriminant(&then) != std::mem::discriminant(&now)
                && !matches!(then, Phase::None);
            prop_assert!(!taken || unasked <= 300, "{then:?} to {now:?} by {unasked} s");
            prop_assert!(unasked <= FARTHEST_JUMP.as_secs());
            if timeline.doubt().is_some() {
                prop_assert_eq!(unasked, 0);
            }
        }
    }
}
