//! Queries: one call each, the newest of a lane wins, refinements of an answer are no calls.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    command::{Lane, RequestId},
    event::{Event, FailureKind},
    run::Worker,
    work::Work,
};
use crate::{
    domain::{
        picture::Pixels,
        query::{Query, QuerySource, Region, TookMs},
        quota::CallKind,
        record::{ContentHash, RecordId},
    },
    engine::{
        catalogue::QueryVectors,
        decode::Limits,
        describe::Describe,
        files,
        store::{Calls, MeterChange},
    },
};

/// What a query's vectors depend on: refinements with the same key use them again.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryKey {
    source: QuerySource,
    region: Option<Region>,
    rotations: bool,
}

impl QueryKey {
    fn of(query: &Query) -> Self {
        Self {
            source: query.source.clone(),
            region: query.region,
            rotations: query.rotations,
        }
    }
}

/// The newest query of a lane, on its way to its answer.
struct Asked {
    request: RequestId,
    query: Box<Query>,
    /// Waits for its turn among the calls a second since then; `None` once it went.
    waits_since: Option<std::time::Instant>,
    waited_ms: f64,
}

/// One tab's queries.
#[derive(Default)]
struct LaneState {
    asked: Option<Asked>,
    answered: Option<(QueryKey, QueryVectors)>,
}

/// Lanes kept with their vectors; the oldest ones beyond are asked anew.
const MOST_LANES: usize = 64;

#[derive(Default)]
pub struct Searches {
    lanes: HashMap<Lane, LaneState>,
}

impl Searches {
    pub fn is_idle(&self) -> bool {
        self.lanes.values().all(|lane| lane.asked.is_none())
    }

    /// Queries waiting for their turn.
    pub fn waiting(&self) -> u32 {
        let waits = |lane: &&LaneState| {
            lane.asked
                .as_ref()
                .is_some_and(|asked| asked.waits_since.is_some())
        };
        self.lanes.values().filter(waits).count() as u32
    }
}

