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
        verdict::{Evidence, Verdict},
    },
    engine::{index::Ask, proof::QueryLook},
};

/// Results asked for at the most, together with those skipped.
const MOST_RESULTS: usize = 10_000;
/// As many of the best are tried as copies at the least, and at the most.
const LEAST_TRIED: usize = 20;
const MOST_TRIED: usize = 200;
/// The same bytes have the same descriptor, which 8 bits keep nearly.
const SAME_FROM: f32 = 0.98;

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
    /// Unit-length descriptors of parts of it, upright.
    pub crops: Vec<Vec<f32>>,
    /// As `turned`, for pictures to be tried as copies only: what is like the query when it is
    /// turned is no result unless it is proven.
    pub nominating: Vec<(u16, Vec<f32>)>,
    /// To prove copies by; `None` where none are proven.
    pub look: Option<Arc<QueryLook>>,
    pub took_ms: TookMs,
}

/// A candidate: its best cosine over the query's rotations and crops, and the rotation that gave
/// it.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    id: RecordId,
    score: f32,
    turned: u16,
}

/// The candidates of a cut, before they are tried as copies.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// Best first; those that may be in the cut after the trials, and one more if there is.
    best: Vec<Candidate>,
    /// Some more to try, which belong to the answer if they are proven.
    nominated: Vec<Candidate>,
    /// Those of the query's very bytes.
    same: HashSet<RecordId>,
    missed: HashSet<RecordId>,
    among: u64,
    route: Route,
    recall: Option<f32>,
    search_ms: f64,
}

impl Ranking {
    /// The pictures to try as copies: all that are likely to be, the best in any case, and not
    /// those that are the very file.
    pub fn to_try(&self, cut: &Cut) -> impl Iterator<Item = RecordId> {
        let likely = |one: &&Candidate| one.score >= cut.thresholds.likely_copy;
        let likely = self.best.iter().take_while(likely).count();
        let tried = self.best.iter().take(likely.clamp(LEAST_TRIED, MOST_TRIED));
        let ids = tried.chain(&self.nominated).map(|one| one.id);
        ids.filter(|id| !self.same.contains(id))
    }
}

impl Catalogue {
    /// Ranks the pictures for a query whose vectors are known.
    ///
    /// # Errors
    ///
    /// [`SearchError::OtherModel`] where the catalogue's descriptors are of another model,
    /// [`CatalogueError`] where the store fails.
    pub fn rank(&self, vectors: &QueryVectors, cut: &Cut) -> Result<Ranking, SearchError> {
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
        let end = end(cut);
        // A proof may bring any of those that are tried to the front.
        let wanted = end.max(MOST_TRIED);
        let (mut best, route) = self.best(vectors, cut, allowed.as_deref(), wanted, cut.exact)?;
        let likely = cut.thresholds.likely_copy;
        if best.get(MOST_TRIED).is_some_and(|one| one.score >= likely) {
            // Those likely to be copies come before all that are refuted.
            (best, _) = self.best(vectors, cut, allowed.as_deref(), MOST_RESULTS, cut.exact)?;
            let likely = best.iter().take_while(|one| one.score >= likely).count();
            best.truncate(likely.max(wanted + 1));
        }
        let same = self.same_bytes(vectors, &best)?;
        best.retain(|one| one.score >= cut.min_score || same.contains(&one.id));
        for one in best.iter_mut().filter(|one| same.contains(&one.id)) {
            // What is less is rounding.
            one.score = 1.0;
        }
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
        Ok(Ranking {
            nominated: self.nominated(vectors, cut, allowed.as_deref())?,
            same,
            best,
            missed,
            among,
            route,
            recall,
            search_ms: started.elapsed().as_secs_f64() * 1e3,
        })
    }

