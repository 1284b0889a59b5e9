//! Queries: one call each, the newest of a lane wins, another cut of an answer is no call.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    command::{Lane, RequestId},
    deadline::Deadline,
    event::{Event, FailureKind},
    shared::Shared,
    source::{Resolved, describe},
    work::{Epoch, Work},
};
use crate::{
    domain::{
        query::{Cut, Query, QueryPicture, TookMs},
        quota::CallKind,
    },
    engine::{
        catalogue::QueryVectors,
        store::{Calls, MeterChange},
    },
};

/// Lanes kept with their vectors; answers of older lanes cannot be refined.
const MOST_LANES: usize = 64;

/// Message when the vectors of an answer are gone.
const NOT_AT_HAND: &str = "These results are no longer at hand. Search again.";

/// The newest query of a lane, not answered yet.
struct Asked {
    request: RequestId,
    cut: Cut,
    /// Names its call: a cut that comes meanwhile takes the query's place, not the call's.
    epoch: Epoch,
    /// What waits for its turn among the calls a second, and since when; `None` once it went.
    waits: Option<(QueryPicture, Instant)>,
    waited_ms: f64,
}

/// One tab's queries.
#[derive(Default)]
struct LaneState {
    asked: Option<Asked>,
    answered: Option<QueryVectors>,
    used: Option<Instant>,
}

/// The desk of queries.
#[derive(Default)]
pub struct Searches {
    lanes: HashMap<Lane, LaneState>,
    epoch: Epoch,
}

impl Searches {
    /// Queries waiting for their turn.
    pub fn waiting(&self) -> u32 {
        let asked = self.lanes.values().filter_map(|lane| lane.asked.as_ref());
        asked.filter(|asked| asked.waits.is_some()).count() as u32
    }

    /// Starts a query; the lane's former one is superseded.
    pub fn search(&mut self, shared: &mut Shared, request: RequestId, lane: Lane, query: Query) {
        if shared.refused(request) {
            return;
        }
        self.forget_oldest(lane);
        let epoch = self.epoch.next();
        let lane = self.lane(shared, lane);
        lane.answered = None;
        lane.asked = Some(Asked {
            request,
            cut: query.cut,
            epoch,
            waits: Some((query.picture, Instant::now())),
            waited_ms: 0.0,
        });
        self.tick(shared);
    }

    /// Answers with another cut of the lane's answer, present or pending.
    pub fn refine(&mut self, shared: &mut Shared, request: RequestId, lane: Lane, cut: Cut) {
        if shared.refused(request) {
            return;
        }
        let Some(lane) = self.lanes.get_mut(&lane) else {
            return shared.out.failed(request, FailureKind::Input, NOT_AT_HAND);
        };
        lane.used = Some(Instant::now());
        if let Some(asked) = &mut lane.asked {
            let superseded = std::mem::replace(&mut asked.request, request);
            asked.cut = cut;
            return shared.out.send(Event::Superseded {
                request: superseded,
            });
        }
        match lane.answered.clone() {
            Some(vectors) => {
                let vectors = QueryVectors {
                    took_ms: TookMs::default(),
                    ..vectors
                };
                answer(shared, request, &vectors, &cut);
            }
            None => shared.out.failed(request, FailureKind::Input, NOT_AT_HAND),
        }
    }

    /// Starts the queries whose turn it is, longest wait first.
    pub fn tick(&mut self, shared: &mut Shared) -> Deadline {
        loop {
            let longest = self
                .lanes
                .values_mut()
                .filter_map(|lane| lane.asked.as_mut())
                .filter_map(|asked| Some((asked.waits.as_ref()?.1, asked)))
                .min_by_key(|(since, _)| *since);
            let Some((since, asked)) = longest else {
                return Deadline::NEVER;
            };
            let clock = shared.options.clock.now();
            if let Some(wait_ms) = shared.door.wait_ms(CallKind::Query, 1, clock) {
                shared.touch();
                return Deadline::after(Instant::now(), Duration::from_millis(wait_ms));
            }
            let Some((picture, _)) = asked.waits.take() else {
                return Deadline::NEVER;
            };
            asked.waited_ms = since.elapsed().as_secs_f64() * 1e3;
            let epoch = asked.epoch;
            count_call(shared);
            self.describe(shared, epoch, &picture);
        }
    }

