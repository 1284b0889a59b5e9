//! Two pictures compared: beside or over each other, in step, with the evidence of the verdict.

mod alignment;
mod canvas;
mod difference;
mod finding;
mod mode;
mod motion;
mod places;
mod scene;
mod toolbar;
mod transform;
mod view;

use egui::{Vec2, vec2};

pub use self::mode::Mode;
use self::{
    alignment::{Alignment, IDENTITY},
    difference::Difference,
    transform::Transform,
};
use super::{
    action::{Action, PictureAction},
    details::evidence::{Naming, evidence_words},
};
use crate::domain::{
    proof::{Part, ShareMap, Trial},
    query::QuerySource,
    record::RecordId,
    verdict::Evidence,
};

/// Seconds a picture is shown while both are shown in turns.
const BLINK_SECS: f64 = 0.5;

/// One of the two pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    pub source: QuerySource,
    pub title: String,
    /// Oriented pixels; zero until the picture is there.
    pub size: [u32; 2],
}

/// What the user asked for and the view has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOutput {
    Close,
    /// Compare with the next result, or the one before.
    Step(isize),
}

/// A comparison on the screen.
pub struct CompareView {
    /// The query of the evidence.
    pub left: Side,
    /// Its picture.
    pub right: Side,
    /// What the two are to each other, as far as it is known.
    pub evidence: Option<Evidence>,
    /// Whether there are others to step to.
    pub steps: bool,
    /// Neither of them is the query of a search.
    equals: bool,
    /// An answer will come.
    waiting: bool,
    /// The reason there is no answer, as a sentence.
    failed: Option<String>,
    mode: Mode,
    /// Of the upper picture of an overlay, `0..=1`.
    opacity: f32,
    /// Which of the two stays in sight instead of taking turns.
    held: Option<usize>,
    swapped: bool,
    transform: Transform,
    difference: Difference,
    /// Takes the keyboard with the first frame.
    opened: bool,
}

impl CompareView {
    fn new(left: Side, right: Side, evidence: Option<Evidence>) -> Self {
        Self {
            left,
            right,
            evidence,
            steps: false,
            equals: false,
            waiting: false,
            failed: None,
            mode: Mode::default(),
            opacity: 0.5,
            held: None,
            swapped: false,
            transform: Transform::default(),
            difference: Difference::default(),
            opened: true,
        }
    }

    /// A query and one of its results; whether it is a copy is asked for if it was not tried.
    pub fn of_result(
        query: Side,
        result: Side,
        evidence: Evidence,
        actions: &mut Vec<Action>,
    ) -> Self {
        let tried = evidence.same_bytes || evidence.trial != Trial::NotTried;
        let mut view = Self::new(query, result, Some(evidence));
        if !tried {
            view.ask(actions);
        }
        view
    }

    /// Any two pictures; what they are to each other is asked for.
    pub fn of_two(left: Side, right: Side, actions: &mut Vec<Action>) -> Self {
        let mut view = Self::new(left, right, None);
        view.equals = true;
        view.ask(actions);
        view
    }

    /// Compares in the same way as the comparison it follows.
    pub fn like(mut self, before: &Self) -> Self {
        self.mode = before.mode;
        self.opacity = before.opacity;
        self.swapped = before.swapped;
        self
    }

    fn ask(&mut self, actions: &mut Vec<Action>) {
        self.waiting = true;
        actions.push(Action::Picture(PictureAction::Compare {
            left: self.left.source.clone(),
            right: self.right.source.clone(),
        }));
    }

    /// The right picture, where it is one of the catalogue.
    pub fn right_id(&self) -> Option<RecordId> {
        match self.right.source {
            QuerySource::Record(id) => Some(id),
            QuerySource::File(_) | QuerySource::Bytes { .. } => None,
        }
    }

    /// Whether an answer about these two is for this comparison.
    pub fn is_of(&self, left: &QuerySource, right: &QuerySource) -> bool {
        self.left.source == *left && self.right.source == *right
    }

    pub fn on_compared(&mut self, evidence: Evidence) {
        self.waiting = false;
        self.failed = None;
        self.evidence = Some(evidence);
    }

    /// `text` is a sentence with its remedy.
    pub fn on_failed(&mut self, text: String) {
        self.waiting = false;
        self.failed = Some(text);
    }

    /// What trying the result as a copy came to.
    pub fn on_tried(&mut self, trial: &Trial) {
        if let Some(evidence) = &mut self.evidence {
            evidence.trial = trial.clone();
        }
    }

    /// What is said of the two.
    fn words(&self) -> String {
        let naming = match self.equals {
            true => Naming::Pair {
                swapped: self.swapped,
            },
            false => Naming::Yours,
        };
        let mut words = self.evidence.as_ref().map_or_else(String::new, |evidence| {
            evidence_words(evidence, naming, self.right.size, self.left.size)
        });
        let more = match &self.failed {
            Some(why) => why,
            None if self.waiting => "Comparing…",
            None => return words,
        };
        if !words.is_empty() {
            words.push(' ');
        }
        words + more
    }

