//! One query: what is asked, what was answered, and what of it is shown.

use std::sync::Arc;

use super::order::{Sort, Verdicts, around};
use crate::{
    domain::{
        filter::{Filter, FilterError, TextField},
        proof::Trial,
        query::{Answer, Cut, Hit, Query, QueryPicture, QuerySource, Shown},
        record::RecordId,
        verdict::Thresholds,
    },
    ui::{
        action::{Action, SearchAction},
        grid::Grid,
    },
};

/// Results asked for at once.
const PAGE: usize = 60;
/// The most a query may ask for at once.
const MOST: usize = 1_000;
/// Results below this share are hidden until the slider is moved: what is less alike is seldom
/// looked for.
const THRESHOLD_DEFAULT: f32 = 0.45;

/// What the pending answer will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waiting {
    /// Replaces everything.
    Whole,
    /// Replaces everything, and reports what the quick search missed.
    Exact,
    /// Continues after the last result.
    More,
}

/// The status of a query.
#[derive(Clone, Debug, PartialEq)]
pub enum TabState {
    /// Nothing is answered yet.
    Searching,
    Answered,
    /// The reason there is no answer, as a sentence with its remedy.
    Failed(String),
}

/// A query and its results.
pub struct Tab {
    pub id: u32,
    pub name: String,
    /// As it was asked last; its `start` and `number` are those of the next page.
    pub query: Query,
    pub state: TabState,
    /// Why another cut of the answer failed; what was answered before is still shown.
    pub notice: Option<String>,
    pub answer: Option<Arc<Answer>>,
    pub hits: Vec<Hit>,
    /// The share of the exact answer the quick search had found, once it was checked.
    pub recall: Option<f32>,
    pub threshold: f32,
    pub sort: Sort,
    pub verdicts: Verdicts,
    pub category: Option<String>,
    pub filter_text: String,
    pub filter_error: Option<FilterError>,
    pub grid: Grid,
    /// The catalogue changed: what is shown may be gone.
    pub stale: bool,
    more: bool,
    waiting: Option<(u32, Waiting)>,
    /// Answered, and the answer may still change.
    proving: Option<(u32, Waiting)>,
    serial: u32,
    /// The request that asked for the picture as it is: what was tried since then still holds.
    since: u32,
    /// Indices into `hits`, in the order shown.
    order: Vec<usize>,
    ids: Vec<RecordId>,
    revision: u64,
}

impl Tab {
    pub fn new(id: u32, source: QuerySource, name: String, thresholds: Thresholds) -> Self {
        Self {
            id,
            name,
            query: Query {
                picture: QueryPicture::new(source),
                cut: Cut {
                    thresholds,
                    number: PAGE,
                    ..Cut::default()
                },
                quick: false,
            },
            state: TabState::Searching,
            notice: None,
            answer: None,
            hits: Vec::new(),
            recall: None,
            threshold: THRESHOLD_DEFAULT,
            sort: Sort::default(),
            verdicts: Verdicts::default(),
            category: None,
            filter_text: String::new(),
            filter_error: None,
            grid: Grid::default(),
            stale: false,
            more: false,
            waiting: None,
            proving: None,
            serial: 0,
            since: 0,
            order: Vec::new(),
            ids: Vec::new(),
            revision: 0,
        }
    }

    /// What is shown, in its order.
    pub fn ids(&self) -> &[RecordId] {
        &self.ids
    }

    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The result shown at `index`.
    pub fn shown(&self, index: usize) -> Option<&Hit> {
        self.order.get(index).and_then(|at| self.hits.get(*at))
    }

    pub fn hit(&self, id: RecordId) -> Option<&Hit> {
        self.hits.iter().find(|hit| hit.record.id == id)
    }

    pub fn missed(&self) -> usize {
        self.hits.iter().filter(|hit| hit.missed_by_graph).count()
    }

    /// Whether more results could be shown.
    pub fn has_more(&self) -> bool {
        let least = match self.verdicts {
            Verdicts::All | Verdicts::Similar => self.threshold,
            // What is less alike is neither tried nor likely to be a copy.
            Verdicts::Copies | Verdicts::Likely | Verdicts::SameScene => {
                self.threshold.max(self.query.cut.thresholds.likely_copy)
            }
        };
        self.more && self.hits.last().is_some_and(|hit| hit.score() >= least)
    }

    pub fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// Whether what is shown may still turn out to be something else.
    pub fn is_proving(&self) -> bool {
        self.proving.is_some()
    }

    pub fn is_checking(&self) -> bool {
        matches!(self.waiting, Some((_, Waiting::Exact)))
    }

