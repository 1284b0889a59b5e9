//! Search as a room: its panes side by side, or one at a time.

use egui::{CentralPanel, Frame, Margin, Panel, Ui};

use super::{
    Drawer, SearchView, TabState, column, empty, query_size, region::RegionEditor, results,
};
use crate::domain::record::RecordId;
use crate::ui::{
    action::Action,
    command::UiCommand,
    compare::CompareOutput,
    details::{Subject, details_of_many_ui, details_ui},
    grid::{ZOOM_STEP, zoom_by},
    model::Model,
    room::Room,
    tokens::{Tokens, space},
    widgets,
};

/// From this width in points on, all three panes fit.
const WIDE: f32 = 940.0;
/// Below this width only one pane is shown.
const NARROW: f32 = 620.0;

impl Room for SearchView {
    fn ui(&mut self, model: &mut Model, ui: &mut Ui, actions: &mut Vec<Action>) {
        if let Some(compare) = &mut self.compare {
            match compare.ui(ui, &mut model.previews) {
                Some(CompareOutput::Close) => self.compare = None,
                Some(CompareOutput::Step(step)) => self.step_compare(step, model, actions),
                None => {}
            }
            return;
        }
        let Some(tab) = self.tab_mut() else {
            empty::empty_ui(ui, model, actions);
            return;
        };
        if tab.stale && !tab.is_waiting() && tab.state == TabState::Answered {
            tab.stale = false;
            tab.refine(actions);
        }
        panes_ui(self, model, ui, actions);
    }

    fn offers(&self, command: UiCommand) -> bool {
        match command {
            UiCommand::CheckExactly | UiCommand::Compare | UiCommand::ExportResults => {
                self.tab().is_some()
            }
            UiCommand::FindSimilar | UiCommand::SelectAll | UiCommand::RemoveSelected => true,
            _ => false,
        }
    }

    fn command(
        &mut self,
        command: UiCommand,
        model: &mut Model,
        actions: &mut Vec<Action>,
    ) -> bool {
        match command {
            UiCommand::ZoomIn => zoom_by(&mut model.settings.grid_zoom, ZOOM_STEP),
            UiCommand::ZoomOut => zoom_by(&mut model.settings.grid_zoom, 1.0 / ZOOM_STEP),
            UiCommand::Compare => self.compare_chosen(model, actions),
            // A comparison ends with the picture it shows.
            UiCommand::RemoveSelected if self.compare.is_some() => {
                self.compare = None;
                return self.tab_command(command, actions);
            }
            UiCommand::RemoveSelected if self.region.is_focused() => self.clear_region(actions),
            UiCommand::RemoveSelected if self.strip_focus.is_some() => {
                let focused = self.strip_focus.take();
                focused.into_iter().for_each(|id| self.close(id));
            }
            _ => return self.tab_command(command, actions),
        }
        true
    }
}

fn panes_ui(view: &mut SearchView, model: &mut Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    let width = ui.available_width();
    let (wide, narrow) = (width >= WIDE, width < NARROW);
    let details = if wide {
        view.details_open
    } else {
        view.drawer == Drawer::Details
    };
    let query = if narrow {
        view.drawer == Drawer::Query
    } else {
        wide || !details
    };
    if !query {
        // A pane that is not drawn cannot have the focus.
        view.region = RegionEditor::default();
        view.strip_focus = None;
    }
    let frame = pane_frame(ui);
    if narrow && (query || details) {
        CentralPanel::no_frame().frame(frame).show(ui, |ui| {
            if query {
                column::column_ui(view, model, ui, true, actions);
            } else {
                details_pane_ui(view, model, ui, actions);
            }
        });
        return;
    }
    if query {
        Panel::left("search query")
            .default_size(264.0)
            .size_range(220.0..=(width * 0.4).clamp(240.0, 460.0))
            .frame(frame)
            .show(ui, |ui| column::column_ui(view, model, ui, false, actions));
    }
    if details {
        Panel::right("search details")
            .default_size(296.0)
            .size_range(260.0..=(width * 0.4).clamp(280.0, 460.0))
            .frame(frame)
            .show(ui, |ui| details_pane_ui(view, model, ui, actions));
    }
    // The grid keeps its own distance from the right edge, for its scroll bar.
    let margin = Margin {
        right: space::XS as i8,
        bottom: 0,
        ..frame.inner_margin
    };
    CentralPanel::no_frame()
        .frame(frame.inner_margin(margin))
        .show(ui, |ui| {
            results::results_ui(view, model, ui, narrow, wide, actions)
        });
}

fn pane_frame(ui: &Ui) -> Frame {
    Frame::new()
        .fill(Tokens::of(ui).background)
        .inner_margin(Margin::same(space::L as i8))
}

fn details_pane_ui(
    view: &mut SearchView,
    model: &mut Model,
    ui: &mut Ui,
    actions: &mut Vec<Action>,
) {
    let Some(tab) = view.tabs.iter().find(|tab| tab.id == view.current) else {
        return;
    };
    let chosen = tab.grid.selection.only();
    let Some(hit) = chosen.and_then(|id| tab.hit(id)) else {
        let close = results::close_drawer_ui(ui, view.drawer == Drawer::Details);
        details_of_many_ui(ui, tab.grid.selection.len());
        let two = <[RecordId; 2]>::try_from(tab.grid.selection.in_order(tab.ids())).ok();
        if let Some(two) = two {
            ui.add_space(space::S);
            if widgets::primary_button(ui, "Compare these two").clicked() {
                view.compare_results(two, model, actions);
            }
        }
        if close {
            view.drawer = Drawer::None;
        }
        return;
    };
    let record = model.records.get_known(&hit.record);
    let id = record.id;
    let subject = Subject {
        record,
        hit: Some(hit),
        query_size: query_size(tab),
    };
    let output = details_ui(
        &mut view.details,
        &subject,
        &mut model.previews,
        &mut model.thumbnails,
        ui,
        actions,
    );
    if output.close {
        view.details_open = false;
        view.drawer = Drawer::None;
    }
    if output.compare {
        view.open_compare(id, model, actions);
    }
}
