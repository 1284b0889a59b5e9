//! Comparing: the query with a result, two results, two queries; and the ways to look at both.

use std::sync::Arc;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use image_search::{
    domain::{picture::Pixels, proof::Trial, query::QuerySource, record::RecordId},
    ui::action::{Action, PictureAction},
};

use crate::{
    SCORES, Search, WIDE, answer_with, answered, asked,
    desk::{settle, shows, wait_for},
    file, pictures, take_asked,
};

/// The comparison of the query with a result.
fn compared(name: &str) -> Search {
    let mut harness = answered();
    let name = format!("{name}.jpg, ");
    harness.get_by_label_contains(&name).click();
    settle(&mut harness);
    harness.get_by_label("Compare").click();
    settle(&mut harness);
    harness
}

fn take_compare(harness: &mut Search) -> Option<[QuerySource; 2]> {
    let sent = std::mem::take(&mut harness.state_mut().sent);
    sent.into_iter().find_map(|action| match action {
        Action::Picture(PictureAction::Compare { left, right }) => Some([left, right]),
        _ => None,
    })
}

#[test]
fn a_copy_is_marked_in_both_pictures() {
    let mut harness = compared("IMG_000002");
    for name in [
        "Matching part, query.jpg",
        "Matching part, IMG_000002.jpg",
        "Shows something else, query.jpg",
        "Shows something else, IMG_000002.jpg",
    ] {
        wait_for(&mut harness, name);
    }
    assert!(harness.state().sent.is_empty(), "it is proven already");
}

#[test]
fn a_copy_is_laid_over_its_picture_in_three_ways() {
    let mut harness = compared("IMG_000002");
    harness.get_by_label("Overlay").click();
    settle(&mut harness);
    assert!(shows(&harness, "50 % of query.jpg over IMG_000002.jpg"));
    let slider = harness.get_by_label("Opacity of the upper picture").rect();
    harness.hover_at(slider.right_center());
    harness.drag_at(slider.right_center());
    harness.drop_at(slider.right_center());
    settle(&mut harness);
    assert!(shows(&harness, "100 % of query.jpg over IMG_000002.jpg"));
    harness.get_by_label("Swap sides").click();
    settle(&mut harness);
    assert!(shows(&harness, "100 % of IMG_000002.jpg over query.jpg"));
    harness.key_press(Key::P);
    wait_for(&mut harness, "Matching part, query.jpg");
}

#[test]
fn blinking_can_be_held() {
    let mut harness = compared("IMG_000002");
    harness.key_press(Key::B);
    settle(&mut harness);
    let mut seen = [false; 2];
    for _ in 0..12 {
        harness.step();
        seen[0] |= shows(&harness, "query.jpg");
        seen[1] |= shows(&harness, "IMG_000002.jpg");
    }
    assert_eq!(seen, [true; 2], "both come in turns");
    harness.key_press(Key::Space);
    harness.step();
    harness.step();
    let first = shows(&harness, "IMG_000002.jpg");
    for _ in 0..12 {
        harness.step();
        assert_eq!(shows(&harness, "IMG_000002.jpg"), first);
    }
    harness.get_by_label("Resume").click();
    settle(&mut harness);
    assert!(shows(&harness, "Hold"));
}

#[test]
fn the_difference_is_made_from_both_pictures() {
    let mut harness = compared("IMG_000002");
    let grey = |side: u32, level: u8| {
        Arc::new(Pixels {
            width: side,
            height: side,
            rgb: vec![level; (side * side * 3) as usize],
            full_width: side,
            full_height: side,
        })
    };
    harness.state_mut().pictures = vec![
        (file("query.jpg"), grey(30, 90)),
        (QuerySource::Record(RecordId(2)), grey(60, 100)),
    ];
    harness.get_by_label("Difference").click();
    wait_for(&mut harness, "Difference, 60 × 60");
    assert!(shows(&harness, "What differs, 4 times as strong"));
}

#[test]
fn without_a_proof_nothing_is_laid_over_anything() {
    let mut harness = compared("IMG_000004");
    assert!(!shows(&harness, "Matching part"));
    harness.key_press(Key::O);
    settle(&mut harness);
    harness.get_by_label("Blink").click();
    settle(&mut harness);
    assert!(!shows(&harness, "Opacity") && !shows(&harness, "Hold"));
    assert!(shows(&harness, "Tried as a copy, and it is none"));
}

