//! Removing and undoing: each picture is in the catalogue or can be brought back, and is so once.

use super::{
    aim::{Aim, Sight, sight},
    base,
    place::Place,
};

/// An undo takes 250 at a step.
const PICTURES: u32 = 1_000;

const SIGHTS: &[Sight] = &[
    sight("catalogue.db-wal", 150_000),
    sight(".backup.part", 2_000),
    sight("catalogue.db-wal", 400_000),
];

fn remove_all() -> Vec<String> {
    let ids = (1..=PICTURES).map(|id| id.to_string());
    std::iter::once("remove".to_owned()).chain(ids).collect()
}

pub fn removals(rounds: u32) {
    let (base, _photos) = base::catalogue(PICTURES);
    let listed = base.listed();
    let arguments = remove_all();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let aim = Aim::measured(&base.copy(), &arguments, SIGHTS, 11);
    let mut removed = 0;
    for round in 0..rounds {
        let place = base.copy();
        let when = aim.at(round);
        let killed = place.kill(&arguments, &when);
        let what = format!("round {round}, {when:?}, {killed:?}");

        place.verify();
        place.check_copies();
        let stored = place.stored();
        assert!(
            stored == 0 || stored == u64::from(PICTURES) && !killed.reported,
            "{stored} are left, {what}"
        );
        removed += u32::from(stored == 0);
        check_all_come_back(&place, &listed, &what);
    }
    println!("removals: {rounds} kills, {removed} after the removal");
}

pub fn undos(rounds: u32) {
    let (base, _photos) = base::catalogue(PICTURES);
    let listed = base.listed();
    let arguments = remove_all();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    base.done(&arguments);
    let aim = Aim::measured(&base.copy(), &["undo"], SIGHTS, 12);
    let mut parts = 0;
    for round in 0..rounds {
        let place = base.copy();
        let when = aim.at(round);
        let killed = place.kill(&["undo"], &when);
        let what = format!("round {round}, {when:?}, {killed:?}");

        place.verify();
        place.check_copies();
        let stored = place.stored();
        assert!(
            stored == u64::from(PICTURES) || !killed.reported,
            "{stored} are back, {what}"
        );
        parts += u32::from(stored > 0 && stored < u64::from(PICTURES));
        check_all_come_back(&place, &listed, &what);
    }
    println!("undos: {rounds} kills, {parts} after a part");
}

fn check_all_come_back(place: &Place, listed: &[String], what: &str) {
    place.undo_all();
    place.verify();
    assert_eq!(place.listed(), listed, "{what}");
    let status = place.status();
    assert_eq!(status["stored"], PICTURES, "{what}");
    assert_eq!(status["usage"]["uploaded"], PICTURES, "{what}");
    assert!(status["undo"].is_null(), "{what}");
}
