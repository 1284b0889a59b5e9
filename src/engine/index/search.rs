//! A search: which route answers, and how its candidates become the answer.

use std::{ops::Range, thread};

use rayon::prelude::*;

use super::{
    IndexError, VectorIndex,
    codes::Codes,
    graph::Graph,
    scan::{self, Hit, Query, Wanted},
};
use crate::domain::{query::Route, record::RecordId};

/// Candidates asked of the graph beyond those wanted, before the share of tombstones is added.
const SLACK: usize = 16;

/// Rows scanned one after the other in the time that one takes which is looked up by its id: 4 at
/// 100,000 rows, 16 and more at a million.
const LOOKUP_ROWS: usize = 16;

/// Rows from which an exact scan is spread over the cores: some 5 ms on one.
const SPREAD_FROM: usize = 200_000;

/// Rows a core scans at a time when a scan is spread.
const SPREAD_STRIDE: usize = 64 * 1024;

/// A request to a [`VectorIndex`].
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// How many results.
    pub k: usize,
    /// Only these records, strictly ascending; `None` allows all.
    pub allowed: Option<&'a [RecordId]>,
    /// Scan every vector even if the graph could answer.
    pub exact: bool,
    /// Results that score less are left out; `-1` leaves out none.
    pub min_score: f32,
}

impl Ask<'_> {
    /// The best `k` of all.
    pub fn top(k: usize) -> Self {
        Self {
            k,
            allowed: None,
            exact: false,
            min_score: -1.0,
        }
    }

    fn allows(&self, id: RecordId) -> bool {
        let among = |ids: &[RecordId]| ids.binary_search(&id).is_ok();
        self.allowed.is_none_or(among)
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            k: self.k,
            min_score: self.min_score,
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Records with their scores (cosine, `-1..=1`), best first, equal scores by id.
    pub hits: Vec<(RecordId, f32)>,
    pub route: Route,
}

impl VectorIndex {
    /// The records most similar to `query`, which need not be of unit length.
    ///
    /// A score is the same whichever route found it: the f32 query against the record's codes.
    /// A query that is not finite finds nothing.
    ///
    /// # Failure
    /// A query of another length than the index's dimension.
    pub fn search(&self, query: &[f32], ask: &Ask<'_>) -> Result<Found, IndexError> {
        let mut found = self.search_each(&[query], ask)?;
        Ok(found.pop().unwrap_or_default())
    }

    /// As [`VectorIndex::search`] for each of several queries, in their order. What has to be
    /// scanned is read once for all of them.
    ///
    /// # Failure
    /// A query of another length than the index's dimension.
    pub fn search_each(&self, queries: &[&[f32]], ask: &Ask<'_>) -> Result<Vec<Found>, IndexError> {
        let mut found = vec![Found::default(); queries.len()];
        let mut scanned = Vec::new();
        for (place, query) in queries.iter().enumerate() {
            self.check_dimension(query.len())?;
            let Some(query) = Query::new(query) else {
                continue;
            };
            match self.by_graph(&query, ask) {
                Some(hits) => {
                    let route = Route::Graph;
                    found[place] = Found { hits, route };
                }
                None => scanned.push((place, query)),
            }
        }
        let (places, queries): (Vec<usize>, Vec<Query>) = scanned.into_iter().unzip();
        for (place, hits) in places.into_iter().zip(self.by_scan(&queries, ask)) {
            found[place].hits = hits;
        }
        Ok(found)
    }

    /// The graph, if asking it pays.
    fn graph_for(&self, ask: &Ask<'_>) -> Option<&dyn Graph> {
        let few = |allowed: &[RecordId]| allowed.len() <= self.config.exact_filtered_up_to;
        if ask.exact
            || self.rows.now().len() <= self.config.exact_up_to
            || ask.allowed.is_some_and(few)
        {
            return None;
        }
        self.graph.as_deref()
    }

