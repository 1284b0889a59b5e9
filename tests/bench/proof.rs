//! Copies found and proven, by edit, and what a proof costs.
//!
//! `cargo bench --bench proof -- FOLDER` takes the JPEGs of a folder (at least 100 photos; constants
//! were set on those at even places in the order of their paths, figures are of the odd ones).
//! `-- FOLDER --times` prints the times alone.

#[path = "../support/mod.rs"]
mod support;

use std::{hint::black_box, path::Path};

use image::DynamicImage;
use image_search::{
    domain::{proof::Trial, verdict::Verdict},
    engine::{
        decode::{self, Limits, THUMBNAIL_SIDE},
        proof::{PictureLook, Rgb, prove},
    },
};
use rayon::prelude::*;

use support::{
    edits::{INSETS, TRANSFORMS, Transform},
    judge::{Judge, median_ms, pictures, top},
    series,
};

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench");
    let Some(folder) = arguments.next() else {
        println!("cargo bench --bench proof -- FOLDER of photos");
        return;
    };
    let paths = pictures(Path::new(&folder));
    let bytes: Vec<Vec<u8>> = paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect();
    let photos: Vec<DynamicImage> = bytes
        .par_iter()
        .map(|bytes| image::load_from_memory(bytes).unwrap())
        .collect();
    let place = tempfile::tempdir().unwrap();
    let judge = Judge::of(place.path(), &bytes);
    times(&judge, &bytes);
    if arguments.next().is_some() {
        return;
    }
    let (mut first, mut called, mut asked) = (0, 0, 0);
    println!("{:<24} recall@1  called", "edit");
    for edit in TRANSFORMS.iter().chain(INSETS) {
        let (came, proven, count) = by_edit(&judge, &photos, edit);
        if TRANSFORMS
            .iter()
            .chain(&INSETS[..1])
            .any(|one| one.0 == edit.0)
        {
            first += came;
            called += proven;
            asked += count;
        }
    }
    let share = |count: usize| 100.0 * count as f64 / asked as f64;
    println!(
        "{:<24} {:>7.2} % {:>6.2} %",
        "mean, to the 63 % inset",
        share(first),
        share(called)
    );
    nearest(&judge, &bytes);
    made_up(&photos);
}

/// How many of the odd photos came first, how many of these as edited copies, and of how many.
fn by_edit(judge: &Judge, photos: &[DynamicImage], edit: &Transform) -> (usize, usize, usize) {
    let odd: Vec<usize> = (1..photos.len()).step_by(2).collect();
    let (mut first, mut called, mut false_ones) = (0, 0, 0);
    for numbers in odd.chunks(32) {
        let prover = &judge.prover;
        let describe = |number: &usize| prover.describe(&(edit.1)(&photos[*number]));
        let queries: Vec<_> = numbers.par_iter().map(describe).collect();
        for (number, query) in numbers.iter().zip(&queries) {
            let answer = judge.answer(query, &top(20));
            let is_first = Judge::number(&answer, 0) == Some(*number);
            let is_called = |place: usize| answer.hits[place].verdict == Verdict::EditedCopy;
            first += usize::from(is_first);
            called += usize::from(is_first && is_called(0));
            let others =
                (0..answer.hits.len()).filter(|p| Judge::number(&answer, *p) != Some(*number));
            false_ones += others.filter(|place| is_called(*place)).count();
        }
    }
    let share = |count: usize| 100.0 * count as f64 / odd.len() as f64;
    println!(
        "{:<24} {:>7.1} % {:>6.1} %   {false_ones} false",
        edit.0,
        share(first),
        share(called)
    );
    (first, called, odd.len())
}

