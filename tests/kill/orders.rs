//! Orders: the ledger is as before, or has exactly the new one.

use std::{fs, process::Command};

use serde_json::Value;

use super::{
    aim::{Aim, Sight, sight},
    base::{self, NOW},
    place::Place,
    support::PROGRAM,
};

const PICTURES: u32 = 8;

const SIGHTS: &[Sight] = &[
    sight("catalogue.db-wal", 60_000),
    sight(".backup.part", 1_000),
    sight(".backup.db", 1_000),
];

struct Kind {
    arguments: &'static [&'static str],
    /// Where nothing was ordered before, not even a catalogue is there.
    first: bool,
}

const KINDS: [Kind; 4] = [
    Kind {
        arguments: &["subscription", "trial"],
        first: true,
    },
    Kind {
        arguments: &[
            "subscription",
            "buy",
            "--package",
            "5m-10",
            "--months",
            "12",
        ],
        first: true,
    },
    Kind {
        arguments: &["subscription", "change", "--package", "10m-5"],
        first: false,
    },
    Kind {
        arguments: &["subscription", "renew", "--months", "3"],
        first: false,
    },
];

pub fn rounds(rounds: u32) {
    let (base, _photos) = base::catalogue(PICTURES);
    let before = base.orders();
    let begin = |kind: &Kind| match kind.first {
        true => Place::empty(NOW),
        false => base.copy(),
    };
    let aims: Vec<Aim> = (1..)
        .zip(&KINDS)
        .map(|(seed, kind)| Aim::measured(&begin(kind), kind.arguments, SIGHTS, seed))
        .collect();
    let mut placed = 0;
    for round in 0..rounds {
        let which = round as usize % KINDS.len();
        let kind = &KINDS[which];
        let place = begin(kind);
        let had: &[Value] = if kind.first { &[] } else { &before };
        let when = aims[which].at(round / KINDS.len() as u32 + round);
        let killed = place.kill(kind.arguments, &when);
        let what = format!("round {round}, {:?}, {when:?}, {killed:?}", kind.arguments);

        place.verify();
        place.check_copies();
        let orders = place.orders();
        assert!(orders.starts_with(had), "{what}");
        let more = orders.len() - had.len();
        assert!(more == 1 || more == 0 && !killed.reported, "{what}");
        placed += more;

        if more == 0 {
            place.done(kind.arguments);
        } else if kind.arguments == KINDS[0].arguments {
            let again = place.run(kind.arguments).status;
            assert_eq!(again.code(), Some(3), "a second free month, {what}");
        }
        place.verify();
        check_ledger(&place, had.len() + 1, &what);
        if !kind.first {
            let status = place.status();
            assert_eq!(status["usage"]["uploaded"], PICTURES, "{what}");
        }
        if kind.arguments == KINDS[0].arguments {
            check_trial_is_used(&place, &what);
        }
    }
    println!("orders: {rounds} kills, {placed} after the order was placed");
}

/// The orders are numbered without a gap, and the account has a copy of them.
fn check_ledger(place: &Place, count: usize, what: &str) {
    let orders = place.orders();
    let numbers: Vec<u64> = orders
        .iter()
        .map(|order| order["number"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=count as u64).collect::<Vec<_>>(), "{what}");
    let copies: Vec<_> = fs::read_dir(place.config().join("ledgers"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    assert_eq!(copies.len(), 1, "{what}");
    let copy: Value = serde_json::from_slice(&fs::read(&copies[0]).unwrap()).unwrap();
    assert_eq!(copy["orders"].as_array().unwrap(), &orders, "{what}");
}

/// Another data folder of the same account gives no second free month.
fn check_trial_is_used(place: &Place, what: &str) {
    let elsewhere = tempfile::tempdir().unwrap();
    let again = Command::new(PROGRAM)
        .arg("--data-dir")
        .arg(elsewhere.path().join("data"))
        .arg("--config-dir")
        .arg(place.config())
        .args(["--now", NOW, "subscription", "trial"])
        .output()
        .unwrap();
    assert_eq!(again.status.code(), Some(3), "elsewhere, {what}");
}
