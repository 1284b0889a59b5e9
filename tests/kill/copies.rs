//! Copies of the catalogue: restoring one, and making the daily one.

use std::fs;

use super::{
    aim::{Aim, Sight, sight},
    base,
    place::{Place, check_sound, number, read_only},
};

const PICTURES: u32 = 1_000;
const RENEW: &[&str] = &["subscription", "renew"];

/// The days after [`base::NOW`].
const DAYS: [&str; 3] = [
    "2026-11-02T00:10:00Z",
    "2026-11-03T00:20:00Z",
    "2026-11-04T00:30:00Z",
];

/// Opens the replaced catalogue as SQLite would, with what its log has, on a copy of the folder.
fn orders_kept(place: &Place) -> i64 {
    let kept = place.names("damaged-").into_iter().map(|name| {
        let folder = place.data().join(name);
        let copy = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
        let file = copy.path().join("catalogue.db");
        match file.exists() {
            true => number(
                &rusqlite::Connection::open(file).unwrap(),
                "SELECT count(*) FROM ledger",
            ),
            false => 0,
        }
    });
    kept.max().unwrap_or(0)
}

/// The copy has all pictures; the catalogue has none any more, and an order that only its
/// write-ahead log holds, as a killed process leaves it.
fn removed_since_the_copy() -> Place {
    let (base, _photos) = base::catalogue(PICTURES);
    base.done(RENEW);
    let ids: Vec<String> = (1..=PICTURES).map(|id| id.to_string()).collect();
    let remove = std::iter::once("remove").chain(ids.iter().map(String::as_str));
    base.done(&remove.collect::<Vec<_>>());
    // A copy is due and follows what is reported: the log is not merged before it is made.
    let base = base.copy_at(DAYS[0]);
    loop {
        let place = base.copy();
        place.kill_when_reported(RENEW);
        let log = place.data().join("catalogue.db-wal").metadata();
        if log.is_ok_and(|log| log.len() > 0) && place.copies().len() == 1 {
            return place;
        }
    }
}

pub fn restorings(rounds: u32) {
    const SIGHTS: &[Sight] = &[
        sight("damaged-", 300),
        sight("catalogue.db.part", 2_000),
        sight("damaged-", 3_000),
    ];
    let base = removed_since_the_copy();
    let arguments = ["restore-backup"];
    let aim = Aim::measured(&base.copy(), &arguments, SIGHTS, 21);
    let mut between = 0;
    for round in 0..rounds {
        let place = base.copy();
        let when = aim.at(round);
        let killed = place.kill(&arguments, &when);
        let what = format!("round {round}, {when:?}, {killed:?}");

        place.check_copies();
        let verified = place.run(&["verify"]);
        if !verified.status.success() {
            // Between the catalogue that went and the copy that comes: said, with what helps.
            let said = String::from_utf8_lossy(&verified.stderr).into_owned();
            assert!(
                !killed.reported && said.contains("restore-backup"),
                "{said}, {what}"
            );
            assert!(!place.data().join("catalogue.db").exists(), "{what}");
            between += 1;
        } else {
            let stored = place.stored();
            assert!(
                stored == u64::from(PICTURES) || stored == 0 && !killed.reported,
                "{stored} are stored, {what}"
            );
        }
        if !killed.reported {
            place.done(&arguments);
        }
        place.verify();
        assert_eq!(place.stored(), u64::from(PICTURES), "{what}");
        assert_eq!(orders_kept(&place), 3, "of the replaced catalogue, {what}");
        // The account has a copy of the orders that the restored catalogue lacks.
        assert_eq!(place.orders().len(), 3, "{what}");
        place.done(RENEW);
        place.check_no_parts();
    }
    println!("restored copies: {rounds} kills, {between} between the two catalogues");
}

pub fn dailies(rounds: u32) {
    const SIGHTS: &[Sight] = &[
        sight(".backup.part", 4_000),
        sight(".backup.db", 2_000),
        sight(".backup.part", 15_000),
    ];
    let (base, _photos) = base::catalogue(PICTURES);
    let mut before = base.copy_at(DAYS[0]);
    before.done(RENEW);
    before = before.copy_at(DAYS[1]);
    before.done(RENEW);
    let before = before.copy_at(DAYS[2]);
    let (had, had_copies) = (before.orders().len(), before.copies().len());
    let aim = Aim::measured(&before.copy(), RENEW, SIGHTS, 22);
    let mut made = 0;
    for round in 0..rounds {
        let place = before.copy();
        let when = aim.at(round);
        let killed = place.kill(RENEW, &when);
        let what = format!("round {round}, {when:?}, {killed:?}");

        place.check_copies();
        let copies = place.copies().len();
        assert!(copies >= had_copies, "an older copy went too early, {what}");
        made += u32::from(copies > had_copies);
        place.verify();
        let orders = place.orders().len();
        assert!(
            orders == had + 1 || orders == had && !killed.reported,
            "{what}"
        );
        place.done(RENEW);
        place.check_no_parts();
        let copies = place.copies();
        let newest = copies.last().unwrap();
        assert!(newest.to_string_lossy().contains("20261104T"), "{what}");
        check_sound(newest);
        let stored = "SELECT value FROM meta WHERE key = 'stored'";
        assert_eq!(
            number(&read_only(newest), stored),
            i64::from(PICTURES),
            "{what}"
        );
    }
    println!("daily copies: {rounds} kills, {made} after the copy was made");
}