    pub fn is_loading_more(&self) -> bool {
        matches!(self.waiting, Some((_, Waiting::More)))
    }

    /// Runs the query again: the picture or its view changed.
    pub fn run(&mut self, actions: &mut Vec<Action>) {
        self.state = TabState::Searching;
        self.query.cut.exact = false;
        let serial = self.wait(Waiting::Whole);
        self.since = serial;
        let query = Box::new(Query {
            picture: self.query.picture.clone(),
            cut: self.cut(0, PAGE),
            quick: false,
        });
        actions.push(Action::Search(SearchAction::Run {
            tab: self.id,
            serial,
            query,
        }));
    }

    /// Requests another cut of the answer, even of a pending one; searches again after a failure.
    pub fn refine(&mut self, actions: &mut Vec<Action>) {
        self.query.cut.exact = false;
        match self.state {
            TabState::Answered | TabState::Searching => {
                let number = self.hits.len().clamp(PAGE, MOST);
                self.send_refine(Waiting::Whole, 0, number, actions);
            }
            TabState::Failed(_) => self.run(actions),
        }
    }

    /// Compares every picture, to see what the quick search had missed.
    pub fn check_exactly(&mut self, actions: &mut Vec<Action>) {
        if self.state == TabState::Answered && !self.is_checking() {
            self.query.cut.exact = true;
            let number = self.hits.len().clamp(PAGE, MOST);
            self.send_refine(Waiting::Exact, 0, number, actions);
        }
    }

    /// Requests the results after the last one, if there are any.
    pub fn load_more(&mut self, actions: &mut Vec<Action>) {
        if self.waiting.is_none()
            && self.proving.is_none()
            && self.notice.is_none()
            && self.has_more()
        {
            self.send_refine(Waiting::More, self.hits.len(), PAGE, actions);
        }
    }

    /// Requests a file of the results as they are shown now.
    pub fn export(&self) -> SearchAction {
        SearchAction::ExportCsv {
            tab: self.id,
            cut: Box::new(self.cut(0, MOST)),
            shown: self.what_is_shown(),
        }
    }

    fn what_is_shown(&self) -> Shown {
        // A copy is shown however little alike the whole pictures are, until more is asked for.
        let is_usual = self.threshold <= THRESHOLD_DEFAULT;
        Shown {
            least: self.threshold,
            least_of_copies: if is_usual { 0.0 } else { self.threshold },
            verdicts: self.verdicts.shown(),
        }
    }

    fn cut(&self, start: usize, number: usize) -> Cut {
        Cut {
            start,
            number,
            ..self.query.cut.clone()
        }
    }

    /// Combines category and filter text and requests that cut; an error is kept for its field.
    pub fn apply_filter(&mut self, actions: &mut Vec<Action>) {
        match combined_filter(self.category.as_deref(), &self.filter_text) {
            Ok(filter) => {
                self.filter_error = None;
                if filter != self.query.cut.filter {
                    self.query.cut.filter = filter;
                    self.refine(actions);
                }
            }
            Err(error) => self.filter_error = Some(error),
        }
    }

    fn send_refine(
        &mut self,
        waiting: Waiting,
        start: usize,
        number: usize,
        actions: &mut Vec<Action>,
    ) {
        self.notice = None;
        let serial = self.wait(waiting);
        actions.push(Action::Search(SearchAction::Refine {
            tab: self.id,
            serial,
            cut: Box::new(self.cut(start, number)),
        }));
    }

    fn wait(&mut self, waiting: Waiting) -> u32 {
        self.serial = self.serial.wrapping_add(1);
        self.waiting = Some((self.serial, waiting));
        self.proving = None;
        self.serial
    }

    /// The pending request of `serial`, answered or not; all earlier ones are stale.
    fn take_waiting(&mut self, serial: u32) -> Option<Waiting> {
        let is_it = |(waited, _): &mut (u32, Waiting)| *waited == serial;
        let taken = self.waiting.take_if(is_it);
        let (_, waiting) = taken.or_else(|| self.proving.take_if(is_it))?;
        Some(waiting)
    }

    /// May come several times for one request, until the answer is settled.
    pub fn on_answered(&mut self, serial: u32, answer: Arc<Answer>) {
        let continues = self.proving.is_some_and(|(proving, _)| proving == serial);
        let Some(waiting) = self.take_waiting(serial) else {
            return;
        };
        if !answer.settled {
            self.proving = Some((serial, waiting));
        }
        if waiting == Waiting::More {
            self.add_hits(&answer.hits);
        } else {
            self.hits.clone_from(&answer.hits);
            self.recall = answer.recall;
            self.stale = false;
        }
        self.more = answer.more && !answer.hits.is_empty();
        if waiting != Waiting::More {
            self.answer = Some(answer);
        }
        let is_new = self.state != TabState::Answered;
        self.state = TabState::Answered;
        if continues || waiting == Waiting::More {
            self.rearrange();
        } else {
            self.arrange();
        }
        if is_new {
            self.grid.reset();
        }
        self.suggest_best();
    }