impl Worker<'_> {
    /// Takes a query up. A refinement whose vectors are known is answered at once, without a call.
    pub fn search(&mut self, request: RequestId, lane: Lane, query: Box<Query>, refine: bool) {
        if self.refused(request) {
            return;
        }
        if self.searches.lanes.len() >= MOST_LANES && !self.searches.lanes.contains_key(&lane) {
            self.searches.lanes.retain(|_, state| state.asked.is_some());
        }
        let state = self.searches.lanes.entry(lane).or_default();
        if let Some(older) = state.asked.take() {
            self.out.send(Event::Superseded {
                request: older.request,
            });
        }
        let known = state
            .answered
            .clone()
            .filter(|(key, _)| refine && *key == QueryKey::of(&query));
        if let Some((_, vectors)) = known {
            let vectors = QueryVectors {
                took_ms: TookMs::default(),
                ..vectors
            };
            return self.answer(request, &vectors, &query);
        }
        state.asked = Some(Asked {
            request,
            query,
            waits_since: Some(std::time::Instant::now()),
            waited_ms: 0.0,
        });
        self.tick_searches();
    }

    /// Lets the queries go whose turn it is, the one that has waited longest first.
    pub fn tick_searches(&mut self) {
        loop {
            let longest = self
                .searches
                .lanes
                .iter()
                .filter_map(|(lane, state)| Some((state.asked.as_ref()?.waits_since?, *lane)))
                .min_by_key(|(since, _)| *since);
            let Some((since, lane)) = longest else { return };
            let now = self.options.clock.now();
            if self.door.wait_ms(CallKind::Query, now).is_some() {
                self.publisher.touch();
                return;
            }
            let at = self.now();
            let at_ms = self.door.note_call(CallKind::Query, now);
            let calls = vec![Calls {
                kind: CallKind::Query,
                at_ms,
                count: 1,
            }];
            let meter = MeterChange {
                at,
                uploads: 0,
                calls,
            };
            // A reading that cannot be written (disk full) must not keep the answer back.
            if let Err(error) = self.catalogue.store_mut().add_meter(&meter) {
                self.warn(error.to_string());
            }
            self.publisher.touch();
            let asked = self
                .searches
                .lanes
                .get_mut(&lane)
                .and_then(|state| state.asked.as_mut());
            if let Some(asked) = asked {
                asked.waits_since = None;
                asked.waited_ms = since.elapsed().as_secs_f64() * 1e3;
                let (request, query) = (asked.request, asked.query.clone());
                self.describe_query(request, &query);
            }
        }
    }

    fn describe_query(&mut self, request: RequestId, query: &Query) {
        let key = QueryKey::of(query);
        let source = match self.resolve(&query.source, query.region.is_none() && !query.rotations) {
            Ok(source) => source,
            Err(reason) => return self.query_ready(request, key, Err(reason)),
        };
        if let Resolved::Vectors(vectors) = source {
            return self.query_ready(request, key, Ok(vectors));
        }
        let (describer, limits) = (self.options.describer.clone(), self.options.limits);
        let work = self.work.clone();
        self.pools.queries.spawn(move || {
            let result = describe(
                &source,
                key.region,
                key.rotations,
                describer.as_ref(),
                &limits,
            );
            // A worker that has gone answers nobody.
            let _ = work.send(Work::QueryReady {
                request,
                key,
                result,
            });
        });
    }

    /// Where the query's bytes are, or its vectors if they are stored and `stored` ones will do.
    pub fn resolve(&mut self, source: &QuerySource, stored: bool) -> Result<Resolved, String> {
        match source {
            QuerySource::File(path) => {
                let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                Ok(Resolved::Files {
                    name: file_name(&path),
                    paths: vec![path],
                })
            }
            QuerySource::Bytes { name, bytes } => Ok(Resolved::Bytes {
                name: name.clone(),
                bytes: bytes.clone(),
            }),
            QuerySource::Record(id) => self.resolve_record(*id, stored),
        }
    }

    fn resolve_record(&mut self, id: RecordId, stored: bool) -> Result<Resolved, String> {
        let record = self
            .catalogue
            .store()
            .record(id)
            .map_err(|error| error.to_string())?
            .ok_or("That picture is no longer in the catalogue.")?;
        match self.catalogue.vector(id) {
            Some(vector) if stored => Ok(Resolved::Vectors(QueryVectors {
                name: record.title(),
                width: record.width,
                height: record.height,
                hash: Some(record.hash),
                turned: vec![(0, vector)],
                took_ms: TookMs::default(),
            })),
            _ => Ok(Resolved::Files {
                name: record.title(),
                paths: record.paths,
            }),
        }
    }

    /// Answers, unless a newer query of the lane took its place meanwhile.
    pub fn query_ready(
        &mut self,
        request: RequestId,
        key: QueryKey,
        result: Result<QueryVectors, String>,
    ) {
        let lane = self.searches.lanes.values_mut().find(|lane| {
            lane.asked
                .as_ref()
                .is_some_and(|asked| asked.request == request)
        });
        let Some(lane) = lane else { return };
        let Some(asked) = lane.asked.take() else {
            return;
        };
        match result {
            Ok(mut vectors) => {
                vectors.took_ms.quota_wait = asked.waited_ms;
                lane.answered = Some((key, vectors.clone()));
                self.answer(request, &vectors, &asked.query);
            }
            Err(reason) => self.out.failed(request, FailureKind::Input, reason),
        }
    }

    fn answer(&mut self, request: RequestId, vectors: &QueryVectors, query: &Query) {
        match self.catalogue.search(vectors, query) {
            Ok(answer) => self.out.send(Event::Answered {
                request,
                answer: Arc::new(answer),
            }),
            Err(error) => self.out.failed(request, FailureKind::System, error),
        }
    }

    /// Vectors of a query that was answered, to export its results without another call.
    pub fn answered_vectors(&self, query: &Query) -> Option<QueryVectors> {
        let key = QueryKey::of(query);
        self.searches
            .lanes
            .values()
            .filter_map(|lane| lane.answered.as_ref())
            .find(|(answered, _)| *answered == key)
            .map(|(_, vectors)| vectors.clone())
    }

    /// How alike two pictures are: from their stored descriptors, or with the left one read.
    pub fn compare(&mut self, request: RequestId, left: &QuerySource, right: RecordId) {
        match self.resolve(left, true) {
            Ok(Resolved::Vectors(vectors)) => self.compare_ready(request, right, Ok(vectors)),
            Ok(source) => {
                let (describer, limits) = (self.options.describer.clone(), self.options.limits);
                let work = self.work.clone();
                self.pools.queries.spawn(move || {
                    let result = describe(&source, None, false, describer.as_ref(), &limits);
                    let _ = work.send(Work::CompareReady {
                        request,
                        right,
                        result,
                    });
                });
            }
            Err(reason) => self.out.failed(request, FailureKind::Input, reason),
        }
    }

    pub fn compare_ready(
        &mut self,
        request: RequestId,
        right: RecordId,
        left: Result<QueryVectors, String>,
    ) {
        let compared = left.and_then(|left| {
            let record = self
                .catalogue
                .store()
                .record(right)
                .map_err(|error| error.to_string())?
                .ok_or("That picture is no longer in the catalogue.")?;
            let vector = self
                .catalogue
                .vector(right)
                .ok_or("That picture has no descriptor of the model in force. Re-index it.")?;
            let score: f32 = left.turned[0]
                .1
                .iter()
                .zip(&vector)
                .map(|(a, b)| a * b)
                .sum();
            Ok((score.clamp(0.0, 1.0), left.hash == Some(record.hash)))
        });
        match compared {
            Ok((score, same_bytes)) => {
                self.out.send(Event::Compared {
                    request,
                    score,
                    same_bytes,
                });
            }
            Err(reason) => self.out.failed(request, FailureKind::Input, reason),
        }
    }
}

