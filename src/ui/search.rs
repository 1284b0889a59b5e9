//! Searching by picture: the query on the left, what it found in the middle, one picture's
//! details on the right.

mod column;
mod dropdown;
mod empty;
mod filter_bar;
mod order;
mod panes;
mod region;
mod results;
mod strip;
mod tab;

use std::sync::Arc;

use egui::Key;
use egui_material_icons::icons::ICON_SEARCH;

pub use dropdown::dropdown;
pub use order::{Sort, Verdicts};
pub use tab::{Tab, TabState};

use self::region::RegionEditor;
use super::{
    action::{Action, PictureAction},
    command::UiCommand,
    compare::{CompareView, Side},
    deletion::Deletion,
    details::DetailsView,
    model::Model,
    view::View,
};
use crate::domain::{
    path::shown_name,
    proof::Trial,
    query::{Answer, QuerySource},
    record::RecordId,
    verdict::{Evidence, Thresholds},
};

/// Queries kept; the oldest goes first.
const MOST_TABS: usize = 24;

/// The pane that is shown when there is no room for all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Drawer {
    #[default]
    None,
    Query,
    Details,
}

pub const VIEW: View = View {
    id: "search",
    label: "Search",
    hint: "Find pictures that look like one you have",
    icon: ICON_SEARCH,
    key: Key::Num1,
};

/// The state of the search view.
pub struct SearchView {
    tabs: Vec<Tab>,
    current: u32,
    next_id: u32,
    /// Two queries that came together and nothing else with them.
    pair: Option<[u32; 2]>,
    region: RegionEditor,
    /// The query in the strip that has the keyboard focus.
    strip_focus: Option<u32>,
    /// When the filter was last typed in, until it is applied.
    filter_typed_at: Option<f64>,
    details: DetailsView,
    /// Whether the details pane is shown when there is room for it.
    details_open: bool,
    drawer: Drawer,
    compare: Option<CompareView>,
}

impl Default for SearchView {
    fn default() -> Self {
        Self {
            tabs: Vec::new(),
            current: 0,
            next_id: 1,
            pair: None,
            region: RegionEditor::default(),
            strip_focus: None,
            filter_typed_at: None,
            details: DetailsView::default(),
            details_open: true,
            drawer: Drawer::None,
            compare: None,
        }
    }
}

impl SearchView {
    /// Searches with each of the pictures; the first is shown.
    pub fn ask(
        &mut self,
        sources: impl IntoIterator<Item = QuerySource>,
        thresholds: Thresholds,
        actions: &mut Vec<Action>,
    ) {
        let mut asked = Vec::new();
        for source in sources.into_iter().take(MOST_TABS) {
            let id = self.next_id;
            self.next_id += 1;
            let name = name_of(&source);
            let mut tab = Tab::new(id, source, name, thresholds);
            if let Some(current) = self.tab() {
                (tab.threshold, tab.sort) = (current.threshold, current.sort);
            }
            tab.run(actions);
            asked.push(id);
            self.tabs.push(tab);
        }
        let excess = self.tabs.len().saturating_sub(MOST_TABS);
        self.tabs.drain(..excess);
        self.pair = <[u32; 2]>::try_from(asked.as_slice()).ok();
        if let Some(&first) = asked.first() {
            self.show(first);
        }
    }

    /// Searches with a picture of the catalogue.
    pub fn find_similar(
        &mut self,
        id: RecordId,
        name: String,
        thresholds: Thresholds,
        actions: &mut Vec<Action>,
    ) {
        self.ask([QuerySource::Record(id)], thresholds, actions);
        if let Some(tab) = self.tab_mut() {
            tab.name = name;
        }
    }

    pub fn on_answered(&mut self, tab: u32, serial: u32, answer: Arc<Answer>) {
        if let Some(tab) = self.tab_by_id(tab) {
            if !answer.query_name.is_empty() {
                tab.name.clone_from(&answer.query_name);
            }
            tab.on_answered(serial, answer);
        }
    }

