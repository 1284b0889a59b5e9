//! Changes of the catalogue, and what another model means.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use image_search::{
    domain::{
        filter::Filter,
        query::Shown,
        record::{FieldEdit, RecordId},
        verdict::Verdict,
    },
    engine::store::Store,
    worker::{Command, Event, ExportFormat, Lane, Target},
};

use crate::desk::{Desk, Gate, MadeUp, files, query_of};

const NOW: &str = "2026-11-23T12:00:00Z";

fn first(desk: &Desk, number: usize) -> Option<RecordId> {
    desk.clock.advance_ms(1_000);
    let answer = desk.search(query_of(number)).unwrap();
    answer
        .hits
        .first()
        .filter(|hit| hit.evidence.same_bytes)
        .map(|hit| hit.record.id)
}

#[test]
fn undo_brings_back_what_was_removed_and_fields_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 6);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    desk.import(&photos);
    let id = first(&desk, 2).unwrap();
    let edit = FieldEdit {
        category: Some("hats".to_owned()),
        ..FieldEdit::default()
    };
    desk.done(Command::Edit {
        ids: vec![id],
        edit: Box::new(edit),
    })
    .unwrap();
    desk.done(Command::Remove(vec![id])).unwrap();
    assert_eq!(first(&desk, 2), None);
    desk.done(Command::Undo).unwrap();
    assert_eq!(first(&desk, 2), Some(id));
    let categories = desk
        .state_where(|state| !state.categories.is_empty())
        .categories
        .clone();
    assert_eq!(categories.to_vec(), [("hats".to_owned(), 1)]);
    desk.done(Command::Undo).unwrap();
    desk.clock.advance_ms(1_000);
    let answer = desk.search(query_of(2)).unwrap();
    assert_eq!(answer.hits[0].record.fields.category, "");
}

#[test]
fn a_filter_and_one_a_product_narrow_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 20);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    desk.import(&photos);
    let answer = desk.search(query_of(0)).unwrap();
    let ids: Vec<RecordId> = answer.hits.iter().map(|hit| hit.record.id).collect();
    let edit = |ids: &[RecordId], product: &str, category: &str| {
        let edit = FieldEdit {
            product_id: Some(product.to_owned()),
            category: Some(category.to_owned()),
            ..FieldEdit::default()
        };
        desk.done(Command::Edit {
            ids: ids.to_vec(),
            edit: Box::new(edit),
        })
        .unwrap();
    };
    edit(&ids[..6], "BX-1", "shoes");
    edit(&ids[6..10], "BX-2", "shoes");
    desk.clock.advance_ms(1_000);
    let mut query = query_of(0);
    query.cut.filter = Some(Filter::parse("category = 'shoes'").unwrap());
    let shoes = desk.search(query.clone()).unwrap();
    assert_eq!((shoes.hits.len(), shoes.among), (10, 10));
    query.cut.distinct_product = true;
    desk.clock.advance_ms(1_000);
    let distinct = desk.search(query).unwrap();
    let products: Vec<&str> = distinct
        .hits
        .iter()
        .map(|hit| hit.record.fields.product_id.as_str())
        .collect();
    assert_eq!(products, ["BX-1", "BX-2"]);
}

#[test]
fn results_are_exported_once_they_are_settled() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 9);
    let gate = Arc::new(Gate::default());
    let describer = MadeUp {
        parts: Some(gate.clone()),
        ..MadeUp::default()
    };
    let desk = Desk::with(folder.path(), NOW, describer);
    desk.trial();
    desk.import(&photos);
    let first = desk.search(query_of(3)).unwrap();
    assert!(!first.settled);
    let to = folder.path().join("results.csv");
    let cut = Box::new(query_of(3).cut);
    let shown = Shown {
        least: 0.0,
        least_of_copies: 0.0,
        verdicts: vec![Verdict::SameFile],
    };
    let export = desk.worker.send(Command::ExportAnswer {
        lane: Lane::default(),
        cut,
        shown,
        to: Target {
            path: to.clone(),
            replace: false,
        },
    });
    gate.let_pass(usize::MAX);
    // What is exported is what was answered last.
    desk.next(|event| match event {
        Event::Answered { answer, .. } => answer.settled.then_some(()),
        Event::Exported { .. } => panic!("exported before it was settled"),
        _ => None,
    });
    let rows = desk.next(|event| match event {
        Event::Exported { request, rows, .. } if request == export => Some(rows),
        _ => None,
    });
    assert_eq!(rows, 1, "those shown alone");
    let text = std::fs::read_to_string(&to).unwrap();
    assert!(text.contains(",same_file,"), "{text}");
}

