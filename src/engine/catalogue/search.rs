//! A query's vectors to an answer: candidates, filter, one a product, verdicts.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Instant,
};

use super::{Catalogue, CatalogueError};
use crate::{
    domain::{
        catalogue::OTHER_MODEL,
        proof::Trial,
        query::{Answer, Cut, Hit, Route, TookMs},
        record::{ContentHash, Record, RecordId},
        verdict::Evidence,
    },
    engine::index::{Ask, Found},
};

/// Results asked for at the most, together with those skipped.
const MOST_RESULTS: usize = 10_000;

/// Why a search has no answer; `Display` is a sentence for the user.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error("{}", OTHER_MODEL)]
    OtherModel,
}

/// A query after decoding and embedding.
#[derive(Clone, Debug)]
pub struct QueryVectors {
    /// Display name of the query.
    pub name: String,
    /// Oriented size in pixels; zero where only a stored descriptor is used.
    pub width: u32,
    pub height: u32,
    /// Of the query's bytes; `None` for a region, which is another picture than its file.
    pub hash: Option<ContentHash>,
    /// Degrees clockwise, and the unit-length descriptor of the query turned so.
    pub turned: Vec<(u16, Vec<f32>)>,
    pub took_ms: TookMs,
}

/// A candidate: its best cosine over the query's rotations, and the rotation that gave it.
#[derive(Clone, Copy)]
struct Candidate {
    id: RecordId,
    score: f32,
    turned: u16,
}

impl Catalogue {
    /// Answers the part `cut` of a query whose vectors are known.
    ///
    /// # Errors
    ///
    /// [`SearchError::OtherModel`] where the catalogue's descriptors are of another model,
    /// [`CatalogueError`] where the store fails.
    pub fn search(&self, vectors: &QueryVectors, cut: &Cut) -> Result<Answer, SearchError> {
        if self.model().catalogue_differs.is_some() {
            return Err(SearchError::OtherModel);
        }
        let started = Instant::now();
        let allowed = match &cut.filter {
            Some(filter) => Some(
                self.store()
                    .matching(filter)
                    .map_err(CatalogueError::from)?,
            ),
            None => None,
        };
        let among = allowed
            .as_ref()
            .map_or(self.index.len() as u64, |ids| ids.len() as u64);
        let end = cut
            .start
            .saturating_add(cut.number.max(1))
            .min(MOST_RESULTS);
        let (mut best, route) = self.best(vectors, cut, allowed.as_deref(), end, cut.exact)?;
        let mut missed = HashSet::new();
        let mut recall = None;
        if cut.exact {
            let (graph, _) = self.best(vectors, cut, allowed.as_deref(), end, false)?;
            let graph: HashSet<RecordId> = graph.iter().take(end).map(|one| one.id).collect();
            let exact = &best[..best.len().min(end)];
            missed = exact
                .iter()
                .map(|one| one.id)
                .filter(|id| !graph.contains(id))
                .collect();
            recall = Some(match exact.len() {
                0 => 1.0,
                count => 1.0 - missed.len() as f32 / count as f32,
            });
        }
        let more = best.len() > end;
        best.truncate(end);
        let shown = best.get(cut.start..).unwrap_or_default();
        let hits = self.hits(vectors, cut, shown, &missed)?;
        let search_ms = started.elapsed().as_secs_f64() * 1e3;
        Ok(Answer {
            query_name: vectors.name.clone(),
            query_width: vectors.width,
            query_height: vectors.height,
            hits,
            more,
            among,
            route,
            took_ms: TookMs {
                search: search_ms,
                ..vectors.took_ms
            },
            settled: true,
            recall,
        })
    }

    /// The best candidates, at least `end + 1` of them where there are so many.
    fn best(
        &self,
        vectors: &QueryVectors,
        cut: &Cut,
        allowed: Option<&[RecordId]>,
        end: usize,
        exact: bool,
    ) -> Result<(Vec<Candidate>, Route), CatalogueError> {
        let mut ask = Ask {
            k: end + 1,
            allowed,
            exact,
            min_score: cut.min_score,
        };
        loop {
            let (mut best, route, all) = self.merged(vectors, &ask)?;
            if cut.distinct_product {
                best = self.one_a_product(best)?;
            }
            // Products that fill several places leave too few: ask for more until there are
            // enough, or no more to get.
            if best.len() > end || all || ask.k >= MOST_RESULTS * 2 {
                return Ok((best, route));
            }
            ask.k *= 4;
        }
    }

    /// Candidates over all rotations, best first; and whether there are no others.
    fn merged(
        &self,
        vectors: &QueryVectors,
        ask: &Ask<'_>,
    ) -> Result<(Vec<Candidate>, Route, bool), CatalogueError> {
        let mut best: HashMap<RecordId, Candidate> = HashMap::new();
        let mut route = Route::Exact;
        let mut all = true;
        for (turned, vector) in &vectors.turned {
            let Found { hits, route: by } = self.index.search(vector, ask)?;
            if by == Route::Graph {
                route = Route::Graph;
            }
            all &= hits.len() < ask.k;
            for (id, score) in hits {
                let candidate = Candidate {
                    id,
                    score,
                    turned: *turned,
                };
                let entry = best.entry(id).or_insert(candidate);
                if score > entry.score {
                    *entry = candidate;
                }
            }
        }
        let mut best: Vec<_> = best.into_values().collect();
        best.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
        Ok((best, route, all))
    }

    /// Keeps the best picture of each product; pictures without a product all stay.
    fn one_a_product(&self, best: Vec<Candidate>) -> Result<Vec<Candidate>, CatalogueError> {
        let ids: Vec<RecordId> = best.iter().map(|one| one.id).collect();
        let products = self.store().product_of(&ids)?;
        let mut seen = HashSet::new();
        Ok(best
            .into_iter()
            .zip(products)
            .filter(|(_, product)| product.is_empty() || seen.insert(product.clone()))
            .map(|(candidate, _)| candidate)
            .collect())
    }

    fn hits(
        &self,
        vectors: &QueryVectors,
        cut: &Cut,
        shown: &[Candidate],
        missed: &HashSet<RecordId>,
    ) -> Result<Vec<Hit>, CatalogueError> {
        let ids: Vec<RecordId> = shown.iter().map(|one| one.id).collect();
        let records: HashMap<RecordId, Record> = self
            .store()
            .records(&ids)?
            .into_iter()
            .map(|record| (record.id, record))
            .collect();
        let mut hits = Vec::with_capacity(shown.len());
        for (place, candidate) in shown.iter().enumerate() {
            let Some(record) = records.get(&candidate.id) else {
                continue;
            };
            let same_bytes = vectors.hash == Some(record.hash);
            let score = candidate.score.clamp(0.0, 1.0);
            let evidence = Evidence {
                same_bytes,
                score,
                query_turned_degrees: candidate.turned,
                trial: Trial::NotTried,
                thresholds: cut.thresholds,
            };
            hits.push(Hit {
                rank: cut.start + place + 1,
                verdict: evidence.verdict(),
                evidence,
                missed_by_graph: missed.contains(&candidate.id),
                record: Arc::new(record.clone()),
            });
        }
        Ok(hits)
    }
}
