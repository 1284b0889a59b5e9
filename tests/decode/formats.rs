//! Every format, and every kind of pixel that it may hold.

use image::{DynamicImage, ImageFormat};
use image_search::engine::decode::{header, preview};

use crate::support::*;

#[test]
fn plain_pictures_of_every_format_decode_to_their_colours() {
    let picture = DynamicImage::ImageRgb8(quarters(96, 64));
    let formats = [
        (ImageFormat::Png, "PNG"),
        (ImageFormat::Gif, "GIF"),
        (ImageFormat::Bmp, "BMP"),
        (ImageFormat::WebP, "WebP"),
        (ImageFormat::Tiff, "TIFF"),
        (ImageFormat::Pnm, "PNM"),
        (ImageFormat::Jpeg, "JPEG"),
    ];
    for (format, name) in formats {
        let bytes = encode(&picture, format);
        let decoded = assert_quarters(&bytes, QUARTERS, 12);
        assert_eq!((decoded.width, decoded.height), (96, 64), "{name}");
        assert_eq!(decoded.format, name);
        assert!(!decoded.partial);
    }
}

#[test]
fn header_and_preview_agree_with_the_picture() {
    let picture = DynamicImage::ImageRgb8(quarters(96, 64));
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Tiff] {
        let bytes = encode(&picture, format);
        let header = header(&bytes).unwrap();
        assert_eq!((header.width, header.height), (96, 64));

        let (pixels, width, height, name) = preview(&bytes, 48, &Default::default()).unwrap();
        assert_eq!((width, height, name), (96, 64, header.format));
        assert_eq!((pixels.width, pixels.height), (48, 32));
        let corner = pixel(&pixels.rgb, 48, 2, 2);
        assert!(alike(&[corner], &[RED], 12), "{corner:?}");
    }
}

#[test]
fn a_preview_is_never_enlarged() {
    let bytes = encode(&quarters(96, 64).into(), ImageFormat::Png);
    let (pixels, ..) = preview(&bytes, 1000, &Default::default()).unwrap();
    assert_eq!((pixels.width, pixels.height), (96, 64));
    assert_eq!(pixels.rgb, quarters(96, 64).into_raw());
}

#[test]
fn the_thumbnail_is_a_small_upright_jpeg() {
    let bytes = encode(&quarters(1024, 512).into(), ImageFormat::Png);
    let thumbnail = decode(&bytes).unwrap().thumbnail.unwrap();
    let thumbnail = image::load_from_memory_with_format(&thumbnail, ImageFormat::Jpeg).unwrap();
    assert_eq!((thumbnail.width(), thumbnail.height()), (256, 128));
    let corner = thumbnail.to_rgb8().get_pixel(5, 5).0;
    assert!(alike(&[corner], &[RED], 12), "{corner:?}");
}

#[test]
fn jpeg_baseline_progressive_and_grey() {
    assert_quarters(&jpeg(&quarters(96, 64), false), QUARTERS, 6);
    assert_quarters(&jpeg(&quarters(96, 64), true), QUARTERS, 6);
    assert_quarters(&fixture("progressive.jpg"), QUARTERS, 12);
    let grey = DynamicImage::ImageLuma8(DynamicImage::from(quarters(96, 64)).to_luma8());
    let expected = QUARTERS.map(|colour| [grey_of(colour); 3]);
    assert_quarters(&encode(&grey, ImageFormat::Jpeg), expected, 6);
}

/// Luma as the `image` crate makes it of a colour (BT.709).
fn grey_of([red, green, blue]: [u8; 3]) -> u8 {
    let sum = 2126 * u32::from(red) + 7152 * u32::from(green) + 722 * u32::from(blue);
    (sum / 10_000) as u8
}

