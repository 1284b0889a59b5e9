//! How fast, how complete and how large the index is.
//!
//! ```text
//! cargo bench --bench index                      10,000 and 100,000 vectors
//! cargo bench --bench index -- 1000000           that many (a million takes 45 minutes to build)
//! cargo bench --bench index -- 1000000 exact     without the graph
//! INDEX_BENCH_BREADTH=64,128,256 cargo bench ... also other search breadths
//! ```
//!
//! The vectors are made, not photographed: clusters of uneven size in a space whose variance falls
//! off from one dimension to the next, as a learned descriptor's does, with a few near copies.
//! Queries are near copies of stored vectors and vectors of the same clusters that are not stored.

use std::{
    env, fs,
    path::Path,
    time::{Duration, Instant},
};

use image_search::{
    domain::{query::Route, record::RecordId},
    engine::index::{Ask, Codes, IndexConfig, IndexEvent, IndexMeta, VectorIndex},
};

const DIMENSION: usize = 384;
const QUERIES: usize = 200;
const K: usize = 10;

fn main() {
    let sizes: Vec<usize> = env::args().filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if sizes.is_empty() {
        vec![10_000, 100_000]
    } else {
        sizes
    };
    let exact_only = env::args().any(|arg| arg == "exact");
    for size in sizes {
        measure(size, exact_only);
    }
}

fn measure(size: usize, exact_only: bool) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut source = Source::new(7);
    let before = resident();
    // The graph is measured below its threshold too, where it would not be used.
    let config = IndexConfig {
        exact_up_to: if exact_only { usize::MAX } else { size / 2 },
        ..IndexConfig::default()
    };
    let mut index = open(folder.path(), &config);
    for id in 0..size {
        let codes = Codes::quantise(&source.vector());
        let inserted = index.insert_loaded(RecordId(id as i64), &codes);
        inserted.expect("the right dimension");
    }
    let rows = resident();
    println!("\n{size} vectors of {DIMENSION}");
    println!(
        "  memory  codes {:>6.0} B a vector",
        (rows - before) / size as f64
    );

    if exact_only {
        index.loaded();
        let queries: Vec<Vec<f32>> = (0..QUERIES).map(|_| source.query(&index, size)).collect();
        let (_, scan_ms) = timed(&index, &queries, &Ask::top(K));
        println!("  exact scan    {scan_ms}");
        filtered(&index, &queries[..20], size);
        return;
    }
    let started = Instant::now();
    index.loaded();
    wait(&mut index, |event| {
        matches!(event, IndexEvent::GraphReady { .. })
    });
    let built = started.elapsed();
    let graph = (resident() - rows) / size as f64;
    println!("  memory  graph {graph:>6.0} B a vector");
    println!(
        "  build         {:>8.1} s, {:.2} ms a vector, {} thread(s)",
        built.as_secs_f64(),
        built.as_secs_f64() * 1e3 / size as f64,
        threads()
    );

    let queries: Vec<Vec<f32>> = (0..QUERIES).map(|_| source.query(&index, size)).collect();
    answers(&index, &queries, config.search_breadth);
    filtered(&index, &queries[..20], size);

    let started = Instant::now();
    index.dump(1);
    wait(&mut index, |event| {
        matches!(event, IndexEvent::Dumped { .. })
    });
    let dumped = started.elapsed();
    let index = reopened(folder.path(), &config, &index, size);
    println!(
        "  dump    {:>8.2} s, load {:.2} s",
        dumped.as_secs_f64(),
        index.1.as_secs_f64()
    );
    for breadth in breadths() {
        let config = IndexConfig {
            search_breadth: breadth,
            ..config.clone()
        };
        let (index, _) = reopened(folder.path(), &config, &index.0, size);
        answers(&index, &queries, breadth);
    }
}

fn open(folder: &Path, config: &IndexConfig) -> VectorIndex {
    let meta = IndexMeta {
        model_id: "bench".into(),
        dimension: DIMENSION,
        sequence: 1,
    };
    VectorIndex::open(folder, meta, config.clone()).0
}

fn reopened(
    folder: &Path,
    config: &IndexConfig,
    of: &VectorIndex,
    size: usize,
) -> (VectorIndex, Duration) {
    let mut index = open(folder, config);
    for id in (0..size as i64).map(RecordId) {
        let codes = of.get(id).expect("every vector is there");
        index
            .insert_loaded(id, &codes)
            .expect("the right dimension");
    }
    let started = Instant::now();
    index.loaded();
    wait(&mut index, |event| {
        matches!(event, IndexEvent::GraphReady { .. })
    });
    (index, started.elapsed())
}

