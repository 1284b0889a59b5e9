//! Edited copies of real photos come first: the default model, the decoders and the index together.

mod support;

use image::{DynamicImage, GenericImage, Rgba, RgbaImage, imageops};
use image_search::{
    domain::{query::QueryView, record::RecordId},
    engine::{
        decode::Limits,
        describe::{Describe, Describer},
        embed,
        index::{Ask, Codes, IndexConfig, IndexMeta, VectorIndex},
    },
};
use rayon::prelude::*;

/// Photos that are asked for, all of them in the index.
const PHOTOS: usize = 40;
/// Mean over the transforms below which the product does not keep its word.
const LEAST_MEAN_RECALL: f64 = 0.95;

type Transform = (&'static str, fn(&DynamicImage) -> Vec<u8>);

/// The transforms the default model was measured with.
const TRANSFORMS: &[Transform] = &[
    ("JPEG at quality 10", |photo| support::jpeg(photo, 10)),
    ("a quarter of the size", |photo| {
        let (width, height) = (photo.width() / 4, photo.height() / 4);
        support::jpeg(
            &photo.resize_exact(width, height, imageops::FilterType::Triangle),
            90,
        )
    }),
    ("half cropped", |photo| {
        support::jpeg(&cropped(photo, 0.5), 90)
    }),
    ("a quarter cropped out", |photo| {
        support::jpeg(&cropped(photo, 0.25), 90)
    }),
    ("turned by 90 degrees", |photo| {
        support::jpeg(&photo.rotate90(), 90)
    }),
    ("turned by 15 degrees", |photo| {
        support::jpeg(&turned(photo, 15.0), 90)
    }),
    ("inset at 40 %", |photo| support::jpeg(&inset(photo), 90)),
    ("mirrored", |photo| support::jpeg(&photo.fliph(), 90)),
    ("grey", |photo| support::jpeg(&photo.grayscale(), 90)),
    ("more contrast", |photo| {
        support::jpeg(&photo.adjust_contrast(40.0), 90)
    }),
    ("blurred", |photo| support::jpeg(&photo.blur(3.0), 90)),
    ("overlaid", |photo| support::jpeg(&overlaid(photo), 90)),
    ("all at once", |photo| {
        let changed = cropped(photo, 0.6).fliph().adjust_contrast(20.0).blur(1.0);
        support::jpeg(&changed, 40)
    }),
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

/// At 40 % of its sides on a plain page.
fn inset(photo: &DynamicImage) -> DynamicImage {
    let (width, height) = (photo.width(), photo.height());
    let mut page = DynamicImage::from(RgbaImage::from_pixel(
        width,
        height,
        Rgba([235, 235, 230, 255]),
    ));
    let small = photo.resize_exact(
        width * 2 / 5,
        height * 2 / 5,
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

#[test]
fn edited_copies_of_forty_photos_come_first() {
    let describer = Describer::new(embed::default_model().unwrap(), Limits::default());
    let photos = support::photos();
    let descriptors: Vec<Vec<f32>> = photos
        .par_iter()
        .map(|path| {
            describer
                .describe(&std::fs::read(path).unwrap())
                .unwrap()
                .descriptor
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let meta = IndexMeta {
        model_id: describer.model_id().to_owned(),
        dimension: describer.dimension(),
        sequence: 0,
    };
    let (mut index, _) = VectorIndex::open(folder.path(), meta, IndexConfig::default());
    for (number, descriptor) in descriptors.iter().enumerate() {
        let id = RecordId(number as i64);
        index.insert(id, &Codes::quantise(descriptor)).unwrap();
    }

    let mut recalls = Vec::new();
    for (name, transform) in TRANSFORMS {
        let queries: Vec<Vec<f32>> = photos[..PHOTOS]
            .par_iter()
            .map(|path| {
                let copy = transform(&image::open(path).unwrap());
                describer
                    .describe_query(&copy, QueryView::default())
                    .unwrap()
                    .turned[0]
                    .1
                    .clone()
            })
            .collect();
        let found = queries
            .iter()
            .enumerate()
            .filter(|(number, query)| {
                let hits = index.search(query, &Ask::top(1)).unwrap().hits;
                hits[0].0.0 == *number as i64
            })
            .count();
        println!("{name}: {found} of {PHOTOS}");
        recalls.push(found as f64 / PHOTOS as f64);
    }
    let mean = recalls.iter().sum::<f64>() / recalls.len() as f64;
    println!("mean recall@1 {mean:.3}");
    assert!(mean >= LEAST_MEAN_RECALL, "mean recall@1 {mean:.3}");
}

#[test]
fn a_turned_copy_is_found_with_rotations_and_the_turn_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let photos = support::real_photos(folder.path(), 20);
    support::program(folder.path(), &["subscription", "trial"]);
    support::program(folder.path(), &["index", &photos.to_string_lossy()]);
    let original = photos.join("0003.jpg");
    let turned = folder.path().join("turned.jpg");
    std::fs::write(
        &turned,
        support::jpeg(&image::open(&original).unwrap().rotate90(), 90),
    )
    .unwrap();
    let found = support::program_json(
        folder.path(),
        &[
            "search",
            &turned.to_string_lossy(),
            "--rotations",
            "--top",
            "1",
            "--json",
        ],
    );
    let first = &found["results"][0];
    assert_eq!(first["path"].as_str().unwrap(), original.to_string_lossy());
    // The query has to be turned by three quarters more to stand upright again.
    assert_eq!(first["turned_degrees"], 270);
    assert_eq!(first["verdict"], "edited_copy");
}
