//! The index as the worker uses it: what it promises of routes, recall and restarts.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use image_search::{
    domain::{catalogue::IndexState, query::Route, record::RecordId},
    engine::index::{Ask, Codes, IndexConfig, IndexEvent, IndexMeta, Opened, VectorIndex},
};

const DIMENSION: usize = 64;
const VECTORS: u64 = 1_200;

/// Clusters of 30 vectors with a cosine of about .7 between each other.
fn vector(seed: u64) -> Vec<f32> {
    let part = |salt: u64, i: u64| {
        let mut z = (salt << 20 | i)
            .wrapping_add(1)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((z >> 40) as f32 / (1_u64 << 24) as f32) - 0.5
    };
    let component = |i| part(seed / 30, i) + 0.65 * part(seed + 1_000_000, i);
    let raw: Vec<f32> = (0..DIMENSION as u64).map(component).collect();
    let norm = raw.iter().map(|x| x * x).sum::<f32>().sqrt();
    raw.iter().map(|x| x / norm).collect()
}

fn open(dir: &Path, sequence: u64) -> (VectorIndex, Opened) {
    let meta = IndexMeta {
        model_id: "a model".into(),
        dimension: DIMENSION,
        sequence,
    };
    // A graph for far fewer vectors than are worth one, so that a debug build is quick.
    let config = IndexConfig {
        exact_up_to: 800,
        ..IndexConfig::default()
    };
    let (mut index, opened) = VectorIndex::open(dir, meta, config);
    for seed in 0..VECTORS {
        let codes = Codes::quantise(&vector(seed));
        index.insert_loaded(RecordId(seed as i64), &codes).unwrap();
    }
    index.loaded();
    (index, opened)
}

fn wait_for(index: &mut VectorIndex, wanted: impl Fn(&IndexEvent) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(120);
    while !index.tick().iter().any(&wanted) {
        index
            .wake()
            .recv_deadline(deadline)
            .expect("an event in time");
    }
}

fn ready(event: &IndexEvent) -> bool {
    matches!(event, IndexEvent::GraphReady { .. })
}

#[test]
fn both_routes_give_the_same_results_to_99_percent() {
    let dir = tempfile::tempdir().unwrap();
    let (mut index, _) = open(dir.path(), 1);
    wait_for(&mut index, ready);
    assert_eq!(index.state(), IndexState::Graph);
    let (mut shared, mut all) = (0, 0);
    for seed in (0..VECTORS).step_by(17) {
        let query = vector(seed + 500_000 * (seed % 2));
        let graph = index.search(&query, &Ask::top(10)).unwrap();
        let exact = Ask {
            exact: true,
            ..Ask::top(10)
        };
        let exact = index.search(&query, &exact).unwrap();
        assert_eq!((graph.route, exact.route), (Route::Graph, Route::Exact));
        all += exact.hits.len();
        shared += exact
            .hits
            .iter()
            .filter(|hit| graph.hits.contains(hit))
            .count();
    }
    assert!(shared * 100 >= all * 99, "{shared} of {all}");
}

#[test]
fn a_restart_goes_on_with_the_stored_graph() {
    let dir = tempfile::tempdir().unwrap();
    let (mut index, opened) = open(dir.path(), 41);
    assert!(matches!(opened, Opened::NeedsRebuild(_)));
    wait_for(&mut index, ready);
    let before = index.search(&vector(77), &Ask::top(20)).unwrap();
    assert!(index.dump(41));
    wait_for(&mut index, |event| {
        matches!(event, IndexEvent::Dumped { sequence: 41 })
    });
    drop(index);

    let (mut index, opened) = open(dir.path(), 41);
    assert_eq!(opened, Opened::DumpFound);
    wait_for(&mut index, ready);
    assert_eq!(index.search(&vector(77), &Ask::top(20)).unwrap(), before);

    let (_, opened) = open(dir.path(), 42);
    assert!(
        matches!(opened, Opened::NeedsRebuild(_)),
        "the catalogue has moved on"
    );
}

#[test]
fn searches_are_answered_while_a_graph_is_built_and_extended() {
    let dir = tempfile::tempdir().unwrap();
    let (mut index, _) = open(dir.path(), 1);
    let mut slowest = Duration::ZERO;
    for seed in VECTORS..VECTORS + 1_500 {
        let id = RecordId(seed as i64);
        let query = vector(seed);
        let codes = Codes::quantise(&query);
        let started = Instant::now();
        index.insert(id, &codes).unwrap();
        let found = index.search(&query, &Ask::top(1)).unwrap();
        index.tick();
        slowest = slowest.max(started.elapsed());
        assert_eq!(found.hits[0].0, id);
    }
    assert!(slowest < Duration::from_millis(500), "{slowest:?}");
}
