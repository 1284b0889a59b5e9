//! The index against the exact scan, and after damage.

use std::path::{Path, PathBuf};

use super::outcome::{Outcome, expect, text};
use crate::{
    domain::{query::Route, record::RecordId},
    engine::index::{Ask, Codes, IndexConfig, IndexMeta, VectorIndex},
};

/// Unit vectors around `centres` centres, as photos of the same things are.
fn clustered(count: usize, centres: usize, dimension: usize) -> Vec<Vec<f32>> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1_u32 << 24) as f32 - 0.5
    };
    let middle: Vec<Vec<f32>> = (0..centres)
        .map(|_| (0..dimension).map(|_| next()).collect())
        .collect();
    (0..count)
        .map(|number| {
            let mut vector: Vec<f32> = middle[number % centres]
                .iter()
                .map(|value| value + 0.7 * next())
                .collect();
            let norm = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
            vector.iter_mut().for_each(|value| *value /= norm);
            vector
        })
        .collect()
}

fn small_graph() -> IndexConfig {
    IndexConfig {
        exact_up_to: 1_000,
        ..IndexConfig::default()
    }
}

fn filled(folder: &Path, vectors: &[Vec<f32>]) -> Result<VectorIndex, String> {
    let meta = IndexMeta {
        model_id: "self-test".to_owned(),
        dimension: 384,
        sequence: 1,
    };
    let (mut index, _) = VectorIndex::open(folder, meta, small_graph());
    for (number, vector) in vectors.iter().enumerate() {
        index
            .insert_loaded(RecordId(number as i64 + 1), &Codes::quantise(vector))
            .map_err(text)?;
    }
    index.loaded();
    Ok(index)
}

/// Waits until the graph serves.
fn await_graph(index: &mut VectorIndex) -> Result<(), String> {
    let wake = index.wake();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(40);
    while index.state() != crate::domain::catalogue::IndexState::Graph {
        wake.recv_deadline(deadline)
            .map_err(|_| "the graph was not built in time".to_owned())?;
        index.tick();
    }
    Ok(())
}

pub fn index_recall(folder: &Path) -> Outcome {
    let vectors = clustered(4_000, 400, 384);
    let mut index = filled(folder, &vectors)?;
    await_graph(&mut index)?;
    let (mut same, mut all) = (0, 0);
    for query in vectors.iter().step_by(40) {
        let graph = index.search(query, &Ask::top(10)).map_err(text)?;
        expect(graph.route == Route::Graph, || {
            "the graph did not answer".to_owned()
        })?;
        let exact = index
            .search(
                query,
                &Ask {
                    exact: true,
                    ..Ask::top(10)
                },
            )
            .map_err(text)?;
        all += exact.hits.len();
        same += exact
            .hits
            .iter()
            .filter(|hit| graph.hits.contains(hit))
            .count();
    }
    let recall = same as f64 / all as f64;
    expect(recall >= 0.99, || format!("recall@10 {recall:.4}"))?;
    Ok(format!(
        "recall@10 {recall:.4} over {} vectors",
        vectors.len()
    ))
}

/// A dump that was damaged on disk is noticed, and the answers stay right.
pub fn damaged_index(folder: &Path) -> Outcome {
    let vectors = clustered(1_500, 150, 384);
    let mut index = filled(folder, &vectors)?;
    await_graph(&mut index)?;
    index.dump(1);
    let wake = index.wake();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !index
        .tick()
        .iter()
        .any(|event| matches!(event, crate::engine::index::IndexEvent::Dumped { .. }))
    {
        wake.recv_deadline(deadline)
            .map_err(|_| "the dump was not written".to_owned())?;
    }
    index.stop();
    drop(index);
    let mut damaged = 0;
    for file in files_below(folder).map_err(text)? {
        let mut bytes = std::fs::read(&file).map_err(text)?;
        bytes.truncate(bytes.len() / 2);
        std::fs::write(&file, bytes).map_err(text)?;
        damaged += 1;
    }
    expect(damaged > 0, || "no dump was written".to_owned())?;
    let index = filled(folder, &vectors)?;
    let found = index.search(&vectors[7], &Ask::top(1)).map_err(text)?;
    expect(
        found.hits.first().is_some_and(|hit| hit.0 == RecordId(8)),
        || "wrong answer beside a damaged dump".to_owned(),
    )?;
    Ok(format!("{damaged} files cut in half, answers right"))
}

fn files_below(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