#[test]
fn the_same_file_lies_over_itself() {
    let mut harness = compared("IMG_000001");
    harness.key_press(Key::O);
    settle(&mut harness);
    assert!(shows(&harness, "50 % of query.jpg over IMG_000001.jpg"));
}

#[test]
fn the_way_of_looking_is_kept_from_result_to_result() {
    let mut harness = compared("IMG_000001");
    harness.key_press(Key::O);
    settle(&mut harness);
    harness.key_press(Key::PageDown);
    settle(&mut harness);
    assert!(shows(&harness, "50 % of query.jpg over IMG_000002.jpg"));
}

#[test]
fn a_result_that_was_not_tried_is_tried_when_it_is_compared() {
    let mut harness = asked(WIDE, &["query.jpg"]);
    answer_with(&mut harness, |query| {
        let mut answer = (*pictures::answer(&query.cut, &SCORES)).clone();
        answer.hits[2].tried(Trial::NotTried);
        Arc::new(answer)
    });
    harness.get_by_label_contains("IMG_000003").click();
    settle(&mut harness);
    assert!(shows(&harness, "It was not tried whether it is a copy"));
    harness.get_by_label("Compare").click();
    settle(&mut harness);
    let [left, right] = take_compare(&mut harness).expect("a comparison was asked for");
    assert_eq!(left, file("query.jpg"));
    assert_eq!(right, QuerySource::Record(RecordId(3)));
    assert!(shows(&harness, "Comparing…"));
    let evidence = pictures::evidence(0.66, Trial::Proven(pictures::crop_proof()));
    let view = &mut harness.state_mut().view;
    view.on_compared(&left, &right, evidence);
    settle(&mut harness);
    assert!(shows(&harness, "Your picture is the middle 49 %"));
    harness.key_press(Key::Escape);
    settle(&mut harness);
    assert!(shows(&harness, "IMG_000003.jpg, Edited copy, 66 %"));
}

#[test]
fn two_pictures_that_were_dropped_together_are_compared() {
    let mut harness = asked(WIDE, &["one.jpg", "two.jpg"]);
    take_asked(&mut harness);
    settle(&mut harness);
    harness.get_by_label("Compare these").click();
    settle(&mut harness);
    let [left, right] = take_compare(&mut harness).expect("a comparison was asked for");
    assert_eq!([&left, &right], [&file("one.jpg"), &file("two.jpg")]);
    let compare = harness.state_mut().view.compare_of(&left, &right);
    let why = "two.jpg is no picture. Choose another file.";
    compare
        .expect("these two are compared")
        .on_failed(why.to_owned());
    settle(&mut harness);
    assert!(shows(&harness, why));
}

#[test]
fn of_several_queries_one_is_compared_with_the_one_shown() {
    let mut harness = asked(WIDE, &["one.jpg", "two.jpg", "three.jpg"]);
    take_asked(&mut harness);
    settle(&mut harness);
    assert!(!shows(&harness, "Compare these"));
    harness
        .get_by_label("Query 3, three.jpg")
        .click_modifiers(Modifiers::COMMAND);
    settle(&mut harness);
    let asked = take_compare(&mut harness).expect("a comparison was asked for");
    assert_eq!(asked, [file("one.jpg"), file("three.jpg")]);
    harness.key_press(Key::Escape);
    settle(&mut harness);
    harness.get_by_label("Query 2, two.jpg").click_secondary();
    settle(&mut harness);
    harness.get_by_label("Compare with the one shown").click();
    settle(&mut harness);
    let asked = take_compare(&mut harness).expect("a comparison was asked for");
    assert_eq!(asked, [file("one.jpg"), file("two.jpg")]);
}

#[test]
fn two_results_are_compared_with_each_other() {
    let mut harness = answered();
    harness.get_by_label_contains("IMG_000002").click();
    harness.step();
    harness
        .get_by_label_contains("IMG_000004")
        .click_modifiers(Modifiers::COMMAND);
    settle(&mut harness);
    harness.get_by_label("Compare these two").click();
    settle(&mut harness);
    let asked = take_compare(&mut harness).expect("a comparison was asked for");
    assert_eq!(asked, [2, 4].map(|id| QuerySource::Record(RecordId(id))));
    assert!(shows(&harness, "IMG_000004.jpg, 1,200 × 1,600 px"));
}
