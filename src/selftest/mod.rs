//! `--selftest`: everything that can be checked without a display or a network, in a temporary
//! folder, with its own pictures and a few real photos from the binary.

mod crash;
mod decoding;
mod indexing;
mod outcome;
mod pictures;
mod rules;
mod searching;

use std::{path::Path, time::Instant};

use serde_json::json;

use crate::exit::Exit;
use outcome::Outcome;

/// A check's name and its work; the folder is the check's own and empty.
type Check = (&'static str, fn(&Path) -> Outcome);

const CHECKS: &[Check] = &[
    ("price list", rules::price_list),
    ("proration of the worked example", rules::worked_example),
    ("calls a second", rules::calls_a_second),
    ("formats decoded", decoding::formats),
    ("orientations", decoding::orientations),
    ("damaged files refused", decoding::damaged),
    (
        "descriptor against its reference",
        searching::descriptor_reference,
    ),
    ("copies found under six transforms", searching::copies),
    ("index against the exact scan", indexing::index_recall),
    ("damaged index rebuilt", indexing::damaged_index),
    ("remove and undo", searching::remove_and_undo),
    ("one process a folder", searching::one_process),
    ("killed and reopened", crash::killed_and_reopened),
];

/// Runs every check, prints a line for each.
pub fn run(as_json: bool) -> Exit {
    let started = Instant::now();
    let mut rows = Vec::new();
    let mut failed = 0;
    for (name, check) in CHECKS {
        let began = Instant::now();
        let outcome = tempfile::tempdir()
            .map_err(|error| format!("no temporary folder: {error}"))
            .and_then(|folder| check(folder.path()));
        let ms = began.elapsed().as_millis();
        failed += usize::from(outcome.is_err());
        let (mark, text) = match &outcome {
            Ok(figure) => ("ok  ", figure),
            Err(wrong) => ("FAIL", wrong),
        };
        if as_json {
            rows.push(json!({ "check": name, "ok": outcome.is_ok(), "figure": text, "ms": ms }));
        } else {
            println!("{mark}  {name:<34}  {text}  ({ms} ms)");
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    if as_json {
        println!(
            "{}",
            json!({ "ok": failed == 0, "failed": failed, "checks": rows, "seconds": seconds })
        );
    } else {
        println!(
            "{} passed, {failed} failed in {seconds:.1} s",
            CHECKS.len() - failed
        );
    }
    if failed == 0 {
        Exit::Done
    } else {
        Exit::Failed
    }
}
