//! The index against a model that does everything the slow, obvious way.

mod dump;

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use proptest::prelude::*;

use super::*;
use crate::domain::query::Route;

const DIMENSION: usize = 24;

/// Thresholds so low that a few hundred vectors go every way a million would.
fn config() -> IndexConfig {
    IndexConfig {
        exact_up_to: 100,
        exact_filtered_up_to: 20,
        link_from: 16,
        link_at_most: 64,
        ..IndexConfig::default()
    }
}

fn meta(sequence: u64) -> IndexMeta {
    IndexMeta {
        model_id: "model".into(),
        dimension: DIMENSION,
        sequence,
    }
}

/// A vector of its own for every seed; neighbouring seeds are near each other.
fn vector(seed: u64) -> Vec<f32> {
    let cluster = seed / 8;
    let part = |salt: u64, i: u64| {
        let mixed = (salt * 1_000_003 + i + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((mixed ^ (mixed >> 29)) % 2_001) as f32 / 1_000.0 - 1.0
    };
    let component = |i| part(cluster, i) + 0.3 * part(seed + 77_777, i);
    let raw: Vec<f32> = (0..DIMENSION as u64).map(component).collect();
    let norm = raw.iter().map(|x| x * x).sum::<f32>().sqrt();
    raw.iter().map(|x| x / norm).collect()
}

fn codes(seed: u64) -> Codes {
    Codes::quantise(&vector(seed))
}

fn filled(dir: &Path, sequence: u64, number: u64) -> (VectorIndex, Opened) {
    let (mut index, opened) = VectorIndex::open(dir, meta(sequence), config());
    for seed in 0..number {
        index
            .insert_loaded(RecordId(seed as i64), &codes(seed))
            .unwrap();
    }
    index.loaded();
    (index, opened)
}

/// Ticks until an event is as wanted, and returns all events up to it.
fn until(index: &mut VectorIndex, wanted: impl Fn(&IndexEvent) -> bool) -> Vec<IndexEvent> {
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut events = Vec::new();
    while !events.iter().any(&wanted) {
        index
            .wake()
            .recv_deadline(deadline)
            .expect("an event in time");
        events.extend(index.tick());
    }
    events
}

fn ready(event: &IndexEvent) -> bool {
    matches!(event, IndexEvent::GraphReady { .. })
}

fn dumped(event: &IndexEvent) -> bool {
    matches!(event, IndexEvent::Dumped { .. })
}

/// What a search must answer, from every vector in f64 by the book.
fn naive(model: &BTreeMap<RecordId, Codes>, query: &[f32], ask: &Ask<'_>) -> Vec<(RecordId, f64)> {
    let norm = query
        .iter()
        .map(|&x| f64::from(x).powi(2))
        .sum::<f64>()
        .sqrt();
    let score = |codes: &Codes| -> f64 {
        let parts = query.iter().zip(codes.dequantise());
        let dot: f64 = parts.map(|(&q, x)| f64::from(q) * f64::from(x)).sum();
        (dot / norm).clamp(-1.0, 1.0)
    };
    let mut hits: Vec<(RecordId, f64)> = model
        .iter()
        .filter(|(id, _)| ask.allowed.is_none_or(|allowed| allowed.contains(id)))
        .map(|(id, codes)| (*id, score(codes)))
        .filter(|hit| hit.1 >= f64::from(ask.min_score))
        .collect();
    hits.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    hits.truncate(ask.k);
    hits
}

/// What f32 may make of a score.
const ROUNDING: f64 = 1e-5;

/// The same scores rank by rank, and every record with its own score; a record that scores just
/// `min_score` may be on either side of it.
fn same(
    found: &[(RecordId, f32)],
    expected: &[(RecordId, f64)],
    min_score: f32,
) -> Result<(), TestCaseError> {
    for (found, expected) in found.iter().zip(expected) {
        prop_assert!((f64::from(found.1) - expected.1).abs() < ROUNDING);
    }
    let common = found.len().min(expected.len());
    let rest = found[common..].iter().map(|hit| f64::from(hit.1));
    for score in rest.chain(expected[common..].iter().map(|hit| hit.1)) {
        prop_assert!((score - f64::from(min_score)).abs() < ROUNDING);
    }
    Ok(())
}

#[derive(Clone, Debug)]
enum Step {
    Insert(u64),
    Replace(u64),
    Remove(u64),
    Restore(u64),
    Tick,
    Wait,
    Search {
        seed: u64,
        k: usize,
        filter: Option<u64>,
        min_score: f32,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let seed = 0..400_u64;
    let search = (
        seed.clone(),
        0..40_usize,
        proptest::option::of(1..9_u64),
        -1.0..0.9_f32,
    );
    let step = prop_oneof![
        4 => seed.clone().prop_map(Step::Insert),
        1 => seed.clone().prop_map(Step::Replace),
        4 => seed.clone().prop_map(Step::Remove),
        2 => seed.prop_map(Step::Restore),
        2 => Just(Step::Tick),
        1 => Just(Step::Wait),
        4 => search.prop_map(|(seed, k, filter, min_score)| Step::Search {
            seed, k, filter, min_score,
        }),
    ];
    proptest::collection::vec(step, 1..160)
}

/// Asks by both routes and holds the answers against the model.
fn check_search(
    index: &VectorIndex,
    model: &BTreeMap<RecordId, Codes>,
    query: &[f32],
    ask: Ask<'_>,
) -> Result<(), TestCaseError> {
    let exact = Ask { exact: true, ..ask };
    let expected = naive(model, query, &exact);
    let scanned = index.search(query, &exact).unwrap();
    prop_assert_eq!(scanned.route, Route::Exact);
    same(&scanned.hits, &expected, ask.min_score)?;

    let found = index.search(query, &ask).unwrap();
    prop_assert!(found.hits.len() <= ask.k);
    prop_assert!(
        found.hits.is_sorted_by(|a, b| (b.1, a.0) < (a.1, b.0)),
        "{:?}",
        found.hits
    );
    for (id, score) in &found.hits {
        prop_assert!(model.contains_key(id), "{} is dead", id);
        prop_assert!(ask.allowed.is_none_or(|allowed| allowed.contains(id)));
        prop_assert!(*score >= ask.min_score);
        // The same score to the bit as the scan gives it.
        let one = [*id];
        let alone = Ask {
            k: 1,
            allowed: Some(&one),
            ..exact
        };
        prop_assert_eq!(
            &index.search(query, &alone).unwrap().hits,
            &vec![(*id, *score)]
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_sequence_of_changes_answers_as_the_model_does(start in 0..300_u64, steps in steps()) {
        let dir = tempfile::tempdir().unwrap();
        let (mut index, _) = filled(dir.path(), 1, start);
        let mut model: BTreeMap<RecordId, Codes> =
            (0..start).map(|seed| (RecordId(seed as i64), codes(seed))).collect();
        for step in steps {
            match step {
                Step::Insert(seed) => {
                    let id = RecordId(seed as i64);
                    index.insert(id, &codes(seed)).unwrap();
                    model.insert(id, codes(seed));
                }
                Step::Replace(seed) => {
                    let id = RecordId(seed as i64);
                    index.insert(id, &codes(seed + 5_000)).unwrap();
                    model.insert(id, codes(seed + 5_000));
                }
                Step::Remove(seed) => {
                    let id = RecordId(seed as i64);
                    prop_assert_eq!(index.remove(id), model.remove(&id).is_some());
                }
                Step::Restore(seed) => {
                    let id = RecordId(seed as i64);
                    index.restore(id, &codes(seed)).unwrap();
                    model.insert(id, codes(seed));
                }
                Step::Tick => drop(index.tick()),
                Step::Wait => {
                    // Whatever is in work gets done before the next change.
                    let _ = index.wake().recv_timeout(Duration::from_millis(20));
                    index.tick();
                }
                Step::Search { seed, k, filter, min_score } => {
                    let allowed: Option<Vec<RecordId>> =
                        filter.map(|step| (0..400).step_by(step as usize).map(RecordId).collect());
                    let ask = Ask { k, allowed: allowed.as_deref(), exact: false, min_score };
                    check_search(&index, &model, &vector(seed), ask)?;
                }
            }
            prop_assert_eq!(index.len(), model.len());
        }
    }
}

#[test]
fn a_vector_is_found_the_moment_it_is_inserted() {
    let dir = tempfile::tempdir().unwrap();
    let (mut index, _) = filled(dir.path(), 1, 300);
    until(&mut index, ready);
    for seed in 1_000..1_200 {
        index.insert(RecordId(seed as i64), &codes(seed)).unwrap();
        let found = index.search(&vector(seed), &Ask::top(1)).unwrap();
        assert_eq!(found.hits[0].0, RecordId(seed as i64));
        assert_eq!(found.route, Route::Graph);
    }
}

#[test]
fn the_tail_is_added_to_the_graph_behind() {
    let dir = tempfile::tempdir().unwrap();
    let (mut index, _) = filled(dir.path(), 1, 300);
    until(&mut index, ready);
    for seed in 1_000..1_200 {
        index.insert(RecordId(seed as i64), &codes(seed)).unwrap();
    }
    until(
        &mut index,
        |event| matches!(event, IndexEvent::Linked { nodes } if *nodes > 300 + 200 - 16),
    );
    assert!(index.rows.now().tail().len() < 16);
    for seed in 1_000..1_200 {
        let found = index.search(&vector(seed), &Ask::top(1)).unwrap();
        assert_eq!(found.hits[0].0, RecordId(seed as i64));
    }
}

#[test]
fn many_dead_make_the_graph_be_rebuilt_without_them() {
    let dir = tempfile::tempdir().unwrap();
    let (mut index, _) = filled(dir.path(), 1, 400);
    until(&mut index, ready);
    for seed in 0..150 {
        index.remove(RecordId(seed));
    }
    let events = until(&mut index, ready);
    let nodes = events.iter().find_map(|event| match event {
        IndexEvent::GraphReady { nodes } => Some(*nodes),
        _ => None,
    });
    // Those removed after the build began are tombstones of the new graph.
    assert!(nodes < Some(400 - 100), "{nodes:?} nodes");
}

#[test]
fn few_vectors_need_no_graph() {
    let dir = tempfile::tempdir().unwrap();
    let (mut index, opened) = filled(dir.path(), 1, 100);
    assert_eq!(opened, Opened::NeedsRebuild(RebuildReason::NoDump));
    assert_eq!(index.state(), IndexState::Exact);
    assert!(!index.dump(1));
    let found = index.search(&vector(3), &Ask::top(5)).unwrap();
    assert_eq!(found.route, Route::Exact);
}

#[test]
fn a_narrow_filter_is_scanned_and_a_wide_one_asks_the_graph() {
    let dir = tempfile::tempdir().unwrap();
    let (mut index, _) = filled(dir.path(), 1, 400);
    until(&mut index, ready);
    let route = |step: usize| {
        let allowed: Vec<RecordId> = (0..400).step_by(step).map(RecordId).collect();
        let ask = Ask {
            allowed: Some(&allowed),
            ..Ask::top(3)
        };
        index.search(&vector(8), &ask).unwrap().route
    };
    assert_eq!(route(2), Route::Graph);
    assert_eq!(route(20), Route::Exact);
}

#[test]
fn a_query_that_is_not_finite_finds_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (index, _) = filled(dir.path(), 1, 10);
    let mut query = vector(1);
    query[3] = f32::NAN;
    assert!(index.search(&query, &Ask::top(5)).unwrap().hits.is_empty());
}

#[test]
fn another_dimension_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (mut index, _) = filled(dir.path(), 1, 10);
    let expected = IndexError::Dimension {
        expected: DIMENSION,
        found: 3,
    };
    let short = Codes::quantise(&[1.0; 3]);
    assert_eq!(index.insert(RecordId(99), &short), Err(expected.clone()));
    assert_eq!(index.search(&[1.0; 3], &Ask::top(1)), Err(expected));
}

#[test]
fn equal_scores_are_ordered_by_id() {
    let dir = tempfile::tempdir().unwrap();
    let (mut index, _) = VectorIndex::open(dir.path(), meta(1), config());
    for id in (0..6_000).rev() {
        index.insert_loaded(RecordId(id), &codes(1)).unwrap();
    }
    let found = index.search(&vector(1), &Ask::top(500)).unwrap();
    let ids: Vec<i64> = found.hits.iter().map(|hit| hit.0.0).collect();
    assert_eq!(ids, (0..500).collect::<Vec<_>>());
}

#[test]
fn a_large_scan_on_several_cores_answers_as_on_one() {
    let dir = tempfile::tempdir().unwrap();
    let (mut index, _) = VectorIndex::open(dir.path(), meta(1), IndexConfig::default());
    for seed in 0..210_000_u64 {
        index
            .insert_loaded(RecordId(seed as i64), &codes(seed))
            .unwrap();
    }
    let query = vector(123_456);
    let spread = index
        .search(
            &query,
            &Ask {
                exact: true,
                ..Ask::top(50)
            },
        )
        .unwrap();
    let prepared = scan::Query::new(&query).unwrap();
    let wanted = scan::Wanted {
        k: 50,
        min_score: -1.0,
    };
    let alone = scan::range(
        std::slice::from_ref(&prepared),
        index.rows.now(),
        0..index.len(),
        wanted,
        |_| true,
    );
    assert_eq!(alone, std::slice::from_ref(&spread.hits));
    assert_eq!(spread.hits[0].0, RecordId(123_456));
}

#[test]
fn dropping_the_index_amid_a_build_waits_for_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (index, _) = filled(dir.path(), 1, 20_000);
    assert!(matches!(
        index.state(),
        IndexState::Building { total: 20_000, .. }
    ));
    let started = Instant::now();
    drop(index);
    assert!(started.elapsed() < Duration::from_millis(200));
}

#[test]
fn a_stopped_index_still_answers() {
    let dir = tempfile::tempdir().unwrap();
    let (mut index, _) = filled(dir.path(), 1, 5_000);
    index.stop();
    index.insert(RecordId(9_000), &codes(9_000)).unwrap();
    let found = index.search(&vector(9_000), &Ask::top(1)).unwrap();
    assert_eq!(found.hits[0].0, RecordId(9_000));
}