/// False ones among the nearest 20 of each photo, and what unrelated ones score.
fn nearest(judge: &Judge, bytes: &[Vec<u8>]) {
    let (mut pairs, mut false_ones, mut scenes) = (0, 0, 0);
    let mut scores = Vec::new();
    for (at, bytes) in bytes.iter().enumerate() {
        let answer = judge.answer(&judge.prover.describe(bytes), &top(21));
        for (place, hit) in answer.hits.iter().enumerate() {
            if Judge::number(&answer, place) == Some(at) {
                continue;
            }
            pairs += 1;
            scores.push(hit.score());
            false_ones += usize::from(hit.verdict == Verdict::EditedCopy);
            scenes += usize::from(hit.verdict == Verdict::SameScene);
            if hit.verdict == Verdict::EditedCopy {
                println!(
                    "  {at} and {:?}: {:?}",
                    Judge::number(&answer, place),
                    hit.evidence.trial
                );
            }
        }
    }
    scores.sort_by(f32::total_cmp);
    let all = bytes.len() * (bytes.len() - 1);
    let nth = |share: f64| {
        scores[scores.len() - 1 - ((all as f64 * share) as usize).min(scores.len() - 1)]
    };
    println!(
        "nearest 20 of {}: {pairs} pairs, {false_ones} called copies, {scenes} same scene; of all \
         {all} pairs one in a thousand scores {:.3}, one in a hundred {:.3}",
        bytes.len(),
        nth(0.001),
        nth(0.01)
    );
}

/// Copies called among pictures of made-up series.
fn made_up(photos: &[DynamicImage]) {
    for (name, pictures) in series::all(photos, 24) {
        let place = tempfile::tempdir().unwrap();
        let bytes: Vec<Vec<u8>> = pictures.iter().map(|p| support::jpeg(p, 90)).collect();
        let judge = Judge::of(place.path(), &bytes);
        let (mut pairs, mut false_ones, mut most) = (0, 0, 0.0_f32);
        for (at, bytes) in bytes.iter().enumerate() {
            let query = judge.prover.describe(bytes);
            for other in (0..pictures.len()).filter(|other| *other != at) {
                let trial = judge.prover.tried_number(&query, other);
                pairs += 1;
                false_ones += usize::from(matches!(trial, Trial::Proven(_)));
                most = most.max(trial.proof().map_or(0.0, |proof| proof.agreement));
            }
        }
        println!(
            "{name:<28} {pairs} pairs, {false_ones} called copies, agreement at most {most:.2}"
        );
    }
}

/// On one thread, the medians over some photos.
fn times(judge: &Judge, bytes: &[Vec<u8>]) {
    let limits = Limits::default();
    let thumbnails: Vec<Rgb> = bytes
        .iter()
        .take(60)
        .map(|bytes| {
            let jpeg = decode::thumbnail(bytes, &limits).unwrap();
            let (pixels, ..) = decode::preview(&jpeg, THUMBNAIL_SIDE, &limits).unwrap();
            Rgb::new(&pixels, [pixels.width, pixels.height])
        })
        .collect();
    let mut next = thumbnails.iter().cycle();
    let look_ms = median_ms(120, || {
        black_box(PictureLook::new(next.next().unwrap().clone()));
    });
    let looks: Vec<PictureLook> = thumbnails.iter().cloned().map(PictureLook::new).collect();
    let query = judge.prover.describe(&bytes[1]);
    let look = query.look.as_ref().unwrap();
    let mut others = looks.iter().cycle();
    let prove_ms = median_ms(120, || {
        black_box(prove(look, others.next().unwrap()));
    });
    let copy_ms = median_ms(30, || {
        black_box(prove(look, &looks[1]));
    });
    println!(
        "features of a thumbnail {look_ms:.2} ms, a trial {prove_ms:.2} ms, of a true copy {copy_ms:.2} ms (one thread)"
    );
    let mut asked = bytes.iter().cycle();
    let all_ms = median_ms(20, || {
        black_box(judge.answer(&judge.prover.describe(asked.next().unwrap()), &top(20)));
    });
    let queries: Vec<_> = bytes
        .iter()
        .take(20)
        .map(|bytes| judge.prover.describe(bytes))
        .collect();
    let mut next = queries.iter().cycle();
    let tried_ms = median_ms(60, || {
        black_box(judge.answer(next.next().unwrap(), &top(20)));
    });
    println!(
        "a query with crops and proof {all_ms:.0} ms, of which the best 20 tried {tried_ms:.0} ms (all threads)"
    );
}
