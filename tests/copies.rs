//! Edited copies of real photos come first and are proven, and nothing else is: the default model,
//! the decoders, the index and the proof together.

mod support;

use image::DynamicImage;
use image_search::domain::{proof::Trial, verdict::Verdict};
use rayon::prelude::*;

use support::{
    edits::{INSETS, TRANSFORMS, Transform},
    judge::{Judge, top},
    series,
};

/// Every so many of the fifty photos are asked for; all of them are in the catalogue.
const EVERY: usize = 5;

fn photos() -> Vec<Vec<u8>> {
    let read = |path| std::fs::read(path).unwrap();
    support::photos().into_iter().map(read).collect()
}

/// Of the photos asked for: how many came first, and how many of these as edited copies.
fn found(judge: &Judge, photos: &[DynamicImage], edit: &Transform) -> (usize, usize) {
    let prover = &judge.prover;
    let queries: Vec<_> = photos
        .par_iter()
        .step_by(EVERY)
        .map(|photo| prover.describe(&(edit.1)(photo)))
        .collect();
    let mut counts = (0, 0);
    for (at, query) in queries.iter().enumerate() {
        let answer = judge.answer(query, &top(20));
        let is_first = Judge::number(&answer, 0) == Some(at * EVERY);
        counts.0 += usize::from(is_first);
        counts.1 += usize::from(is_first && answer.hits[0].verdict == Verdict::EditedCopy);
        for hit in &answer.hits[1..] {
            let verdict = hit.verdict;
            assert_ne!(
                verdict,
                Verdict::EditedCopy,
                "{}: {:?}",
                edit.0,
                hit.record.fields.name
            );
        }
    }
    counts
}

#[test]
fn edited_copies_of_photos_come_first_and_are_proven_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = photos();
    let judge = Judge::of(folder.path(), &bytes);
    let decoded: Vec<DynamicImage> = bytes
        .iter()
        .map(|bytes| image::load_from_memory(bytes).unwrap())
        .collect();
    let asked = decoded.len().div_ceil(EVERY);
    let (mut first, mut proven, mut edits) = (0, 0, 0);
    for edit in TRANSFORMS.iter().chain(&INSETS[..1]) {
        let counts = found(&judge, &decoded, edit);
        println!(
            "{}: {} first, {} proven of {asked}",
            edit.0, counts.0, counts.1
        );
        first += counts.0;
        proven += counts.1;
        edits += asked;
    }
    let small = found(&judge, &decoded, &INSETS[1]);
    println!(
        "{}: {} first, {} proven of {asked}",
        INSETS[1].0, small.0, small.1
    );
    assert!(
        first * 1_000 >= edits * 995,
        "{first} of {edits} came first"
    );
    assert!(
        proven * 100 >= edits * 97,
        "{proven} of {edits} were proven"
    );
    assert!(
        small.1 * 100 >= asked * 80,
        "{} of {asked} small insets",
        small.1
    );
}

/// None of `pictures` is a copy of another one.
fn assert_no_copies(what: &str, pictures: &[DynamicImage]) {
    let folder = tempfile::tempdir().unwrap();
    let bytes: Vec<Vec<u8>> = pictures.iter().map(|p| support::jpeg(p, 90)).collect();
    let judge = Judge::of(folder.path(), &bytes);
    for (at, bytes) in bytes.iter().enumerate() {
        let query = judge.prover.describe(bytes);
        for other in (0..pictures.len()).filter(|other| *other != at) {
            let trial = judge.prover.tried_number(&query, other);
            let proven = matches!(trial, Trial::Proven(_));
            assert!(!proven, "{what}: {at} is no copy of {other}: {trial:?}");
        }
    }
}

#[test]
fn pictures_of_one_series_are_no_copies_of_each_other() {
    let decoded: Vec<DynamicImage> = photos()
        .iter()
        .take(12)
        .map(|bytes| image::load_from_memory(bytes).unwrap())
        .collect();
    for (what, pictures) in series::all(&decoded, 8) {
        assert_no_copies(what, &pictures);
    }
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

#[test]
fn a_region_is_proven_to_be_the_part_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let photos = support::real_photos(folder.path(), 20);
    support::program(folder.path(), &["subscription", "trial"]);
    support::program(folder.path(), &["index", &photos.to_string_lossy()]);
    let original = photos.join("0003.jpg");
    let resaved = folder.path().join("resaved.jpg");
    let picture = image::open(&original).unwrap();
    std::fs::write(&resaved, support::jpeg(&picture, 80)).unwrap();
    let (width, height) = (picture.width(), picture.height());
    let [x, y, w, h] = [width / 4, height / 4, width * 3 / 4, height * 3 / 4];
    let region = format!("{x},{y},{w},{h}");
    let query = resaved.to_string_lossy();
    let arguments = ["search", &query, "--region", &region, "--json"];
    let found = support::program_json(folder.path(), &arguments);
    let first = &found["results"][0];
    assert_eq!(first["path"].as_str().unwrap(), original.to_string_lossy());
    assert_eq!(first["verdict"], "edited_copy", "{first}");
    for part in ["query_part", "picture_part"] {
        for side in ["x", "y"] {
            let at = first["proof"][part][side].as_f64().unwrap();
            assert!((at - 0.25).abs() < 0.05, "{first}");
        }
    }
}