/// Where a query's pixels are.
pub enum Resolved {
    /// The same picture under several paths: the first that can be read serves.
    Files {
        name: String,
        paths: Vec<PathBuf>,
    },
    Bytes {
        name: String,
        bytes: Arc<[u8]>,
    },
    Vectors(QueryVectors),
}

impl Resolved {
    pub fn name(&self) -> &str {
        match self {
            Self::Files { name, .. } | Self::Bytes { name, .. } => name,
            Self::Vectors(vectors) => &vectors.name,
        }
    }

    /// The picture's bytes; the sentence for the user names the file.
    pub fn bytes(&self, limits: &Limits) -> Result<Arc<[u8]>, String> {
        let paths = match self {
            Self::Bytes { bytes, .. } => return Ok(bytes.clone()),
            Self::Files { paths, .. } => paths,
            Self::Vectors(_) => &Vec::new(),
        };
        let mut reason = "This picture has no file to read.".to_owned();
        for path in paths {
            match files::read(path, limits) {
                Ok(read) => return Ok(read.bytes.into()),
                Err(error) => reason = format!("{}: {error}", path.display()),
            }
        }
        Err(reason)
    }
}

fn describe(
    source: &Resolved,
    region: Option<Region>,
    rotations: bool,
    describer: &dyn Describe,
    limits: &Limits,
) -> Result<QueryVectors, String> {
    let bytes = source.bytes(limits)?;
    let query = describer
        .describe_query(&bytes, region, rotations)
        .map_err(|error| format!("{}: {error}", source.name()))?;
    let hash = region
        .is_none()
        .then(|| ContentHash(*blake3::hash(&bytes).as_bytes()));
    Ok(QueryVectors {
        name: source.name().to_owned(),
        width: query.width,
        height: query.height,
        hash,
        turned: query.turned,
        took_ms: TookMs {
            decode: query.decode_ms,
            embed: query.embed_ms,
            ..TookMs::default()
        },
    })
}

/// A file's name for people.
pub fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// For display: at most `max_side` wide and high.
pub fn pixels(bytes: &[u8], max_side: u32, limits: &Limits) -> Result<Pixels, String> {
    use crate::engine::decode::preview;
    let (shown, full_width, full_height, _) =
        preview(bytes, max_side, limits).map_err(|error| error.to_string())?;
    Ok(Pixels {
        width: shown.width,
        height: shown.height,
        rgb: shown.rgb,
        full_width,
        full_height,
    })
}
