//! What each phase shows, and the button that goes on from it.

use std::path::PathBuf;

use image_search::{
    domain::{
        catalogue::SetAside,
        job::{Job, JobId, JobKind, JobState},
        subscription::Phase,
    },
    ui::{
        action::{Opening, SubscriptionAction},
        subscription::{
            pill::{Tone, pill},
            refusal,
        },
    },
};

use jiff::civil::date;

use super::harness::{Person, Stage, at, compare_in_both_themes, sized, window};

fn phase(stage: &Stage) -> Phase {
    stage.account.standing(stage.now).phase
}

fn set_aside() -> SetAside {
    SetAside {
        folder: PathBuf::from("released 2026-12-16"),
        released_at: at("2026-12-16T00:00:00Z"),
        pictures: 61_204,
    }
}

#[test]
fn without_a_package_the_free_month_starts_in_one_click() {
    let mut window = window(Stage::new("2026-11-10T09:00:00Z"));
    assert!(window.sees("Start with a free month"), "{}", window.names());
    window.click("Start the free month");
    assert_eq!(phase(window.state()), Phase::Trial);
    assert!(window.sees("It ends on 10 Dec 2026"), "{}", window.names());
    assert!(window.sees("Free, then $300 a month"));
    assert!(window.sees("30 days left"));
    assert!(
        window.sees("Free month, 100,000 · 1 QPS"),
        "the order is in the ledger"
    );
}

#[test]
fn the_dashboard_looks_as_it_was_designed() {
    let stage = Stage::bought("2026-11-22T09:00:00Z", "2.5m-5", 1, "2026-11-10T09:00:00Z");
    let mut stage = stage.with_usage(1_530_100, 1_912_400);
    let days = (10..=22).map(|day| (date(2026, 11, day), 40_000 + u64::from(day as u8) * 5_900));
    stage.uploads_by_day = days.collect();
    stage.waiting = 3;
    stage.publish();
    compare_in_both_themes(&mut sized(stage, 1_240.0, 900.0), "subscription");
}

#[test]
fn no_payment_provider_is_contacted_and_the_panel_says_so() {
    let window = window(Stage::new("2026-11-10T09:00:00Z"));
    assert!(window.sees("No payment provider is contacted"));
}

#[test]
fn a_second_free_month_is_refused_with_the_remedy() {
    let mut window = window(Stage::new("2026-11-10T09:00:00Z"));
    // Another program of the same customer started one meanwhile; the panel cannot know yet.
    let since = at("2026-10-01T00:00:00Z");
    window.state_mut().account =
        image_search::domain::subscription::Account::from_orders(Vec::new(), true, since).unwrap();
    window.click("Start the free month");
    assert!(
        window.sees("The free trial was used already"),
        "{}",
        window.names()
    );
    assert!(window.sees("100k-1 costs $300.00 a month"));
    assert!(
        !window.sees("Start the free month"),
        "it is not offered again"
    );
    assert!(window.sees("Buy a package…"));
}

#[test]
fn an_active_package_shows_its_period_and_price() {
    let stage = Stage::bought("2026-11-22T12:00:00Z", "2.5m-5", 1, "2026-11-10T00:00:00Z");
    let window = window(stage.with_usage(1_530_100, 1_912_400));
    for text in [
        "Active",
        "2,500,000 pictures · 5 QPS",
        "$800 a month · 10 Nov – 10 Dec 2026 · 18 days left",
        "1,530,100",
        "587,600 left",
        "Renew…",
    ] {
        assert!(window.sees(text), "no {text:?} in:\n{}", window.names());
    }
}

