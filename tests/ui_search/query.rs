//! The query: its picture, region, threshold, switches and filter; several of them; windows of
//! any size.

use std::sync::Arc;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use image_search::{
    domain::query::Region,
    ui::{action::Action, command::UiCommand, room::Room as _, search::SearchView},
};

use crate::{
    SCORES, WIDE, answer, answer_with, answered, asked,
    desk::{self, Desk, drag, settle, shows, wait_for},
    pictures, take_asked,
};

#[test]
fn the_first_start_is_one_drop_zone_with_its_other_ways() {
    let mut harness = desk::harness(WIDE, 0, SearchView::default());
    settle(&mut harness);
    assert!(shows(&harness, "Drop a picture to find it"));
    assert!(shows(&harness, "Nothing is indexed yet"));
    harness.get_by_label("Choose a picture…").click();
    harness.step();
    assert_eq!(
        harness.state().sent,
        [Action::Command(UiCommand::ChooseQuery)]
    );
}

#[test]
fn a_region_is_drawn_by_dragging_and_cleared_by_its_button() {
    let mut harness = answered();
    wait_for(&mut harness, "Region of the query");
    let place = harness.get_by_label_contains("Region of the query").rect();
    let at = |x: f32, y: f32| place.lerp_inside([x, y]);
    drag(&mut harness, &[at(0.25, 0.25), at(0.5, 0.5), at(0.75, 0.5)]);
    settle(&mut harness);
    let (is_call, query) = answer(&mut harness, &SCORES).expect("a search was started");
    assert!(is_call, "another region is another call");
    let region = query.picture.view.region.expect("a region was drawn");
    for (is, wanted) in [
        (region.x, 100),
        (region.y, 100),
        (region.width, 200),
        (region.height, 100),
    ] {
        assert!(
            is.abs_diff(wanted) <= 4,
            "{region:?} is not where it was drawn"
        );
    }
    assert!(shows(&harness, "region 13 %") || shows(&harness, "region 12 %"));
    harness.get_by_label("Clear region").click();
    settle(&mut harness);
    let (_, query) = answer(&mut harness, &SCORES).expect("a search was started");
    assert_eq!(query.picture.view.region, None);
}

#[test]
fn a_region_is_made_moved_and_cleared_by_keyboard() {
    let mut harness = answered();
    wait_for(&mut harness, "Region of the query");
    harness.get_by_label_contains("Region of the query").focus();
    harness.step();
    harness.key_press(Key::Enter);
    settle(&mut harness);
    let (_, query) = answer(&mut harness, &SCORES).expect("a search was started");
    assert_eq!(
        query.picture.view.region,
        Some(Region {
            x: 80,
            y: 80,
            width: 240,
            height: 240
        })
    );
    harness.key_press(Key::ArrowRight);
    harness.step();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
    settle(&mut harness);
    let (_, query) = answer(&mut harness, &SCORES).expect("a search was started");
    assert_eq!(
        query.picture.view.region,
        Some(Region {
            x: 88,
            y: 80,
            width: 240,
            height: 248
        })
    );
    harness.key_press(Key::Delete);
    settle(&mut harness);
    let (_, query) = answer(&mut harness, &SCORES).expect("a search was started");
    assert_eq!(query.picture.view.region, None);
}

#[test]
fn the_key_that_removes_pictures_clears_a_region_that_has_the_keyboard() {
    let mut harness = answered();
    wait_for(&mut harness, "Region of the query");
    harness.get_by_label_contains("Region of the query").focus();
    harness.step();
    harness.key_press(Key::Enter);
    settle(&mut harness);
    answer(&mut harness, &SCORES).expect("a search was started");
    let Desk {
        view, model, sent, ..
    } = harness.state_mut();
    assert!(view.command(UiCommand::RemoveSelected, model, sent));
    let (_, query) = answer(&mut harness, &SCORES).expect("a search was started");
    assert_eq!(query.picture.view.region, None);
    assert!(harness.state().sent.is_empty(), "no picture is removed");
}

#[test]
fn the_threshold_filters_at_once_and_asks_nothing() {
    let mut harness = answered();
    let slider = harness.get_by_label("At least alike").rect();
    drag(
        &mut harness,
        &[slider.center(), slider.lerp_inside([0.9, 0.5])],
    );
    settle(&mut harness);
    assert!(shows(&harness, "2 pictures"));
    assert!(harness.state().sent.is_empty());
    drag(&mut harness, &[slider.center(), slider.right_center()]);
    settle(&mut harness);
    assert!(shows(&harness, "1 picture"));
}

