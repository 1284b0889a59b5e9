//! Figures, not tests: `cargo test --release --lib store_figures -- --ignored --nocapture`.

use std::time::Instant;

use super::*;
use crate::domain::{
    catalogue::{Arrange, ListRequest},
    filter::Filter,
};

const PICTURES: usize = 100_000;

fn large() -> (TempDir, Store) {
    let (dir, mut store) = empty();
    store.set_model("model", 384).unwrap();
    let start = Instant::now();
    for chunk in 0..PICTURES / 500 {
        let done = (0..500).map(|n| chunk * 500 + n).map(|n| {
            let path = format!(
                "/home/somebody/Pictures/{:03}/holiday at sea {n}.jpg",
                n % 400
            );
            let mut one = picture(&path, &n.to_string());
            one.fields.category = format!("category {}", n % 37);
            one.fields.ints[0] = Some((n % 1_000) as i64);
            one.descriptor = vec![7; 388];
            one.thumbnail = Some(vec![9; 8_000]);
            Done {
                item: 0,
                outcome: Outcome::New(Box::new(one)),
            }
        });
        store.commit_batch(&batch(done.collect())).unwrap();
    }
    let rate = PICTURES as f64 / start.elapsed().as_secs_f64();
    println!("insert with 8 kB thumbnails, batches of 500: {rate:.0} rows/s");
    (dir, store)
}

/// Prints the best of five in milliseconds.
fn time<T>(what: &str, work: impl Fn() -> T) {
    let best = (0..5)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .min();
    println!(
        "{what}: {:.1} ms",
        best.unwrap_or_default().as_secs_f64() * 1e3
    );
}

#[test]
#[ignore = "measures for half a minute"]
fn store_figures() {
    let (dir, mut store) = large();
    for arrange in [
        Arrange::Newest,
        Arrange::Name,
        Arrange::Folder,
        Arrange::Category,
        Arrange::Date,
    ] {
        let request = ListRequest {
            arrange,
            ..Default::default()
        };
        time(&format!("listing by {arrange:?}"), || {
            store.listing(&request).unwrap()
        });
    }
    for text in ["sea 4711", "nowhere", "HOLIDAY"] {
        let request = ListRequest {
            text: text.into(),
            ..Default::default()
        };
        time(&format!("text search {text:?}"), || {
            store.listing(&request).unwrap()
        });
    }
    let filter = Filter::parse("int_attr1 >= 990 AND category != 'category 3'").unwrap();
    time("matching", || store.matching(&filter).unwrap());
    time("categories", || store.categories().unwrap());
    time("count", || store.count().unwrap());
    time("each_descriptor", || {
        let mut bytes = 0;
        store
            .each_descriptor(&mut |_, codes| {
                bytes += codes.len();
                true
            })
            .unwrap();
        bytes
    });
    let page: Vec<_> = (1..=200).map(|n| RecordId(n * 400)).collect();
    time("200 records", || store.records(&page).unwrap());
    time("200 thumbnails", || {
        page.iter()
            .for_each(|id| drop(store.thumbnail(*id).unwrap()))
    });
    let selection: Vec<_> = (1..=1_000).map(RecordId).collect();
    let start = Instant::now();
    store
        .remove(Changed::default(), &selection, noon())
        .unwrap();
    println!(
        "remove 1,000: {:.1} ms",
        start.elapsed().as_secs_f64() * 1e3
    );
    let start = Instant::now();
    undo(&mut store);
    println!("undo it: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    time("verify", || {
        Store::verify(dir.path(), &Default::default(), &mut |_| ()).unwrap()
    });
    drop(store);
    time("open", || Store::open(dir.path(), noon()).unwrap());
    let len = std::fs::metadata(dir.path().join("catalogue.db"))
        .unwrap()
        .len();
    println!("catalogue.db: {} bytes a picture", len / PICTURES as u64);
}
