//! The catalogue as a room: its panes side by side, or one at a time.

use egui::{CentralPanel, Frame, Margin, Panel, Ui};

use super::{CatalogueView, edit::EditDialog, listing, toolbar};
use crate::ui::{
    action::{Action, PictureAction},
    command::UiCommand,
    compare::CompareOutput,
    details::{Subject, details_of_many_ui, details_ui},
    grid::{ZOOM_STEP, zoom_by},
    model::Model,
    room::Room,
    tokens::{Tokens, space},
    widgets,
};

/// From this width in points on, the details pane fits beside the grid.
const WIDE: f32 = 760.0;
/// Below this width the details pane is shown instead of the grid.
const NARROW: f32 = 560.0;

impl Room for CatalogueView {
    fn ui(&mut self, model: &mut Model, ui: &mut Ui, actions: &mut Vec<Action>) {
        self.keep_listed(model, ui, actions);
        if let Some(compare) = &mut self.compare {
            match compare.ui(ui, &mut model.previews) {
                Some(CompareOutput::Close) => self.compare = None,
                Some(CompareOutput::Step(_)) | None => {}
            }
            return;
        }
        panes_ui(self, model, ui, actions);
        if let Some(dialog) = &mut self.edit {
            let (edit, closed) = dialog.ui(ui.ctx());
            if let Some(edit) = edit {
                let ids = dialog.ids().to_vec();
                let edit = Box::new(edit);
                actions.push(Action::Picture(PictureAction::Edit { ids, edit }));
            }
            if closed {
                self.edit = None;
            }
        }
    }

    fn offers(&self, command: UiCommand) -> bool {
        matches!(
            command,
            UiCommand::FindSimilar | UiCommand::SelectAll | UiCommand::RemoveSelected
        )
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
            UiCommand::SelectAll => self.grid.selection.select_all(&self.listing.ids),
            UiCommand::RemoveSelected => self.remove_selected(actions),
            UiCommand::Compare => self.open_compare(model, actions),
            UiCommand::FindSimilar => {
                if let Some(id) = self.grid.selection.cursor() {
                    actions.push(Action::Picture(PictureAction::FindSimilar(id)));
                }
            }
            _ => return false,
        }
        true
    }
}

fn panes_ui(view: &mut CatalogueView, model: &mut Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    let width = ui.available_width();
    let (wide, narrow) = (width >= WIDE, width < NARROW);
    let listed = !view.listing.ids.is_empty();
    let details = listed
        && if wide {
            view.details_open
        } else {
            view.drawer_open
        };
    let margin = Margin::same(space::L as i8);
    let frame = Frame::new()
        .fill(Tokens::of(ui).background)
        .inner_margin(margin);
    if narrow && details {
        CentralPanel::no_frame()
            .frame(frame)
            .show(ui, |ui| details_pane_ui(view, model, ui, true, actions));
        return;
    }
    if details {
        Panel::right("catalogue details")
            .default_size(304.0)
            .size_range(260.0..=(width * 0.45).clamp(280.0, 460.0))
            .frame(frame)
            .show(ui, |ui| details_pane_ui(view, model, ui, false, actions));
    }
    let margin = Margin {
        right: space::XS as i8,
        bottom: 0,
        ..margin
    };
    CentralPanel::no_frame()
        .frame(frame.inner_margin(margin))
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing = egui::Vec2::splat(space::S);
            toolbar::toolbar_ui(view, model, ui, wide, actions);
            toolbar::selection_ui(view, model, ui, actions);
            ui.add_space(space::XS);
            listing::listing_ui(view, model, ui, wide, actions);
        });
}

fn details_pane_ui(
    view: &mut CatalogueView,
    model: &mut Model,
    ui: &mut Ui,
    as_drawer: bool,
    actions: &mut Vec<Action>,
) {
    if as_drawer && toolbar::back_ui(ui) {
        view.drawer_open = false;
    }
    let chosen = view.grid.selection.only();
    let Some(record) = chosen.and_then(|id| model.records.get(id)) else {
        details_of_many_ui(ui, view.grid.selection.len());
        if view.grid.selection.len() > 1 {
            ui.add_space(space::S);
            if widgets::primary_button(ui, "Edit fields…").clicked() {
                view.edit = Some(EditDialog::new(view.selected()));
            }
        }
        return;
    };
    let subject = Subject {
        record,
        hit: None,
        query_size: [0, 0],
    };
    let Model {
        previews,
        thumbnails,
        ..
    } = model;
    let output = details_ui(
        &mut view.details,
        &subject,
        previews,
        thumbnails,
        ui,
        actions,
    );
    if output.close {
        view.details_open = false;
        view.drawer_open = false;
    }
}
