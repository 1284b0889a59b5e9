//! Above the catalogue's grid: what is listed and how, and what to do with the selection.

use egui::{Align, Layout, Ui, vec2};
use egui_material_icons::icons::{ICON_ARROW_BACK, ICON_CLOSE, ICON_INFO, ICON_MORE_HORIZ};

use super::{CatalogueView, EditDialog};
use crate::{
    domain::catalogue::{Arrange, ExportFormat},
    ui::{
        action::{Action, CatalogueAction},
        command::UiCommand,
        deletion::Deletion,
        details::steady,
        model::{GRID_ZOOM, Model},
        search::dropdown,
        tokens::{self, Tokens, Weight as _, body, space, title},
        widgets,
    },
};

const ARRANGEMENTS: [(Arrange, &str); 5] = [
    (Arrange::Newest, "Newest"),
    (Arrange::Date, "Date"),
    (Arrange::Folder, "Folder"),
    (Arrange::Category, "Category"),
    (Arrange::Name, "Name"),
];

pub fn toolbar_ui(
    view: &mut CatalogueView,
    model: &mut Model,
    ui: &mut Ui,
    wide: bool,
    actions: &mut Vec<Action>,
) {
    let one_row = ui.available_width() >= 700.0;
    ui.horizontal(|ui| {
        ui.set_min_height(tokens::CONTROL_HEIGHT);
        ui.label(title(count_words(view)).color(Tokens::of(ui).text));
        if view.outstanding > 0 && view.generation.is_none() {
            ui.add(egui::Spinner::new().size(space::L));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            tools_ui(view, model, ui, wide, actions);
            if one_row {
                ui.add_space(space::XS);
                text_ui(view, ui, 240.0);
            }
        });
    });
    if !one_row {
        let width = ui.available_width() - space::M;
        text_ui(view, ui, width);
    }
    arrange_ui(view, ui);
}

fn count_words(view: &CatalogueView) -> String {
    let count = widgets::plural(view.listing.ids.len() as u64, "picture", "pictures");
    match (view.generation, view.asked.as_ref()) {
        (None, _) => "Catalogue".to_owned(),
        (_, Some((asked, _))) if !asked.text.is_empty() => format!("{count} found"),
        _ => count,
    }
}

fn tools_ui(
    view: &mut CatalogueView,
    model: &mut Model,
    ui: &mut Ui,
    wide: bool,
    actions: &mut Vec<Action>,
) {
    ui.spacing_mut().item_spacing.x = space::XS;
    let menu = widgets::icon_button(ui, ICON_MORE_HORIZ, "Catalogue menu", "");
    egui::Popup::menu(&menu).show(|ui| menu_ui(view, ui, actions));
    let open = if wide {
        view.details_open
    } else {
        view.drawer_open
    };
    let button = widgets::Button::quiet("")
        .icon(ICON_INFO)
        .selected(open)
        .name("Details");
    if ui.add(button).on_hover_text("Details (Space)").clicked() {
        view.toggle_details(wide);
    }
    let add = widgets::Button::primary("Add…").name("Add pictures or a folder");
    let add = ui.add(add);
    egui::Popup::menu(&add).show(|ui| {
        for command in [UiCommand::AddPictures, UiCommand::AddFolder] {
            if ui.button(command.label()).clicked() {
                actions.push(command.into());
            }
        }
    });
    ui.add_space(space::XS);
    if ui.available_width() > 200.0 {
        zoom_ui(model, ui);
    }
}

fn zoom_ui(model: &mut Model, ui: &mut Ui) {
    let (smallest, _, largest) = GRID_ZOOM;
    let zoom = &mut model.settings.grid_zoom;
    let mut share = (*zoom - smallest) / (largest - smallest);
    ui.allocate_ui(vec2(88.0, tokens::CONTROL_HEIGHT), |ui| {
        ui.set_width(88.0);
        if widgets::slider_percent(ui, &mut share, 0.0..=1.0, "Size of the pictures").changed() {
            *zoom = egui::lerp(smallest..=largest, share);
        }
    });
}

