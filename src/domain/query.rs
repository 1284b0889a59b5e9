//! A search by picture, and its answer.

use std::{path::PathBuf, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    filter::Filter,
    proof::Trial,
    record::{Record, RecordId},
    verdict::{Evidence, Thresholds, Verdict},
};

/// Where the query's pixels come from.
#[derive(Clone, Debug, PartialEq)]
pub enum QuerySource {
    File(PathBuf),
    /// An encoded picture (pasted, or dropped without a file), with the name to show for it.
    Bytes {
        name: String,
        bytes: Arc<[u8]>,
    },
    /// A picture already indexed: its stored descriptor answers, unless a region or rotations
    /// are asked for, which need its file.
    Record(RecordId),
}

/// A rectangle of the query in pixels, after its orientation was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

/// What is looked for, and which part of the answer is wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    pub picture: QueryPicture,
    pub cut: Cut,
    /// The whole picture's descriptor alone: no crops of it are asked, and nothing is proven.
    pub quick: bool,
}

impl Query {
    pub fn new(source: QuerySource) -> Self {
        Self {
            picture: QueryPicture::new(source),
            cut: Cut::default(),
            quick: false,
        }
    }
}

/// All that a query's descriptors depend on: another picture is another call.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryPicture {
    pub source: QuerySource,
    pub view: QueryView,
}

impl QueryPicture {
    /// The whole picture, upright.
    pub fn new(source: QuerySource) -> Self {
        Self {
            source,
            view: QueryView::default(),
        }
    }
}

/// What of the picture is described; by default the whole picture, upright.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueryView {
    /// This part alone.
    pub region: Option<Region>,
    /// Also try the query turned by 90, 180 and 270 degrees and keep the best score of each
    /// picture.
    pub rotations: bool,
}

impl QueryView {
    /// Whether the descriptor stored for an indexed picture answers it.
    pub fn is_stored(self) -> bool {
        self == Self::default()
    }
}

/// Which hits of a cut are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Least score, `0..=1`.
    pub least: f32,
    /// The same of what is certainly a copy.
    pub least_of_copies: f32,
    pub verdicts: Vec<Verdict>,
}

impl Shown {
    pub fn has(&self, hit: &Hit) -> bool {
        let least = match hit.verdict.is_copy() {
            true => self.least_of_copies,
            false => self.least,
        };
        hit.score() >= least && self.verdicts.contains(&hit.verdict)
    }
}

/// Which part of an answer is wanted: another cut needs no descriptors and is no call.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    /// How many results, `1..=1_000`.
    pub number: usize,
    /// How many of the best results to skip.
    pub start: usize,
    /// Results below this score are left out, `0..=1`.
    pub min_score: f32,
    pub filter: Option<Filter>,
    /// At most one result for each non-empty product id.
    pub distinct_product: bool,
    /// Scan every vector instead of asking the graph, and say what the graph had missed.
    pub exact: bool,
    pub thresholds: Thresholds,
}

impl Default for Cut {
    fn default() -> Self {
        Self {
            number: 60,
            start: 0,
            min_score: 0.0,
            filter: None,
            distinct_product: false,
            exact: false,
            thresholds: Thresholds::default(),
        }
    }
}

/// One result.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// 1 for the best.
    pub rank: usize,
    pub record: Arc<Record>,
    pub verdict: Verdict,
    pub evidence: Evidence,
    /// Found by the exact scan only: the graph had missed it (exact check alone).
    pub missed_by_graph: bool,
}

impl Hit {
    pub fn score(&self) -> f32 {
        self.evidence.score
    }

    /// Takes over what trying it came to.
    pub fn tried(&mut self, trial: Trial) {
        self.evidence.trial = trial;
        self.verdict = self.evidence.verdict();
    }
}

/// How an answer was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Every candidate was compared.
    #[default]
    Exact,
    /// The HNSW graph proposed the candidates.
    Graph,
}

/// Milliseconds a stage took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct TookMs {
    pub decode: f64,
    pub embed: f64,
    pub search: f64,
    /// Waited for the subscription's calls a second.
    pub quota_wait: f64,
}

/// The answer to a [`Query`].
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The name to show for the query: its file name or "Pasted picture".
    pub query_name: String,
    /// Oriented size of the query in pixels; zero where only a stored descriptor was used.
    pub query_width: u32,
    pub query_height: u32,
    pub hits: Vec<Hit>,
    /// There are more results after the last one.
    pub more: bool,
    /// Pictures compared or reachable: those that pass the filter.
    pub among: u64,
    pub route: Route,
    pub took_ms: TookMs,
    /// Nothing of it can change any more: all of the query's crops were asked, and what could be
    /// proven was tried.
    pub settled: bool,
    /// After an exact check: the share of the exact answer the graph had found, `0..=1`.
    pub recall: Option<f32>,
}
