//! The catalogue's grid, or the reason it is empty.

use std::cell::RefCell;

use egui::Ui;
use egui_material_icons::icons::{ICON_ERROR, ICON_PHOTO_LIBRARY, ICON_SEARCH_OFF};

use super::CatalogueView;
use crate::{
    domain::{
        catalogue::Arrange,
        record::{Record, RecordId},
    },
    ui::{
        action::{Action, PictureAction},
        command::UiCommand,
        details::{picture_menu_ui, pictures_menu_ui},
        grid::{Cell, Contents, Selection},
        model::Model,
        widgets,
    },
};

pub fn listing_ui(
    view: &mut CatalogueView,
    model: &mut Model,
    ui: &mut Ui,
    wide: bool,
    actions: &mut Vec<Action>,
) {
    if let Some(why) = view.failed.clone() {
        widgets::empty_state(
            ui,
            ICON_ERROR,
            "The catalogue could not be listed",
            &why,
            |ui| {
                if widgets::primary_button(ui, "Try again").clicked() {
                    view.failed = None;
                    view.asked = None;
                }
            },
        );
    } else if view.generation.is_none() {
        // The first listing arrives within a frame or two: draw nothing rather than a flash.
        ui.ctx().request_repaint();
    } else if view.listing.ids.is_empty() {
        empty_ui(view, model, ui, actions);
    } else {
        grid_ui(view, model, ui, wide, actions);
    }
}

fn empty_ui(view: &mut CatalogueView, model: &Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    if view.text.trim().is_empty() || model.stored() == 0 {
        let text = if model.drops_unavailable {
            "Choose pictures or a folder; they stay where they are, and nothing leaves this \
             computer."
        } else {
            "Drop pictures or folders here; they stay where they are, and nothing leaves this \
             computer."
        };
        widgets::empty_state(
            ui,
            ICON_PHOTO_LIBRARY,
            "The catalogue is empty",
            text,
            |ui| {
                if widgets::primary_button(ui, "Add pictures…").clicked() {
                    actions.push(UiCommand::AddPictures.into());
                }
                if widgets::secondary_button(ui, "Add a folder…").clicked() {
                    actions.push(UiCommand::AddFolder.into());
                }
            },
        );
        return;
    }
    let heading = format!("Nothing matches “{}”", short(view.text.trim()));
    let text = "Names, fields and folders are searched. To find a picture by how it looks, use \
                Search.";
    widgets::empty_state(ui, ICON_SEARCH_OFF, &heading, text, |ui| {
        if widgets::primary_button(ui, "Show everything").clicked() {
            view.find(String::new());
        }
    });
}

fn short(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn grid_ui(
    view: &mut CatalogueView,
    model: &mut Model,
    ui: &mut Ui,
    wide: bool,
    actions: &mut Vec<Action>,
) {
    let listing = view.listing.clone();
    let contents = Contents {
        name: "Pictures",
        ids: &listing.ids,
        revision: view.revision,
        groups: &listing.groups,
    };
    let Model {
        settings,
        records,
        thumbnails,
        ..
    } = model;
    // Cells and the menu both look records up, one after the other.
    let records = RefCell::new(records);
    let arrange = view.arrange;
    let mut describe = |_: usize, id: RecordId| match records.borrow_mut().get(id) {
        Some(record) => Cell {
            title: record.title(),
            note: note(&record, arrange),
            ..Cell::default()
        },
        None => Cell::default(),
    };
    let mut asked = Vec::new();
    let mut menu = |ui: &mut Ui, selection: &Selection| match selection.only() {
        Some(id) => {
            let record = records.borrow_mut().get(id);
            one_menu_ui(id, record.as_deref(), ui, &mut asked);
        }
        None => pictures_menu_ui(ui, selection.in_order(&listing.ids), &mut asked),
    };
    let zoom = &mut settings.grid_zoom;
    let output = view
        .grid
        .ui(ui, &contents, zoom, thumbnails, &mut describe, &mut menu);
    actions.append(&mut asked);
    if output.remove {
        view.remove_selected(actions);
    }
    if output.toggle_details {
        view.toggle_details(wide);
    }
    if let Some(id) = output.opened {
        open(id, model, actions);
    }
}

/// Opens a picture in the system's program.
fn open(id: RecordId, model: &mut Model, actions: &mut Vec<Action>) {
    if let Some(path) = model
        .records
        .get(id)
        .and_then(|record| record.paths.first().cloned())
    {
        actions.push(Action::Picture(PictureAction::Open(path)));
    }
}

/// The second line of a cell: what the grouping does not already say.
fn note(record: &Record, arrange: Arrange) -> String {
    let category = &record.fields.category;
    match arrange {
        Arrange::Category if !record.fields.product_id.is_empty() => {
            record.fields.product_id.clone()
        }
        _ if !category.is_empty() && arrange != Arrange::Category => category.clone(),
        _ => widgets::date(record.indexed_at),
    }
}

fn one_menu_ui(id: RecordId, record: Option<&Record>, ui: &mut Ui, asked: &mut Vec<Action>) {
    if ui.button("Find similar").clicked() {
        asked.push(Action::Picture(PictureAction::FindSimilar(id)));
    }
    if let Some(record) = record {
        picture_menu_ui(ui, record, asked);
    }
}