    /// Leads from the query to the picture, where it is known how.
    fn map(&self) -> Option<ShareMap> {
        let evidence = self.evidence.as_ref()?;
        match evidence.trial.proof() {
            Some(proof) => Some(proof.map),
            None => evidence.same_bytes.then_some(IDENTITY),
        }
    }

    fn alignment(&self) -> Option<Alignment> {
        let size = |side: &Side| vec2(side.size[0] as f32, side.size[1] as f32);
        Alignment::new(self.map()?, size(&self.left), size(&self.right))
    }

    /// Parts of the picture in which the query shows something else.
    fn covered(&self) -> &[Part] {
        let proof = self
            .evidence
            .as_ref()
            .and_then(|evidence| evidence.trial.proof());
        proof.map_or(&[], |proof| &proof.covered)
    }

    /// Without a map there is only one way.
    fn shown_mode(&self) -> Mode {
        match self.map() {
            Some(_) => self.mode,
            None => Mode::SideBySide,
        }
    }

    fn set_mode(&mut self, mode: Mode) {
        if let Some(alignment) = self.alignment() {
            let extent = |mode: Mode| alignment.extent(mode.is_aligned());
            self.transform.reframe(extent(self.mode), extent(mode));
        }
        self.mode = mode;
        self.held = None;
    }

    /// Which of the two is on top at a time in seconds.
    fn turn(&self, now: f64) -> usize {
        self.held
            .unwrap_or((now / BLINK_SECS).rem_euclid(2.0) as usize)
    }

    fn toggle_hold(&mut self, now: f64) {
        self.held = match self.held {
            Some(_) => None,
            None => Some(self.turn(now)),
        };
    }

    /// Both pictures as shown.
    fn sides(&self) -> [&Side; 2] {
        if self.swapped {
            [&self.right, &self.left]
        } else {
            [&self.left, &self.right]
        }
    }

    /// Whether the picture shown at this place is the query.
    fn is_query(&self, at: usize) -> bool {
        (at == 0) != self.swapped
    }

    /// Pixels of the picture shown at this place; one at least.
    fn size_of(&self, at: usize) -> Vec2 {
        let [width, height] = self.sides()[at].size;
        vec2(width as f32, height as f32).max(vec2(1.0, 1.0))
    }

    /// The size of the larger picture: 100 % is its own, so that no pixel of either is lost.
    fn larger_size(&self) -> Vec2 {
        let (left, right) = (self.size_of(0), self.size_of(1));
        if left.x * left.y >= right.x * right.y {
            left
        } else {
            right
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::verdict::{Thresholds, Verdict};

    fn side(id: i64) -> Side {
        Side {
            source: QuerySource::Record(RecordId(id)),
            title: format!("{id}.jpg"),
            size: [400, 300],
        }
    }

    fn evidence(trial: Trial) -> Evidence {
        Evidence {
            same_bytes: false,
            score: 0.7,
            query_turned_degrees: 0,
            trial,
            thresholds: Thresholds::default(),
        }
    }

    #[test]
    fn what_was_not_tried_is_asked_for() {
        let mut actions = Vec::new();
        let untried = evidence(Trial::NotTried);
        let mut view = CompareView::of_result(side(1), side(2), untried, &mut actions);
        let left = QuerySource::Record(RecordId(1));
        let right = QuerySource::Record(RecordId(2));
        assert!(view.is_of(&left, &right) && !view.is_of(&right, &left));
        let asked = PictureAction::Compare { left, right };
        assert_eq!(actions, [Action::Picture(asked)]);
        assert!(view.words().ends_with("Comparing…"));
        view.on_compared(evidence(Trial::Fails));
        assert_eq!(
            view.evidence.as_ref().map(Evidence::verdict),
            Some(Verdict::Similar)
        );
        assert!(!view.words().contains("Comparing…"));
        actions.clear();
        CompareView::of_result(side(1), side(2), evidence(Trial::Fails), &mut actions);
        assert!(actions.is_empty());
    }

    #[test]
    fn a_failure_is_said_after_what_is_known() {
        let mut view = CompareView::of_two(side(1), side(2), &mut Vec::new());
        assert_eq!(view.words(), "Comparing…");
        view.on_failed("The file is gone.".to_owned());
        assert_eq!(view.words(), "The file is gone.");
    }

    #[test]
    fn without_a_map_both_stay_beside_each_other() {
        let mut view = CompareView::of_two(side(1), side(2), &mut Vec::new());
        view.set_mode(Mode::Blink);
        assert_eq!(view.shown_mode(), Mode::SideBySide);
        view.on_compared(Evidence {
            same_bytes: true,
            ..evidence(Trial::NotTried)
        });
        assert_eq!(view.shown_mode(), Mode::Blink);
    }

    #[test]
    fn blinking_takes_turns_until_one_is_held() {
        let mut view = CompareView::of_two(side(1), side(2), &mut Vec::new());
        assert_eq!([0.1, 0.6, 1.1].map(|now| view.turn(now)), [0, 1, 0]);
        view.toggle_hold(0.6);
        assert_eq!([0.1, 0.6, 1.1].map(|now| view.turn(now)), [1, 1, 1]);
        view.toggle_hold(0.6);
        assert_eq!(view.turn(1.1), 0);
    }
}
