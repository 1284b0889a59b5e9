//! A catalogue of an older version, brought forward: it is the older one or the new one.

use super::{
    aim::{Aim, Sight, sight},
    base,
    older::{self, bring_back},
    place::{Place, number, read_only},
};

const PICTURES: u32 = 1_000;
/// Of them removed, to be brought back after the migration.
const REMOVED: u32 = 40;

const SIGHTS: &[Sight] = &[
    sight(".backup.part", 10_000),
    sight(".backup.db", 1_000),
    sight(".backup.db", 60_000),
];

pub fn rounds(rounds: u32) {
    let (base, _photos) = base::catalogue(PICTURES);
    base.done(&["subscription", "renew", "--months", "2"]);
    let all = base.listed();
    let ids: Vec<String> = (1..=REMOVED).map(|id| id.to_string()).collect();
    let remove = std::iter::once("remove").chain(ids.iter().map(String::as_str));
    base.done(&remove.collect::<Vec<_>>());
    base.remove_copies();
    let (listed, orders) = (base.listed(), base.orders());
    let olds: Vec<Place> = (1..=older::VERSIONS)
        .map(|version| {
            let old = base.copy();
            bring_back(&old, version);
            old
        })
        .collect();
    let aim = Aim::measured(&olds[0].copy(), &["status"], SIGHTS, 41);
    let mut forward = 0;
    for round in 0..rounds {
        let version = 1 + round % older::VERSIONS;
        let place = olds[version as usize - 1].copy();
        let when = aim.at(round);
        place.kill(&["status"], &when);
        let what = format!("round {round}, version {version}, {when:?}");
        // The header alone: what the log has is not counted.
        let reached = number(
            &read_only(&place.data().join("catalogue.db")),
            "PRAGMA user_version",
        );
        forward += u32::from(reached > i64::from(version));

        place.check_copies();
        place.verify();
        place.check_copies();
        place.check_no_parts();
        let kept = place.copies().into_iter().filter(|copy| {
            let kept = number(&read_only(copy), "PRAGMA user_version");
            kept == i64::from(version)
        });
        assert!(kept.count() > 0, "a copy of the older catalogue, {what}");
        assert_eq!(place.listed(), listed, "{what}");
        assert_eq!(place.orders(), orders, "{what}");
        let status = place.status();
        assert_eq!(status["stored"], PICTURES - REMOVED, "{what}");
        assert_eq!(status["usage"]["uploaded"], PICTURES, "{what}");
        place.undo_all();
        place.verify();
        assert_eq!(place.listed(), all, "{what}");
    }
    println!("migrations: {rounds} kills, {forward} after the new version was in the file");
}
