//! What one tab asked, its answer as far as it is known, and what waits for it to be settled.

use std::{sync::Arc, time::Instant};

use super::{
    command::{RequestId, Target},
    event::{Event, FailureKind},
    shared::Shared,
    trials::Trials,
    work::Epoch,
};
use crate::{
    domain::query::{Answer, Cut, QueryPicture, Shown},
    engine::catalogue::{QueryVectors, Ranking},
};

/// Message when the vectors of an answer are gone.
pub const NOT_AT_HAND: &str = "These results are no longer at hand. Search again.";

/// The newest query of a lane, not answered yet.
pub struct Asked {
    pub request: RequestId,
    pub cut: Cut,
    /// Names its call: a cut that comes meanwhile takes the query's place, not the call's.
    pub epoch: Epoch,
    /// What waits for its turn among the calls a second, and since when; `None` once it went.
    pub waits: Option<(QueryPicture, Instant)>,
    pub waited_ms: f64,
    pub quick: bool,
}

/// A query that was described.
pub struct Answered {
    pub epoch: Epoch,
    pub vectors: QueryVectors,
    pub trials: Trials,
    /// Its crops and its look are still being made.
    pub rest_awaited: bool,
}

/// A cut that was answered and is not settled yet.
pub struct Open {
    pub request: RequestId,
    pub cut: Cut,
    pub ranking: Ranking,
}

/// An answer to export when it is settled.
pub struct AnswerExport {
    pub request: RequestId,
    pub to: Target,
    cut: Cut,
    shown: Shown,
    ranking: Option<Ranking>,
}

impl AnswerExport {
    pub fn new(request: RequestId, cut: Cut, shown: Shown, to: Target) -> Self {
        Self {
            request,
            to,
            cut,
            shown,
            ranking: None,
        }
    }
}

/// One tab's queries.
#[derive(Default)]
pub struct LaneState {
    pub asked: Option<Asked>,
    pub answered: Option<Answered>,
    pub open: Option<Open>,
    pub exports: Vec<AnswerExport>,
    pub used: Option<Instant>,
}

impl LaneState {
    /// Whoever waits for an answer to another cut waits no more.
    pub fn supersede_open(&mut self, shared: &Shared) {
        if let Some(open) = self.open.take() {
            let request = open.request;
            shared.out.send(Event::Superseded { request });
        }
    }

    /// Ranks and answers a cut, as far as the query is described by now.
    pub fn answer(&mut self, shared: &Shared, request: RequestId, cut: Cut) {
        let Some(answered) = &self.answered else {
            return shared.out.failed(request, FailureKind::Input, NOT_AT_HAND);
        };
        match shared.catalogue.rank(&answered.vectors, &cut) {
            Ok(ranking) => {
                self.open = Some(Open {
                    request,
                    cut,
                    ranking,
                });
                self.try_copies(shared);
                self.send(shared);
            }
            Err(error) => shared.out.failed(request, FailureKind::System, error),
        }
    }

    fn try_copies(&mut self, shared: &Shared) {
        let (Some(answered), Some(open)) = (&mut self.answered, &self.open) else {
            return;
        };
        if let Some(look) = answered.vectors.look.clone() {
            let ids = open.ranking.to_try(&open.cut);
            answered.trials.start(shared, answered.epoch, &look, ids);
        }
    }

    /// Whoever waits to export what is no longer at hand is told.
    pub fn fail_exports(&mut self, shared: &Shared) {
        for export in self.exports.drain(..) {
            let request = export.request;
            shared.out.failed(request, FailureKind::Input, NOT_AT_HAND);
        }
    }

    /// Takes out the exports that are settled.
    pub fn settled_exports(&mut self, shared: &Shared) -> Vec<(AnswerExport, Answer)> {
        let mut settled = Vec::new();
        for export in std::mem::take(&mut self.exports) {
            let request = export.request;
            match self.exported(shared, export) {
                Ok((export, Some(answer))) => settled.push((export, answer)),
                Ok((export, None)) => self.exports.push(export),
                Err(reason) => shared.out.failed(request, FailureKind::Input, reason),
            }
        }
        settled
    }

    /// The answer to export, once it is settled.
    fn exported(
        &mut self,
        shared: &Shared,
        mut export: AnswerExport,
    ) -> Result<(AnswerExport, Option<Answer>), String> {
        let answered = self.answered.as_mut().ok_or(NOT_AT_HAND)?;
        if answered.rest_awaited {
            return Ok((export, None));
        }
        let ranking = match export.ranking.take() {
            Some(ranking) => ranking,
            None => {
                let ranked = shared.catalogue.rank(&answered.vectors, &export.cut);
                let ranking = ranked.map_err(|error| error.to_string())?;
                if let Some(look) = answered.vectors.look.clone() {
                    let ids = ranking.to_try(&export.cut);
                    answered.trials.start(shared, answered.epoch, &look, ids);
                }
                ranking
            }
        };
        let trials = &answered.trials;
        if trials.wait_for(ranking.to_try(&export.cut)) {
            export.ranking = Some(ranking);
            return Ok((export, None));
        }
        let vectors = &answered.vectors;
        let answer = shared
            .catalogue
            .answer(vectors, &export.cut, &ranking, trials.known());
        let mut answer = answer.map_err(|error| error.to_string())?;
        answer.hits.retain(|hit| export.shown.has(hit));
        Ok((export, Some(answer)))
    }

    /// Sends the open cut's answer as it is now; the settled one closes it.
    pub fn send(&mut self, shared: &Shared) {
        let (Some(answered), Some(open)) = (&self.answered, self.open.take()) else {
            return;
        };
        let trials = &answered.trials;
        let settled = !answered.rest_awaited && !trials.wait_for(open.ranking.to_try(&open.cut));
        let request = open.request;
        let answer =
            shared
                .catalogue
                .answer(&answered.vectors, &open.cut, &open.ranking, trials.known());
        match answer {
            Ok(answer) => {
                let answer = Arc::new(Answer { settled, ..answer });
                shared.out.send(Event::Answered { request, answer });
                self.open = (!settled).then_some(open);
            }
            Err(error) => shared.out.failed(request, FailureKind::System, error),
        }
    }
}
