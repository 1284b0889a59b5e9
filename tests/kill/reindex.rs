//! Re-indexing: the old descriptors serve until all new ones are there.

use super::{
    aim::{Aim, Sight, sight},
    base,
};

const PICTURES: u32 = 12;

const SIGHTS: &[Sight] = &[
    sight("catalogue.db-wal", 300_000),
    sight(".backup.part", 2_000),
];

pub fn rounds(rounds: u32) {
    let (base, _photos) = base::catalogue(PICTURES);
    let listed = base.listed();
    let aim = Aim::measured(&base.copy(), &["reindex"], SIGHTS, 51);
    let mut done = 0;
    for round in 0..rounds {
        let place = base.copy();
        let when = aim.at(round);
        let killed = place.kill(&["reindex"], &when);
        let what = format!("round {round}, {when:?}, {killed:?}");
        done += u32::from(killed.reported);

        place.verify();
        place.check_copies();
        assert_eq!(place.listed(), listed, "{what}");
        let ended = place.done(&["reindex"]);
        assert!(ended.starts_with("12 of 12"), "{ended}, {what}");
        place.verify();
        place.check_no_parts();
        assert_eq!(place.listed(), listed, "{what}");
        let status = place.status();
        assert_eq!(status["stored"], PICTURES, "{what}");
        assert_eq!(status["usage"]["uploaded"], PICTURES, "{what}");
        assert_eq!(status["jobs"].as_array().unwrap().len(), 0, "{what}");
    }
    println!("re-indexings: {rounds} kills, {done} after the end");
}
