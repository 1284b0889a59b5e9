//! Everything that is indexed: arranged, searched while typing, and edited.

mod edit;
mod listing;
mod panes;
mod toolbar;

use std::sync::Arc;

use egui::{Key, Ui};
use egui_material_icons::icons::ICON_GRID_VIEW;

use self::edit::EditDialog;
use super::{
    action::{Action, CatalogueAction},
    compare::{CompareView, Side},
    deletion::Deletion,
    details::DetailsView,
    grid::Grid,
    model::Model,
    view::View,
};
use crate::domain::{
    catalogue::{Arrange, ListRequest, Listing},
    query::QuerySource,
    record::RecordId,
};

/// Seconds between two listings while pictures are being indexed.
const REFRESH_SECS: f64 = 1.0;
/// Seconds without typing after which the text is searched for.
const PAUSE_SECS: f64 = 0.15;

pub const VIEW: View = View {
    id: "catalogue",
    label: "Catalogue",
    hint: "Everything that is indexed",
    icon: ICON_GRID_VIEW,
    key: Key::Num2,
};

/// The state of the catalogue view.
pub struct CatalogueView {
    arrange: Arrange,
    text: String,
    /// When the text was last typed in, until it is searched for.
    typed_at: Option<f64>,
    /// The text field takes the focus in the next frame.
    focus_text: bool,
    listing: Arc<Listing>,
    /// The generation `listing` is of; none before the first one.
    generation: Option<u64>,
    /// The request that was sent last, and when.
    asked: Option<(ListRequest, f64)>,
    /// Listings requested and not answered.
    outstanding: u32,
    /// The reason there is no listing, as a sentence.
    failed: Option<String>,
    grid: Grid,
    revision: u64,
    details: DetailsView,
    /// Whether the details pane is shown when there is room for it.
    details_open: bool,
    /// Whether it replaces the grid when there is not.
    drawer_open: bool,
    edit: Option<EditDialog>,
    compare: Option<CompareView>,
}

impl Default for CatalogueView {
    fn default() -> Self {
        Self {
            arrange: Arrange::default(),
            text: String::new(),
            typed_at: None,
            focus_text: false,
            listing: Arc::default(),
            generation: None,
            asked: None,
            outstanding: 0,
            failed: None,
            grid: Grid::default(),
            revision: 0,
            details: DetailsView::default(),
            details_open: true,
            drawer_open: false,
            edit: None,
            compare: None,
        }
    }
}

impl CatalogueView {
    /// The listing asked for last, as the catalogue was at `generation`.
    pub fn on_listed(&mut self, listing: Arc<Listing>, generation: u64) {
        self.outstanding = self.outstanding.saturating_sub(1);
        self.failed = None;
        self.generation = Some(generation);
        if *self.listing != *listing {
            self.listing = listing;
            self.revision += 1;
        }
    }

    /// `text` is a sentence with its remedy.
    pub fn on_failed(&mut self, text: String) {
        self.outstanding = self.outstanding.saturating_sub(1);
        self.failed = Some(text);
    }

    /// The comparison an answer about these two is for.
    pub fn compare_of(
        &mut self,
        left: &QuerySource,
        right: &QuerySource,
    ) -> Option<&mut CompareView> {
        self.compare.as_mut().filter(|view| view.is_of(left, right))
    }

    /// Shows what matches a text.
    pub fn find(&mut self, text: String) {
        self.text = text;
        self.typed_at = Some(f64::NEG_INFINITY);
        self.focus_text = true;
        self.grid.reset();
        self.compare = None;
    }

    /// The chosen pictures, in the order they are listed.
    pub fn selected(&self) -> Vec<RecordId> {
        self.grid.selection.in_order(&self.listing.ids)
    }

    fn remove_selected(&self, actions: &mut Vec<Action>) {
        let chosen = self.selected();
        if !chosen.is_empty() {
            actions.push(Action::Delete(Deletion::Pictures(chosen)));
        }
    }

    fn request(&self) -> ListRequest {
        ListRequest {
            arrange: self.arrange,
            text: self.text.trim().to_owned(),
            filter: None,
        }
    }

    /// Requests a listing if the one shown is out of date or not the wanted one.
    fn keep_listed(&mut self, model: &Model, ui: &Ui, actions: &mut Vec<Action>) {
        let Some(state) = &model.state else { return };
        let now = ui.input(|input| input.time);
        if let Some(at) = self.typed_at {
            let left = PAUSE_SECS - (now - at);
            if left > 0.0 {
                ui.ctx().request_repaint_after_secs(left as f32);
                return;
            }
            self.typed_at = None;
        }
        let request = self.request();
        let wanted = self
            .asked
            .as_ref()
            .is_none_or(|(asked, _)| *asked != request);
        let outdated = self.generation != Some(state.generation);
        let asked_at = self.asked.as_ref().map_or(f64::NEG_INFINITY, |(_, at)| *at);
        let left = REFRESH_SECS - (now - asked_at);
        if !wanted && !outdated {
            return;
        }
        if !wanted && left > 0.0 {
            ui.ctx().request_repaint_after_secs(left as f32);
            return;
        }
        if !wanted && self.outstanding > 0 {
            return;
        }
        self.asked = Some((request.clone(), now));
        self.outstanding += 1;
        actions.push(Action::Catalogue(CatalogueAction::List(request)));
    }

    /// Shows the two selected pictures and asks what they are to each other.
    fn open_compare(&mut self, model: &mut Model, actions: &mut Vec<Action>) {
        let [left, right] = self.selected()[..] else {
            return;
        };
        let mut side = |id: RecordId| {
            let record = model.records.get(id);
            let source = QuerySource::Record(id);
            match record {
                Some(record) => {
                    let size = [record.width, record.height];
                    Side {
                        source,
                        title: record.title(),
                        size,
                    }
                }
                None => Side {
                    source,
                    title: format!("Picture {id}"),
                    size: [0, 0],
                },
            }
        };
        let (left, right) = (side(left), side(right));
        self.compare = Some(CompareView::of_two(left, right, actions));
    }

    fn toggle_details(&mut self, wide: bool) {
        let open = if wide {
            &mut self.details_open
        } else {
            &mut self.drawer_open
        };
        *open = !*open;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_listing_is_said_until_the_next_one_comes() {
        let mut view = CatalogueView::default();
        view.on_failed("The disk is full.".to_owned());
        assert_eq!(view.failed.as_deref(), Some("The disk is full."));
        view.on_listed(Arc::default(), 1);
        assert_eq!(view.failed, None);
    }

    #[test]
    fn an_unchanged_listing_changes_nothing_on_the_screen() {
        let mut view = CatalogueView::default();
        let listing = Listing {
            ids: vec![RecordId(1)],
            groups: Vec::new(),
        };
        view.on_listed(Arc::new(listing.clone()), 1);
        let revision = view.revision;
        view.on_listed(Arc::new(listing), 2);
        assert_eq!(view.revision, revision);
    }
}
