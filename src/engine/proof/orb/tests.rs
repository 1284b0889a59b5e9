use super::*;
use crate::engine::proof::painted;

const RATIO: f64 = 1.0 / 1.2;

fn differing(a: &Feature, b: &Feature) -> u32 {
    a.bits
        .iter()
        .zip(&b.bits)
        .map(|(a, b)| (a ^ b).count_ones())
        .sum()
}

/// Share of `from` for which `to` has a feature within a pixel of where `place` takes it, that
/// differs in `bits` at most.
fn found(
    from: &[Feature],
    to: &[Feature],
    bits: u32,
    place: impl Fn(f32, f32) -> (f32, f32),
) -> f32 {
    let is_found = |feature: &&Feature| {
        let (x, y) = place(feature.x, feature.y);
        to.iter().any(|other| {
            (other.x - x).hypot(other.y - y) <= 1.0 && differing(feature, other) <= bits
        })
    };
    from.iter().filter(is_found).count() as f32 / from.len() as f32
}

#[test]
fn a_turned_picture_has_the_same_features() {
    let picture = painted::photo(256, 192, 3);
    let whole = features(&picture, 300, 1, RATIO);
    let right = painted::turned(&picture);
    let upside_down = painted::turned(&right);
    let left = painted::turned(&upside_down);
    let (x, y) = (255.0, 191.0);
    let share = |turned: &Grey, place: &dyn Fn(f32, f32) -> (f32, f32)| {
        found(&whole, &features(turned, 300, 1, RATIO), 8, place)
    };
    assert!(share(&right, &|a, b| (y - b, a)) > 0.9);
    assert!(share(&upside_down, &|a, b| (x - a, y - b)) > 0.9);
    assert!(share(&left, &|a, b| (b, x - a)) > 0.9);
}

#[test]
fn other_places_have_other_bits() {
    let features = features(&painted::photo(256, 192, 3), 300, 1, RATIO);
    let mut alike = 0;
    for (i, a) in features.iter().enumerate() {
        alike += features[..i]
            .iter()
            .filter(|b| differing(a, b) < 40)
            .count();
    }
    assert!(alike < features.len() / 10, "{alike} pairs alike");
}

#[test]
fn features_of_all_levels_lie_where_the_whole_picture_shows_them() {
    let picture = painted::photo(240, 180, 8);
    let double = picture.resized(480, 360).unwrap();
    // Four levels up are about half the side.
    let large = features(&double, 800, 8, 1.0);
    let small = features(&picture, 400, 4, 1.0);
    let place = |x: f32, y: f32| (2.0 * x + 0.5, 2.0 * y + 0.5);
    let within = |a: &Feature| {
        let (x, y) = place(a.x, a.y);
        large
            .iter()
            .any(|b| (b.x - x).hypot(b.y - y) <= 3.0 && differing(a, b) <= 64)
    };
    let share = small.iter().filter(|a| within(a)).count() as f32 / small.len() as f32;
    assert!(share > 0.5, "{share}");
}

#[test]
fn brighter_with_more_contrast_is_the_same() {
    let mut picture = painted::photo(256, 192, 4);
    picture.pixels.iter_mut().for_each(|pixel| *pixel /= 2);
    let mut bright = picture.clone();
    bright
        .pixels
        .iter_mut()
        .for_each(|pixel| *pixel = 40 + *pixel + *pixel / 2);
    let whole = features(&picture, 300, 1, RATIO);
    let share = found(&whole, &features(&bright, 300, 1, RATIO), 16, |x, y| (x, y));
    assert!(share > 0.75, "{share}");
}

#[test]
fn there_are_no_more_features_than_asked_for_and_the_same_each_time() {
    let picture = painted::photo(256, 192, 5);
    for most in [0, 1, 7, 500] {
        let once = features(&picture, most, 8, RATIO);
        assert!(once.len() <= most);
        assert_eq!(once, features(&picture, most, 8, RATIO));
    }
    assert!(features(&picture, 500, 8, RATIO).len() > 400);
    assert!(features(&picture, 500, 0, RATIO).is_empty());
}

#[test]
fn one_busy_corner_does_not_take_all_features() {
    let mut picture = painted::photo(256, 256, 6);
    for (y, row) in picture.pixels.chunks_exact_mut(256).enumerate() {
        for (x, pixel) in row.iter_mut().enumerate() {
            if x >= 128 || y >= 128 {
                *pixel = 100 + *pixel / 4;
            }
        }
    }
    let features = features(&picture, 200, 1, RATIO);
    for (left, top) in [(0.0, 0.0), (128.0, 0.0), (0.0, 128.0), (128.0, 128.0)] {
        let inside =
            |f: &&Feature| (left..left + 128.0).contains(&f.x) && (top..top + 128.0).contains(&f.y);
        assert!(features.iter().filter(inside).count() > 25);
    }
}

#[test]
fn a_narrow_panorama_has_features() {
    for (width, height) in [(256, 40), (40, 256)] {
        let features = features(&painted::photo(width, height, 7), 500, 8, RATIO);
        assert!(
            features.len() > 50,
            "{width} x {height}: {}",
            features.len()
        );
    }
}

#[test]
fn pictures_too_small_or_plain_have_none() {
    for (width, height) in [(1, 1), (16, 200), (200, 16), (17, 17)] {
        let picture = painted::photo(width, height, 1);
        assert!(features(&picture, 100, 8, RATIO).len() <= 1);
    }
    let plain = Grey {
        width: 100,
        height: 100,
        pixels: vec![90; 10_000],
    };
    assert!(features(&plain, 100, 8, RATIO).is_empty());
}
