//! The query: its picture with the region, and how to search with it.

use egui::{Label, Rect, ScrollArea, Sense, Ui, Vec2, vec2};
use egui_material_icons::icons::ICON_CROP_FREE;

use super::{Drawer, SearchView, Tab, Verdicts, dropdown, filter_bar, region, results, strip};
use crate::ui::{
    action::Action,
    cache::{PANE_SIDE, Preview, Previews},
    command::UiCommand,
    details::{evidence::dimensions, steady},
    grid::{elide_middle, fitted},
    model::Model,
    tokens::{self, Tokens, body, large, radius, small, space},
    widgets,
};

/// The picture is no higher than this, in points.
const PICTURE_HEIGHT: f32 = 300.0;

pub fn column_ui(
    view: &mut SearchView,
    model: &mut Model,
    ui: &mut Ui,
    as_drawer: bool,
    actions: &mut Vec<Action>,
) {
    if results::close_drawer_ui(ui, as_drawer) {
        view.drawer = Drawer::None;
    }
    ScrollArea::vertical()
        .id_salt("query column")
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(space::S, space::S);
            // Room for the scroll bar.
            ui.set_max_width(ui.available_width() - space::S);
            ui.label(large("Query").color(Tokens::of(ui).text));
            strip::strip_ui(view, model, ui, actions);
            let SearchView {
                tabs,
                current,
                region,
                filter_typed_at,
                ..
            } = view;
            let Some(tab) = tabs.iter_mut().find(|tab| tab.id == *current) else {
                return;
            };
            picture_ui(tab, region, &mut model.previews, ui, actions);
            ui.add_space(space::XS);
            buttons_ui(tab, ui, actions);
            ui.add_space(space::S);
            widgets::hairline(ui);
            ui.add_space(space::S);
            // The widgets above change when the picture arrives; the focus must stay in its field.
            steady(ui, "settings", |ui| {
                threshold_ui(tab, ui);
                switches_ui(tab, ui, actions);
                category_ui(tab, model, ui, actions);
                verdicts_ui(tab, ui);
                filter_bar::filter_ui(tab, filter_typed_at, ui, actions);
            });
            ui.add_space(space::L);
        });
}

fn picture_ui(
    tab: &mut Tab,
    editor: &mut region::RegionEditor,
    previews: &mut Previews,
    ui: &mut Ui,
    actions: &mut Vec<Action>,
) {
    let tokens = Tokens::of(ui);
    let width = ui.available_width();
    match previews.get(ui.ctx(), &tab.query.picture.source, PANE_SIDE) {
        Preview::Ready { texture, size } => {
            let shape = vec2(size[0] as f32, size[1] as f32).max(vec2(1.0, 1.0));
            let height = (width * shape.y / shape.x).clamp(48.0, PICTURE_HEIGHT);
            let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
            let mut place = fitted(rect, shape);
            let mut corners = egui::CornerRadius::ZERO;
            // A strip of a few points beside the picture would look like a mistake.
            if (rect.size() - place.size()).max_elem() < space::S {
                place = rect;
                corners = egui::CornerRadius::same(radius::CARD);
            } else {
                ui.painter().rect_filled(rect, radius::CARD, tokens.well);
            }
            let uv = Rect::from_min_max(egui::Pos2::ZERO, egui::pos2(1.0, 1.0));
            let shape = egui::epaint::RectShape::filled(place, corners, egui::Color32::WHITE)
                .with_texture(texture.id, uv);
            ui.painter().add(shape);
            let before = tab.query.picture.view.region;
            if let Some(region) = editor.ui(ui, place, corners, size, before) {
                tab.query.picture.view.region = region;
                tab.run(actions);
            }
            caption_ui(tab, size, ui);
        }
        Preview::Loading => {
            let (rect, _) = ui.allocate_exact_size(vec2(width, width), Sense::hover());
            ui.painter().rect_filled(rect, radius::CARD, tokens.well);
            let place = Rect::from_center_size(rect.center(), Vec2::splat(space::XXL));
            egui::Spinner::new().size(space::XXL).paint_at(ui, place);
            caption_ui(tab, [0, 0], ui);
        }
        Preview::Failed(why) => {
            widgets::callout(ui, tokens.warning_surface, |ui| {
                ui.add(Label::new(body(why).color(tokens.text)).wrap());
            });
            caption_ui(tab, [0, 0], ui);
        }
    }
}