    /// `None` if a scan is required or cheaper.
    fn by_graph(&self, query: &Query, ask: &Ask<'_>) -> Option<Vec<Hit>> {
        let graph = self.graph_for(ask)?;
        let rows = self.rows.now();
        let alive = rows.linked() as f64 / graph.nodes().max(1) as f64;
        let passing = ask.allowed.map_or(1.0, |allowed| {
            (allowed.len() as f64 / rows.len() as f64).min(1.0)
        });
        // Where nothing is alive or passes this is infinite, which the cast makes the largest.
        let number = (ask.k.saturating_add(SLACK) as f64 / (alive * passing)).ceil() as usize;
        if number > self.config.most_asked {
            return None;
        }
        let breadth = self.config.search_breadth + number;
        let proposed = graph.nearest(&Codes::quantise(&query.vector), breadth);
        let mut candidates: Vec<usize> = proposed
            .into_iter()
            .filter(|&id| ask.allows(id))
            .filter_map(|id| self.rows.place(id).filter(|&row| row < rows.linked()))
            .collect();
        // A record replaced while it was linked has two nodes.
        candidates.sort_unstable();
        candidates.dedup();
        if candidates.len() < ask.k && candidates.len() < rows.linked() {
            return None;
        }
        let wanted = ask.wanted();
        let mut hits = scan::ranked(query, rows, candidates, wanted);
        let allows = |row| ask.allows(rows.id(row));
        let tail = scan::range(
            std::slice::from_ref(query),
            rows,
            rows.tail(),
            wanted,
            allows,
        );
        hits.extend(tail.into_iter().flatten());
        Some(scan::best(hits, ask.k))
    }

    fn by_scan(&self, queries: &[Query], ask: &Ask<'_>) -> Vec<Vec<Hit>> {
        let (rows, wanted) = (self.rows.now(), ask.wanted());
        let few = |allowed: &&[RecordId]| allowed.len() <= rows.len() / LOOKUP_ROWS;
        match ask.allowed.filter(few) {
            None => self.spread(rows.len(), ask.k, |part| {
                scan::range(queries, rows, part, wanted, |row| ask.allows(rows.id(row)))
            }),
            Some(allowed) => self.spread(allowed.len(), ask.k, |part| {
                let found = allowed[part].iter().filter_map(|&id| self.rows.place(id));
                scan::chosen(queries, rows, found, wanted)
            }),
        }
    }

    /// Scans `0..total` by parts, on several cores where that pays, and merges the best.
    fn spread(
        &self,
        total: usize,
        k: usize,
        scan: impl Fn(Range<usize>) -> Vec<Vec<Hit>> + Sync,
    ) -> Vec<Vec<Hit>> {
        let pool = (total >= SPREAD_FROM).then(|| self.pool()).flatten();
        let Some(pool) = pool else {
            return scan(0..total);
        };
        let parts = total.div_ceil(SPREAD_STRIDE);
        let part = |i: usize| scan(i * SPREAD_STRIDE..total.min((i + 1) * SPREAD_STRIDE));
        let parts: Vec<_> = pool.install(|| (0..parts).into_par_iter().map(part).collect());
        let merged = parts.into_iter().reduce(|mut all, part| {
            for (all, part) in all.iter_mut().zip(part) {
                all.extend(part);
            }
            all
        });
        let each = merged.unwrap_or_default().into_iter();
        each.map(|hits| scan::best(hits, k)).collect()
    }

    /// Threads of the index's own: on the common pool a search would queue behind the pictures of
    /// a running import.
    fn pool(&self) -> Option<&rayon::ThreadPool> {
        let build = || {
            rayon::ThreadPoolBuilder::new()
                .num_threads(thread::available_parallelism().map_or(1, |cores| cores.get()))
                .thread_name(|i| format!("index-scan-{i}"))
                .build()
                .ok()
        };
        self.scan_pool.get_or_init(build).as_ref()
    }
}