fn menu_ui(view: &mut CatalogueView, ui: &mut Ui, actions: &mut Vec<Action>) {
    if ui.button("Select all").clicked() {
        view.grid.selection.select_all(&view.listing.ids);
    }
    ui.separator();
    for (label, format) in [
        ("Export as CSV…", ExportFormat::Csv),
        ("Export as JSON Lines…", ExportFormat::JsonLines),
    ] {
        if ui.button(label).clicked() {
            actions.push(Action::Catalogue(CatalogueAction::Export(format)));
        }
    }
    if ui
        .button(UiCommand::Verify.label())
        .on_hover_text(UiCommand::Verify.tooltip())
        .clicked()
    {
        actions.push(UiCommand::Verify.into());
    }
}

fn text_ui(view: &mut CatalogueView, ui: &mut Ui, width: f32) {
    let hint = "Name, field or folder";
    let name = "Search the catalogue";
    let response = steady(ui, name, |ui| {
        widgets::search_field(ui, &mut view.text, name, hint, width)
    });
    if std::mem::take(&mut view.focus_text) {
        response.request_focus();
    }
    if response.changed() {
        view.typed_at = Some(ui.input(|input| input.time));
    }
}

fn arrange_ui(view: &mut CatalogueView, ui: &mut Ui) {
    let before = view.arrange;
    if ui.available_width() >= 440.0 {
        widgets::segmented(ui, &mut view.arrange, &ARRANGEMENTS);
    } else {
        let label = label_of(view.arrange);
        let name = format!("Arranged by, {label}");
        let response = dropdown(ui, label, &name);
        egui::Popup::menu(&response).show(|ui| {
            for (arrange, label) in ARRANGEMENTS {
                if ui
                    .selectable_label(view.arrange == arrange, label)
                    .clicked()
                {
                    view.arrange = arrange;
                    ui.close();
                }
            }
        });
    }
    if view.arrange != before {
        view.grid.reset();
    }
}

fn label_of(arrange: Arrange) -> &'static str {
    ARRANGEMENTS
        .iter()
        .find(|(one, _)| *one == arrange)
        .map_or("", |(_, label)| *label)
}

/// What can be done with the chosen pictures, once there are several.
pub fn selection_ui(
    view: &mut CatalogueView,
    model: &mut Model,
    ui: &mut Ui,
    actions: &mut Vec<Action>,
) {
    let chosen = view.grid.selection.len();
    if chosen < 2 {
        return;
    }
    // As wide as the pictures below, which leave room for their scroll bar.
    let width = ui.available_width() - space::M;
    ui.allocate_ui(vec2(width, tokens::CONTROL_HEIGHT), |ui| {
        selection_bar_ui(view, model, ui, chosen, actions);
    });
}

fn selection_bar_ui(
    view: &mut CatalogueView,
    model: &mut Model,
    ui: &mut Ui,
    chosen: usize,
    actions: &mut Vec<Action>,
) {
    let tokens = Tokens::of(ui);
    widgets::callout(ui, tokens.accent_surface, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(space::S, space::S);
            let words = format!("{} chosen", widgets::grouped(chosen as u64));
            ui.label(body(words).medium().color(tokens.text));
            ui.add_space(space::XS);
            if widgets::secondary_button(ui, "Edit fields…").clicked() {
                view.edit = Some(EditDialog::new(view.selected()));
            }
            if chosen == 2 && widgets::secondary_button(ui, "Compare").clicked() {
                view.open_compare(model, actions);
            }
            if widgets::secondary_button(ui, "Remove")
                .on_hover_text(UiCommand::RemoveSelected.tooltip())
                .clicked()
            {
                let ids = view.selected();
                actions.push(Action::Delete(Deletion::Pictures(ids)));
            }
            let clear = widgets::icon_button(ui, ICON_CLOSE, "Choose none", "Choose none (Esc)");
            if clear.clicked() {
                view.grid.selection.clear();
            }
        });
    });
}

/// The back button of the details when they are shown instead of the grid.
pub fn back_ui(ui: &mut Ui) -> bool {
    let back = widgets::Button::quiet("Catalogue")
        .icon(ICON_ARROW_BACK)
        .name("Back to the catalogue");
    ui.add(back).clicked()
}
