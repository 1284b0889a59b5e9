//! Catalogues to begin a round with, made by the library without embedding a picture.

use std::{
    fs,
    path::{Path, PathBuf},
};

use image_search::{
    domain::record::{ContentHash, Fields},
    engine::{
        index::Codes,
        store::{Batch, Done, NewRecord, Outcome, Store},
    },
};

use super::{aim::pseudo_random, place::Place};

/// When the catalogues are made and the rounds take place.
pub const NOW: &str = "2026-11-01T00:00:00Z";
/// When what was bought then has ended for more than fifteen days.
pub const LATE: &str = "2027-03-01T00:00:00Z";

/// A catalogue with so many pictures, a package of a month and no copy yet, and the folder of the
/// pictures.
pub fn catalogue(pictures: u32) -> (Place, tempfile::TempDir) {
    let place = Place::empty(NOW);
    let photos = tempfile::tempdir().unwrap();
    place.done(&["subscription", "buy", "--package", "2.5m-5"]);
    add(&place, &bitmaps(photos.path(), pictures));
    place.remove_copies();
    (place, photos)
}

/// Puts pictures into a catalogue under made-up descriptors.
fn add(place: &Place, files: &[PathBuf]) {
    let model = place.status()["model"].clone();
    let dimension = usize::try_from(model["dimension"].as_u64().unwrap()).unwrap();
    let now = NOW.parse().unwrap();
    let _lock = Store::lock(&place.data()).unwrap();
    let mut store = Store::open(&place.data(), now).unwrap();
    store
        .set_model(model["id"].as_str().unwrap(), dimension)
        .unwrap();
    let done = files
        .iter()
        .map(|path| Done {
            item: 0,
            outcome: Outcome::New(Box::new(record(path, dimension))),
        })
        .collect();
    store
        .commit_batch(&Batch {
            job: None,
            done,
            now,
            calls: Vec::new(),
        })
        .unwrap();
}

fn record(path: &Path, dimension: usize) -> NewRecord {
    let bytes = fs::read(path).unwrap();
    let hash = ContentHash::of(&bytes);
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    NewRecord {
        descriptor: Codes::quantise(&vector(&hash, dimension)).to_bytes(),
        hash,
        fields: Fields {
            name,
            ..Fields::default()
        },
        path: path.to_owned(),
        width: SIDE,
        height: SIDE,
        file_bytes: bytes.len() as u64,
        format: "BMP".to_owned(),
        partial: false,
        thumbnail: Some(bytes.clone()),
        len: bytes.len() as u64,
        modified_ns: 1,
    }
}

/// A direction of its own for each content, of unit length.
fn vector(hash: &ContentHash, dimension: usize) -> Vec<f32> {
    let seed = u64::from_le_bytes(hash.0[..8].try_into().unwrap()) >> 1;
    let mut vector: Vec<f32> = (0..dimension as u64)
        .map(|place| (pseudo_random(seed ^ place) % 2_001) as f32 - 1_000.0)
        .collect();
    let norm = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    vector.iter_mut().for_each(|value| *value /= norm);
    vector
}

const SIDE: u32 = 16;

/// Small pictures, each different from the others.
pub fn bitmaps(folder: &Path, count: u32) -> Vec<PathBuf> {
    (0..count)
        .map(|number| {
            let path = folder.join(format!("{number:04}.bmp"));
            image::RgbImage::from_fn(SIDE, SIDE, |x, y| {
                let seed = u64::from(number) << 16 | u64::from(x / 4 * SIDE + y / 4);
                let [red, green, blue, ..] = pseudo_random(seed).to_le_bytes();
                image::Rgb([red, green, blue])
            })
            .save(&path)
            .unwrap();
            path
        })
        .collect()
}
