//! The catalogue view, driven as a person does it: by what its widgets are called.

#[path = "support/desk.rs"]
mod desk;
#[path = "support/pictures.rs"]
mod pictures;

use std::sync::Arc;

use desk::{Desk, settle, shows};
use egui::{Key, Modifiers};
use egui_kittest::{Harness, kittest::Queryable as _};
use image_search::{
    domain::{
        catalogue::{Arrange, ExportFormat, ListRequest, Listing},
        proof::Trial,
        query::QuerySource,
        record::RecordId,
    },
    ui::{
        action::{Action, CatalogueAction, PictureAction},
        catalogue::CatalogueView,
        command::UiCommand,
        deletion::Deletion,
    },
};

type Catalogue = Harness<'static, Desk<CatalogueView>>;

const WIDE: [f32; 2] = [1_240.0, 800.0];

/// The view before its first listing.
fn opened(size: [f32; 2], stored: u64) -> Catalogue {
    let mut harness = desk::harness(size, stored, CatalogueView::default());
    harness.step();
    harness
}

/// The view with so many pictures, the newest first.
fn listed(size: [f32; 2], count: i64) -> Catalogue {
    let mut harness = opened(size, count as u64);
    assert!(
        take_request(&mut harness).is_some(),
        "a listing is asked for at once"
    );
    answer(&mut harness, count, &[]);
    harness
}

fn take_request(harness: &mut Catalogue) -> Option<ListRequest> {
    let sent = std::mem::take(&mut harness.state_mut().sent);
    let mut request = None;
    for action in sent {
        match action {
            Action::Catalogue(CatalogueAction::List(one)) => request = Some(one),
            other => harness.state_mut().sent.push(other),
        }
    }
    request
}

fn answer(harness: &mut Catalogue, count: i64, groups: &[(&str, usize)]) {
    let ids = (1..=count).map(RecordId).collect();
    let groups = groups
        .iter()
        .map(|(name, first)| ((*name).to_owned(), *first))
        .collect();
    harness
        .state_mut()
        .view
        .on_listed(Arc::new(Listing { ids, groups }), 1);
    settle(harness);
}

fn choose_three(harness: &mut Catalogue) {
    harness.get_by_label_contains("IMG_000001").click();
    harness.step();
    harness
        .get_by_label_contains("IMG_000003")
        .click_modifiers(Modifiers::SHIFT);
    settle(harness);
}

#[test]
fn an_empty_catalogue_says_how_to_fill_it() {
    let mut harness = opened(WIDE, 0);
    answer(&mut harness, 0, &[]);
    assert!(shows(&harness, "The catalogue is empty"));
    take_request(&mut harness);
    harness.get_by_label("Add a folder…").click();
    settle(&mut harness);
    assert_eq!(
        harness.state().sent,
        [Action::Command(UiCommand::AddFolder)]
    );
}

#[test]
fn pictures_are_listed_with_their_category() {
    let mut harness = listed(WIDE, 300);
    settle(&mut harness);
    assert!(shows(&harness, "300 pictures"));
    harness.get_by_label("IMG_000001.jpg, Dresses");
}

#[test]
fn another_arrangement_is_asked_for_and_headed() {
    let mut harness = listed(WIDE, 30);
    harness.get_by_label("Category").click();
    settle(&mut harness);
    let request = take_request(&mut harness).expect("a listing was asked for");
    assert_eq!(request.arrange, Arrange::Category);
    answer(&mut harness, 30, &[("Dresses", 0), ("Hats", 3)]);
    harness.get_by_label("Dresses, 3 pictures");
    harness.get_by_label("Hats, 27 pictures");
}