#[test]
fn overdue_counts_down_to_the_release_and_offers_to_renew() {
    let stage = Stage::bought("2026-12-03T20:00:00Z", "2.5m-5", 1, "2026-11-01T00:00:00Z");
    let mut window = window(stage.with_usage(0, 61_204));
    assert!(window.sees("Overdue"));
    assert!(
        window.sees("Released in 12 days 4 hours"),
        "{}",
        window.names()
    );
    assert!(window.sees("Searching, adding and removing are paused"));
    window.wait_until("2026-12-15T23:59:20Z");
    assert!(window.sees("Released in 40 s"), "{}", window.names());
    window.click("Renew now…");
    assert!(
        window.sees("At once: the new term begins now"),
        "{}",
        window.names()
    );
}

#[test]
fn released_is_restored_after_a_new_package() {
    let mut stage = Stage::bought("2026-12-20T00:00:00Z", "2.5m-5", 1, "2026-11-01T00:00:00Z");
    stage.set_aside = vec![set_aside()];
    stage.publish();
    let mut window = window(stage);
    assert!(window.sees("The catalogue was released"));
    assert!(
        window.sees("61,204 indexed pictures are set aside, whole"),
        "{}",
        window.names()
    );
    window.click("Restore the catalogue released on 16 Dec 2026");
    assert_eq!(
        window.state().set_aside.len(),
        1,
        "not before a package is in force"
    );
    window.click("Buy a package…");
    window.click("Confirm: $300.00 to pay");
    window.click("Done");
    window.click("Restore the catalogue released on 16 Dec 2026");
    assert_eq!(
        (window.state().stored, window.state().set_aside.len()),
        (61_204, 0)
    );
    assert!(window.sees("61204 pictures are back"), "{}", window.names());
}

#[test]
fn what_was_set_aside_is_deleted_only_when_confirmed() {
    let mut stage = Stage::bought("2026-12-20T00:00:00Z", "2.5m-5", 1, "2026-11-01T00:00:00Z");
    stage.set_aside = vec![set_aside()];
    stage.publish();
    let mut window = window(stage);
    window.click("Delete the catalogue released on 16 Dec 2026");
    assert!(window.sees("cannot be brought back"));
    window.click("Keep it");
    assert_eq!(window.state().set_aside.len(), 1);
    window.click("Delete the catalogue released on 16 Dec 2026");
    window.click("Delete for good");
    assert!(window.state().set_aside.is_empty());
}

#[test]
fn a_reached_cap_says_what_helps_and_opens_it() {
    let stage = Stage::on_trial("2026-11-16T00:00:00Z", "2026-11-10T00:00:00Z");
    let stage = stage.with_usage(100_000, 100_000);
    let mut window = window(stage);
    assert!(
        window.sees("Upgrade, or remove some, to add more"),
        "{}",
        window.names()
    );
    window.click("Larger package…");
    assert!(window.sees("Change the package"));
    assert!(window.sees("2,500,000 pictures"));
}

#[test]
fn where_an_action_is_refused_a_button_resolves_it() {
    let remedies = |stage: Stage| {
        let state = stage.model.state.clone().unwrap();
        refusal::remedies(&state, stage.now)
    };
    let bought = |now| Stage::bought(now, "2.5m-5", 1, "2026-11-01T00:00:00Z");
    let opens = SubscriptionAction::Open;
    let trial = ("Start the free month", SubscriptionAction::StartTrial);
    assert_eq!(
        remedies(Stage::new("2026-11-10T00:00:00Z")),
        [trial, ("Buy a package…", opens(Opening::Purchase(None)))]
    );
    assert_eq!(
        remedies(bought("2026-11-16T00:00:00Z")),
        [("What fits me?", opens(Opening::WhatFits))]
    );
    assert_eq!(
        remedies(bought("2026-12-03T20:00:00Z")),
        [("Renew now…", opens(Opening::Renew(None)))]
    );
}