#[test]
fn rotations_are_a_call_and_one_a_product_is_not() {
    let mut harness = answered();
    harness.get_by_label("Also rotated").click();
    settle(&mut harness);
    let (is_call, query) = answer(&mut harness, &SCORES).expect("a search was started");
    assert!(is_call && query.picture.view.rotations);
    harness.get_by_label("One a product").click();
    settle(&mut harness);
    let (is_call, query) = answer(&mut harness, &SCORES).expect("another cut was asked for");
    assert!(!is_call && query.cut.distinct_product && query.picture.view.rotations);
}

#[test]
fn a_wrong_filter_says_where_and_a_right_one_is_applied() {
    let mut harness = answered();
    harness.get_by_label("Filter expression").focus();
    harness.step();
    harness
        .get_by_label("Filter expression")
        .type_text("int_attr1 >");
    settle(&mut harness);
    assert!(shows(&harness, "The filter is wrong at character 12"));
    assert!(harness.state().sent.is_empty());
    harness.get_by_label("Filter expression").type_text(" 3");
    settle(&mut harness);
    let text = &harness
        .state()
        .view
        .tab()
        .expect("there is a query")
        .filter_text;
    assert!(!shows(&harness, "The filter is wrong"), "after {text}");
    let (is_call, query) = answer(&mut harness, &SCORES).expect("another cut was asked for");
    assert!(!is_call);
    assert_eq!(
        query.cut.filter.map(|filter| filter.to_string()).as_deref(),
        Some("int_attr1 > 3")
    );
}

#[test]
fn a_category_is_chosen_from_those_there_are() {
    let mut harness = answered();
    harness.get_by_label("Category, any").click();
    settle(&mut harness);
    harness.get_by_label_contains("Men's").click();
    settle(&mut harness);
    let (is_call, query) = answer(&mut harness, &SCORES).expect("another cut was asked for");
    assert!(!is_call);
    let filter = query.cut.filter.map(|filter| filter.to_string());
    assert_eq!(filter.as_deref(), Some("category = 'Men''s'"));
}

#[test]
fn several_pictures_are_a_strip_of_queries() {
    let mut harness = asked(WIDE, &["one.jpg", "two.jpg", "three.jpg"]);
    assert_eq!(take_asked(&mut harness).len(), 3);
    settle(&mut harness);
    harness.get_by_label("Query 2, two.jpg").click();
    settle(&mut harness);
    assert_eq!(
        harness.state().view.tab().map(|tab| tab.name.as_str()),
        Some("two.jpg")
    );
    harness.get_by_label("Query 2, two.jpg").focus();
    harness.step();
    harness.key_press(Key::Delete);
    settle(&mut harness);
    assert!(!shows(&harness, "two.jpg"));
    assert!(shows(&harness, "Query 2, three.jpg"));
}

#[test]
fn a_narrow_window_shows_one_pane_at_a_time() {
    let mut harness = asked([300.0, 700.0], &["query.jpg"]);
    answer(&mut harness, &SCORES);
    settle(&mut harness);
    assert!(shows(&harness, "IMG_000001") && !shows(&harness, "At least alike"));
    harness.get_by_label("Query and filters").click();
    settle(&mut harness);
    assert!(shows(&harness, "At least alike") && !shows(&harness, "IMG_000001"));
    harness.get_by_label("Back to the results").click();
    settle(&mut harness);
    harness.get_by_label_contains("IMG_000001.jpg, ").click();
    settle(&mut harness);
    harness.key_press(Key::Space);
    settle(&mut harness);
    assert!(shows(&harness, "Every byte is the same"));
    harness.get_by_label("Close details").click();
    settle(&mut harness);
    assert!(shows(&harness, "IMG_000002"));
}

#[test]
fn extreme_pictures_and_names_break_nothing() {
    for size in [[300.0, 300.0], [700.0, 500.0], WIDE] {
        let mut harness = asked(size, &["query.jpg"]);
        harness.state_mut().picture_size = [1, 5_000];
        answer_with(&mut harness, |query| {
            let mut answer = (*pictures::answer(&query.cut, &SCORES)).clone();
            for hit in &mut answer.hits {
                let mut record = (*hit.record).clone();
                record.fields.name = "名前".repeat(300) + "\n.jpg";
                (record.width, record.height) = (1, 5_000);
                hit.record = Arc::new(record);
            }
            Arc::new(answer)
        });
        settle(&mut harness);
        harness.key_press(Key::ArrowRight);
        settle(&mut harness);
        harness.key_press(Key::Enter);
        settle(&mut harness);
        assert!(shows(&harness, "Compared pictures"));
        harness.get_by_label("100 %").click();
        settle(&mut harness);
    }
}
