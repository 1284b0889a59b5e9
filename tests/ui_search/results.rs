//! The answer: headline, grid, details, comparison, exact check, failures.

use std::sync::Arc;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use image_search::{
    domain::{record::RecordId, verdict::Verdict},
    ui::{
        action::{Action, PictureAction, SearchAction},
        deletion::Deletion,
    },
};

use crate::{
    SCORES, WIDE, answer, answer_with, answered, asked,
    desk::{settle, shows},
    pictures, selected, take_asked, type_over,
};

#[test]
fn results_tell_how_many_how_fast_and_among_how_many() {
    let harness = answered();
    assert!(shows(&harness, "5 pictures"));
    assert!(shows(&harness, "in 14 ms among 61,204"));
    harness.get_by_label("IMG_000001.jpg, Same file, 100 %");
    harness.get_by_label("IMG_000002.jpg, Edited copy, 94 %");
    harness.get_by_label("IMG_000003.jpg, Likely copy, 66 %");
    harness.get_by_label("IMG_000004.jpg, Similar, 58 %");
    assert!(
        !shows(&harness, "IMG_000006.jpg"),
        "30 % is below the threshold"
    );
}

#[test]
fn the_grid_is_walked_by_keyboard() {
    let mut harness = answered();
    assert_eq!(selected(&harness), [1], "the best one is chosen at once");
    for (key, wanted) in [
        (Key::ArrowRight, 2),
        (Key::ArrowRight, 3),
        (Key::ArrowLeft, 2),
        (Key::End, 5),
        (Key::Home, 1),
        (Key::PageDown, 5),
        (Key::PageUp, 1),
    ] {
        harness.key_press(key);
        harness.step();
        assert_eq!(selected(&harness), [wanted], "after {key:?}");
    }
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
    harness.step();
    assert_eq!(selected(&harness), [1, 2]);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.step();
    assert_eq!(selected(&harness), [1, 2, 3, 4, 5]);
    harness.key_press(Key::Delete);
    harness.step();
    let ids = (1..=5).map(RecordId).collect();
    assert_eq!(
        harness.state().sent,
        [Action::Delete(Deletion::Pictures(ids))]
    );
}

#[test]
fn clicks_choose_one_several_or_a_range() {
    let mut harness = answered();
    harness.get_by_label_contains("IMG_000001.jpg, ").click();
    harness.step();
    assert_eq!(selected(&harness), [1]);
    harness
        .get_by_label_contains("IMG_000003")
        .click_modifiers(Modifiers::COMMAND);
    harness.step();
    assert_eq!(selected(&harness), [1, 3]);
    harness
        .get_by_label_contains("IMG_000005")
        .click_modifiers(Modifiers::SHIFT);
    harness.step();
    assert_eq!(selected(&harness), [3, 4, 5]);
    assert!(shows(&harness, "3 pictures chosen"));
}

#[test]
fn enter_compares_and_escape_comes_back() {
    let mut harness = answered();
    harness.key_press(Key::ArrowRight);
    harness.step();
    harness.key_press(Key::Enter);
    settle(&mut harness);
    assert!(shows(&harness, "Compared pictures"));
    assert!(shows(&harness, "IMG_000002.jpg, 1,200 × 1,600 px"));
    assert!(shows(
        &harness,
        "Your picture is the middle 49 % of this one"
    ));
    harness.key_press(Key::PageDown);
    settle(&mut harness);
    assert!(shows(&harness, "IMG_000003.jpg, 1,200 × 1,600 px"));
    harness.get_by_label("Swap sides").click();
    harness.get_by_label("100 %").click();
    settle(&mut harness);
    harness.key_press(Key::Escape);
    settle(&mut harness);
    assert!(!shows(&harness, "Compared pictures"));
    assert_eq!(
        selected(&harness),
        [3],
        "the grid stands where the comparison ended"
    );
}

#[test]
fn the_details_say_the_evidence_and_send_what_is_asked() {
    let mut harness = answered();
    harness.get_by_label_contains("IMG_000002").click();
    settle(&mut harness);
    assert!(shows(
        &harness,
        "Your picture is the middle 49 % of this one, at half its size. A part at the lower edge \
         shows something else: 10 % of it. 96 % of the rest agrees."
    ));
    assert!(shows(&harness, "284 KB"));
    harness.get_by_label("Find similar").click();
    harness.get_by_label("Reveal").click();
    harness.step();
    let sent = &harness.state().sent;
    assert_eq!(
        sent[0],
        Action::Picture(PictureAction::FindSimilar(RecordId(2)))
    );
    let path = "/photos/winter/IMG_000002.jpg".into();
    assert_eq!(sent[1], Action::Picture(PictureAction::Reveal(path)));
    harness.get_by_label("Compare").click();
    settle(&mut harness);
    assert!(shows(&harness, "Compared pictures"));
}

