//! Files that claim or unpack to far more than they are.

use std::time::{Duration, Instant};

use image::ImageFormat;
use image_search::engine::decode::{DecodeError, Limits, Scratch, Wanted, picture};

use crate::support::*;

fn decode_within(bytes: &[u8], limits: Limits) -> Result<(), DecodeError> {
    let wanted = Wanted {
        input: &SQUARE,
        thumbnail: true,
        pixels: None,
        region: None,
    };
    picture(bytes, &wanted, &limits, &mut Scratch::default()).map(|_| ())
}

/// Refused for its pixels or bytes, and at once.
#[track_caller]
fn assert_refused_quickly(bytes: &[u8]) {
    let start = Instant::now();
    let error = decode(bytes).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(1), "{error}");
    let refused = matches!(
        error,
        DecodeError::TooManyPixels { .. } | DecodeError::TooMuchMemory { .. }
    );
    assert!(refused, "{error:?}");
    assert!(error.to_string().contains("Save a smaller copy"), "{error}");
}

/// `length`, kind, `body`, checksum.
fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut bytes = (body.len() as u32).to_be_bytes().to_vec();
    bytes.extend_from_slice(kind);
    bytes.extend_from_slice(body);
    let checksum = crc32(&bytes[4..]);
    bytes.extend_from_slice(&checksum.to_be_bytes());
    bytes
}

/// ISO 3309, as PNG uses it.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

/// A PNG header of `side` x `side` RGB pixels.
fn png_header(side: u32) -> Vec<u8> {
    let mut body = [side.to_be_bytes(), side.to_be_bytes()].concat();
    body.extend_from_slice(&[8, 2, 0, 0, 0]);
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &body)].concat()
}

#[test]
fn huge_claims_are_refused_before_a_byte_is_allocated() {
    let png = [png_header(50_000), chunk(b"IDAT", &[0; 32])].concat();
    assert_refused_quickly(&png);
    assert_refused_quickly(b"P5 60000 60000 255\n\0\0\0\0");
    let mut gif = b"GIF89a\xff\xff\xff\xff\x80\0\0".to_vec();
    gif.extend_from_slice(&[0; 6]);
    gif.extend_from_slice(b",\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0;");
    assert_refused_quickly(&gif);
    assert_refused_quickly(&webp_of(16_383));
    let mut bmp = encode(&quarters(4, 4).into(), ImageFormat::Bmp);
    bmp[18..22].copy_from_slice(&60_000_u32.to_le_bytes());
    bmp[22..26].copy_from_slice(&60_000_u32.to_le_bytes());
    assert_refused_quickly(&bmp);
}

/// A lossless WebP whose header claims `side` x `side` pixels.
fn webp_of(side: u32) -> Vec<u8> {
    let bits = (side - 1) | (side - 1) << 14;
    let mut bytes = b"RIFF\x1a\0\0\0WEBPVP8L\x0e\0\0\0\x2f".to_vec();
    bytes.extend_from_slice(&bits.to_le_bytes());
    bytes.extend_from_slice(&[0; 9]);
    bytes
}

