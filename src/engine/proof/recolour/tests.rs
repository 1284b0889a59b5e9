use proptest::prelude::*;

use super::*;

fn colour() -> impl Strategy<Value = Colour> {
    [30.0_f32..220.0, 30.0_f32..220.0, 30.0_f32..220.0]
}

/// Of many kinds, as in a photo.
fn colours() -> impl Strategy<Value = Vec<Colour>> {
    proptest::collection::vec(colour(), 8..40).prop_map(|mut colours| {
        let level = |number: usize, channel: usize| [40.0, 210.0][number >> channel & 1];
        colours.extend((0..8).map(|number| [0, 1, 2].map(|channel| level(number, channel))));
        colours
    })
}

fn between(colours: &[Colour], edit: impl Fn(&Colour) -> Colour) -> Recolour {
    let pairs: Vec<_> = colours
        .iter()
        .map(|colour| (*colour, edit(colour)))
        .collect();
    Recolour::between(&pairs, false)
}

fn clipped(colour: Colour) -> Colour {
    colour.map(|level| level.clamp(0.0, 255.0))
}

proptest! {
    #[test]
    fn gains_and_offsets_by_channel_are_no_difference(
        colours in colours(),
        gains in [0.4_f32..1.0, 0.4_f32..1.0, 0.4_f32..1.0],
        offset in -10.0_f32..30.0,
        fresh in colour(),
    ) {
        let edit = |colour: &Colour| {
            clipped(std::array::from_fn(|at| colour[at] * gains[at] + offset))
        };
        let recolour = between(&colours, edit);
        prop_assert!(recolour.differ(&fresh, &edit(&fresh)) < 4.0);
    }

    #[test]
    fn what_was_made_grey_is_told_from_the_colours(colours in colours(), fresh in colour()) {
        let edit = |colour: &Colour| [0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]; 3];
        let recolour = between(&colours, edit);
        prop_assert!(recolour.differ(&fresh, &edit(&fresh)) < 4.0);
        // Another level is another thing.
        let other = edit(&fresh).map(|level| if level < 128.0 { level + 60.0 } else { level - 60.0 });
        prop_assert!(recolour.differ(&fresh, &other) > 20.0);
    }

    #[test]
    fn nothing_else_is_the_same_thing_where_nothing_changed(
        colours in colours(),
        fresh in colour(),
        by in 40.0_f32..90.0,
        channel in 0_usize..3,
    ) {
        let recolour = between(&colours, |colour| *colour);
        prop_assert!(recolour.differ(&fresh, &fresh) < 1.0);
        let mut other = fresh;
        other[channel] += if other[channel] < 128.0 { by } else { -by };
        prop_assert!(recolour.differ(&fresh, &other) > 20.0);
    }
}

#[test]
fn what_was_clipped_is_no_difference() {
    let colours: Vec<Colour> = (0..200)
        .map(|at| [at as f32, 255.0 - at as f32, 40.0])
        .collect();
    let edit = |colour: &Colour| clipped(colour.map(|level| (level - 100.0) * 2.0 + 100.0));
    let recolour = between(&colours, edit);
    for colour in &colours {
        assert!(recolour.differ(colour, &edit(colour)) < 4.0, "{colour:?}");
        assert!(recolour.differ(&edit(colour), colour) >= 0.0);
    }
}

#[test]
fn one_colour_alone_tells_of_its_offset() {
    let recolour = between(&[[90.0; 3]; 10], |_| [120.0; 3]);
    assert!(recolour.differ(&[90.0; 3], &[120.0; 3]) < 1.0);
    assert!(recolour.differ(&[100.0; 3], &[130.0; 3]) < 1.0);
    assert!(
        Recolour::between(&[], false)
            .differ(&[9.0; 3], &[9.0; 3])
            .is_finite()
    );
}

#[test]
fn few_colours_follow_one_curve_of_all_channels_alone() {
    let logo = [[255.0; 3], [220.0, 20.0, 20.0], [90.0, 140.0, 40.0]];
    let edit =
        |colour: &Colour| colour.map(|level| (1.6 * (level - 128.0) + 128.0).clamp(0.0, 255.0));
    let pairs = logo.map(|colour| (colour, edit(&colour)));
    let recolour = Recolour::between(&pairs, true);
    assert!(pairs.iter().all(|(a, b)| recolour.differ(a, b) < 4.0));
    let blue = [
        ([255.0; 3], [255.0; 3]),
        ([220.0, 20.0, 20.0], [20.0, 20.0, 220.0]),
    ];
    let recolour = Recolour::between(&blue, true);
    assert!(recolour.differ(&blue[1].0, &blue[1].1) > 40.0);
}