    /// The catalogue may have changed between two pages: a picture is shown once.
    fn add_hits(&mut self, hits: &[Hit]) {
        for hit in hits {
            match self.hit_mut(hit.record.id) {
                Some(known) => known.clone_from(hit),
                None => self.hits.push(hit.clone()),
            }
        }
    }

    /// What trying a result as a copy came to.
    pub fn on_tried(&mut self, id: RecordId, trial: Trial) {
        let Some(hit) = self.hit_mut(id) else { return };
        let before = hit.verdict;
        hit.tried(trial);
        if hit.verdict != before {
            self.rearrange();
            self.suggest_best();
        }
    }

    /// Whether what was tried for this request is true of the picture as it is asked about now.
    pub fn is_about(&self, serial: u32) -> bool {
        let (age, oldest) = (
            self.serial.wrapping_sub(serial),
            self.serial.wrapping_sub(self.since),
        );
        age <= oldest
    }

    fn hit_mut(&mut self, id: RecordId) -> Option<&mut Hit> {
        self.hits.iter_mut().find(|hit| hit.record.id == id)
    }

    /// The best one's evidence is shown until the user chooses another.
    fn suggest_best(&mut self) {
        let hovered = self.grid.hovered.is_some();
        if self.grid.selection.is_by_hand() || hovered && !self.grid.selection.is_empty() {
            return;
        }
        if let Some(&best) = self.ids.first() {
            self.grid.selection.suggest(best);
        }
    }

    pub fn on_failed(&mut self, serial: u32, text: String) {
        let Some(waiting) = self.take_waiting(serial) else {
            return;
        };
        match (waiting, &self.state) {
            (_, TabState::Answered) => self.notice = Some(text),
            _ => self.state = TabState::Failed(text),
        }
    }

    /// A newer query superseded this tab's latest request: no answer will come.
    pub fn on_superseded(&mut self, serial: u32) {
        if self.take_waiting(serial).is_some() && self.state == TabState::Searching {
            self.state = TabState::Failed("This search was stopped. Search again.".to_owned());
        }
    }

    /// Applies threshold, verdicts and sort order to the results.
    pub fn arrange(&mut self) {
        self.arrange_around(&[]);
    }

    /// Arranges again, while what is selected or under the pointer stays where it is.
    fn rearrange(&mut self) {
        let selection = &self.grid.selection;
        let is_kept = |id: &RecordId| {
            self.grid.hovered == Some(*id) || selection.is_by_hand() && selection.contains(*id)
        };
        let kept: Vec<(RecordId, usize)> = (self.ids.iter().enumerate())
            .filter(|(_, id)| is_kept(id))
            .map(|(index, id)| (*id, index))
            .collect();
        self.arrange_around(&kept);
    }

    fn arrange_around(&mut self, kept: &[(RecordId, usize)]) {
        let by_rule = self.what_is_shown();
        let shown = |hit: &Hit| {
            let is_kept = kept.iter().any(|(id, _)| *id == hit.record.id);
            is_kept || by_rule.has(hit)
        };
        let mut order: Vec<usize> = (0..self.hits.len())
            .filter(|&at| shown(&self.hits[at]))
            .collect();
        self.sort.apply(&mut order, &self.hits);
        if !kept.is_empty() {
            let place = |(id, index): &(RecordId, usize)| {
                let at = self.hits.iter().position(|hit| hit.record.id == *id)?;
                Some((at, *index))
            };
            let kept: Vec<(usize, usize)> = kept.iter().filter_map(place).collect();
            order = around(&order, &kept);
        }
        let ids: Vec<RecordId> = order.iter().map(|&at| self.hits[at].record.id).collect();
        if ids != self.ids {
            self.revision += 1;
            self.ids = ids;
        }
        self.order = order;
    }
}

/// Both conditions as one filter; the error's place counts within `text`.
fn combined_filter(category: Option<&str>, text: &str) -> Result<Option<Filter>, FilterError> {
    let category = category.map(|name| Filter::is(TextField::Category, name));
    let own = match text.trim() {
        "" => None,
        _ => Some(Filter::parse(text)?),
    };
    match (category, own) {
        (Some(category), Some(own)) => category.and(own).map(Some),
        (category, own) => Ok(category.or(own)),
    }
}

#[cfg(test)]
#[path = "tab/tests.rs"]
mod tests;