    /// The part `cut` of what was ranked: by verdict, then by score.
    ///
    /// # Errors
    ///
    /// Where the store fails.
    pub fn answer(
        &self,
        vectors: &QueryVectors,
        cut: &Cut,
        ranking: &Ranking,
        trials: &HashMap<RecordId, Trial>,
    ) -> Result<Answer, CatalogueError> {
        let started = Instant::now();
        let is_proven = |one: &&Candidate| matches!(trials.get(&one.id), Some(Trial::Proven(_)));
        let known: HashSet<RecordId> = ranking.best.iter().map(|one| one.id).collect();
        let others = ranking.nominated.iter();
        let others = others
            .filter(|one| !known.contains(&one.id))
            .filter(is_proven);
        let mut order: Vec<(Verdict, Candidate, Evidence)> = ranking
            .best
            .iter()
            .chain(others)
            .map(|one| {
                // A proven copy has the score of the way in which it is one, wherever it ranked.
                let mut turned = ranking.nominated.iter().filter(is_proven);
                let turned = turned.find(|other| other.id == one.id && other.score > one.score);
                let one = turned.unwrap_or(one);
                let evidence = Evidence {
                    same_bytes: ranking.same.contains(&one.id),
                    score: one.score.clamp(0.0, 1.0),
                    query_turned_degrees: one.turned,
                    trial: trials.get(&one.id).cloned().unwrap_or_default(),
                    thresholds: cut.thresholds,
                };
                (evidence.verdict(), *one, evidence)
            })
            .collect();
        order.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.score.total_cmp(&a.1.score)));
        let end = end(cut);
        let more = order.len() > end;
        order.truncate(end);
        let shown = order.split_off(cut.start.min(order.len()));
        let search_ms = ranking.search_ms + started.elapsed().as_secs_f64() * 1e3;
        Ok(Answer {
            query_name: vectors.name.clone(),
            query_width: vectors.width,
            query_height: vectors.height,
            hits: self.hits(cut, shown, &ranking.missed)?,
            more,
            among: ranking.among,
            route: ranking.route,
            took_ms: TookMs {
                search: search_ms,
                ..vectors.took_ms
            },
            settled: true,
            recall: ranking.recall,
        })
    }

    /// The pictures most like the turned query.
    fn nominated(
        &self,
        vectors: &QueryVectors,
        cut: &Cut,
        allowed: Option<&[RecordId]>,
    ) -> Result<Vec<Candidate>, CatalogueError> {
        if cut.distinct_product {
            // A second picture of a product is no result, proven or not.
            return Ok(Vec::new());
        }
        let ask = Ask {
            k: LEAST_TRIED,
            allowed,
            exact: cut.exact,
            min_score: cut.min_score,
        };
        let (mut nominated, ..) = self.merged(vectors.nominating.iter(), &[], &ask)?;
        nominated.truncate(LEAST_TRIED);
        Ok(nominated)
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
            min_score: cut.min_score.min(SAME_FROM),
        };
        loop {
            let (mut best, route, all) =
                self.merged(vectors.turned.iter(), &vectors.crops, &ask)?;
            if cut.distinct_product {
                best = self.one_a_product(best)?;
            }
            // Products that fill several places leave too few: ask for more until there are
            // enough, or no more to get.
            if best.len() > end || all || ask.k >= MOST_RESULTS * 2 {
                best.truncate(end + 1);
                return Ok((best, route));
            }
            ask.k *= 4;
        }
    }

    /// Candidates over all rotations and crops, best first; and whether there are no others.
    fn merged<'a>(
        &self,
        turned: impl Iterator<Item = &'a (u16, Vec<f32>)>,
        crops: &'a [Vec<f32>],
        ask: &Ask<'_>,
    ) -> Result<(Vec<Candidate>, Route, bool), CatalogueError> {
        let turned = turned.map(|(turned, v)| (*turned, v.as_slice()));
        let crops = crops.iter().map(|v| (0, v.as_slice()));
        let (turns, queries): (Vec<u16>, Vec<&[f32]>) = turned.chain(crops).unzip();
        let mut best: HashMap<RecordId, Candidate> = HashMap::new();
        let mut route = Route::Exact;
        let mut all = true;
        for (turned, found) in turns
            .into_iter()
            .zip(self.index.search_each(&queries, ask)?)
        {
            if found.route == Route::Graph {
                route = Route::Graph;
            }
            all &= found.hits.len() < ask.k;
            for (id, score) in found.hits {
                let candidate = Candidate { id, score, turned };
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

    /// Those of the candidates that have the query's very bytes.
    fn same_bytes(
        &self,
        vectors: &QueryVectors,
        best: &[Candidate],
    ) -> Result<HashSet<RecordId>, CatalogueError> {
        let Some(hash) = vectors.hash else {
            return Ok(HashSet::new());
        };
        let alike = best.iter().take_while(|one| one.score >= SAME_FROM);
        let ids: Vec<RecordId> = alike.map(|one| one.id).collect();
        let records = self.store().records(&ids)?.into_iter();
        Ok(records
            .filter(|record| record.hash == hash)
            .map(|record| record.id)
            .collect())
    }

    fn hits(
        &self,
        cut: &Cut,
        shown: Vec<(Verdict, Candidate, Evidence)>,
        missed: &HashSet<RecordId>,
    ) -> Result<Vec<Hit>, CatalogueError> {
        let ids: Vec<RecordId> = shown.iter().map(|(_, one, _)| one.id).collect();
        let records: HashMap<RecordId, Record> = self
            .store()
            .records(&ids)?
            .into_iter()
            .map(|record| (record.id, record))
            .collect();
        let mut hits = Vec::with_capacity(shown.len());
        for (place, (verdict, candidate, evidence)) in shown.into_iter().enumerate() {
            let Some(record) = records.get(&candidate.id) else {
                continue;
            };
            hits.push(Hit {
                rank: cut.start + place + 1,
                verdict,
                evidence,
                missed_by_graph: missed.contains(&candidate.id),
                record: Arc::new(record.clone()),
            });
        }
        Ok(hits)
    }
}

/// How many of the results come up to the cut's end.
fn end(cut: &Cut) -> usize {
    let end = cut.start.saturating_add(cut.number.max(1));
    end.min(MOST_RESULTS)
}
