//! Configuration of an index, given when it is opened.

/// Thresholds and sizes; the defaults are measured (`tests/bench/index.rs`).
#[derive(Clone, Debug)]
pub struct IndexConfig {
    /// Up to this many vectors no graph is built: the exact scan takes 1 to 2 ms at 100,000 and 10
    /// to 27 ms at a million vectors of 384, misses nothing, and spares 3 GB of memory and three
    /// quarters of an hour of building.
    pub exact_up_to: usize,
    /// Up to this many rows that pass a filter are scanned exactly: looked up one by one they
    /// take 55 ns each among 100,000 and 330 ns among a million.
    pub exact_filtered_up_to: usize,
    /// From this many candidates on the exact scan is faster than the graph.
    pub most_asked: usize,
    /// Candidates looked at a query (`ef_search`), besides those wanted. At a million clustered
    /// vectors recall@10 is .981 with 128, where a query of 200 found none of its ten, and .998
    /// with 256, as with 512 and 1,024.
    pub search_breadth: usize,
    /// Candidates looked at when a node is added (`ef_construction`).
    pub build_breadth: usize,
    /// Links a node and layer (`M`), twice that in the lowest layer. `hnsw_rs` keeps a node's
    /// nearest links: the way into a cluster of more members is lost. With 16, recall@10 was .995
    /// at 100,000 and .967 at 300,000, with 32 it is .9995 and .999.
    pub connections: usize,
    /// Share of tombstones, `0..1`, from which the graph is rebuilt.
    pub rebuild_at_dead: f32,
    /// Vectors the graph does not know yet (scanned exactly, in a tenth of a millisecond) before
    /// they are added to it, which ends with a walk over the whole graph.
    pub link_from: usize,
    /// Most vectors added to the graph in one go.
    pub link_at_most: usize,
    /// Threads that build; 0 stands for all cores but one, which stays free for the window.
    pub build_threads: usize,
}

impl Default for IndexConfig {
    fn default() -> Self {
        Self {
            exact_up_to: 1_000_000,
            exact_filtered_up_to: 100_000,
            most_asked: 500,
            search_breadth: 256,
            build_breadth: 150,
            connections: 32,
            rebuild_at_dead: 0.25,
            link_from: 8_192,
            link_at_most: 8_192,
            build_threads: 0,
        }
    }
}

/// What the store knows of the vectors it is about to hand over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexMeta {
    /// Id of the model that made the vectors.
    pub model_id: String,
    /// Components a vector.
    pub dimension: usize,
    /// The store's change counter: a dump of another state is not used.
    pub sequence: u64,
}