#[test]
fn a_large_baseline_jpeg_decodes_scaled_to_the_same_input() {
    // Above the size from which the decoder scales; checked against the lossless way.
    let large = quarters(2400, 1700);
    let scaled = decode(&jpeg(&large, false)).unwrap();
    assert_eq!((scaled.width, scaled.height), (2400, 1700));
    assert!(alike(&middles(&scaled.input), &QUARTERS, 4));
    let full = decode(&encode(&large.into(), ImageFormat::Bmp)).unwrap();
    let farthest = scaled
        .input
        .iter()
        .zip(&full.input)
        .map(|(a, b)| a.abs_diff(*b))
        .max();
    assert!(farthest < Some(24), "{farthest:?}");
}

#[test]
fn png_of_every_depth_and_kind() {
    let picture = DynamicImage::ImageRgb8(quarters(96, 64));
    assert_quarters(
        &encode(&picture.to_rgb16().into(), ImageFormat::Png),
        QUARTERS,
        1,
    );
    let grey = QUARTERS.map(|colour| [grey_of(colour); 3]);
    assert_quarters(
        &encode(&picture.to_luma8().into(), ImageFormat::Png),
        grey,
        1,
    );
    assert_quarters(
        &encode(&picture.to_luma16().into(), ImageFormat::Png),
        grey,
        1,
    );
    assert_quarters(&fixture("palette-2-bit.png"), QUARTERS, 8);
    assert_quarters(&fixture("palette-4-bit.png"), QUARTERS, 8);
    // Black and white, dithered: a quarter's mean keeps its brightness.
    let one_bit = decode(&fixture("one-bit.png")).unwrap();
    assert!(
        one_bit
            .input
            .chunks(3)
            .all(|p| p[0] == p[1] && p[1] == p[2])
    );
}

#[test]
fn what_is_clear_is_white_in_every_format_with_transparency() {
    let mut rgba = DynamicImage::from(quarters(96, 64)).to_rgba8();
    for y in 32..64 {
        for x in 48..96 {
            rgba.put_pixel(x, y, image::Rgba([0; 4]));
        }
    }
    let expected = [RED, GREEN, BLUE, WHITE];
    let rgba = DynamicImage::ImageRgba8(rgba);
    for format in [
        ImageFormat::Png,
        ImageFormat::WebP,
        ImageFormat::Gif,
        ImageFormat::Tiff,
    ] {
        assert_quarters(&encode(&rgba, format), expected, 6);
    }
    let deep = DynamicImage::ImageRgba16(rgba.to_rgba16());
    assert_quarters(&encode(&deep, ImageFormat::Png), expected, 1);
    assert_quarters(&fixture("palette-transparent.png"), expected, 8);
    assert_quarters(&fixture("alpha.webp"), expected, 1);
}

#[test]
fn half_opaque_black_is_grey() {
    let half = image::RgbaImage::from_pixel(8, 8, image::Rgba([0, 0, 0, 128]));
    let decoded = decode(&encode(&half.into(), ImageFormat::Png)).unwrap();
    assert!(decoded.input.iter().all(|&value| value == 127));
}

#[test]
fn an_animation_is_its_first_frame() {
    assert_quarters(&fixture("animated.webp"), QUARTERS, 1);
    let mut bytes = Vec::new();
    {
        let mut gif = image::codecs::gif::GifEncoder::new(&mut bytes);
        for turned in [false, true] {
            let mut frame = DynamicImage::from(quarters(96, 64));
            if turned {
                frame = frame.rotate180();
            }
            gif.encode_frame(image::Frame::new(frame.to_rgba8()))
                .unwrap();
        }
    }
    assert_quarters(&bytes, QUARTERS, 6);
}

#[test]
fn webp_and_tiff_as_other_programs_write_them() {
    assert_quarters(&fixture("lossy.webp"), QUARTERS, 12);
    assert_quarters(&fixture("lzw.tiff"), QUARTERS, 0);
    assert_quarters(&fixture("cmyk.tiff"), QUARTERS, 12);
}

#[test]
fn plain_pnm_of_one_bit_grey_and_colour() {
    let bitmap = decode(b"P1\n2 1\n1 0\n").unwrap();
    assert_eq!(pixel(&bitmap.input, 64, 0, 0), [0; 3]);
    assert_eq!(pixel(&bitmap.input, 64, 63, 0), WHITE);
    let grey = decode(b"P2\n# a comment\n1 1\n15\n15\n").unwrap();
    assert_eq!(pixel(&grey.input, 64, 0, 0), WHITE);
    let colour = decode(b"P6\n1 1\n255\n\xdc\x1e\x1e").unwrap();
    assert_eq!(pixel(&colour.input, 64, 0, 0), RED);
}