    /// What trying a result as a copy came to.
    pub fn on_tried(&mut self, tab: u32, serial: u32, id: RecordId, trial: Trial) {
        let Some(tab) = self.tabs.iter_mut().find(|one| one.id == tab) else {
            return;
        };
        if !tab.is_about(serial) {
            return;
        }
        let result = QuerySource::Record(id);
        if let Some(compare) = &mut self.compare
            && compare.is_of(&tab.query.picture.source, &result)
        {
            compare.on_tried(&trial);
        }
        tab.on_tried(id, trial);
    }

    /// The comparison an answer about these two is for.
    pub fn compare_of(
        &mut self,
        left: &QuerySource,
        right: &QuerySource,
    ) -> Option<&mut CompareView> {
        self.compare.as_mut().filter(|view| view.is_of(left, right))
    }

    /// What two pictures are to each other; a result that was compared is tried with it.
    pub fn on_compared(&mut self, left: &QuerySource, right: &QuerySource, evidence: Evidence) {
        if let QuerySource::Record(id) = right
            && evidence.trial != Trial::NotTried
        {
            let whole = |tab: &&mut Tab| {
                tab.query.picture.source == *left && tab.query.picture.view.region.is_none()
            };
            for tab in self.tabs.iter_mut().filter(whole) {
                tab.on_tried(*id, evidence.trial.clone());
            }
        }
        if let Some(compare) = self.compare_of(left, right) {
            compare.on_compared(evidence);
        }
    }

    /// `text` is a sentence with its remedy.
    pub fn on_failed(&mut self, tab: u32, serial: u32, text: String) {
        if let Some(tab) = self.tab_by_id(tab) {
            tab.on_failed(serial, text);
        }
    }

    pub fn on_superseded(&mut self, tab: u32, serial: u32) {
        if let Some(tab) = self.tab_by_id(tab) {
            tab.on_superseded(serial);
        }
    }

    /// Pictures were edited, removed or restored: what is shown is requested again.
    pub fn catalogue_changed(&mut self) {
        for tab in &mut self.tabs {
            tab.stale = true;
        }
    }

    /// No query yet: the view is one drop zone.
    pub fn is_empty(&self) -> bool {
        self.tabs.is_empty()
    }

    /// The query on the screen.
    pub fn tab(&self) -> Option<&Tab> {
        self.tabs.iter().find(|tab| tab.id == self.current)
    }

    pub fn tab_mut(&mut self) -> Option<&mut Tab> {
        let current = self.current;
        self.tab_by_id(current)
    }

    fn tab_by_id(&mut self, id: u32) -> Option<&mut Tab> {
        self.tabs.iter_mut().find(|tab| tab.id == id)
    }

    fn show(&mut self, id: u32) {
        self.current = id;
        self.region = RegionEditor::default();
        self.filter_typed_at = None;
        self.compare = None;
        self.drawer = Drawer::None;
    }

    fn close(&mut self, id: u32) {
        let Some(at) = self.tabs.iter().position(|tab| tab.id == id) else {
            return;
        };
        self.tabs.remove(at);
        if id == self.current {
            let next = self
                .tabs
                .get(at)
                .or(self.tabs.last())
                .map_or(0, |tab| tab.id);
            self.show(next);
        }
    }

    fn tab_command(&mut self, command: UiCommand, actions: &mut Vec<Action>) -> bool {
        let Some(tab) = self.tab_mut() else {
            return false;
        };
        match command {
            UiCommand::SelectAll => {
                let ids = tab.ids().to_vec();
                tab.grid.selection.select_all(&ids);
            }
            UiCommand::RemoveSelected => {
                let chosen = tab.grid.selection.in_order(tab.ids());
                if !chosen.is_empty() {
                    actions.push(Action::Delete(Deletion::Pictures(chosen)));
                }
            }
            UiCommand::FindSimilar => {
                if let Some(id) = tab.grid.selection.cursor() {
                    actions.push(Action::Picture(PictureAction::FindSimilar(id)));
                }
            }
            UiCommand::CheckExactly => tab.check_exactly(actions),
            UiCommand::ExportResults => {
                actions.push(Action::Search(tab.export()));
            }
            _ => return false,
        }
        true
    }

    /// The key that removes pictures clears the region when the region has the focus.
    fn clear_region(&mut self, actions: &mut Vec<Action>) {
        self.region = RegionEditor::default();
        if let Some(tab) = self.tab_mut()
            && tab.query.picture.view.region.take().is_some()
        {
            tab.run(actions);
        }
    }

