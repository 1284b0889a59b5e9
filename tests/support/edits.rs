//! What people do to photos before they look for them.
#![allow(dead_code)] // each test program uses its own part

use image::{DynamicImage, GenericImage, Rgba, RgbaImage, imageops};

use super::jpeg;

pub type Transform = (&'static str, fn(&DynamicImage) -> Vec<u8>);

/// The transforms the default model was measured with.
pub const TRANSFORMS: &[Transform] = &[
    ("JPEG at quality 10", |photo| jpeg(photo, 10)),
    ("a quarter of the size", |photo| {
        let (width, height) = (photo.width() / 4, photo.height() / 4);
        jpeg(
            &photo.resize_exact(width, height, imageops::FilterType::Triangle),
            90,
        )
    }),
    ("half cropped", |photo| jpeg(&cropped(photo, 0.5), 90)),
    ("a quarter cropped out", |photo| {
        jpeg(&cropped(photo, 0.25), 90)
    }),
    ("turned by 90 degrees", |photo| jpeg(&photo.rotate90(), 90)),
    ("turned by 15 degrees", |photo| {
        jpeg(&turned(photo, 15.0), 90)
    }),
    ("inset at 40 %", |photo| jpeg(&inset(photo, 40), 90)),
    ("mirrored", |photo| jpeg(&photo.fliph(), 90)),
    ("grey", |photo| jpeg(&photo.grayscale(), 90)),
    ("more contrast", |photo| {
        jpeg(&photo.adjust_contrast(40.0), 90)
    }),
    ("blurred", |photo| jpeg(&photo.blur(3.0), 90)),
    ("overlaid", |photo| jpeg(&overlaid(photo), 90)),
    ("all at once", |photo| {
        let changed = cropped(photo, 0.6).fliph().adjust_contrast(20.0).blur(1.0);
        jpeg(&changed, 40)
    }),
];

/// Insets of ever smaller sides.
pub const INSETS: &[Transform] = &[
    ("inset at 63 %", |photo| jpeg(&inset(photo, 63), 90)),
    ("inset at 45 %", |photo| jpeg(&inset(photo, 45), 90)),
    ("inset at 35 %", |photo| jpeg(&inset(photo, 35), 90)),
];

/// The middle part with this share of the area.
fn cropped(photo: &DynamicImage, area: f64) -> DynamicImage {
    let side = area.sqrt();
    let (width, height) = (f64::from(photo.width()), f64::from(photo.height()));
    photo.crop_imm(
        (width * (1.0 - side) / 2.0) as u32,
        (height * (1.0 - side) / 2.0) as u32,
        (width * side) as u32,
        (height * side) as u32,
    )
}

/// Turned about its middle; what comes in from outside is black.
fn turned(photo: &DynamicImage, degrees: f64) -> DynamicImage {
    let photo = photo.to_rgba8();
    let (width, height) = photo.dimensions();
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (middle_x, middle_y) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    RgbaImage::from_fn(width, height, |x, y| {
        let (x, y) = (f64::from(x) - middle_x, f64::from(y) - middle_y);
        let from_x = (x * cos + y * sin + middle_x) as f32 / width as f32;
        let from_y = (y * cos - x * sin + middle_y) as f32 / height as f32;
        imageops::sample_bilinear(&photo, from_x, from_y).unwrap_or(Rgba([0, 0, 0, 255]))
    })
    .into()
}

/// At so many per cent of its sides on a plain page.
fn inset(photo: &DynamicImage, percent: u32) -> DynamicImage {
    let (width, height) = (photo.width(), photo.height());
    let mut page = DynamicImage::from(RgbaImage::from_pixel(
        width,
        height,
        Rgba([235, 235, 230, 255]),
    ));
    let small = photo.resize_exact(
        width * percent / 100,
        height * percent / 100,
        imageops::FilterType::Triangle,
    );
    imageops::overlay(
        &mut page,
        &small,
        i64::from(width) / 4,
        i64::from(height) / 4,
    );
    page
}

/// A bar across the lower third, as a caption or a watermark.
fn overlaid(photo: &DynamicImage) -> DynamicImage {
    let mut photo = photo.clone();
    let (width, height) = (photo.width(), photo.height());
    let bar = RgbaImage::from_pixel(width, height / 8, Rgba([250, 250, 250, 255]));
    photo.copy_from(&bar, 0, height * 2 / 3).unwrap();
    photo
}
