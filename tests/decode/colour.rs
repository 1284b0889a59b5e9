//! Embedded profiles, and inks.

use image::{DynamicImage, ImageEncoder, codecs};
use jpeg_encoder::ColorType;
use moxcms::ColorProfile;

use crate::support::*;

/// A middling colour that wide gamuts write with other numbers than sRGB.
const TEAL: [u8; 3] = [60, 150, 140];

/// `TEAL` in the numbers of `profile`.
fn teal_in(profile: &ColorProfile) -> [u8; 3] {
    let mut numbers = [0; 3];
    ColorProfile::new_srgb()
        .create_transform_8bit(
            moxcms::Layout::Rgb,
            profile,
            moxcms::Layout::Rgb,
            Default::default(),
        )
        .unwrap()
        .transform(&TEAL, &mut numbers)
        .unwrap();
    numbers
}

fn png_with(profile: &ColorProfile, colour: [u8; 3]) -> Vec<u8> {
    let picture = image::RgbImage::from_pixel(40, 40, image::Rgb(colour));
    let mut bytes = Vec::new();
    let mut encoder = codecs::png::PngEncoder::new(&mut bytes);
    encoder.set_icc_profile(profile.encode().unwrap()).unwrap();
    DynamicImage::from(picture)
        .write_with_encoder(encoder)
        .unwrap();
    bytes
}

#[test]
fn wide_gamut_colours_become_srgb() {
    let profiles = [
        ColorProfile::new_adobe_rgb(),
        ColorProfile::new_display_p3(),
        ColorProfile::new_pro_photo_rgb(),
        ColorProfile::new_bt2020(),
    ];
    for profile in profiles {
        let numbers = teal_in(&profile);
        assert!(!alike(&[numbers], &[TEAL], 8), "{numbers:?}");
        assert_quarters(&png_with(&profile, numbers), [TEAL; 4], 2);
    }
}

#[test]
fn a_jpeg_profile_is_applied_in_both_decoders() {
    let profile = ColorProfile::new_adobe_rgb();
    // Below and above the size from which a JPEG is decoded scaled.
    for side in [100, 2100] {
        let picture = image::RgbImage::from_pixel(side, side, image::Rgb(teal_in(&profile)));
        let mut bytes = Vec::new();
        let mut encoder = codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95);
        encoder.set_icc_profile(profile.encode().unwrap()).unwrap();
        DynamicImage::from(picture)
            .write_with_encoder(encoder)
            .unwrap();
        assert_quarters(&bytes, [TEAL; 4], 4);
    }
}

#[test]
fn the_srgb_profile_changes_next_to_nothing() {
    assert_quarters(&png_with(&ColorProfile::new_srgb(), TEAL), [TEAL; 4], 1);
}

#[test]
fn a_profile_of_rubbish_costs_its_effect_and_not_the_picture() {
    let picture = image::RgbImage::from_pixel(40, 40, image::Rgb(TEAL));
    let mut bytes = Vec::new();
    let mut encoder = codecs::png::PngEncoder::new(&mut bytes);
    encoder.set_icc_profile(vec![0x5a; 3000]).unwrap();
    DynamicImage::from(picture)
        .write_with_encoder(encoder)
        .unwrap();
    assert_quarters(&bytes, [TEAL; 4], 0);
}

/// The quarters in ink, stored inverted as every program that writes such a JPEG does.
fn ink_jpeg(kind: ColorType, progressive: bool, side: u16) -> Vec<u8> {
    let rgb = quarters(side.into(), side.into());
    let ink: Vec<u8> = rgb
        .pixels()
        .flat_map(|pixel| [255 - pixel.0[0], 255 - pixel.0[1], 255 - pixel.0[2], 0])
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 95);
    encoder.set_progressive(progressive);
    encoder.encode(&ink, side, side, kind).unwrap();
    bytes
}

#[test]
fn inks_without_a_profile_take_light_away() {
    for kind in [ColorType::Cmyk, ColorType::CmykAsYcck] {
        for progressive in [false, true] {
            assert_quarters(&ink_jpeg(kind, progressive, 96), QUARTERS, 8);
        }
    }
    // Large enough to be decoded scaled.
    assert_quarters(&ink_jpeg(ColorType::Cmyk, false, 2000), QUARTERS, 8);
    assert_quarters(&fixture("cmyk.jpg"), QUARTERS, 14);
}

#[test]
fn a_cut_off_ink_jpeg_still_shows_its_upper_part() {
    let whole = ink_jpeg(ColorType::Cmyk, false, 512);
    let picture = decode(&whole[..whole.len() * 3 / 4]).unwrap();
    assert!(picture.partial);
    let upper = &middles(&picture.input)[..2];
    assert!(alike(upper, &QUARTERS[..2], 10), "{upper:?}");
}
