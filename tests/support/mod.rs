//! What several test programs need.
#![allow(dead_code)] // each test program uses its own part

pub mod edits;
pub mod judge;
pub mod series;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use image::{DynamicImage, codecs::jpeg::JpegEncoder};

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_image-search");

/// Arguments for a catalogue and an account below `folder`.
pub fn place(folder: &Path) -> Vec<OsString> {
    vec![
        "--data-dir".into(),
        folder.join("data").into(),
        "--config-dir".into(),
        folder.join("config").into(),
    ]
}

/// Runs a verb to its end.
pub fn program(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(PROGRAM)
        .args(place(folder))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Runs a verb that must succeed; what it printed as JSON.
pub fn program_json(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    let output = program(folder, arguments);
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

pub fn status(folder: &Path) -> serde_json::Value {
    program_json(folder, &["status", "--json"])
}

/// The fifty photos of `tests/photos`, by name.
pub fn photos() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/photos");
    let mut photos: Vec<PathBuf> = [folder.join("more"), folder]
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "jpg"))
        .collect();
    photos.sort();
    photos
}

/// A folder with `count` different pictures: the real photos, and parts of them.
pub fn real_photos(below: &Path, count: usize) -> PathBuf {
    let folder = below.join("photos");
    std::fs::create_dir_all(&folder).unwrap();
    let photos = photos();
    for number in 0..count {
        let photo = &photos[number % photos.len()];
        let round = (number / photos.len()) as u32;
        let to = folder.join(format!("{number:04}.jpg"));
        if round == 0 {
            std::fs::copy(photo, to).unwrap();
        } else {
            std::fs::write(to, part(&image::open(photo).unwrap(), round)).unwrap();
        }
    }
    folder
}

/// The `number`th part of a photo, another one for each number.
fn part(photo: &DynamicImage, number: u32) -> Vec<u8> {
    let (width, height) = (photo.width(), photo.height());
    let cut = 4 + number * 3;
    let part = photo.crop_imm(cut, number, width - cut - number, height - cut);
    jpeg(&part, 85)
}

pub fn jpeg(picture: &DynamicImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture
        .to_rgb8()
        .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality))
        .unwrap();
    bytes
}