    /// Compares two chosen results with each other, else the chosen one with the query.
    fn compare_chosen(&mut self, model: &Model, actions: &mut Vec<Action>) {
        let Some(tab) = self.tab() else { return };
        if let [left, right] = tab.grid.selection.in_order(tab.ids())[..] {
            self.compare_results([left, right], model, actions);
            return;
        }
        let cursor = tab.grid.selection.cursor();
        if let Some(id) = cursor.or_else(|| tab.ids().first().copied()) {
            self.open_compare(id, model, actions);
        }
    }

    /// Compares the query with a result.
    fn open_compare(&mut self, id: RecordId, model: &Model, actions: &mut Vec<Action>) {
        let Some(tab) = self.tab() else { return };
        let Some(hit) = tab.hit(id) else { return };
        let steps = tab.ids().len() > 1;
        let (query, result) = (query_side(tab), result_side(tab, id, model));
        let evidence = hit.evidence.clone();
        let mut compare = CompareView::of_result(query, result, evidence, actions);
        compare.steps = steps;
        self.compare = Some(compare);
    }

    /// Compares two results with each other.
    fn compare_results(&mut self, ids: [RecordId; 2], model: &Model, actions: &mut Vec<Action>) {
        let Some(tab) = self.tab() else { return };
        let [left, right] = ids.map(|id| result_side(tab, id, model));
        self.compare = Some(CompareView::of_two(left, right, actions));
    }

    /// Compares the pictures of two queries.
    fn compare_queries(&mut self, tabs: [u32; 2], actions: &mut Vec<Action>) {
        let [left, right] = tabs.map(|id| self.tabs.iter().find(|tab| tab.id == id));
        if let (Some(left), Some(right)) = (left, right) {
            let (left, right) = (query_side(left), query_side(right));
            self.compare = Some(CompareView::of_two(left, right, actions));
        }
    }

    /// The two queries that came together, while one of them is shown.
    fn shown_pair(&self) -> Option<[u32; 2]> {
        let is_there = |id: &u32| self.tabs.iter().any(|tab| tab.id == *id);
        self.pair
            .filter(|pair| pair.contains(&self.current) && pair.iter().all(is_there))
    }

    /// Moves to the next or the previous result.
    fn step_compare(&mut self, step: isize, model: &Model, actions: &mut Vec<Action>) {
        let Some(from) = self.compare.as_ref().and_then(CompareView::right_id) else {
            return;
        };
        let Some(tab) = self.tab_mut() else { return };
        let ids = tab.ids().to_vec();
        let Some(at) = ids.iter().position(|id| *id == from) else {
            return;
        };
        let Some(&to) = at.checked_add_signed(step).and_then(|at| ids.get(at)) else {
            return;
        };
        tab.grid.selection.set(to);
        tab.grid.reveal_cursor();
        let before = self.compare.take();
        self.open_compare(to, model, actions);
        if let Some(before) = before {
            self.compare = self.compare.take().map(|view| view.like(&before));
        }
    }
}

fn query_side(tab: &Tab) -> Side {
    Side {
        source: tab.query.picture.source.clone(),
        title: tab.name.clone(),
        size: query_size(tab),
    }
}

fn result_side(tab: &Tab, id: RecordId, model: &Model) -> Side {
    let record = tab.hit(id).map(|hit| model.records.newest(&hit.record));
    Side {
        source: QuerySource::Record(id),
        title: record
            .as_ref()
            .map_or_else(|| format!("Picture {id}"), |record| record.title()),
        size: record.map_or([0, 0], |record| [record.width, record.height]),
    }
}

/// Size of the query in pixels; zero while unknown.
fn query_size(tab: &Tab) -> [u32; 2] {
    tab.answer
        .as_ref()
        .map_or([0, 0], |answer| [answer.query_width, answer.query_height])
}

fn name_of(source: &QuerySource) -> String {
    match source {
        QuerySource::File(path) => shown_name(path),
        QuerySource::Bytes { name, .. } => name.clone(),
        QuerySource::Record(id) => format!("Picture {id}"),
    }
}
