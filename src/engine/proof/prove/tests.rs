use proptest::prelude::*;

use super::*;
use crate::{
    domain::proof::Part,
    engine::proof::painted::{colour_photo, covered, moved, of},
};

/// Larger than a thumbnail, as a query is.
const SIDES: [usize; 2] = [480, 360];

fn tried(query: &Rgb, picture: &Rgb) -> Trial {
    let picture = PictureLook::new(picture.clone().reduced_to(256));
    prove(&QueryLook::new(query.clone()), &picture)
}

fn proven(query: &Rgb, picture: &Rgb) -> Arc<Proof> {
    match tried(query, picture) {
        Trial::Proven(proof) => proof,
        other => panic!("{other:?}"),
    }
}

fn assert_near(part: Part, [x, y, w, h]: [f64; 4]) {
    let differences = [
        f64::from(part.x) - x,
        f64::from(part.y) - y,
        f64::from(part.w) - w,
        f64::from(part.h) - h,
    ];
    let is_near = differences.iter().all(|difference| difference.abs() < 0.02);
    assert!(is_near, "{part:?} is not [{x}, {y}, {w}, {h}]");
}

fn crop(picture: &Rgb, [left, top, width, height]: [usize; 4]) -> Rgb {
    moved(picture, [width, height], |x, y| (left + x, top + y))
}

fn flipped(picture: &Rgb) -> Rgb {
    let width = picture.width;
    moved(picture, [width, picture.height], |x, y| (width - 1 - x, y))
}

/// Turned clockwise by so many quarters.
fn turned(picture: &Rgb, quarters: usize) -> Rgb {
    let quarter = |picture: &Rgb| {
        let (width, height) = (picture.height, picture.width);
        moved(picture, [width, height], |x, y| (y, width - 1 - x))
    };
    (0..quarters).fold(picture.clone(), |picture, _| quarter(&picture))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_picture_is_an_edited_copy_of_its_crop_turned_and_mirrored(
        seed in 0_u64..1_000,
        (width, height) in (55_usize..=100, 55_usize..=100),
        (left, top) in (0.0..=1.0, 0.0..=1.0),
        quarters in 0_usize..4,
        mirrored in any::<bool>(),
    ) {
        let picture = colour_photo(SIDES[0], SIDES[1], seed);
        let (width, height) = (SIDES[0] * width / 100, SIDES[1] * height / 100);
        let left = ((SIDES[0] - width) as f64 * left) as usize;
        let top = ((SIDES[1] - height) as f64 * top) as usize;
        let part = crop(&picture, [left, top, width, height]);
        let part = if mirrored { flipped(&part) } else { part };
        let proof = proven(&turned(&part, quarters), &picture);
        assert_near(proof.query_part, [0.0, 0.0, 1.0, 1.0]);
        assert_near(proof.picture_part, [
            left as f64 / SIDES[0] as f64,
            top as f64 / SIDES[1] as f64,
            width as f64 / SIDES[0] as f64,
            height as f64 / SIDES[1] as f64,
        ]);
        prop_assert!((proof.scale - 1.0).abs() < 0.02, "{}", proof.scale);
        prop_assert_eq!(proof.mirrored, mirrored);
        prop_assert_eq!(proof.changes.contains(&Change::Mirrored), mirrored);
        // What was mirrored first and turned then is turned back first.
        let back = if mirrored { quarters } else { 4 - quarters } % 4;
        prop_assert_eq!(i32::from(proof.turned_degrees), back as i32 * 90);
        prop_assert_eq!(proof.changes.contains(&Change::Turned), quarters != 0);
        let share = (width * height) as f64 / (SIDES[0] * SIDES[1]) as f64;
        prop_assert_eq!(proof.changes.contains(&Change::Cropped), share < CROPPED_BELOW);
        prop_assert!(!proof.changes.contains(&Change::Colours));
        prop_assert!(!proof.changes.contains(&Change::Covered));
        prop_assert!(!proof.changes.contains(&Change::Inset));
    }

    #[test]
    fn pictures_that_have_nothing_in_common_are_not_proven(seed in 0_u64..1_000) {
        let [width, height] = SIDES;
        let one = colour_photo(width, height, seed);
        let other = colour_photo(width, height, seed + 5_000);
        prop_assert_eq!(tried(&one, &other), Trial::Fails);
    }
}

#[test]
fn nothing_changed_where_the_pixels_are_the_same() {
    let picture = colour_photo(SIDES[0], SIDES[1], 1);
    let proof = proven(&picture, &picture);
    assert_eq!(proof.changes, []);
    assert!(proof.agreement > 0.99, "{}", proof.agreement);
    assert!(proof.inliers > 100, "{}", proof.inliers);
}

