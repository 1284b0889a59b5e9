//! The whole window over the real worker, driven by the names people and screen readers see.

#[path = "app_window/desk.rs"]
mod desk;
#[path = "support/snapshot.rs"]
mod snapshot;

use std::fs;

use egui::{Key, Modifiers};
use image_search::{
    domain::{job::JobState, verdict::Verdict},
    ui::{activity, catalogue, model::ThemeChoice, search, settings, subscription},
};

use desk::{Desk, all_photos, edited_copy, photos, some_photos};

#[test]
fn the_first_start_offers_the_free_month_and_what_is_dropped_goes_on_from_there() {
    let mut desk = Desk::open();
    assert!(desk.shows("Drop your pictures here, then find any of them by picture"));
    let folder = some_photos(desk.folder(), 3);
    desk.drop_files(&[folder]);
    desk.until("the preview refuses", |desk| {
        desk.preview()
            .is_some_and(|preview| preview.outlook.refusal.is_some())
    });
    assert!(!desk.is_enabled("Index 3 pictures"));
    desk.click("Start the free month");
    desk.until("the preview fits", |desk| {
        desk.preview()
            .is_some_and(|preview| preview.complete && preview.outlook.cap == 100_000)
    });
    desk.click("Index 3 pictures");
    desk.until("three are stored", |desk| desk.model().stored() == 3);
}

#[test]
fn pictures_dropped_and_previewed_are_found_by_an_edited_copy() {
    let mut desk = Desk::with_trial();
    desk.import(&photos());
    desk.key(Modifiers::COMMAND, Key::Num1);
    let copy = edited_copy(desk.folder(), "hat.jpg");
    desk.drop_files(&[copy]);
    desk.until("an answer", |desk| {
        !desk.reported()["results"].as_array().unwrap().is_empty()
    });
    let first = &desk.reported()["results"][0];
    assert_eq!(first["name"], "hat.jpg");
    assert_ne!(first["verdict"], Verdict::Similar.id(), "{first}");
    assert!(
        desk.model().import_preview.is_none(),
        "a query adds nothing"
    );
}

#[test]
fn a_second_import_of_the_same_files_uploads_nothing() {
    let mut desk = Desk::with_trial();
    desk.import(&photos()[..4]);
    desk.drop_files_on(catalogue::VIEW, &photos()[..5]);
    desk.until("the preview", |desk| {
        desk.preview().is_some_and(|preview| preview.complete)
    });
    let preview = desk.preview().unwrap();
    assert_eq!((preview.files, preview.new, preview.known), (5, 1, 4));
    desk.click("Index 1 picture");
    desk.until("five are stored", |desk| desk.model().stored() == 5);
}

#[test]
fn a_removal_is_undone_from_its_toast() {
    let mut desk = Desk::with_trial();
    desk.import(&photos()[..3]);
    desk.key(Modifiers::COMMAND, Key::Num2);
    // The toast of the import says "3 pictures" too: the grid is there once it names a file.
    desk.until("the catalogue lists", |desk| {
        desk.shows_part("3 pictures") && desk.shows_part(".jpg")
    });
    desk.key(Modifiers::COMMAND, Key::A);
    desk.key(Modifiers::NONE, Key::Delete);
    desk.until("all are removed", |desk| desk.model().stored() == 0);
    desk.until("undo is offered", |desk| desk.shows("Undo"));
    desk.click("Undo");
    desk.until("all are back", |desk| desk.model().stored() == 3);
}

#[test]
fn the_palette_goes_to_rooms_and_finds_pictures() {
    let mut desk = Desk::with_trial();
    desk.import(&photos()[..3]);
    desk.key(Modifiers::COMMAND, Key::K);
    desk.type_text("activ");
    desk.key(Modifiers::NONE, Key::Enter);
    assert_eq!(desk.view(), activity::VIEW);
    assert!(
        desk.shows_part("3 indexed"),
        "the import is listed with its outcome"
    );
    desk.key(Modifiers::COMMAND, Key::K);
    desk.type_text("hat");
    desk.key(Modifiers::NONE, Key::Enter);
    assert_eq!(desk.view(), catalogue::VIEW);
    desk.until("the one match is listed", |desk| {
        desk.shows_part("1 picture")
    });
}