#[test]
fn typing_searches_and_a_text_without_a_match_says_so() {
    let mut harness = listed(WIDE, 30);
    harness.get_by_label("Search the catalogue").focus();
    harness.step();
    harness
        .get_by_label("Search the catalogue")
        .type_text("winter");
    settle(&mut harness);
    let request = take_request(&mut harness).expect("a listing was asked for");
    assert_eq!(request.text, "winter");
    answer(&mut harness, 0, &[]);
    assert!(shows(&harness, "Nothing matches “winter”"));
    harness.get_by_label("Show everything").click();
    settle(&mut harness);
    let request = take_request(&mut harness).expect("a listing was asked for");
    assert_eq!(request.text, "");
}

#[test]
fn a_change_of_the_catalogue_lists_it_again() {
    let mut harness = listed(WIDE, 30);
    assert!(take_request(&mut harness).is_none());
    let mut state = pictures::state(31);
    state.generation = 2;
    harness.state_mut().model.publish(Arc::new(state));
    harness.run_steps(20);
    assert!(take_request(&mut harness).is_some());
}

#[test]
fn a_selection_is_edited_in_one_dialog() {
    let mut harness = listed(WIDE, 30);
    choose_three(&mut harness);
    assert!(shows(&harness, "3 chosen"));
    harness
        .get_all_by_label("Edit fields…")
        .next()
        .expect("there is a button")
        .click();
    settle(&mut harness);
    assert!(shows(&harness, "Edit fields of 3 pictures"));
    harness.get_by_label("New Category").focus();
    harness.step();
    harness.get_by_label("New Category").type_text("Boots");
    settle(&mut harness);
    harness.get_by_label("Save fields").click();
    settle(&mut harness);
    let [Action::Picture(PictureAction::Edit { ids, edit })] = &harness.state().sent[..] else {
        panic!("one edit was expected, not {:?}", harness.state().sent);
    };
    assert_eq!(ids, &[1, 2, 3].map(RecordId));
    assert_eq!(edit.category.as_deref(), Some("Boots"));
    assert_eq!((&edit.name, &edit.product_id), (&None, &None));
    assert!(!shows(&harness, "Edit fields of 3 pictures"));
}

#[test]
fn a_selection_is_removed_by_button_or_key() {
    let mut harness = listed(WIDE, 30);
    choose_three(&mut harness);
    harness.get_by_label("Remove").click();
    settle(&mut harness);
    let removal = Action::Delete(Deletion::Pictures([1, 2, 3].map(RecordId).to_vec()));
    assert_eq!(harness.state().sent, std::slice::from_ref(&removal));
    harness.key_press(Key::Delete);
    settle(&mut harness);
    assert_eq!(harness.state().sent, [removal.clone(), removal]);
    harness.get_by_label("Choose none").click();
    settle(&mut harness);
    assert!(!shows(&harness, "3 chosen"));
}

fn compare_first_two(harness: &mut Catalogue) {
    harness.get_by_label_contains("IMG_000001").click();
    harness.step();
    harness
        .get_by_label_contains("IMG_000002")
        .click_modifiers(Modifiers::COMMAND);
    settle(harness);
    harness.get_by_label("Compare").click();
    settle(harness);
}

#[test]
fn two_pictures_are_compared_and_what_they_are_is_said() {
    let mut harness = listed(WIDE, 30);
    compare_first_two(&mut harness);
    let left = QuerySource::Record(RecordId(1));
    let right = QuerySource::Record(RecordId(2));
    let asked = PictureAction::Compare {
        left: left.clone(),
        right: right.clone(),
    };
    assert_eq!(harness.state().sent, [Action::Picture(asked)]);
    assert!(shows(&harness, "Comparing…"));
    let compare = harness.state_mut().view.compare_of(&left, &right);
    let compare = compare.expect("these two are compared");
    compare.on_compared(pictures::evidence(
        0.94,
        Trial::Proven(pictures::crop_proof()),
    ));
    settle(&mut harness);
    assert!(shows(
        &harness,
        "The first picture is the middle 49 % of the second, at half its size."
    ));
    desk::wait_for(&mut harness, "Matching part, IMG_000001.jpg");
    harness.get_by_label("Swap sides").click();
    settle(&mut harness);
    assert!(shows(
        &harness,
        "The second picture is the middle 49 % of the first"
    ));
    harness.get_by_label("Back").click();
    settle(&mut harness);
    assert!(shows(&harness, "2 chosen"));
}

