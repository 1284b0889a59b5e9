//! Empty, cut off, lying and foreign files: each gets a sentence, none stops the program.

use image::ImageFormat;
use image_search::engine::decode::{DecodeError, header, preview};

use crate::support::*;

/// A sentence for people: it ends as one, and does not leak a type's name.
#[track_caller]
fn assert_sentence(error: &DecodeError) {
    let text = error.to_string();
    assert!(text.ends_with('.'), "{text}");
    assert!(
        text.starts_with(char::is_uppercase) || text.starts_with("The"),
        "{text}"
    );
    assert!(!text.contains("::") && !text.contains("Error"), "{text}");
}

#[test]
fn an_empty_file_says_so() {
    assert_eq!(decode(b"").unwrap_err(), DecodeError::Empty);
    assert_eq!(header(b"").unwrap_err(), DecodeError::Empty);
}

#[test]
fn text_is_not_a_picture() {
    let error = decode(b"Dear Sir or Madam, ...").unwrap_err();
    assert_eq!(error, DecodeError::NotAPicture);
    assert_sentence(&error);
}

#[test]
fn a_known_format_that_is_not_read_is_named_with_a_way_out() {
    let error = decode(b"8BPS\0\x01\0\0\0\0\0\0").unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("Photoshop files are not supported")
    );
    assert!(error.to_string().contains("JPEG or PNG"));
}

#[test]
fn a_cut_off_jpeg_is_accepted_as_partial() {
    for progressive in [false, true] {
        let whole = jpeg(&quarters(512, 512), progressive);
        let picture = decode(&whole[..whole.len() - whole.len() / 4]).unwrap();
        assert!(picture.partial);
        assert_eq!((picture.width, picture.height), (512, 512));
        assert!(!decode(&whole).unwrap().partial);
    }
}

#[test]
fn a_cut_off_large_jpeg_is_accepted_as_partial() {
    let whole = jpeg(&quarters(2400, 2000), false);
    let picture = decode(&whole[..whole.len() * 3 / 4]).unwrap();
    assert!(picture.partial);
    let upper = &middles(&picture.input)[..2];
    assert!(alike(upper, &QUARTERS[..2], 6), "{upper:?}");
}

#[test]
fn bytes_behind_the_end_of_a_jpeg_do_not_matter() {
    let mut bytes = jpeg(&quarters(96, 64), false);
    bytes.extend_from_slice(&[0; 5000]);
    assert!(!decode(&bytes).unwrap().partial);
}

#[test]
fn a_jpeg_cut_off_in_its_header_is_an_error() {
    let whole = jpeg(&quarters(96, 64), false);
    assert_eq!(
        decode(&whole[..100]).unwrap_err(),
        DecodeError::Truncated { format: "JPEG" }
    );
}

#[test]
fn other_formats_cut_off_are_an_error_that_says_so() {
    // Noise does not compress: every format has data up to its last bytes.
    let mut state = 1_u32;
    let noise = image::RgbImage::from_fn(64, 64, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        image::Rgb([(state >> 24) as u8, (state >> 16) as u8, (state >> 8) as u8])
    });
    for format in [
        ImageFormat::Png,
        ImageFormat::Gif,
        ImageFormat::Bmp,
        ImageFormat::WebP,
        ImageFormat::Tiff,
        ImageFormat::Pnm,
    ] {
        let whole = encode(&noise.clone().into(), format);
        for part in [1, 2, 3] {
            let error = decode(&whole[..whole.len() * part / 4]).unwrap_err();
            assert_sentence(&error);
            let told = matches!(
                error,
                DecodeError::Truncated { .. } | DecodeError::Damaged { .. }
            );
            assert!(told, "{format:?}: {error:?}");
        }
    }
}

#[test]
fn modern_formats_cut_off_are_an_error() {
    for file in [
        "plain.heic",
        "plain.avif",
        "lossless.jxl",
        "alpha.heic",
        "alpha.avif",
    ] {
        let whole = fixture(file);
        for end in [13, 40, whole.len() / 2, whole.len() - 10] {
            match decode(&whole[..end]) {
                Err(error) => assert_sentence(&error),
                Ok(_) => panic!("{file} cut at {end} of {} was accepted", whole.len()),
            }
        }
    }
}

#[test]
fn a_magic_number_with_nothing_behind_it_is_an_error_in_every_format() {
    let starts: [&[u8]; 10] = [
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"BM\0\0\0\0\0\0\0\0",
        b"RIFF\0\0\0\0WEBP",
        b"II*\0",
        b"P6 ",
        b"\0\0\0\x0cftypheic",
        b"\0\0\0\x0cftypavif",
        b"\xff\x0a",
    ];
    for start in starts {
        assert_sentence(&decode(start).unwrap_err());
        assert_sentence(&header(start).unwrap_err());
        assert_sentence(&preview(start, 100, &Default::default()).unwrap_err());
    }
}