#[test]
fn a_name_does_not_matter_but_the_content_does() {
    // The caller gives bytes alone: a JPEG in a file called "x.png" is read as what it is.
    let decoded = decode(&jpeg(&quarters(96, 64), false)).unwrap();
    assert_eq!(decoded.format, "JPEG");
}

#[test]
fn a_picture_of_one_pixel_fills_the_input() {
    let one = image::RgbImage::from_pixel(1, 1, image::Rgb(RED));
    assert_quarters(&encode(&one.into(), ImageFormat::Png), [RED; 4], 0);
}

#[cfg(feature = "heic")]
#[test]
fn heic_plain_deep_and_with_transparency() {
    let picture = assert_quarters(&fixture("plain.heic"), QUARTERS, 12);
    assert_eq!(
        (picture.format, picture.width, picture.height),
        ("HEIC", 96, 64)
    );
    assert_quarters(&fixture("10-bit.heic"), QUARTERS, 12);
    assert_quarters(&fixture("alpha.heic"), [RED, GREEN, BLUE, WHITE], 12);
}

#[cfg(feature = "avif")]
#[test]
fn avif_plain_deep_grey_animated_and_with_transparency() {
    let picture = assert_quarters(&fixture("plain.avif"), QUARTERS, 12);
    assert_eq!(
        (picture.format, picture.width, picture.height),
        ("AVIF", 96, 64)
    );
    assert_quarters(&fixture("444.avif"), QUARTERS, 12);
    assert_quarters(&fixture("10-bit.avif"), QUARTERS, 12);
    assert_quarters(&fixture("animated.avif"), QUARTERS, 12);
    assert_quarters(&fixture("alpha.avif"), [RED, GREEN, BLUE, WHITE], 12);
    let grey = decode(&fixture("grey.avif")).unwrap();
    assert!(grey.input.chunks(3).all(|p| p[0] == p[1] && p[1] == p[2]));
}

#[cfg(feature = "jxl")]
#[test]
fn jxl_lossless_deep_grey_and_with_transparency() {
    let picture = assert_quarters(&fixture("lossless.jxl"), QUARTERS, 1);
    assert_eq!(
        (picture.format, picture.width, picture.height),
        ("JPEG XL", 96, 64)
    );
    // Its numbers are linear light, and become sRGB by the profile that the file declares.
    let linear = QUARTERS.map(|colour| colour.map(srgb_of_linear));
    assert_quarters(&fixture("linear-16-bit.jxl"), linear, 1);
    assert_quarters(&fixture("alpha.jxl"), [RED, GREEN, BLUE, WHITE], 12);
    let grey = decode(&fixture("grey.jxl")).unwrap();
    assert!(grey.input.chunks(3).all(|p| p[0] == p[1] && p[1] == p[2]));
}

/// The sRGB level of a level of linear light (IEC 61966-2-1).
#[cfg(feature = "jxl")]
fn srgb_of_linear(level: u8) -> u8 {
    let light = f32::from(level) / 255.0;
    let encoded = if light <= 0.003_130_8 {
        12.92 * light
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    };
    (encoded * 255.0).round() as u8
}

#[test]
fn a_format_left_out_of_the_build_is_named() {
    let left_out = [
        (cfg!(feature = "heic"), "plain.heic", "HEIC"),
        (cfg!(feature = "avif"), "plain.avif", "AVIF"),
        (cfg!(feature = "jxl"), "lossless.jxl", "JPEG XL"),
    ];
    for (built, file, name) in left_out {
        match decode(&fixture(file)) {
            Ok(_) => assert!(built),
            Err(error) => {
                assert!(!built, "{error}");
                assert!(
                    error.to_string().contains(&format!("lacks {name}")),
                    "{error}"
                );
            }
        }
    }
}