#[test]
fn a_field_is_saved_when_it_is_left_and_not_when_escape_is_pressed() {
    let mut harness = answered();
    harness.get_by_label_contains("IMG_000002").click();
    settle(&mut harness);
    type_over(&mut harness, "Product", "BX-2291");
    harness.key_press(Key::Tab);
    settle(&mut harness);
    let [Action::Picture(PictureAction::Edit { ids, edit })] = &harness.state().sent[..] else {
        panic!("one edit was expected, not {:?}", harness.state().sent);
    };
    assert_eq!(ids, &[RecordId(2)]);
    assert_eq!(edit.product_id.as_deref(), Some("BX-2291"));
    assert_eq!(edit.name, None, "only the field that was changed is saved");
    harness.state_mut().sent.clear();
    type_over(&mut harness, "Category", "nonsense");
    harness.key_press(Key::Escape);
    settle(&mut harness);
    assert!(harness.state().sent.is_empty());
}

#[test]
fn a_number_that_is_none_is_refused_beside_its_field() {
    let mut harness = asked([1_240.0, 1_400.0], &["query.jpg"]);
    answer(&mut harness, &SCORES);
    harness.get_by_label_contains("IMG_000002").click();
    settle(&mut harness);
    harness.get_by_label("More fields").click();
    settle(&mut harness);
    type_over(&mut harness, "Number 1", "many");
    harness.key_press(Key::Tab);
    settle(&mut harness);
    assert!(shows(&harness, "Type a whole number"));
    assert!(harness.state().sent.is_empty());
}

#[test]
fn scrolling_to_the_end_asks_for_more() {
    let mut harness = asked(WIDE, &["query.jpg"]);
    let scores = vec![0.9; 150];
    answer(&mut harness, &scores);
    assert!(shows(&harness, "60+ pictures"));
    settle(&mut harness);
    assert!(take_asked(&mut harness).is_empty(), "the end is far below");
    harness.key_press(Key::End);
    settle(&mut harness);
    let (is_call, query) = answer(&mut harness, &scores).expect("the next page was asked for");
    assert!(!is_call);
    assert_eq!((query.cut.start, query.cut.number), (60, 60));
    assert!(shows(&harness, "120+ pictures"));
}

#[test]
fn an_exact_check_marks_what_the_quick_search_had_missed() {
    let mut harness = answered();
    harness.get_by_label("Check exactly").click();
    settle(&mut harness);
    assert!(shows(&harness, "Comparing every picture"));
    let (is_call, query) = answer_with(&mut harness, |query| {
        let mut answer = (*pictures::answer(&query.cut, &SCORES)).clone();
        answer.hits[2].missed_by_graph = true;
        answer.recall = Some(5.0 / 6.0);
        Arc::new(answer)
    })
    .expect("an exact check was asked for");
    assert!(!is_call && query.cut.exact);
    assert!(shows(
        &harness,
        "Checked exactly: 83 % had been found, 1 had been missed"
    ));
    assert!(shows(
        &harness,
        "IMG_000003.jpg, Likely copy, 66 %, missed by the quick search"
    ));
}

#[test]
fn results_are_ordered_as_chosen_and_exported_as_shown() {
    let mut harness = answered();
    harness.get_by_label("Order, Most alike").click();
    settle(&mut harness);
    harness
        .get_by_role_and_label(egui::Role::Button, "Name")
        .click();
    settle(&mut harness);
    assert!(shows(&harness, "Order, Name"));
    harness.get_by_label("Results menu").click();
    settle(&mut harness);
    harness.get_by_label("Export the results…").click();
    settle(&mut harness);
    let [Action::Search(SearchAction::ExportCsv { shown, .. })] = &harness.state().sent[..] else {
        panic!("an export was expected, not {:?}", harness.state().sent);
    };
    assert_eq!((shown.least, shown.least_of_copies), (0.45, 0.0));
    assert_eq!(shown.verdicts, Verdict::ALL);
}

#[test]
fn a_failed_search_says_why_and_can_be_tried_again() {
    let mut harness = asked(WIDE, &["query.jpg"]);
    let (_, tab, serial, _) = take_asked(&mut harness).remove(0);
    let why = "“query.jpg” is no picture. Choose another file.";
    harness
        .state_mut()
        .view
        .on_failed(tab, serial, why.to_owned());
    settle(&mut harness);
    assert!(shows(&harness, why));
    harness.get_by_label("Try again").click();
    settle(&mut harness);
    assert_eq!(take_asked(&mut harness).len(), 1);
    assert!(shows(&harness, "Searching…"));
}

#[test]
fn nothing_alike_enough_offers_what_is_less_alike() {
    let mut harness = asked(WIDE, &["query.jpg"]);
    answer(&mut harness, &[0.40, 0.30]);
    settle(&mut harness);
    assert!(shows(&harness, "Nothing is 45 % alike"));
    harness.get_by_label("Show what is less alike").click();
    settle(&mut harness);
    assert!(shows(&harness, "2 pictures"));
}
