//! The ledger in the catalogue and its copy beside the account: what one has lost the other has,
//! and what does not add up is said.

use std::{
    fs,
    path::{Path, PathBuf},
};

use image_search::{
    domain::subscription::{Phase, Wish},
    worker::{Command, Event},
};
use rusqlite::Connection;

use crate::desk::{Desk, plan};

const NOW: &str = "2026-11-01T00:00:00Z";

fn order(desk: &Desk, wish: Wish) {
    desk.quoted_order(wish).unwrap();
}

fn purchase() -> Wish {
    Wish::Purchase {
        plan: plan("2.5m-5"),
        months: 12,
    }
}

fn renewal() -> Wish {
    Wish::Renewal {
        plan: plan("2.5m-5"),
        months: 12,
    }
}

/// A catalogue with two orders.
fn two_orders(folder: &Path) {
    let desk = Desk::open(folder, NOW);
    order(&desk, purchase());
    order(&desk, renewal());
}

/// The copy of the only catalogue.
fn copy(folder: &Path) -> PathBuf {
    let mut copies = fs::read_dir(folder.join("config/ledgers")).unwrap();
    let copy = copies.next().unwrap().unwrap().path();
    assert!(copies.next().is_none());
    copy
}

/// Opens and returns the orders, and what is said.
fn opened(folder: &Path) -> (usize, String) {
    let desk = Desk::open(folder, NOW);
    let mut said = String::new();
    let orders = desk.next(|event| match event {
        Event::Message(message) => {
            said += &message.text;
            None
        }
        Event::State(state) => Some(state.account.orders().len()),
        _ => None,
    });
    (orders, said)
}

/// Changes the ledger of a closed catalogue past its rules.
fn tamper(folder: &Path, sql: &str) {
    let db = Connection::open(folder.join("data/catalogue.db")).unwrap();
    for rule in ["ledger_keeps", "ledger_stays", "ledger_grows"] {
        db.execute_batch(&format!("DROP TRIGGER {rule}")).unwrap();
    }
    db.execute_batch(sql).unwrap();
}

#[test]
fn an_untouched_ledger_is_opened_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    two_orders(folder.path());
    assert_eq!(opened(folder.path()), (2, String::new()));
}

#[test]
fn orders_that_an_older_copy_of_the_catalogue_lacks_come_from_the_account() {
    let folder = tempfile::tempdir().unwrap();
    order(&Desk::open(folder.path(), NOW), purchase());
    let catalogue = folder.path().join("data/catalogue.db");
    let older = fs::read(&catalogue).unwrap();
    order(&Desk::open(folder.path(), NOW), renewal());
    fs::write(&catalogue, older).unwrap();
    let (orders, said) = opened(folder.path());
    assert_eq!(orders, 2);
    assert!(said.contains("lacked 1 order"), "{said}");
    assert_eq!(opened(folder.path()), (2, String::new()), "once");
}

#[test]
fn a_copy_that_was_lost_or_damaged_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    two_orders(folder.path());
    let copy = copy(folder.path());
    let whole = fs::read(&copy).unwrap();
    for damage in [None, Some(&b"{"[..]), Some(&whole[..whole.len() - 9])] {
        match damage {
            Some(content) => fs::write(&copy, content).unwrap(),
            None => fs::remove_file(&copy).unwrap(),
        }
        let (orders, said) = opened(folder.path());
        assert_eq!(orders, 2);
        assert_eq!(said.contains("was damaged"), damage.is_some(), "{said}");
        assert_eq!(fs::read(&copy).unwrap(), whole);
    }
}

#[test]
fn a_changed_order_is_said_and_mended_by_the_copy() {
    for change in [
        "UPDATE ledger SET body = replace(body, '960000', '1') WHERE number = 1",
        "UPDATE ledger SET body = x'00ff' WHERE number = 2",
        "UPDATE ledger SET body = replace(body, '2.5m-5', 'free') WHERE number = 2",
        "UPDATE ledger SET link = zeroblob(32) WHERE number = 1",
    ] {
        let folder = tempfile::tempdir().unwrap();
        two_orders(folder.path());
        tamper(folder.path(), change);
        let (orders, said) = opened(folder.path());
        assert_eq!(orders, 2, "{change}");
        assert!(said.contains("was damaged from order"), "{change}: {said}");
        assert_eq!(opened(folder.path()), (2, String::new()), "{change}");
    }
}

