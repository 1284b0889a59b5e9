//! From a file's bytes to the model's input and the thumbnail, by format and size.
//!
//! `cargo bench --bench decode`; the throughput is in pictures a second on one core.

use std::{io::Cursor, path::Path};

use divan::{Bencher, counter::ItemsCount};
use image::{DynamicImage, ImageFormat, imageops::FilterType};
use image_search::engine::{
    decode::{Limits, Scratch, Wanted, picture},
    embed::{Fit, InputSpec},
};

fn main() {
    divan::main();
}

/// The default model's input.
const INPUT: InputSpec = InputSpec {
    width: 224,
    height: 224,
    fit: Fit::Squash,
};

/// Megapixels: a web picture, a screen, a camera.
const SIZES: [f64; 3] = [0.2, 2.0, 12.0];

/// A photo resized to `megapixels` with a side ratio of 4 to 3.
fn photo(megapixels: f64) -> DynamicImage {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/photos/shorts.jpg");
    let height = (megapixels * 1e6 * 0.75).sqrt();
    let (width, height) = ((height / 0.75) as u32, height as u32);
    let photo = image::open(path).expect("the test photo is readable");
    photo.resize_exact(width, height, FilterType::CatmullRom)
}

fn encoded(megapixels: f64, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    photo(megapixels)
        .write_to(&mut bytes, format)
        .expect("memory takes any file");
    bytes.into_inner()
}

fn encoded_jpeg(megapixels: f64, progressive: bool) -> Vec<u8> {
    let photo = photo(megapixels).to_rgb8();
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 85);
    encoder.set_progressive(progressive);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
    let (width, height) = (photo.width() as u16, photo.height() as u16);
    encoder
        .encode(&photo, width, height, jpeg_encoder::ColorType::Rgb)
        .expect("memory takes any file");
    bytes
}

fn decode(bencher: Bencher, bytes: &[u8]) {
    let wanted = Wanted {
        input: &INPUT,
        thumbnail: true,
        pixels: None,
        region: None,
    };
    let mut scratch = Scratch::default();
    bencher.counter(ItemsCount::new(1_u32)).bench_local(|| {
        // What an import does besides: the identity of the file.
        divan::black_box(blake3::hash(bytes));
        picture(bytes, &wanted, &Limits::default(), &mut scratch)
    });
}

#[divan::bench(args = SIZES)]
fn jpeg_baseline(bencher: Bencher, megapixels: f64) {
    decode(bencher, &encoded_jpeg(megapixels, false));
}

#[divan::bench(args = SIZES)]
fn jpeg_progressive(bencher: Bencher, megapixels: f64) {
    decode(bencher, &encoded_jpeg(megapixels, true));
}

#[divan::bench(args = SIZES)]
fn png(bencher: Bencher, megapixels: f64) {
    decode(bencher, &encoded(megapixels, ImageFormat::Png));
}

#[divan::bench(args = SIZES)]
fn webp_lossless(bencher: Bencher, megapixels: f64) {
    decode(bencher, &encoded(megapixels, ImageFormat::WebP));
}

#[divan::bench(args = SIZES)]
fn tiff(bencher: Bencher, megapixels: f64) {
    decode(bencher, &encoded(megapixels, ImageFormat::Tiff));
}

#[divan::bench(args = SIZES)]
fn bmp(bencher: Bencher, megapixels: f64) {
    decode(bencher, &encoded(megapixels, ImageFormat::Bmp));
}

/// The formats that nothing here can write: small files of 96 x 64 pixels.
#[divan::bench(args = ["plain.heic", "plain.avif", "turned-1.jxl"])]
fn modern(bencher: Bencher, name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/decode")
        .join(name);
    decode(
        bencher,
        &std::fs::read(path).expect("the fixture is readable"),
    );
}