#[test]
fn the_size_is_said_in_the_files_pixels() {
    let picture = colour_photo(SIDES[0], SIDES[1], 2);
    // A photo of which only a reduced version was decoded.
    let large = Rgb {
        size: [4_800, 3_600],
        ..picture.clone()
    };
    let proof = proven(&large, &picture);
    assert!((proof.scale - 10.0).abs() < 0.1, "{}", proof.scale);
    assert_eq!(proof.changes, [Change::Resized]);
}

#[test]
fn an_inset_is_found_in_the_page_around_it() {
    let picture = colour_photo(SIDES[0], SIDES[1], 3);
    let small = picture.clone().reduced_to(240);
    let page = of(SIDES[0], SIDES[1], vec![236; SIDES[0] * SIDES[1] * 3]);
    let page = covered(&page, [120, 60, 240, 180], |x, y| {
        let at = ((y - 60) * small.width + x - 120) * 3;
        [0, 1, 2].map(|channel| small.pixels[at + channel])
    });
    let proof = proven(&page, &picture);
    assert_near(proof.query_part, [0.25, 1.0 / 6.0, 0.5, 0.5]);
    assert_near(proof.picture_part, [0.0, 0.0, 1.0, 1.0]);
    assert_eq!(proof.changes, [Change::Resized, Change::Inset]);
}

#[test]
fn a_region_is_told_from_its_whole_picture() {
    let picture = colour_photo(SIDES[0], SIDES[1], 4);
    let region = crop(&picture, [240, 0, 240, 180]);
    let part = Part {
        x: 0.5,
        y: 0.0,
        w: 0.5,
        h: 0.5,
    };
    let query = Rgb {
        part,
        size: [SIDES[0] as u32, SIDES[1] as u32],
        ..region
    };
    let proof = proven(&query, &picture);
    assert_near(proof.query_part, [0.5, 0.0, 0.5, 0.5]);
    assert_near(proof.picture_part, [0.5, 0.0, 0.5, 0.5]);
    assert!((proof.scale - 1.0).abs() < 0.02, "{}", proof.scale);
}

/// Some plain shapes on white, of which one is at `x`, with a border of `border` pixels.
fn logo(x: usize, border: usize) -> Rgb {
    let side = 200 + 2 * border;
    let white = of(side, side, vec![255; side * side * 3]);
    let bar = covered(&white, [border, border, 200, 60], |_, _| [20, 40, 160]);
    let foot = covered(&bar, [border + 40, border + 150, 120, 50], |_, _| {
        [200, 30, 30]
    });
    covered(&foot, [border + x, border + 60, 50, 90], |_, _| {
        [20, 40, 160]
    })
}

#[test]
fn a_logo_is_a_copy_whatever_border_it_has_and_of_no_other_one() {
    let proof = proven(&logo(20, 60), &logo(20, 10));
    assert_eq!(proof.inliers, 0);
    assert_near(proof.picture_part, [0.0, 0.0, 1.0, 1.0]);
    for other in [90, 110] {
        let trial = tried(&logo(other, 60), &logo(20, 10));
        assert!(!matches!(trial, Trial::Proven(_)), "{trial:?}");
    }
}

#[test]
fn something_symmetric_that_was_only_made_smaller_is_not_turned() {
    let white = of(400, 400, vec![255; 400 * 400 * 3]);
    let disc = covered(&white, [100, 100, 200, 200], |x, y| {
        let is_in = x.abs_diff(200).pow(2) + y.abs_diff(200).pow(2) < 100 * 100;
        if is_in { [200, 40, 40] } else { [255; 3] }
    });
    let small = disc.clone().reduced_to(200);
    let small = of(200, 200, small.pixels);
    let proof = proven(&small, &disc);
    assert_eq!((proof.turned_degrees, proof.mirrored), (0, false));
    assert_eq!(proof.changes, [Change::Resized]);
}

#[test]
fn plain_pictures_cannot_be_tried() {
    let plain = of(300, 300, vec![90; 300 * 300 * 3]);
    let picture = colour_photo(SIDES[0], SIDES[1], 5);
    assert_eq!(tried(&plain, &picture), Trial::LittleTexture);
    assert_eq!(tried(&picture, &plain), Trial::LittleTexture);
    assert_eq!(tried(&plain, &plain), Trial::LittleTexture);
}

/// A plain thing on white.
fn product(colour: [u8; 3]) -> Rgb {
    let white = of(200, 200, vec![255; 200 * 200 * 3]);
    covered(&white, [60, 40, 80, 120], |_, _| colour)
}

#[test]
fn a_product_in_another_colour_is_another_one() {
    let red = product([220, 20, 20]);
    assert!(matches!(tried(&red, &red), Trial::Proven(_)));
    let blue = tried(&red, &product([20, 20, 220]));
    assert!(!matches!(blue, Trial::Proven(_)), "{blue:?}");
}