    /// Answers, unless a newer query of the lane superseded it.
    pub fn ready(
        &mut self,
        shared: &mut Shared,
        epoch: Epoch,
        result: Result<QueryVectors, String>,
    ) {
        let lane = self.lanes.values_mut().find(|lane| {
            lane.asked
                .as_ref()
                .is_some_and(|asked| asked.epoch == epoch)
        });
        let Some(lane) = lane else { return };
        let Some(asked) = lane.asked.take() else {
            return;
        };
        match result {
            Ok(mut vectors) => {
                vectors.took_ms.quota_wait = asked.waited_ms;
                lane.answered = Some(vectors.clone());
                answer(shared, asked.request, &vectors, &asked.cut);
            }
            Err(reason) => shared.out.failed(asked.request, FailureKind::Input, reason),
        }
    }

    /// Vectors of the lane's answer, to export its results without another call.
    ///
    /// # Errors
    ///
    /// A sentence for the user where there is no such answer any more.
    pub fn answered(&self, lane: Lane) -> Result<&QueryVectors, &'static str> {
        let lane = self.lanes.get(&lane);
        lane.and_then(|lane| lane.answered.as_ref())
            .ok_or(NOT_AT_HAND)
    }

    fn describe(&mut self, shared: &mut Shared, epoch: Epoch, picture: &QueryPicture) {
        let source = match Resolved::of(picture, &shared.catalogue) {
            Ok(source) => source,
            Err(reason) => return self.ready(shared, epoch, Err(reason)),
        };
        if let Resolved::Vectors(vectors) = source {
            return self.ready(shared, epoch, Ok(vectors));
        }
        let (describer, files) = (
            shared.options.describer.clone(),
            shared.options.files.clone(),
        );
        let view = picture.view;
        let work = shared.work.clone();
        shared.pools.queries.spawn(move || {
            let result = describe(&source, view, describer.as_ref(), files.as_ref());
            // A worker that has ended answers nobody.
            let _ = work.send(Work::QueryReady { epoch, result });
        });
    }

    /// The lane, its pending query superseded.
    fn lane(&mut self, shared: &Shared, lane: Lane) -> &mut LaneState {
        let state = self.lanes.entry(lane).or_default();
        if let Some(older) = state.asked.take() {
            shared.out.send(Event::Superseded {
                request: older.request,
            });
        }
        state.used = Some(Instant::now());
        state
    }

    fn forget_oldest(&mut self, lane: Lane) {
        if self.lanes.len() < MOST_LANES || self.lanes.contains_key(&lane) {
            return;
        }
        let idle = self.lanes.iter().filter(|(_, state)| state.asked.is_none());
        let oldest = idle.min_by_key(|(_, state)| state.used).map(|(id, _)| *id);
        if let Some(oldest) = oldest {
            self.lanes.remove(&oldest);
        }
    }
}

fn count_call(shared: &mut Shared) {
    let clock = shared.options.clock.now();
    let at = shared.now();
    let calls = vec![Calls {
        kind: CallKind::Query,
        at_ms: shared.door.note_call(CallKind::Query, clock),
        count: 1,
    }];
    let meter = MeterChange {
        at,
        uploads: 0,
        calls,
    };
    if shared.catalogue.store().is_read_only() {
        return;
    }
    // A reading that cannot be written (disk full) must not keep the answer back.
    if let Err(error) = shared.catalogue.store_mut().add_meter(&meter) {
        shared.warn(error);
    }
    shared.touch();
}

fn answer(shared: &Shared, request: RequestId, vectors: &QueryVectors, cut: &Cut) {
    match shared.catalogue.search(vectors, cut) {
        Ok(answer) => shared.out.send(Event::Answered {
            request,
            answer: Arc::new(answer),
        }),
        Err(error) => shared.out.failed(request, FailureKind::System, error),
    }
}
