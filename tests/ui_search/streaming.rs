//! What is proven after the answer is shown: the order, and what stays where it is.

use std::sync::Arc;

use egui::Key;
use egui_kittest::kittest::Queryable as _;
use image_search::domain::{
    proof::Trial,
    query::{Answer, Query},
    record::RecordId,
};

use crate::{
    Search, WIDE, answered, asked,
    desk::{settle, shows},
    pictures, take_asked,
};

/// An answer of which nothing is tried yet.
fn untried(query: &Query, scores: &[f32], settled: bool) -> Arc<Answer> {
    let mut answer = (*pictures::answer(&query.cut, scores)).clone();
    answer.settled = settled;
    for hit in &mut answer.hits {
        hit.tried(Trial::NotTried);
    }
    Arc::new(answer)
}

/// A view of four results that are being proven, with its tab and its request.
fn proving() -> (Search, u32, u32) {
    let mut harness = asked(WIDE, &["query.jpg"]);
    let (_, tab, serial, query) = take_asked(&mut harness).remove(0);
    let first = untried(&query, &[0.8, 0.7, 0.65, 0.62], false);
    harness.state_mut().view.on_answered(tab, serial, first);
    settle(&mut harness);
    (harness, tab, serial)
}

/// The results as they are on the screen, row by row.
fn order(harness: &Search) -> Vec<i64> {
    let tab = harness.state().view.tab().expect("there is a query");
    tab.ids().iter().map(|id| id.0).collect()
}

#[test]
fn a_proof_moves_its_picture_to_the_front() {
    let (mut harness, tab, serial) = proving();
    assert!(shows(&harness, "4 pictures") && shows(&harness, "Proving copies…"));
    let trial = Trial::Proven(pictures::crop_proof());
    let view = &mut harness.state_mut().view;
    view.on_tried(tab, serial, RecordId(3), trial);
    settle(&mut harness);
    assert_eq!(order(&harness), [3, 1, 2, 4]);
    assert!(shows(&harness, "IMG_000003.jpg, Edited copy, 65 %"));
    let last = pictures::answer(&Default::default(), &[0.8, 0.7]);
    let view = &mut harness.state_mut().view;
    view.on_answered(tab, serial, last);
    settle(&mut harness);
    assert!(!shows(&harness, "Proving copies…"));
}

#[test]
fn the_chosen_cell_and_the_one_under_the_pointer_stay() {
    let (mut harness, tab, serial) = proving();
    harness.get_by_label_contains("IMG_000001.jpg, ").click();
    harness.step();
    let under = harness.get_by_label_contains("IMG_000002.jpg, ").rect();
    harness.hover_at(under.center());
    settle(&mut harness);
    let view = &mut harness.state_mut().view;
    view.on_tried(tab, serial, RecordId(1), Trial::Fails);
    view.on_tried(tab, serial, RecordId(2), Trial::Fails);
    let trial = Trial::Proven(pictures::crop_proof());
    view.on_tried(tab, serial, RecordId(4), trial);
    settle(&mut harness);
    assert_eq!(order(&harness), [1, 2, 4, 3]);
    let now = harness.get_by_label_contains("IMG_000002.jpg, ").rect();
    assert_eq!(now, under);
}

#[test]
fn what_an_older_picture_was_tried_for_is_left_out() {
    let (mut harness, tab, serial) = proving();
    harness.get_by_label("Also rotated").click();
    settle(&mut harness);
    let trial = Trial::Proven(pictures::crop_proof());
    let view = &mut harness.state_mut().view;
    view.on_tried(tab, serial, RecordId(3), trial);
    settle(&mut harness);
    assert_eq!(order(&harness), [1, 2, 3, 4]);
}

#[test]
fn results_of_one_verdict_are_shown_alone() {
    let mut harness = answered();
    harness.get_by_label("Verdict, All verdicts").click();
    settle(&mut harness);
    harness.get_by_label("Copies").click();
    settle(&mut harness);
    assert!(shows(&harness, "2 pictures") && shows(&harness, "Verdict, Copies"));
    assert!(shows(&harness, "IMG_000002") && !shows(&harness, "IMG_000003"));
    harness.get_by_label("Verdict, Copies").click();
    settle(&mut harness);
    harness.get_by_label("Same scene").click();
    settle(&mut harness);
    assert!(shows(
        &harness,
        "There is no picture of the same scene among the results"
    ));
    assert!(harness.state().sent.is_empty(), "nothing is asked for");
    harness.get_by_label("Show all verdicts").click();
    settle(&mut harness);
    assert!(shows(&harness, "5 pictures"));
}

#[test]
fn a_key_chooses_what_then_stays() {
    let (mut harness, tab, serial) = proving();
    harness.key_press(Key::ArrowRight);
    settle(&mut harness);
    let trial = Trial::Proven(pictures::crop_proof());
    let view = &mut harness.state_mut().view;
    view.on_tried(tab, serial, RecordId(4), trial);
    settle(&mut harness);
    assert_eq!(order(&harness), [4, 2, 1, 3]);
}
