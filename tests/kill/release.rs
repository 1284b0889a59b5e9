//! The release after the end, and a released catalogue put back: each picture is in one of them.

use super::{
    aim::{Aim, Sight, sight},
    base::{self, LATE},
    place::{Place, check_sound, number, read_only},
};

const PICTURES: u32 = 1_000;
/// Indexed between the release and the restoring.
const SINCE: u32 = 3;
const RELEASED: &str = "released-2027-03-01";

const SIGHTS: &[Sight] = &[
    sight("swap.json", 500),
    sight("incoming", 30_000),
    sight("swap.json", 5_000),
];

/// Pictures set aside, by their folders' labels.
fn set_aside(place: &Place) -> Vec<u64> {
    let status = place.status();
    let folders = status["set_aside"].as_array().unwrap();
    folders
        .iter()
        .map(|folder| folder["pictures"].as_u64().unwrap())
        .collect()
}

fn check_nothing_half_done(place: &Place, what: &str) {
    assert_eq!(place.names("swap.json"), Vec::<String>::new(), "{what}");
    assert_eq!(place.names("incoming"), Vec::<String>::new(), "{what}");
}

pub fn releases(rounds: u32) {
    let (base, _photos) = base::catalogue(PICTURES);
    let listed = base.listed();
    let late = base.copy_at(LATE);
    let aim = Aim::measured(&late.copy(), &["verify"], SIGHTS, 31);
    let mut released = 0;
    for round in 0..rounds {
        let place = late.copy();
        let when = aim.at(round);
        place.kill(&["verify"], &when);
        let what = format!("round {round}, {when:?}");
        released += u32::from(place.data().join(RELEASED).join("released.json").exists());

        place.verify();
        assert_eq!(place.stored(), 0, "{what}");
        assert_eq!(set_aside(&place), [u64::from(PICTURES)], "{what}");
        check_nothing_half_done(&place, &what);
        let kept = place.data().join(RELEASED).join("catalogue.db");
        check_sound(&kept);
        let pictures = number(
            &read_only(&kept),
            "SELECT count(*) FROM record WHERE removed IS NULL",
        );
        assert_eq!(pictures, i64::from(PICTURES), "{what}");

        place.done(&["subscription", "buy", "--package", "2.5m-5"]);
        place.done(&["subscription", "restore", RELEASED]);
        place.verify();
        assert_eq!(place.listed(), listed, "{what}");
        assert_eq!(place.orders().len(), 2, "{what}");
        assert_eq!(set_aside(&place), Vec::<u64>::new(), "{what}");
        check_nothing_half_done(&place, &what);
    }
    println!("releases: {rounds} kills, {released} after the release");
}

pub fn restorings(rounds: u32) {
    let (base, photos) = base::catalogue(PICTURES);
    let listed = base.listed();
    let base = base.copy_at(LATE);
    base.verify();
    assert_eq!(base.stored(), 0);
    base.done(&["subscription", "buy", "--package", "2.5m-5"]);
    for (number, photo) in (0..SINCE).zip(super::support::photos()) {
        std::fs::copy(photo, photos.path().join(format!("since-{number}.jpg"))).unwrap();
    }
    let since: Vec<String> = (0..SINCE)
        .map(|number| photos.path().join(format!("since-{number}.jpg")))
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    base.done(&["index", &since[0], &since[1], &since[2]]);

    let arguments = ["subscription", "restore", RELEASED];
    let aim = Aim::measured(&base.copy(), &arguments, SIGHTS, 32);
    let mut restored = 0;
    for round in 0..rounds {
        let place = base.copy();
        let when = aim.at(round);
        let killed = place.kill(&arguments, &when);
        let what = format!("round {round}, {when:?}, {killed:?}");

        place.verify();
        place.check_copies();
        check_nothing_half_done(&place, &what);
        let (stored, aside) = (place.stored(), set_aside(&place));
        let [few, many] = [SINCE, PICTURES].map(u64::from);
        if stored == few {
            assert_eq!(aside, [many], "{what}");
            assert!(!killed.reported, "{what}");
            place.done(&arguments);
        } else {
            assert_eq!((stored, &*aside), (many, &[few][..]), "{what}");
            restored += 1;
        }
        place.verify();
        assert_eq!(place.listed(), listed, "{what}");
        assert_eq!(set_aside(&place), [few], "{what}");
        assert_eq!(place.orders().len(), 2, "{what}");
        check_nothing_half_done(&place, &what);
    }
    println!("restored catalogues: {rounds} kills, {restored} after the swap was begun");
}