#[test]
fn keys_are_listed_and_do_not_act_while_a_person_types() {
    let mut desk = Desk::with_trial();
    desk.key(Modifiers::NONE, Key::Questionmark);
    assert!(desk.shows("In the grid"));
    desk.key(Modifiers::NONE, Key::Escape);
    assert!(!desk.shows("In the grid"));
    desk.key(Modifiers::COMMAND, Key::K);
    desk.key(Modifiers::NONE, Key::Questionmark);
    assert!(!desk.shows("In the grid"));
}

#[test]
fn an_unreadable_file_is_named_with_its_reason_and_does_not_stop_the_others() {
    let mut desk = Desk::with_trial();
    let folder = some_photos(desk.folder(), 2);
    fs::write(
        folder.join("broken.jpg"),
        [0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F'],
    )
    .unwrap();
    desk.drop_files(&[folder]);
    desk.until("the preview", |desk| {
        desk.preview().is_some_and(|preview| preview.complete)
    });
    let preview = desk.preview().unwrap();
    assert_eq!((preview.files, preview.new), (3, 2));
    desk.click("Show the unreadable file");
    assert!(desk.shows_part("broken.jpg"));
    desk.click("Index 2 pictures");
    desk.until("the job is over", |desk| {
        desk.model()
            .jobs
            .first()
            .is_some_and(|job| job.state == JobState::Done)
    });
    let job = desk.model().jobs[0].clone();
    assert_eq!((job.indexed, job.failed), (2, 1));
    desk.until("both are stored", |desk| desk.model().stored() == 2);
    desk.key(Modifiers::COMMAND, Key::Num4);
    desk.click("Show the 1 failed");
    desk.until("the reason is listed", |desk| {
        desk.shows_part("broken.jpg: ")
    });
}

#[test]
fn the_overlay_says_what_a_drop_will_do() {
    let mut desk = Desk::with_trial();
    desk.import(&photos()[..2]);
    desk.hover(&photos()[..1]);
    desk.until("a search is announced", |desk| {
        desk.shows("Find this picture and everything like it")
    });
    let folder = desk.folder().to_owned();
    desk.hover(&[folder]);
    desk.until("an import is announced", |desk| {
        desk.shows("Index the pictures in 1 folder")
    });
    desk.key(Modifiers::COMMAND, Key::Num2);
    desk.hover(&photos()[..3]);
    desk.until("adding is announced", |desk| {
        desk.shows("Add 3 files to the catalogue")
    });
    desk.hover(&[]);
    assert!(!desk.shows("Add 3 files to the catalogue"));
}

#[test]
fn a_pasted_picture_searches() {
    let mut desk = Desk::with_trial();
    desk.import(&photos()[..2]);
    desk.paste_picture(&photos()[1]);
    desk.until("the pasted picture's answer", |desk| {
        desk.reported()["query"] == "Pasted picture"
            && !desk.reported()["results"].as_array().unwrap().is_empty()
    });
}

#[test]
fn a_narrow_window_keeps_every_room_within_reach() {
    let mut desk = Desk::with_trial();
    desk.import(&photos()[..2]);
    desk.resize(380.0, 640.0);
    for (room, view) in [
        ("Catalogue", catalogue::VIEW),
        ("Subscription", subscription::VIEW),
        ("Activity", activity::VIEW),
        ("Settings", settings::VIEW),
        ("Search", search::VIEW),
    ] {
        desk.click_room(room);
        assert_eq!(desk.view(), view);
    }
}

#[test]
fn the_theme_follows_the_choice_and_is_remembered() {
    let mut desk = Desk::with_trial();
    desk.key(Modifiers::COMMAND, Key::Comma);
    desk.click("Light");
    desk.run();
    assert!(!desk.is_dark());
    desk.key(Modifiers::COMMAND | Modifiers::SHIFT, Key::L);
    desk.run();
    assert!(desk.is_dark());
    let desk = desk.reopened();
    assert_eq!(desk.model().settings.theme, ThemeChoice::Dark);
    assert_eq!(desk.view(), settings::VIEW);
}

#[test]
fn a_running_import_is_paused_resumed_and_cancelled_from_the_status_bar() {
    let mut desk = Desk::with_slow_describer();
    desk.start_import(&photos());
    desk.until("it runs", |desk| {
        desk.model()
            .current_job()
            .is_some_and(|job| job.state == JobState::Running)
    });
    desk.click_first("Pause the job");
    desk.until("it rests", |desk| {
        desk.model()
            .current_job()
            .is_some_and(|job| job.state == JobState::Paused)
    });
    desk.click_first("Resume the job");
    desk.until("it goes on", |desk| {
        desk.model()
            .current_job()
            .is_some_and(|job| job.state == JobState::Running)
    });
    desk.click_first("Cancel the job");
    desk.click("Cancel the import");
    desk.until("it is over", |desk| desk.model().current_job().is_none());
    let job = &desk.model().jobs[0];
    assert_eq!(job.state, JobState::Cancelled);
    assert_eq!(desk.model().stored(), job.indexed);
}

#[test]
fn a_catalogue_of_another_model_is_re_indexed_from_settings_and_searched_again() {
    let mut desk = Desk::with_trial();
    desk.import(&photos());
    let mut desk = desk.reopened_with_another_model();
    let copy = edited_copy(desk.folder(), "hat.jpg");
    desk.key(Modifiers::COMMAND, Key::Num1);
    desk.drop_files(std::slice::from_ref(&copy));
    desk.until("the search says why it cannot compare", |desk| {
        desk.shows_part("Re-index it in Settings")
    });
    desk.key(Modifiers::COMMAND, Key::Comma);
    assert!(desk.shows_part("The catalogue was indexed with another model"));
    desk.scroll_to("Index everything again");
    desk.click("Index everything again");
    desk.until("its progress is shown", |desk| {
        (0..10).any(|done| desk.shows_part(&format!(": {done} of 10")))
    });
    desk.until("it is no longer offered", |desk| {
        !desk.shows("Index everything again")
    });
    desk.until("nothing is under way", |desk| {
        desk.model().current_job().is_none()
    });
    let state = desk.model().state.clone().unwrap();
    assert_eq!((state.stored, state.usage.uploaded), (10, 10));
    desk.key(Modifiers::COMMAND, Key::Num1);
    desk.drop_files(&[copy]);
    desk.until("an answer", |desk| {
        !desk.reported()["results"].as_array().unwrap().is_empty()
    });
    let first = &desk.reported()["results"][0];
    assert_eq!(first["name"], "hat.jpg");
    assert_ne!(first["verdict"], Verdict::Similar.id(), "{first}");
}

#[test]
fn every_widget_of_every_room_has_a_name() {
    let mut desk = Desk::with_trial();
    desk.import(&photos()[..2]);
    for key in [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Comma] {
        desk.key(Modifiers::COMMAND, key);
        desk.run();
        // A picture has its name as soon as its record is here.
        desk.until("every widget has a name", |desk| {
            desk.unnamed_widgets().is_empty()
        });
    }
}

/// Compares the room at hand in dark and in light with the pictures kept.
fn compare_in_both_themes(desk: &mut Desk, room: &str, without: &[egui::Rect]) {
    for _ in 0..2 {
        let theme = if desk.is_dark() { "dark" } else { "light" };
        desk.compare_with_picture(&format!("{room}-{theme}"), without);
        desk.key(Modifiers::COMMAND | Modifiers::SHIFT, Key::L);
    }
}

#[test]
fn the_first_start_looks_as_it_was_designed() {
    compare_in_both_themes(&mut Desk::open(), "first-run", &[]);
}

#[test]
fn the_rooms_look_as_they_were_designed() {
    let mut desk = Desk::with_trial();
    let folder = all_photos(desk.folder(), "Pictures/Autumn/clothes");
    desk.import_folder(&folder);
    let copy = edited_copy(desk.folder(), "shirt.jpg");
    desk.drop_files(&[copy]);
    desk.until("an answer", |desk| desk.shows_part("Edited copy"));
    desk.key(Modifiers::NONE, Key::ArrowRight);
    desk.until("the details", |desk| desk.shows("Find similar"));
    // The line moves with the length of the figure in it.
    let mut took = desk.rect_of(" ms among ");
    took.set_width(400.0);
    compare_in_both_themes(&mut desk, "search", &[took]);

    desk.key(Modifiers::COMMAND, Key::Num2);
    desk.click("Name");
    // The newest, which were listed before, begin with others.
    desk.until("the catalogue by name", |desk| {
        !desk.shows_part("t-shirt") && desk.count_parts(".jpg") >= 15
    });
    compare_in_both_themes(&mut desk, "catalogue", &[]);
}
