use proptest::prelude::*;

use super::*;
use crate::engine::proof::painted;

/// By how much the best of the 16 arcs of 9 neighbours differs from the pixel.
fn naive_score(picture: &Grey, x: usize, y: usize) -> u8 {
    let value = |x: usize, y: usize| i32::from(picture.pixels[y * picture.width + x]);
    let differences = CIRCLE.map(|(across, down)| {
        value(x.wrapping_add_signed(across), y.wrapping_add_signed(down)) - value(x, y)
    });
    let least = |sign: i32| {
        let arc = move |start: usize| (0..9).map(move |i| sign * differences[(start + i) % 16]);
        (0..16).filter_map(|start| arc(start).min()).max()
    };
    least(1).max(least(-1)).unwrap_or(0).max(0) as u8
}

fn naive_corners(picture: &Grey, border: usize) -> Vec<Corner> {
    let inside = |x: usize, y: usize| {
        (border..picture.width.saturating_sub(border)).contains(&x)
            && (border..picture.height.saturating_sub(border)).contains(&y)
    };
    let score = |x: usize, y: usize| match inside(x, y) {
        true => naive_score(picture, x, y),
        false => 0,
    };
    let mut corners = Vec::new();
    for y in 0..picture.height {
        for x in 0..picture.width {
            let own = score(x, y);
            if own <= THRESHOLD {
                continue;
            }
            let around = (y - 1..=y + 1).flat_map(|y| (x - 1..=x + 1).map(move |x| (y, x)));
            let wins = around.filter(|&place| place != (y, x)).all(|place| {
                let other = score(place.1, place.0);
                own > other || (own == other && place > (y, x))
            });
            if wins {
                corners.push(Corner {
                    x: x as u16,
                    y: y as u16,
                    score: own,
                });
            }
        }
    }
    corners
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn corners_are_those_of_the_definition(
        width in 1..90_usize,
        height in 1..40_usize,
        border in RADIUS..9,
        seed: u64,
        contrast in 0..5_u32,
    ) {
        let mut picture = match seed % 2 {
            0 => painted::noise(width, height, seed),
            _ => painted::photo(width, height, seed),
        };
        picture.pixels.iter_mut().for_each(|pixel| *pixel >>= contrast);
        prop_assert_eq!(corners(&picture, border), naive_corners(&picture, border));
    }
}

#[test]
fn a_lone_bright_pixel_is_a_corner_as_bright_as_it_is() {
    let mut picture = Grey {
        width: 40,
        height: 20,
        pixels: vec![10; 800],
    };
    picture.pixels[9 * 40 + 31] = 60;
    let corner = Corner {
        x: 31,
        y: 9,
        score: 50,
    };
    assert_eq!(corners(&picture, RADIUS), [corner]);
}

#[test]
fn of_two_equal_neighbours_the_first_is_the_corner() {
    let mut picture = Grey {
        width: 60,
        height: 20,
        pixels: vec![200; 1200],
    };
    picture.pixels[9 * 60 + 30..][..2].fill(100);
    let places: Vec<(u16, u16)> = corners(&picture, RADIUS)
        .iter()
        .map(|c| (c.x, c.y))
        .collect();
    assert_eq!(places, [(30, 9)]);
}
