//! Queries: one call each, the newest of a lane wins, another cut of an answer is no call.
//!
//! A query is answered three times at the most: by the whole picture's descriptor, at once; then
//! by those of its crops as well; and last with the verdicts of the trials, which come one by one
//! in between. The last answer is settled.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use super::{
    command::{Lane, RequestId},
    deadline::Deadline,
    event::{Event, FailureKind},
    lane::{AnswerExport, Answered, Asked, LaneState, NOT_AT_HAND},
    shared::Shared,
    source::{Fresh, Resolved, describe, describe_indexed},
    trials::Trials,
    work::{Epoch, Work},
};
use crate::{
    domain::{
        proof::Trial,
        query::{Answer, Cut, Query, QueryPicture, TookMs},
        quota::CallKind,
        record::{Record, RecordId},
    },
    engine::{
        catalogue::QueryVectors,
        rest::{Kept, Rest, rest},
        store::{Calls, MeterChange},
    },
};

/// Lanes kept with their vectors; answers of older lanes cannot be refined.
const MOST_LANES: usize = 64;

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
        lane.fail_exports(shared);
        lane.asked = Some(Asked {
            request,
            cut: query.cut,
            quick: query.quick,
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
        lane.supersede_open(shared);
        if let Some(answered) = &mut lane.answered {
            answered.vectors.took_ms = TookMs::default();
        }
        lane.answer(shared, request, cut);
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
    pub fn ready(&mut self, shared: &mut Shared, epoch: Epoch, result: Result<Fresh, String>) {
        match result {
            Ok(Fresh { vectors, kept }) => {
                let more = self.first_answer(shared, epoch, vectors, kept.is_some());
                if let Some(kept) = kept.filter(|_| more) {
                    describe_rest(shared, epoch, kept);
                }
            }
            Err(reason) => {
                if let Some((_, asked)) = self.take_asked(epoch) {
                    let request = asked.request;
                    shared.out.failed(request, FailureKind::Input, reason);
                }
            }
        }
    }

    /// Answers by the whole picture's vectors. Whether more is to follow: where there `is_more`,
    /// and it was asked for.
    fn first_answer(
        &mut self,
        shared: &Shared,
        epoch: Epoch,
        mut vectors: QueryVectors,
        is_more: bool,
    ) -> bool {
        let Some((lane, asked)) = self.take_asked(epoch) else {
            return false;
        };
        vectors.took_ms.quota_wait = asked.waited_ms;
        let rest_awaited = is_more && !asked.quick;
        lane.answered = Some(Answered {
            epoch,
            vectors,
            trials: Trials::default(),
            rest_awaited,
        });
        lane.answer(shared, asked.request, asked.cut);
        rest_awaited
    }

    /// The query of `epoch`, unless a newer one of its lane superseded it.
    fn take_asked(&mut self, epoch: Epoch) -> Option<(&mut LaneState, Asked)> {
        self.lanes.values_mut().find_map(|lane| {
            let asked = lane.asked.take_if(|asked| asked.epoch == epoch)?;
            Some((lane, asked))
        })
    }

    /// Asks a query's crops too, and tries what was found.
    pub fn rest_ready(&mut self, shared: &Shared, epoch: Epoch, rest: Rest) {
        let Some(lane) = self.answered_lane(epoch) else {
            return;
        };
        if let Some(answered) = &mut lane.answered {
            answered.vectors.crops = rest.crops;
            if answered.vectors.turned.len() == 1 {
                answered.vectors.nominating = rest.nominating;
            }
            answered.vectors.look = rest.look;
            answered.rest_awaited = false;
        }
        if let Some(open) = lane.open.take() {
            lane.answer(shared, open.request, open.cut);
        }
    }

    /// Passes on what a trial came to; the last one settles the answer.
    pub fn tried(&mut self, shared: &Shared, epoch: Epoch, id: RecordId, trial: Trial) {
        let Some(lane) = self.answered_lane(epoch) else {
            return;
        };
        let Some(answered) = &mut lane.answered else {
            return;
        };
        answered.trials.note(id, trial.clone());
        let Some(open) = &lane.open else { return };
        let request = open.request;
        if answered.rest_awaited || answered.trials.wait_for(open.ranking.to_try(&open.cut)) {
            return shared.out.send(Event::Tried { request, id, trial });
        }
        lane.send(shared);
    }

    fn answered_lane(&mut self, epoch: Epoch) -> Option<&mut LaneState> {
        let is_it = |lane: &&mut LaneState| {
            let answered = lane.answered.as_ref();
            answered.is_some_and(|answered| answered.epoch == epoch)
        };
        self.lanes.values_mut().find(is_it)
    }

    /// Notes an answer to export without another call; see [`Self::settled_exports`].
    pub fn export(&mut self, shared: &Shared, lane: Lane, export: AnswerExport) {
        match self.lanes.get_mut(&lane) {
            Some(lane) => lane.exports.push(export),
            None => {
                let request = export.request;
                shared.out.failed(request, FailureKind::Input, NOT_AT_HAND);
            }
        }
    }

    /// Takes out the answers to export that are settled, with the verdicts they were asked for.
    pub fn settled_exports(&mut self, shared: &Shared) -> Vec<(AnswerExport, Answer)> {
        let lanes = self.lanes.values_mut();
        lanes
            .flat_map(|lane| lane.settled_exports(shared))
            .collect()
    }

    fn describe(&mut self, shared: &mut Shared, epoch: Epoch, picture: &QueryPicture) {
        let source = match Resolved::of(picture, &shared.catalogue) {
            Ok(source) => source,
            Err(reason) => return self.ready(shared, epoch, Err(reason)),
        };
        let source = match source {
            Resolved::Stored(stored) => {
                let (vectors, record) = *stored;
                return self.stored_ready(shared, epoch, vectors, record);
            }
            source => source,
        };
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

    /// Answers from the stored descriptor; what more can be made of the picture's pixels follows.
    fn stored_ready(
        &mut self,
        shared: &mut Shared,
        epoch: Epoch,
        vectors: QueryVectors,
        record: Record,
    ) {
        if !self.first_answer(shared, epoch, vectors, true) {
            return;
        }
        let thumbnail = shared.catalogue.store().thumbnail(record.id).ok().flatten();
        let (describer, files) = (
            shared.options.describer.clone(),
            shared.options.files.clone(),
        );
        let work = shared.work.clone();
        shared.pools.queries.spawn(move || {
            let (describer, files) = (describer.as_ref(), files.as_ref());
            let kept = describe_indexed(&record, thumbnail.as_deref(), describer, files);
            let kept = kept.and_then(|(kept, _)| kept);
            let rest = kept.map_or(Rest::NONE, |kept| rest(&kept, describer));
            // A worker that has ended answers nobody.
            let _ = work.send(Work::QueryRest { epoch, rest });
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
        state.supersede_open(shared);
        state.used = Some(Instant::now());
        state
    }

    fn forget_oldest(&mut self, lane: Lane) {
        if self.lanes.len() < MOST_LANES || self.lanes.contains_key(&lane) {
            return;
        }
        let is_idle = |state: &LaneState| state.asked.is_none() && state.exports.is_empty();
        let idle = self.lanes.iter().filter(|(_, state)| is_idle(state));
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

/// Makes the crops' vectors and the look of a query behind the queries that wait to be described.
fn describe_rest(shared: &Shared, epoch: Epoch, kept: Kept) {
    let (describer, work) = (shared.options.describer.clone(), shared.work.clone());
    shared.pools.queries.spawn(move || {
        let rest = rest(&kept, describer.as_ref());
        // A worker that has ended answers nobody.
        let _ = work.send(Work::QueryRest { epoch, rest });
    });
}
