use proptest::prelude::*;

use super::*;
use crate::domain::{
    catalogue::{Arrange, ListRequest},
    filter::{Filter, tests as filters},
    record::FieldEdit,
};

fn names(store: &Store, request: &ListRequest) -> Vec<String> {
    let ids = store.listing(request).unwrap().ids;
    store
        .records(&ids)
        .unwrap()
        .into_iter()
        .map(|record| record.fields.name)
        .collect()
}

fn arranged(arrange: Arrange) -> ListRequest {
    ListRequest {
        arrange,
        ..Default::default()
    }
}

fn searched(text: &str) -> ListRequest {
    ListRequest {
        text: text.into(),
        ..Default::default()
    }
}

fn headings(store: &Store, arrange: Arrange) -> Vec<(String, usize)> {
    store.listing(&arranged(arrange)).unwrap().groups
}

fn heading(name: &str, first: usize) -> (String, usize) {
    (name.to_owned(), first)
}

#[test]
fn the_newest_come_first_and_names_sort_as_people_count() {
    let (_dir, mut store) = empty();
    for (path, content) in [("img10.jpg", "a"), ("IMG2.jpg", "b"), ("img1.jpg", "c")] {
        add(&mut store, path, content);
    }
    assert_eq!(
        names(&store, &arranged(Arrange::Newest)),
        ["img1.jpg", "IMG2.jpg", "img10.jpg"]
    );
    assert_eq!(
        names(&store, &arranged(Arrange::Name)),
        ["img1.jpg", "IMG2.jpg", "img10.jpg"]
    );
    assert_eq!(headings(&store, Arrange::Name), []);
}

#[test]
fn folders_head_their_pictures() {
    let (_dir, mut store) = empty();
    for path in ["day 10/b.jpg", "day 2/a.jpg", "day 10/a.jpg"] {
        add(&mut store, path, path);
    }
    assert_eq!(
        headings(&store, Arrange::Folder),
        [heading("day 2", 0), heading("day 10", 1)]
    );
    assert_eq!(
        names(&store, &arranged(Arrange::Folder)),
        ["a.jpg", "a.jpg", "b.jpg"]
    );
}

#[test]
fn categories_head_their_pictures_and_the_rest_comes_last() {
    let (_dir, mut store) = empty();
    let ids: Vec<_> = ["a.jpg", "b.jpg", "c.jpg"]
        .iter()
        .map(|path| add(&mut store, path, path))
        .collect();
    for (id, category) in [(ids[0], "shoes"), (ids[2], "Hats")] {
        let edit = FieldEdit {
            category: Some(category.into()),
            ..Default::default()
        };
        store.edit(&[id], &edit, noon()).unwrap();
    }
    let expected = [
        heading("Hats", 0),
        heading("shoes", 1),
        heading("No category", 2),
    ];
    assert_eq!(headings(&store, Arrange::Category), expected);
    assert_eq!(
        names(&store, &arranged(Arrange::Category)),
        ["c.jpg", "a.jpg", "b.jpg"]
    );
    assert_eq!(
        store.categories().unwrap(),
        [heading("Hats", 1), heading("shoes", 1)].map(|(name, n)| (name, n as u64))
    );
}

#[test]
fn days_are_those_of_the_users_clock_the_newest_first() {
    let (_dir, mut store) = empty();
    let mut late = batch(vec![new("a.jpg", "one")]);
    late.now = at("2026-11-23T23:30:00Z");
    store.commit_batch(&late).unwrap();
    late.now = at("2026-11-24T00:30:00Z");
    late.done = vec![new("b.jpg", "two")];
    store.commit_batch(&late).unwrap();
    let expected = [
        heading("24 November 2026", 0),
        heading("23 November 2026", 1),
    ];
    assert_eq!(headings(&store, Arrange::Date), expected);
    store.zone = TimeZone::fixed(jiff::tz::offset(1));
    assert_eq!(
        headings(&store, Arrange::Date),
        [heading("24 November 2026", 0)]
    );
}

#[test]
fn text_is_found_in_names_fields_and_paths_whatever_its_case() {
    let (_dir, mut store) = empty();
    let a = add(&mut store, "Straße/ÄPFEL.jpg", "one");
    add(&mut store, "other/b.jpg", "two");
    let edit = FieldEdit {
        custom: Some("Кошка".into()),
        ints: [Some(Some(4711)), None, None, None],
        ..Default::default()
    };
    store.edit(&[a], &edit, noon()).unwrap();
    for text in [
        "äpfel",
        "STRASSE",
        "кошка",
        "4711",
        " apfel".trim_start_matches(" a"),
    ] {
        assert_eq!(names(&store, &searched(text)), ["ÄPFEL.jpg"], "{text}");
    }
    assert_eq!(
        names(&store, &searched("%")),
        Vec::<String>::new(),
        "taken as it stands"
    );
    assert_eq!(names(&store, &searched("  ")).len(), 2);
    undo(&mut store);
    assert_eq!(names(&store, &searched("кошка")), Vec::<String>::new());
}

#[test]
fn text_and_filter_narrow_together() {
    let (_dir, mut store) = empty();
    let a = add(&mut store, "a.jpg", "one");
    add(&mut store, "ab.jpg", "two");
    let edit = FieldEdit {
        category: Some("x".into()),
        ..Default::default()
    };
    store.edit(&[a], &edit, noon()).unwrap();
    let filter = Filter::parse("category = 'x'").unwrap();
    let request = ListRequest {
        filter: Some(filter.clone()),
        ..searched("a")
    };
    assert_eq!(names(&store, &request), ["a.jpg"]);
    assert_eq!(store.matching(&filter).unwrap(), [a]);
    store.remove(Changed::default(), &[a], noon()).unwrap();
    assert_eq!(store.matching(&filter).unwrap(), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn sql_and_matches_agree(
        pictures in prop::collection::vec(filters::any_fields(), 1..20),
        exprs in prop::collection::vec(filters::any_expr(), 20),
    ) {
        let (_dir, mut store) = empty();
        let done = pictures.iter().enumerate().map(|(n, fields)| {
            let mut one = picture(&format!("{n}.jpg"), &n.to_string());
            one.fields = fields.clone();
            Done { item: 0, outcome: Outcome::New(Box::new(one)) }
        });
        let committed = store.commit_batch(&batch(done.collect())).unwrap();
        for expr in exprs {
            let filter = Filter::parse(&expr.to_string()).unwrap();
            let expected: Vec<_> = committed
                .iter()
                .zip(&pictures)
                .filter(|(_, fields)| filter.matches(fields))
                .filter_map(|(end, _)| end.record)
                .collect();
            prop_assert_eq!(store.matching(&filter).unwrap(), expected, "{}", filter);
        }
    }
}

#[test]
fn the_longest_filter_runs() {
    let (_dir, mut store) = empty();
    add(&mut store, "a.jpg", "one");
    let deep = "NOT ".repeat(crate::domain::filter::MAX_DEPTH - 1) + "category = 'a'";
    let long = vec!["category = ''"; crate::domain::filter::MAX_TESTS].join(" AND ");
    let wide = vec!["1"; crate::domain::filter::MAX_VALUES].join(",");
    for source in [deep, long, format!("int_attr1 IN ({wide})")] {
        store.matching(&Filter::parse(&source).unwrap()).unwrap();
    }
}
