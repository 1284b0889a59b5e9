//! Records, answers and states made by hand, for tests of the window without a worker.
#![allow(dead_code)] // each test program uses its own part

use std::{path::PathBuf, sync::Arc};

use image_search::domain::{
    catalogue::{IndexState, ModelInfo, State},
    proof::{Change, Part, Proof, ShareMap, Trial},
    query::{Answer, Cut, Hit, Route, TookMs},
    record::{ContentHash, Fields, Record, RecordId},
    subscription::Account,
    usage::Usage,
    verdict::{Evidence, Thresholds},
};
use jiff::Timestamp;

/// 12 Nov 2026, 14:02 UTC
pub fn noon() -> Timestamp {
    Timestamp::from_second(1_794_492_120).expect("it is within the range of instants")
}

/// The file name a picture of [`record`] has.
pub fn name(id: i64) -> String {
    format!("IMG_{id:06}.jpg")
}

pub fn record(id: i64) -> Arc<Record> {
    Arc::new(Record {
        id: RecordId(id),
        hash: ContentHash([(id % 251) as u8; 32]),
        fields: Fields {
            name: name(id),
            product_id: format!("BX-{id}"),
            category: ["Shoes", "Dresses", "Hats", ""][id as usize % 4].to_owned(),
            ..Fields::default()
        },
        paths: vec![PathBuf::from(format!("/photos/winter/{}", name(id)))],
        width: 1_200,
        height: 1_600,
        file_bytes: 284_000,
        format: "JPEG".to_owned(),
        partial: false,
        indexed_at: noon(),
    })
}

/// The proof that the query is the middle of a picture, 70 % a side, at half its size, with
/// something else along the lower edge.
pub fn crop_proof() -> Arc<Proof> {
    let part = |x: f32, y: f32, w: f32, h: f32| Part { x, y, w, h };
    Arc::new(Proof {
        inliers: 120,
        agreement: 0.96,
        query_part: Part::WHOLE,
        picture_part: part(0.15, 0.15, 0.7, 0.7),
        scale: 0.5,
        turned_degrees: 0,
        mirrored: false,
        changes: vec![Change::Cropped, Change::Resized, Change::Covered],
        map: ShareMap([0.7, 0.0, 0.15, 0.0, 0.7, 0.15]),
        covered: vec![part(0.15, 0.78, 0.7, 0.07)],
    })
}

/// A score of 1 is the same file, from 0.9 on a copy is proven, from 0.6 on there is too little to
/// see, and what is less is not a copy.
fn trial_of(score: f32) -> Trial {
    match score {
        0.9..1.0 => Trial::Proven(crop_proof()),
        0.6..0.9 => Trial::LittleTexture,
        1.0.. => Trial::NotTried,
        _ => Trial::Fails,
    }
}

pub fn evidence(score: f32, trial: Trial) -> Evidence {
    Evidence {
        same_bytes: score >= 1.0,
        score,
        query_turned_degrees: 0,
        trial,
        thresholds: Thresholds::default(),
    }
}

pub fn hit(rank: usize, id: i64, score: f32) -> Hit {
    let evidence = evidence(score, trial_of(score));
    Hit {
        rank,
        record: record(id),
        verdict: evidence.verdict(),
        evidence,
        missed_by_graph: false,
    }
}

/// The answer over pictures `1..=scores.len()`, the best first, cut as the query asks.
pub fn answer(cut: &Cut, scores: &[f32]) -> Arc<Answer> {
    let end = (cut.start + cut.number).min(scores.len());
    let hits = (cut.start..end)
        .map(|at| hit(at + 1, at as i64 + 1, scores[at]))
        .collect();
    Arc::new(Answer {
        query_name: "query.jpg".to_owned(),
        query_width: 400,
        query_height: 400,
        hits,
        more: end < scores.len(),
        among: 61_204,
        route: if cut.exact {
            Route::Exact
        } else {
            Route::Graph
        },
        took_ms: TookMs {
            decode: 3.0,
            embed: 9.0,
            search: 2.0,
            quota_wait: 0.0,
        },
        settled: true,
        recall: cut.exact.then_some(1.0),
    })
}

pub fn state(stored: u64) -> State {
    let categories = [("Dresses", 20), ("Hats", 20), ("Men's", 1), ("Shoes", 20)];
    State {
        now: noon(),
        data_dir: PathBuf::from("/data"),
        stored,
        generation: 1,
        categories: categories
            .map(|(name, count)| (name.to_owned(), count))
            .into(),
        index: IndexState::Graph,
        model: ModelInfo {
            id: "0".repeat(64),
            name: "EfficientNet".to_owned(),
            dimension: 384,
            catalogue_differs: None,
        },
        account: Arc::new(Account::default()),
        usage: Usage {
            uploaded: 0,
            stored,
            cap: 100_000,
            billing_month: None,
            forecast: None,
            alerts: Vec::new(),
        },
        calls: Arc::default(),
        uploads_by_day: Arc::default(),
        jobs: Arc::default(),
        undo: None,
        set_aside: Arc::default(),
        verifying: None,
        lost_ledger: None,
        clock_doubt: None,
    }
}
