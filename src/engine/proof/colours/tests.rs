use super::*;
use crate::engine::proof::{
    agreement::{self, BLUR},
    grey::Grey,
    painted::{colour_photo, covered, moved},
};

const SIDES: [usize; 2] = [256, 192];

/// With shapes some blocks wide.
fn ground(seed: u64) -> Rgb {
    moved(&colour_photo(64, 48, seed), SIDES, |x, y| (x / 4, y / 4))
}

fn compared(query: &Rgb, picture: &Rgb) -> Colours {
    let grey = |rgb: &Rgb| Grey::from_rgb(&rgb.pixels, rgb.width, rgb.height);
    let map = Affine::IDENTITY;
    let blocks = agreement::blocks(&[grey(query)], &grey(picture).blurred(&BLUR), &map).unwrap();
    compare(query, picture, &map, &blocks).unwrap()
}

fn edited(picture: &Rgb, edit: impl Fn([f32; 3]) -> [f32; 3]) -> Rgb {
    let mut edited = picture.clone();
    for pixel in edited.pixels.chunks_exact_mut(3) {
        let colour = edit([0, 1, 2].map(|channel| f32::from(pixel[channel])));
        pixel.copy_from_slice(&colour.map(|level| level.clamp(0.0, 255.0) as u8));
    }
    edited
}

#[test]
fn other_colours_are_said_and_cover_nothing() {
    let picture = ground(1);
    let edits: [fn([f32; 3]) -> [f32; 3]; 6] = [
        |c| [c[0] * 0.3 + c[1] * 0.6 + c[2] * 0.1; 3],
        |c| c.map(|level| level * 0.5),
        |c| c.map(|level| (level - 128.0) * 1.8 + 128.0),
        |c| [c[0] * 1.2, c[1], c[2] * 0.7],
        |c| {
            let mean = c.iter().sum::<f32>() / 3.0;
            c.map(|level| mean + (level - mean) * 1.8)
        },
        |c| {
            let grey = c[0] * 0.3 + c[1] * 0.6 + c[2] * 0.1;
            [grey + 30.0, grey + 10.0, grey - 20.0]
        },
    ];
    for (number, edit) in edits.into_iter().enumerate() {
        let edited = edited(&picture, edit);
        // Whichever of the two was edited.
        for colours in [compared(&edited, &picture), compared(&picture, &edited)] {
            assert!(colours.changed, "{number}");
            assert!(
                colours.covered.is_empty(),
                "{number}: {:?}",
                colours.covered
            );
            assert!(!colours.is_other, "{number}");
        }
    }
    let same = compared(&picture, &picture);
    assert!(!same.changed && same.covered.is_empty() && !same.is_other);
}

#[test]
fn a_bar_is_found_where_it_is_on_either_side() {
    let picture = ground(2);
    let barred = covered(&picture, [0, 128, 256, 24], |_, _| [250, 250, 40]);
    for colours in [compared(&barred, &picture), compared(&picture, &barred)] {
        assert!(!colours.is_other);
        let [Part { x, y, w, h }] = colours.covered[..] else {
            panic!("{:?}", colours.covered);
        };
        let parts = [x, y - 128.0 / 192.0, w - 1.0, h - 24.0 / 192.0];
        assert!(
            parts.iter().all(|part| part.abs() < 0.05),
            "{:?}",
            colours.covered
        );
        assert!(colours.rest.agreement() > 0.85);
    }
}

#[test]
fn other_things_at_the_same_place_make_other_pictures() {
    let picture = ground(3);
    let with = |seed: u64| {
        let thing = ground(seed);
        covered(&picture, [80, 60, 96, 72], |x, y| {
            let at = (y * thing.width + x) * 3;
            [0, 1, 2].map(|channel| thing.pixels[at + channel])
        })
    };
    assert!(compared(&with(4), &with(5)).is_other);
}

#[test]
fn plain_things_in_two_places_make_other_pictures() {
    let picture = ground(6);
    let left = covered(&picture, [20, 60, 60, 60], |_, _| [240, 20, 20]);
    let right = covered(&picture, [160, 60, 60, 60], |_, _| [20, 20, 240]);
    assert!(compared(&left, &right).is_other);
    // One alone may be a sticker on a copy.
    assert!(!compared(&left, &picture).is_other);
}

#[test]
fn more_covers_than_a_quarter_make_another_picture() {
    let picture = ground(7);
    let half = covered(&picture, [0, 0, 256, 96], |_, _| [250, 250, 40]);
    assert!(compared(&half, &picture).is_other);
}

#[test]
fn a_box_of_words_is_a_cover_and_a_box_of_anything_else_is_not() {
    let picture = ground(8);
    let words = |x: usize, y: usize| {
        let is_line = (60..156).contains(&x) && (112..136).contains(&y);
        match is_line && x / 6 % 2 == 1 && (y / 8).is_multiple_of(2) {
            true => [250, 250, 240],
            false => [20, 20, 24],
        }
    };
    let thing = ground(9);
    let photo = |x: usize, y: usize| {
        let at = (y * thing.width + x) * 3;
        [0, 1, 2].map(|channel| thing.pixels[at + channel])
    };
    let place = [48, 100, 120, 48];
    assert!(!compared(&covered(&picture, place, words), &picture).is_other);
    assert!(compared(&covered(&picture, place, photo), &picture).is_other);
}