/// Query times of both routes, and the share of the exact answer the graph found.
fn answers(index: &VectorIndex, queries: &[Vec<f32>], breadth: usize) {
    let exact = Ask {
        exact: true,
        ..Ask::top(K)
    };
    let (scanned, scan_ms) = timed(index, queries, &exact);
    let (proposed, graph_ms) = timed(index, queries, &Ask::top(K));
    let (mut shared, mut worst) = (0, K);
    for (exact, graph) in scanned.iter().zip(&proposed) {
        let found = exact.iter().filter(|id| graph.contains(id)).count();
        shared += found;
        worst = worst.min(found);
    }
    println!("  exact scan    {scan_ms}");
    println!("  graph         {graph_ms}, breadth {breadth}");
    println!(
        "  recall@{K}     {:.4}, worst query {worst} of {K}",
        shared as f64 / (K * queries.len()) as f64
    );
}

/// Exact scans over one row in two, in ten and in a hundred.
fn filtered(index: &VectorIndex, queries: &[Vec<f32>], size: usize) {
    for step in [2, 10, 100] {
        let allowed: Vec<RecordId> = (0..size as i64).step_by(step).map(RecordId).collect();
        let ask = Ask {
            allowed: Some(&allowed),
            ..Ask::top(K)
        };
        let (_, ms) = timed(index, queries, &ask);
        println!("  filter 1/{step:<4} {ms}");
    }
}

/// Milliseconds. The best is what a busy machine still shows truly.
struct Times {
    best: f64,
    median: f64,
    p95: f64,
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:>8.3} ms best, {:.3} median, {:.3} p95",
            self.best, self.median, self.p95
        )
    }
}

fn timed(index: &VectorIndex, queries: &[Vec<f32>], ask: &Ask<'_>) -> (Vec<Vec<RecordId>>, Times) {
    let mut times = Vec::new();
    let mut answers = Vec::new();
    for query in queries {
        let started = Instant::now();
        let found = index.search(query, ask).expect("the right dimension");
        times.push(started.elapsed().as_secs_f64() * 1e3);
        assert!(!ask.exact || found.route == Route::Exact);
        answers.push(found.hits.into_iter().map(|hit| hit.0).collect());
    }
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    let (best, median, p95) = (times[0], at(50), at(95));
    (answers, Times { best, median, p95 })
}

fn wait(index: &mut VectorIndex, wanted: impl Fn(&IndexEvent) -> bool) {
    let wake = index.wake();
    while !index.tick().iter().any(&wanted) {
        wake.recv().expect("the index lives");
    }
}

fn breadths() -> Vec<usize> {
    let wanted = env::var("INDEX_BENCH_BREADTH").unwrap_or_default();
    wanted
        .split(',')
        .filter_map(|breadth| breadth.parse().ok())
        .collect()
}

fn threads() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    (cores - 1).max(1)
}

/// Bytes of the process in memory; 0 where the system does not say as Linux does.
fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kib.unwrap_or(0.0) * 1024.0
}

/// Clustered vectors from a seed.
struct Source {
    state: u64,
    centres: Vec<Vec<f32>>,
    spread: Vec<f32>,
}

/// Clusters; cluster `i` is drawn with a weight of about `1 / i`.
const CLUSTERS: usize = 2_000;

impl Source {
    fn new(seed: u64) -> Self {
        let spread = (0..DIMENSION)
            .map(|i| 1.0 / (1.0 + i as f32 / 24.0))
            .collect();
        let mut source = Self {
            state: seed,
            centres: Vec::new(),
            spread,
        };
        source.centres = (0..CLUSTERS).map(|_| source.gaussian()).collect();
        source
    }

    /// SplitMix64, as 0..1.
    fn uniform(&mut self) -> f32 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 40) as f32 / (1_u64 << 24) as f32
    }

    fn gaussian(&mut self) -> Vec<f32> {
        let mut vector = Vec::with_capacity(DIMENSION);
        for i in 0..DIMENSION {
            let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
            let angle = std::f32::consts::TAU * self.uniform();
            vector.push(radius * angle.cos() * self.spread[i]);
        }
        vector
    }

    fn vector(&mut self) -> Vec<f32> {
        let cluster = (CLUSTERS as f32).powf(self.uniform()) as usize - 1;
        let noise = self.gaussian();
        let centre = &self.centres[cluster.min(CLUSTERS - 1)];
        mixed(centre, &noise, 0.5)
    }

    /// Half are near copies of a stored vector (cosine about .9), half are new.
    fn query(&mut self, index: &VectorIndex, size: usize) -> Vec<f32> {
        if self.uniform() < 0.5 {
            return self.vector();
        }
        let id = RecordId((self.uniform() * (size - 1) as f32) as i64);
        let original = index.get(id).expect("every vector is there").dequantise();
        let noise = self.gaussian();
        mixed(&original, &noise, 0.8)
    }
}

/// `share` of one vector's variance and the rest of another's, at unit length.
fn mixed(a: &[f32], b: &[f32], share: f32) -> Vec<f32> {
    let unit = |vector: &[f32]| 1.0 / vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    let (a_scale, b_scale) = (unit(a) * share.sqrt(), unit(b) * (1.0 - share).sqrt());
    let sum: Vec<f32> = a
        .iter()
        .zip(b)
        .map(|(a, b)| a * a_scale + b * b_scale)
        .collect();
    let scale = unit(&sum);
    sum.into_iter().map(|x| x * scale).collect()
}