#[test]
fn an_export_of_results_that_another_query_replaced_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    let export = Command::ExportAnswer {
        lane: Lane(7),
        cut: Box::new(query_of(3).cut),
        shown: Shown {
            least: 0.0,
            least_of_copies: 0.0,
            verdicts: Verdict::ALL.to_vec(),
        },
        to: Target {
            path: folder.path().join("results.csv"),
            replace: false,
        },
    };
    let failed = desk.ask(export, |_, _| None::<()>).unwrap_err();
    assert!(failed.text.contains("Search again"), "{failed:?}");
}

#[test]
fn an_export_has_every_picture_and_its_fields() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 9);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    desk.import(&photos);
    let to = folder.path().join("catalogue.csv");
    let command = Command::ExportCatalogue {
        to: Target {
            path: to.clone(),
            replace: false,
        },
        format: ExportFormat::Csv,
    };
    let rows = desk
        .ask(command, |asked, event| match event {
            Event::Exported { request, rows, .. } if request == asked => Some(rows),
            _ => None,
        })
        .unwrap();
    assert_eq!(rows, 9);
    let mut csv = csv::Reader::from_path(&to).unwrap();
    let names = csv
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "name")
        .unwrap();
    let mut named: Vec<String> = csv
        .records()
        .map(|row| row.unwrap()[names].to_owned())
        .collect();
    named.sort();
    assert_eq!(named[8], "000008.jpg");
}

#[test]
fn another_model_is_not_mixed_in_but_offered_to_re_index_with() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 15);
    let desk = Desk::open(folder.path(), NOW);
    desk.trial();
    desk.import(&photos);
    drop(desk);
    let other = MadeUp {
        model: Some("another".to_owned()),
        ..MadeUp::default()
    };
    let desk = Desk::with(folder.path(), NOW, other);
    let state = desk.state_where(|_| true);
    assert_eq!(state.model.catalogue_differs.as_deref(), Some("made-up"));
    desk.clock.advance_ms(1_000);
    let refused = desk.search(query_of(1)).unwrap_err();
    assert!(refused.text.contains("e-index"), "{}", refused.text);
    assert!(desk.start_import(vec![photos]).is_err());
    desk.worker.send(Command::Reindex);
    let state = desk.state_where(|state| state.model.catalogue_differs.is_none());
    assert_eq!(state.stored, 15);
    assert!(first(&desk, 1).is_some());
}

#[test]
fn a_catalogue_that_never_had_a_picture_takes_another_model() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 3);
    Desk::open(folder.path(), NOW).trial();
    let other = || MadeUp {
        model: Some("another".to_owned()),
        ..MadeUp::default()
    };
    let desk = Desk::with(folder.path(), NOW, other());
    desk.import(&photos);
    let state = desk.state_where(|state| state.stored == 3);
    assert_eq!(state.model.catalogue_differs, None);
    drop(desk);
    let desk = Desk::open(folder.path(), NOW);
    let state = desk.state_where(|_| true);
    assert_eq!(state.model.catalogue_differs.as_deref(), Some("another"));
}

#[test]
fn a_copy_of_the_catalogue_is_made_at_the_first_start_of_another_day() {
    let folder = tempfile::tempdir().unwrap();
    let photos = files(&folder.path().join("photos"), 0, 12);
    let desk = Desk::open(folder.path(), "2026-11-10T09:00:00Z");
    desk.trial();
    desk.import(&photos);
    drop(desk);
    let data = folder.path().join("data");
    for (start, copied) in [
        ("2026-11-12T08:00:00Z", "2026-11-12T08:00:00Z"),
        ("2026-11-12T20:00:00Z", "2026-11-12T08:00:00Z"),
        ("2026-11-13T09:00:00Z", "2026-11-13T09:00:00Z"),
    ] {
        let desk = Desk::open(folder.path(), start);
        let newest = Some(copied.parse().unwrap());
        let deadline = Instant::now() + Duration::from_secs(30);
        while Store::backed_up_at(&data) != newest {
            assert!(Instant::now() < deadline, "no copy at {start}");
            std::thread::yield_now();
        }
        drop(desk);
    }
}