#[test]
fn a_tiff_with_a_huge_claim_is_refused() {
    let mut bytes = encode(&quarters(4, 4).into(), ImageFormat::Tiff);
    let directory = u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize;
    for entry in 0..2 {
        // Width, then height: the first two entries, made 32-bit numbers.
        let at = directory + 2 + entry * 12;
        bytes[at + 2] = 4;
        bytes[at + 8..at + 12].copy_from_slice(&100_000_u32.to_le_bytes());
    }
    let start = Instant::now();
    // Its one strip contradicts the size, which may be found before the size is judged.
    assert!(decode(&bytes).is_err());
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_jpeg_with_a_huge_claim_is_refused() {
    let mut bytes = jpeg(&quarters(64, 64), false);
    let frame = bytes
        .windows(2)
        .position(|pair| pair == [0xff, 0xc0])
        .unwrap();
    bytes[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    assert_refused_quickly(&bytes);
}

#[test]
fn a_progressive_jpeg_has_a_lower_limit() {
    let limits = Limits {
        max_progressive_pixels: 64 * 64 - 1,
        ..Limits::default()
    };
    assert!(decode_within(&jpeg(&quarters(64, 64), false), limits).is_ok());
    let error = decode_within(&jpeg(&quarters(64, 64), true), limits).unwrap_err();
    assert!(error.to_string().contains("progressive JPEG"), "{error}");
}

#[test]
fn a_progressive_jpeg_of_thousands_of_passes_is_refused_at_once() {
    let whole = jpeg(&quarters(1024, 1024), true);
    // Repeats the last pass, which may refine the same coefficients again and again.
    let last = whole
        .windows(2)
        .rposition(|pair| pair == [0xff, 0xda])
        .unwrap();
    let pass = &whole[last..whole.len() - 2];
    let mut bytes = whole[..last].to_vec();
    for _ in 0..3_000 {
        bytes.extend_from_slice(pass);
    }
    bytes.extend_from_slice(&[0xff, 0xd9]);
    let start = Instant::now();
    let error = decode(&bytes).unwrap_err();
    assert!(matches!(error, DecodeError::TooManyScans { scans, .. } if scans >= 3_000));
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_colour_profile_that_inflates_without_end_costs_little() {
    // 200 MiB of zeroes in 1.3 MB: they must not be inflated beyond the bound for headers.
    let mut profile = b"bomb\0\0".to_vec();
    profile.extend_from_slice(&deflated_zeroes(200 << 20));
    let pixels = deflated_zeroes(64 * (64 * 3 + 1));
    let bytes = [
        png_header(64),
        chunk(b"iCCP", &profile),
        chunk(b"IDAT", &pixels),
        chunk(b"IEND", b""),
    ]
    .concat();
    let start = Instant::now();
    // Refused, or the picture without its profile: both are right.
    let _ = decode(&bytes);
    assert!(start.elapsed() < Duration::from_secs(2));
}

/// A zlib stream of at least `length` zeroes: a literal, then copies of 258 bytes from one back.
fn deflated_zeroes(length: usize) -> Vec<u8> {
    let copies = length / 258 + 1;
    let mut bytes = vec![0x78, 0x01];
    // Fixed codes: block header 1, 01; literal 0 is 00110000; length 258 is 11000101 and
    // distance 1 is 00000.
    let mut bits: Vec<bool> = vec![true, true, false];
    bits.extend([false, false, true, true, false, false, false, false]);
    let copy = [true, true, false, false, false, true, false, true];
    for _ in 0..copies {
        bits.extend(copy);
        bits.extend([false; 5]);
    }
    bits.extend([false; 7]);
    for byte in bits.chunks(8) {
        let value = byte
            .iter()
            .rev()
            .fold(0_u8, |sum, &bit| sum << 1 | u8::from(bit));
        bytes.push(value << (8 - byte.len()) >> (8 - byte.len()));
    }
    bytes.extend_from_slice(&[0; 4]);
    bytes
}

#[test]
fn pixels_files_and_memory_have_limits_that_can_be_set() {
    let png = encode(&quarters(64, 64).into(), ImageFormat::Png);
    let usual = Limits::default();
    let pixels = Limits {
        max_pixels: 64 * 64 - 1,
        ..usual
    };
    let error = decode_within(&png, pixels).unwrap_err();
    assert!(matches!(
        error,
        DecodeError::TooManyPixels { width: 64, .. }
    ));
    let file = Limits {
        max_file_bytes: 10,
        ..usual
    };
    let error = decode_within(&png, file).unwrap_err();
    assert!(matches!(error, DecodeError::FileTooLarge { limit: 10, .. }));
    let memory = Limits {
        max_alloc_bytes: 64 * 64 * 3 - 1,
        ..usual
    };
    let error = decode_within(&png, memory).unwrap_err();
    assert!(matches!(error, DecodeError::TooMuchMemory { .. }));
}

#[test]
fn limits_hold_for_the_modern_formats_too() {
    let pixels = Limits {
        max_pixels: 96 * 64 - 1,
        ..Limits::default()
    };
    let memory = Limits {
        max_alloc_bytes: 96 * 64,
        ..Limits::default()
    };
    let files = [
        (cfg!(feature = "heic"), "plain.heic"),
        (cfg!(feature = "avif"), "plain.avif"),
        (cfg!(feature = "jxl"), "turned-1.jxl"),
    ];
    for (built, file) in files {
        if !built {
            continue;
        }
        let error = decode_within(&fixture(file), pixels).unwrap_err();
        assert!(
            matches!(error, DecodeError::TooManyPixels { .. }),
            "{file}: {error}"
        );
        let error = decode_within(&fixture(file), memory).unwrap_err();
        assert!(
            matches!(error, DecodeError::TooMuchMemory { .. }),
            "{file}: {error}"
        );
    }
}