/// `pasted picture · 1,200 × 1,600 px · region 58 %`
fn caption_ui(tab: &Tab, size: [u32; 2], ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    let font = egui::FontId::proportional(tokens::size::SMALL);
    let name = elide_middle(ui, &tab.name, &font, ui.available_width());
    ui.spacing_mut().item_spacing.y = 0.0;
    let label = ui.label(small(&name).color(tokens.text));
    if name != tab.name {
        label.on_hover_text(&tab.name);
    }
    if size != [0, 0] {
        let mut facts = dimensions(size[0], size[1]);
        if let Some(region) = tab.query.picture.view.region {
            facts += &format!(
                " · region {}",
                widgets::percent(region::share(region, size))
            );
        }
        ui.add(Label::new(small(facts).color(tokens.dim)).truncate());
    }
    ui.spacing_mut().item_spacing.y = space::S;
}

fn buttons_ui(tab: &mut Tab, ui: &mut Ui, actions: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        if widgets::secondary_button(ui, "Choose…").clicked() {
            actions.push(UiCommand::ChooseQuery.into());
        }
        if widgets::secondary_button(ui, "Paste").clicked() {
            actions.push(UiCommand::Paste.into());
        }
        if tab.query.picture.view.region.is_some() {
            let clear = widgets::Button::quiet("")
                .icon(ICON_CROP_FREE)
                .name("Clear region");
            if ui
                .add(clear)
                .on_hover_text("Search with the whole picture")
                .clicked()
            {
                tab.query.picture.view.region = None;
                tab.run(actions);
            }
        }
    });
}

fn threshold_ui(tab: &mut Tab, ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.label(body("At least").color(tokens.text));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let words = format!("{} alike", widgets::percent(tab.threshold));
            ui.label(body(words).color(tokens.dim));
        });
    });
    if widgets::slider_percent(ui, &mut tab.threshold, 0.0..=1.0, "At least alike").changed() {
        tab.arrange();
    }
}

fn switches_ui(tab: &mut Tab, ui: &mut Ui, actions: &mut Vec<Action>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    if widgets::toggle(ui, &mut tab.query.picture.view.rotations, "Also rotated")
        .on_hover_text("Also search with the picture turned by 90°, 180° and 270°")
        .changed()
    {
        tab.run(actions);
    }
    if widgets::toggle(ui, &mut tab.query.cut.distinct_product, "One a product")
        .on_hover_text("Of pictures with the same product, show the most alike only")
        .changed()
    {
        tab.refine(actions);
    }
    ui.spacing_mut().item_spacing.y = space::S;
}

fn category_ui(tab: &mut Tab, model: &Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    let response = ui
        .horizontal(|ui| {
            ui.set_min_height(tokens::CONTROL_HEIGHT);
            ui.label(body("Category").color(tokens.text));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let shown = tab.category.as_deref().unwrap_or("any");
                let font = egui::FontId::proportional(tokens::size::BODY);
                let room = ui.available_width() - 32.0;
                let label = elide_middle(ui, shown, &font, room.max(24.0));
                dropdown(ui, &label, &format!("Category, {shown}"))
            })
            .inner
        })
        .inner;
    let before = tab.category.clone();
    egui::Popup::menu(&response)
        .width(220.0)
        .show(|ui| category_menu_ui(tab, model, ui));
    if tab.category != before {
        tab.apply_filter(actions);
    }
}

fn verdicts_ui(tab: &mut Tab, ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    let response = ui
        .horizontal(|ui| {
            ui.set_min_height(tokens::CONTROL_HEIGHT);
            ui.label(body("Verdict").color(tokens.text));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let shown = tab.verdicts.label();
                dropdown(ui, shown, &format!("Verdict, {shown}"))
            })
            .inner
        })
        .inner;
    egui::Popup::menu(&response).show(|ui| {
        for verdicts in Verdicts::ALL {
            let chosen = tab.verdicts == verdicts;
            if ui
                .selectable_label(chosen, verdicts.label())
                .on_hover_text(verdicts.tip())
                .clicked()
            {
                tab.verdicts = verdicts;
                tab.arrange();
                ui.close();
            }
        }
    });
}

fn category_menu_ui(tab: &mut Tab, model: &Model, ui: &mut Ui) {
    if ui
        .selectable_label(tab.category.is_none(), "Any category")
        .clicked()
    {
        tab.category = None;
        ui.close();
    }
    let Some(state) = &model.state else { return };
    let categories = &state.categories;
    let row = tokens::SMALL_CONTROL_HEIGHT;
    ScrollArea::vertical()
        .max_height(320.0)
        .show_rows(ui, row, categories.len(), |ui, rows| {
            ui.spacing_mut().interact_size.y = row;
            for (category, count) in &categories[rows] {
                let label = match category.as_str() {
                    "" => "No category".to_owned(),
                    category => category.to_owned(),
                };
                let text = format!("{label}  {}", widgets::grouped(*count));
                let chosen = tab.category.as_ref() == Some(category);
                let button = egui::Button::selectable(chosen, text).truncate();
                if ui.add(button).clicked() {
                    tab.category = Some(category.clone());
                    ui.close();
                }
            }
        });
}
