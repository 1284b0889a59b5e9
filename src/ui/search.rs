//! Searching by picture: the query on the left, what it found in the middle, one picture's
//! details on the right.

mod column;
mod dropdown;
mod empty;
mod filter_bar;
mod panes;
mod region;
mod results;
mod strip;
mod tab;

use std::sync::Arc;

use egui::Key;
use egui_material_icons::icons::ICON_SEARCH;

pub use dropdown::dropdown;
pub use tab::{Sort, Tab, TabState};

use self::region::RegionEditor;
use super::{
    action::{Action, PictureAction},
    command::UiCommand,
    compare::{CompareView, Finding, Side},
    deletion::Deletion,
    details::{DetailsView, evidence::evidence_words},
    model::Model,
    view::View,
};
use crate::domain::{
    path::shown_name,
    query::{Answer, QuerySource},
    record::RecordId,
    verdict::Thresholds,
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
        let mut first = None;
        for source in sources.into_iter().take(MOST_TABS) {
            let id = self.next_id;
            self.next_id += 1;
            let name = name_of(&source);
            let mut tab = Tab::new(id, source, name, thresholds);
            if let Some(current) = self.tab() {
                (tab.threshold, tab.sort) = (current.threshold, current.sort);
            }
            tab.run(actions);
            first.get_or_insert(id);
            self.tabs.push(tab);
        }
        let excess = self.tabs.len().saturating_sub(MOST_TABS);
        self.tabs.drain(..excess);
        if let Some(first) = first {
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

    /// A picture of a tab's answer was tried as a copy.
    pub fn on_tried(&mut self, _: u32, _: u32, _: RecordId, _: crate::domain::proof::Trial) {}

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

    fn compare_cursor(&mut self, model: &Model) {
        let cursor = self.tab().and_then(|tab| {
            tab.grid
                .selection
                .cursor()
                .or_else(|| tab.ids().first().copied())
        });
        if let Some(id) = cursor {
            self.open_compare(id, model);
        }
    }

    /// Shows the query and a result side by side.
    fn open_compare(&mut self, id: RecordId, model: &Model) {
        let Some(tab) = self.tab() else { return };
        let Some(hit) = tab.hit(id) else { return };
        let record = model.records.newest(&hit.record);
        let query_size = query_size(tab);
        let finding = Finding {
            verdict: Some(hit.verdict),
            words: evidence_words(hit.verdict, &hit.evidence, &record, query_size),
        };
        let left = Side {
            source: tab.query.picture.source.clone(),
            title: tab.name.clone(),
            size: query_size,
        };
        let source = QuerySource::Record(id);
        let right = Side {
            source,
            title: record.title(),
            size: [record.width, record.height],
        };
        let steps = tab.ids().len() > 1;
        let mut compare = CompareView::new(left, right, id, Some(finding));
        compare.steps = steps;
        self.compare = Some(compare);
    }

    /// Moves to the next or the previous result.
    fn step_compare(&mut self, from: RecordId, step: isize, model: &Model) {
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
        self.open_compare(to, model);
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