#[test]
fn a_comparison_that_fails_says_why() {
    let mut harness = listed(WIDE, 30);
    compare_first_two(&mut harness);
    let [left, right] = [1, 2].map(|id| QuerySource::Record(RecordId(id)));
    let compare = harness.state_mut().view.compare_of(&left, &right);
    let compare = compare.expect("these two are compared");
    compare.on_failed("IMG_000002.jpg is not there any more.".to_owned());
    settle(&mut harness);
    assert!(shows(&harness, "IMG_000002.jpg is not there any more."));
    assert!(!shows(&harness, "Comparing…"));
}

#[test]
fn the_details_find_similar_pictures_and_save_fields() {
    let mut harness = listed(WIDE, 30);
    harness.get_by_label_contains("IMG_000002").click();
    settle(&mut harness);
    harness.get_by_label("Find similar").click();
    settle(&mut harness);
    assert_eq!(
        harness.state_mut().sent.pop(),
        Some(Action::Picture(PictureAction::FindSimilar(RecordId(2))))
    );
    desk::field(&harness, "Note").focus();
    harness.step();
    desk::field(&harness, "Note").type_text("keep");
    harness.step();
    harness.key_press(Key::Enter);
    settle(&mut harness);
    let [Action::Picture(PictureAction::Edit { ids, edit })] = &harness.state().sent[..] else {
        panic!("one edit was expected, not {:?}", harness.state().sent);
    };
    assert_eq!(
        (ids.as_slice(), edit.custom.as_deref()),
        (&[RecordId(2)][..], Some("keep"))
    );
}

#[test]
fn a_hundred_thousand_pictures_are_walked_end_to_end() {
    let mut harness = listed(WIDE, 100_000);
    assert!(shows(&harness, "100,000 pictures"));
    harness.key_press(Key::End);
    settle(&mut harness);
    harness.key_press(Key::End);
    settle(&mut harness);
    assert!(shows(&harness, "IMG_100000.jpg"), "the last one is drawn");
    assert!(!shows(&harness, "IMG_000001.jpg"), "the first one is not");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    settle(&mut harness);
    assert!(shows(&harness, "100,000 chosen"));
}

#[test]
fn everything_is_exported_from_the_menu() {
    let mut harness = listed(WIDE, 30);
    harness.get_by_label("Catalogue menu").click();
    settle(&mut harness);
    harness.get_by_label("Export as JSON Lines…").click();
    settle(&mut harness);
    let export = CatalogueAction::Export(ExportFormat::JsonLines);
    assert_eq!(harness.state().sent, [Action::Catalogue(export)]);
}

#[test]
fn a_listing_that_fails_is_said_and_tried_again() {
    let mut harness = opened(WIDE, 30);
    take_request(&mut harness);
    harness
        .state_mut()
        .view
        .on_failed("The disk cannot be read. Check it.".to_owned());
    settle(&mut harness);
    assert!(shows(&harness, "The disk cannot be read"));
    harness.get_by_label("Try again").click();
    settle(&mut harness);
    assert!(take_request(&mut harness).is_some());
}

#[test]
fn a_narrow_window_shows_the_details_instead_of_the_grid() {
    let mut harness = listed([300.0, 700.0], 30);
    harness.get_by_label_contains("IMG_000001").click();
    settle(&mut harness);
    harness.key_press(Key::Space);
    settle(&mut harness);
    assert!(shows(&harness, "Where it lies"));
    harness.get_by_label("Back to the catalogue").click();
    settle(&mut harness);
    assert!(shows(&harness, "30 pictures"));
}
