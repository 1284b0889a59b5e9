//! The life of a subscription, through the worker.

use image_search::{
    domain::subscription::{OrderKind, Phase, Wish},
    worker::{Command, Event, FailureKind},
};

use crate::desk::{Desk, at, files, plan, query_of};

fn phase(desk: &Desk) -> Phase {
    let state = desk.state_where(|_| true);
    state.account.standing(state.now).phase
}

#[test]
fn the_worked_example_is_charged_as_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path(), "2026-11-01T00:00:00Z");
    desk.quoted_order(Wish::Purchase {
        plan: plan("2.5m-5"),
        months: 1,
    })
    .unwrap();
    desk.clock.set(at("2026-11-16T00:00:00Z"));
    let order = desk
        .quoted_order(Wish::Change {
            plan: plan("5m-10"),
        })
        .unwrap();
    assert_eq!((order.kind, order.amount.0), (OrderKind::Upgrade, 105_000));
    assert_eq!(order.period_end, at("2026-12-01T00:00:00Z"));
}

#[test]
fn a_second_trial_is_refused_also_in_a_new_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path(), "2026-11-01T00:00:00Z");
    desk.trial();
    let again = desk.order(Command::StartTrial).unwrap_err();
    assert_eq!(again.kind, FailureKind::Subscription);
    drop(desk);
    std::fs::remove_dir_all(folder.path().join("data")).unwrap();
    let desk = Desk::open(folder.path(), "2026-11-02T00:00:00Z");
    let elsewhere = desk.order(Command::StartTrial).unwrap_err();
    assert_eq!(elsewhere.kind, FailureKind::Subscription);
}

#[test]
fn a_free_month_that_cannot_be_marked_is_not_ordered_and_not_called_used() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    std::fs::write(&config, "a file").unwrap();
    let desk = Desk::open(folder.path(), "2026-11-01T00:00:00Z");
    let failed = desk.order(Command::StartTrial).unwrap_err();
    assert_eq!(failed.kind, FailureKind::System);
    assert!(failed.text.contains("config"), "{}", failed.text);
    assert_eq!(phase(&desk), Phase::None);
    std::fs::remove_file(&config).unwrap();
    desk.trial();
}

#[test]
fn a_lost_mark_is_set_again_by_the_catalogue_that_used_the_month() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path(), "2026-11-01T00:00:00Z");
    desk.trial();
    drop(desk);
    std::fs::remove_dir_all(folder.path().join("config")).unwrap();
    drop(Desk::open(folder.path(), "2026-11-02T00:00:00Z"));
    std::fs::remove_dir_all(folder.path().join("data")).unwrap();
    let desk = Desk::open(folder.path(), "2026-11-03T00:00:00Z");
    let again = desk.order(Command::StartTrial).unwrap_err();
    assert_eq!(again.kind, FailureKind::Subscription);
}

#[test]
fn overdue_refuses_calls_but_lets_the_user_browse_and_renew() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 8);
    let desk = Desk::open(folder.path(), "2026-11-01T00:00:00Z");
    desk.trial();
    desk.import(&photos);
    drop(desk);
    let desk = Desk::open(folder.path(), "2026-12-05T00:00:00Z");
    assert!(matches!(phase(&desk), Phase::Overdue { .. }));
    let refused = desk.search(query_of(0)).unwrap_err();
    assert_eq!(refused.kind, FailureKind::Subscription);
    assert!(
        refused.text.to_lowercase().contains("renew"),
        "{}",
        refused.text
    );
    assert_eq!(desk.listing().ids.len(), 8);
    desk.quoted_order(Wish::Renewal {
        plan: plan("100k-1"),
        months: 2,
    })
    .unwrap();
    desk.search(query_of(0)).unwrap();
}

#[test]
fn released_sets_the_catalogue_aside_and_a_new_purchase_restores_it() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 8);
    let desk = Desk::open(folder.path(), "2026-11-01T00:00:00Z");
    desk.trial();
    desk.import(&photos);
    drop(desk);

    // Closed for sixty days.
    let desk = Desk::open(folder.path(), "2026-12-31T00:00:00Z");
    let state = desk.state_where(|state| state.set_aside.len() == 1);
    assert_eq!(state.stored, 0);
    assert_eq!(state.set_aside[0].pictures, 8);
    assert!(
        photos.join("000003.jpg").exists(),
        "the user's own files are never touched"
    );
    let aside = state.set_aside[0].folder.clone();
    let early = desk
        .done(Command::RestoreSetAside {
            folder: aside.clone(),
        })
        .unwrap_err();
    assert_eq!(early.kind, FailureKind::Subscription);

    desk.quoted_order(Wish::Purchase {
        plan: plan("2.5m-5"),
        months: 1,
    })
    .unwrap();
    desk.done(Command::RestoreSetAside { folder: aside })
        .unwrap();
    let state = desk.state_where(|state| state.stored == 8);
    assert!(state.set_aside.is_empty());
    let answer = desk.search(query_of(3)).unwrap();
    assert_eq!(answer.hits[0].record.fields.name, "000003.jpg");
}

#[test]
fn what_was_released_can_be_deleted_for_good_after_a_new_purchase() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 4);
    let desk = Desk::open(folder.path(), "2026-11-01T00:00:00Z");
    desk.trial();
    desk.import(&photos);
    drop(desk);
    let desk = Desk::open(folder.path(), "2027-02-01T00:00:00Z");
    let state = desk.state_where(|state| state.set_aside.len() == 1);
    let aside = state.set_aside[0].folder.clone();
    desk.quoted_order(Wish::Purchase {
        plan: plan("2.5m-5"),
        months: 1,
    })
    .unwrap();
    desk.done(Command::DeleteSetAside {
        folder: aside.clone(),
    })
    .unwrap();
    assert!(!aside.exists());
}

#[test]
fn a_clock_set_back_lengthens_no_period() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 2);
    let desk = Desk::open(folder.path(), "2026-11-01T00:00:00Z");
    desk.trial();
    desk.import(&photos);
    drop(desk);
    let desk = Desk::open(folder.path(), "2026-12-03T00:00:00Z");
    assert!(matches!(phase(&desk), Phase::Overdue { .. }));
    drop(desk);
    let desk = Desk::open(folder.path(), "2026-11-10T00:00:00Z");
    assert!(matches!(phase(&desk), Phase::Overdue { .. }));
}

#[test]
fn a_quote_is_charged_within_ten_minutes_and_asked_again_after() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path(), "2026-11-01T00:00:00Z");
    desk.quoted_order(Wish::Purchase {
        plan: plan("2.5m-5"),
        months: 1,
    })
    .unwrap();
    let quote = || {
        desk.ask(
            Command::Quote(Wish::Change {
                plan: plan("5m-10"),
            }),
            |asked, event| match event {
                Event::Quoted { request, quote } if request == asked => Some(quote),
                _ => None,
            },
        )
        .unwrap()
    };
    let late = quote();
    desk.clock.advance_ms(601_000);
    let refused = desk.order(Command::Order(late)).unwrap_err();
    assert_eq!(refused.kind, FailureKind::Subscription);
    let timely = quote();
    desk.clock.advance_ms(599_000);
    let order = desk.order(Command::Order(timely.clone())).unwrap();
    assert_eq!(order.amount, timely.amount);
}