#[test]
fn a_changed_order_without_a_copy_counts_as_it_reads_and_is_said_at_each_start() {
    let folder = tempfile::tempdir().unwrap();
    two_orders(folder.path());
    fs::remove_file(copy(folder.path())).unwrap();
    let change = "UPDATE ledger SET body = replace(body, '960000', '1') WHERE number = 1";
    tamper(folder.path(), change);
    for _ in 0..2 {
        let (orders, said) = opened(folder.path());
        assert_eq!(orders, 2);
        assert!(said.contains("not as it was written"), "{said}");
        assert!(said.contains("amount"), "{said}");
    }
}

#[test]
fn two_ledgers_that_contradict_each_other_are_both_kept_and_said() {
    let folder = tempfile::tempdir().unwrap();
    order(&Desk::open(folder.path(), NOW), purchase());
    let catalogue = folder.path().join("data/catalogue.db");
    let before = fs::read(&catalogue).unwrap();
    order(&Desk::open(folder.path(), NOW), renewal());
    let copy = copy(folder.path());
    let with_renewal = fs::read(&copy).unwrap();
    fs::write(&catalogue, before).unwrap();
    fs::remove_file(&copy).unwrap();
    let change = Wish::Change {
        plan: plan("5m-10"),
    };
    order(&Desk::open(folder.path(), NOW), change);
    fs::write(&copy, &with_renewal).unwrap();
    let (orders, said) = opened(folder.path());
    assert_eq!(orders, 2);
    assert!(said.contains("differ from order 2"), "{said}");
    assert_eq!(fs::read(&copy).unwrap(), with_renewal);
    // The remedy it names.
    fs::remove_file(&copy).unwrap();
    assert_eq!(opened(folder.path()), (2, String::new()));
}

#[test]
fn a_new_catalogue_takes_over_the_subscription_of_one_that_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    two_orders(folder.path());
    let desk = Desk::open(folder.path(), NOW);
    assert_eq!(desk.state_where(|_| true).lost_ledger, None);
    drop(desk);
    fs::remove_dir_all(folder.path().join("data")).unwrap();

    let desk = Desk::open(folder.path(), NOW);
    let state = desk.state_where(|_| true);
    let lost = state.lost_ledger.clone().unwrap();
    assert_eq!(lost.plan, plan("2.5m-5"));
    assert_eq!(lost.until, "2028-11-01T00:00:00Z".parse().unwrap());
    assert!(state.account.orders().is_empty());
    desk.done(Command::TakeOverLedger).unwrap();
    let state = desk.state_where(|state| state.account.orders().len() == 2);
    assert_eq!(state.account.standing(state.now).phase, Phase::Active);
    assert_eq!(state.lost_ledger, None);
    let change = Wish::Change {
        plan: plan("5m-10"),
    };
    order(&desk, change);
    drop(desk);
    assert_eq!(opened(folder.path()), (3, String::new()));
    copy(folder.path());
}

#[test]
fn a_released_catalogue_and_a_restored_one_keep_their_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let photos = crate::desk::files(&folder.path().join("photos"), 0, 2);
    let desk = Desk::open(folder.path(), NOW);
    order(
        &desk,
        Wish::Purchase {
            plan: plan("2.5m-5"),
            months: 1,
        },
    );
    desk.import(&photos);
    desk.clock.set("2027-01-01T00:00:00Z".parse().unwrap());
    let aside = desk.state_where(|state| !state.set_aside.is_empty());
    order(&desk, purchase());
    let aside = aside.set_aside[0].folder.clone();
    desk.done(Command::RestoreSetAside { folder: aside })
        .unwrap();
    desk.state_where(|state| state.stored == 2 && state.account.orders().len() == 2);
    drop(desk);
    let desk = Desk::open(folder.path(), "2027-01-01T00:01:00Z");
    assert_eq!(desk.state_where(|_| true).account.orders().len(), 2);
    drop(desk);
    assert_eq!(opened(folder.path()).1, "");
    copy(folder.path());
}