#[test]
fn the_pill_tells_the_phase_in_words_and_colour() {
    let told = |stage: Stage| {
        let pill = pill(&stage.model.state.clone().unwrap(), stage.now);
        (pill.used, pill.state, pill.tone)
    };
    let bought = |now, plan| Stage::bought(now, plan, 1, "2026-11-01T00:00:00Z");
    let texts = |used: &str, state: &str, tone| (used.to_owned(), state.to_owned(), tone);
    assert_eq!(
        told(Stage::new("2026-11-10T00:00:00Z")),
        texts("0 pictures", "No package", Tone::Quiet)
    );
    assert_eq!(
        told(Stage::on_trial("2026-11-22T00:00:00Z", "2026-11-10T00:00:00Z").with_usage(61_204, 9)),
        texts("61,204 of 100,000", "Free month · 18 days left", Tone::Free)
    );
    assert_eq!(
        told(bought("2026-11-16T00:00:00Z", "2.5m-5").with_usage(7, 8)),
        texts("8 of 2,500,000", "Active · 15 days left", Tone::Good)
    );
    assert_eq!(
        told(bought("2026-11-16T00:00:00Z", "2.5m-5").with_usage(2_400_000, 8)).2,
        Tone::Soon
    );
    assert_eq!(
        told(bought("2026-12-03T20:00:00Z", "2.5m-5").with_usage(0, 5)),
        texts(
            "5 pictures",
            "Overdue · released in 12 days 4 hours",
            Tone::Stopped
        )
    );
    assert_eq!(
        told(bought("2027-01-03T00:00:00Z", "2.5m-5")).2,
        Tone::Stopped
    );
}

#[test]
fn each_alert_is_announced_once() {
    let mut stage = Stage::on_trial("2026-12-08T00:00:00Z", "2026-11-10T00:00:00Z");
    stage = stage.with_usage(96_000, 50_000);
    let state = stage.model.state.clone().unwrap();
    assert_eq!(
        stage.view.unannounced(&state).len(),
        2,
        "the cap and the end"
    );
    assert_eq!(stage.view.unannounced(&state).len(), 0);
}

#[test]
fn waits_are_shown_beside_the_quota() {
    let mut stage = Stage::bought("2026-11-16T00:00:00Z", "2.5m-5", 1, "2026-11-01T00:00:00Z");
    stage.waiting = 3;
    stage.publish();
    let window = window(stage);
    assert!(window.sees("3 waiting"));
    assert!(window.sees("5 of 5"), "{}", window.names());
    assert!(window.sees("0 of 20"));
}

#[test]
fn every_package_and_button_is_there_in_narrow_and_medium_windows() {
    for width in [420.0, 800.0] {
        let stage = Stage::bought("2026-11-16T00:00:00Z", "2.5m-5", 1, "2026-11-01T00:00:00Z");
        let window = sized(stage.with_usage(3_000_000, 2_000_000), width, 4_000.0);
        for text in [
            "Renew…",
            "What fits me?",
            "50,000,000 pictures · 10 QPS",
            "Export as CSV…",
        ] {
            assert!(window.sees(text), "no {text:?} at {width}");
        }
    }
}

#[test]
fn an_open_job_of_a_catalogue_that_was_released_is_no_longer_listed() {
    let mut stage = Stage::on_trial("2026-11-16T00:00:00Z", "2026-11-01T00:00:00Z");
    let now = stage.now;
    let job = |id: i64, state: JobState| Job {
        id: JobId(id),
        kind: JobKind::Import,
        title: "photos".to_owned(),
        state,
        held_by: None,
        because: None,
        total: 3,
        indexed: 1,
        unchanged: 0,
        refused: 0,
        failed: 0,
        images_per_sec: 0.0,
        secs_left: None,
        started_at: now,
        ended_at: None,
    };
    stage.model.note_job(job(1, JobState::Done));
    stage.model.note_job(job(2, JobState::Running));
    // The state of the empty catalogue, which has no job.
    stage.publish();
    let listed: Vec<_> = stage.model.jobs.iter().map(|job| job.id).collect();
    assert_eq!(listed, [JobId(1)]);
}
