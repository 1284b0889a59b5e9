//! The details pane: one picture with its fields, its folders, and its actions.

pub mod evidence;
pub mod fields;
mod form;
mod steady;

use std::{path::Path, sync::Arc};

use egui::{CornerRadius, Label, Rect, Role, Sense, Ui, WidgetInfo, vec2};
use egui_material_icons::icons::{
    ICON_CLOSE, ICON_CONTENT_COPY, ICON_FOLDER_OPEN, ICON_HIDE_IMAGE, ICON_MORE_HORIZ,
};

pub use steady::steady;

use self::{
    evidence::{Naming, dimensions, evidence_ui, evidence_words},
    form::Form,
};
use super::{
    action::{Action, PictureAction},
    cache::{PANE_SIDE, Preview, Previews, Thumbnails},
    deletion::Deletion,
    grid::{contained, covering, elide_middle},
    tokens::{self, Tokens, Weight as _, body, large, radius, small, space},
    widgets,
};
use crate::domain::{
    path::shown,
    query::{Hit, QuerySource},
    record::{Record, RecordId},
};

/// Height of the picture at the top, in points.
const PICTURE_HEIGHT: f32 = 200.0;

/// The pane's subject.
pub struct Subject<'a> {
    /// As the catalogue has it now.
    pub record: Arc<Record>,
    /// The result it is, where it is one.
    pub hit: Option<&'a Hit>,
    /// Oriented pixels of the query; zero where they are not known.
    pub query_size: [u32; 2],
}

/// What the user asked for and the view has to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DetailsOutput {
    pub compare: bool,
    pub close: bool,
}

/// What is being typed into the pane.
#[derive(Default)]
pub struct DetailsView {
    form: Form,
}

/// Draws the pane for one picture.
pub fn details_ui(
    view: &mut DetailsView,
    subject: &Subject<'_>,
    previews: &mut Previews,
    thumbnails: &mut Thumbnails,
    ui: &mut Ui,
    actions: &mut Vec<Action>,
) -> DetailsOutput {
    let record = &subject.record;
    let mut output = DetailsOutput::default();
    egui::ScrollArea::vertical()
        .id_salt("details")
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(space::S, space::S);
            // Room for the scroll bar.
            ui.set_max_width(ui.available_width() - space::S);
            let picture = picture_ui(ui, record, previews, thumbnails);
            output.close = close_ui(ui, picture);
            ui.add_space(space::XS);
            name_ui(ui, record);
            if let Some(hit) = subject.hit {
                let size = [record.width, record.height];
                let words = evidence_words(&hit.evidence, Naming::Yours, size, subject.query_size);
                ui.add_space(space::XS);
                evidence_ui(ui, hit.verdict, &words);
            }
            ui.add_space(space::XS);
            output.compare = buttons_ui(ui, record, subject.hit.is_some(), actions);
            ui.add_space(space::XS);
            widgets::hairline(ui);
            ui.add_space(space::XS);
            // The widgets above change with the picture; the focus must stay in its field.
            let edits = steady(ui, "fields", |ui| {
                view.form.ui(ui, record.id, &record.fields)
            });
            for (id, edit) in edits {
                actions.push(Action::Picture(PictureAction::Edit {
                    ids: vec![id],
                    edit: Box::new(edit),
                }));
            }
            ui.add_space(space::XS);
            widgets::hairline(ui);
            ui.add_space(space::XS);
            facts_ui(ui, record);
            paths_ui(ui, record, actions);
            ui.add_space(space::L);
        });
    output
}

/// The pane where several pictures are chosen, or none.
pub fn details_of_many_ui(ui: &mut Ui, chosen: usize) {
    let tokens = Tokens::of(ui);
    let (heading, text) = match chosen {
        0 => (
            "No picture chosen",
            "Choose one to see its fields and where it lies.",
        ),
        _ => ("", "What you edit or remove applies to all of them."),
    };
    let heading = match heading {
        "" => widgets::plural(chosen as u64, "picture", "pictures") + " chosen",
        heading => heading.to_owned(),
    };
    ui.add_space(space::XS);
    ui.label(large(heading).color(tokens.text));
    ui.add(Label::new(body(text).color(tokens.dim)).wrap());
}

fn picture_ui(
    ui: &mut Ui,
    record: &Record,
    previews: &mut Previews,
    thumbnails: &mut Thumbnails,
) -> Rect {
    let tokens = Tokens::of(ui);
    let size = vec2(
        ui.available_width(),
        PICTURE_HEIGHT.min(ui.available_width()),
    );
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, record.title()));
    ui.painter().rect_filled(rect, radius::CARD, tokens.well);
    let source = QuerySource::Record(record.id);
    match previews.get(ui.ctx(), &source, PANE_SIDE) {
        Preview::Ready { texture, .. } => {
            // Only part of a long picture would be seen if it filled the place.
            let (long, short) = (texture.size.max_elem(), texture.size.min_elem().max(1.0));
            let shape = if long / short > 2.0 {
                contained(rect.shrink(space::S), texture)
            } else {
                covering(rect, texture, CornerRadius::same(radius::CARD))
            };
            ui.painter().add(shape);
        }
        Preview::Loading => {
            if let Some(texture) = thumbnails.texture(ui.ctx(), record.id) {
                ui.painter()
                    .add(covering(rect, texture, CornerRadius::same(radius::CARD)));
            }
        }
        Preview::Failed(why) => {
            if let Some(texture) = thumbnails.texture(ui.ctx(), record.id) {
                ui.painter()
                    .add(covering(rect, texture, CornerRadius::same(radius::CARD)));
            } else {
                let icon = ICON_HIDE_IMAGE.rich_text().size(tokens::size::HERO_ICON);
                ui.put(rect, Label::new(icon.color(tokens.faint)));
            }
            ui.add(Label::new(small(why).color(tokens.warning)).wrap());
        }
    }
    rect
}

fn close_ui(ui: &Ui, picture: Rect) -> bool {
    let tokens = Tokens::of(ui);
    let side = tokens::SMALL_CONTROL_HEIGHT;
    let at = picture.right_top() + vec2(-side - space::S, space::S);
    let rect = Rect::from_min_size(at, egui::Vec2::splat(side));
    let response = ui.interact(rect, ui.scope_id().with("close details"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Close details"));
    let fill = if response.hovered() {
        tokens.hover
    } else {
        tokens.panel
    };
    ui.painter().rect_filled(rect, 6, fill);
    let font = egui::FontId::new(tokens::size::LARGE, ICON_CLOSE.font_family());
    let align = egui::Align2::CENTER_CENTER;
    ui.painter().text(
        rect.center(),
        align,
        ICON_CLOSE.codepoint,
        font,
        tokens.text,
    );
    widgets::focus_ring(ui, &response, 6);
    response.on_hover_text("Close details (Space)").clicked()
}

fn name_ui(ui: &mut Ui, record: &Record) {
    let tokens = Tokens::of(ui);
    ui.spacing_mut().item_spacing.y = 2.0;
    let font = egui::FontId::new(tokens::size::LARGE, tokens::semibold_family());
    let title = record.title();
    let elided = elide_middle(ui, &title, &font, ui.available_width());
    let label = ui.label(large(&elided).color(tokens.text));
    if elided != title {
        label.on_hover_text(title);
    }
    if let Some(folder) = record.paths.first().and_then(|path| path.parent()) {
        let font = egui::FontId::proportional(tokens::size::SMALL);
        let words = folder_words(folder);
        let elided = elide_middle(ui, &words, &font, ui.available_width());
        ui.label(small(elided).color(tokens.dim))
            .on_hover_text(shown(folder).to_string());
    }
    ui.spacing_mut().item_spacing.y = space::S;
}

/// `Photos / Winter shoot / selected`: the last three folders.
fn folder_words(folder: &Path) -> String {
    let names: Vec<_> = folder
        .components()
        .filter_map(|part| match part {
            std::path::Component::Normal(name) => Some(shown(Path::new(name)).to_string()),
            _ => None,
        })
        .collect();
    names[names.len().saturating_sub(3)..].join(" / ")
}

fn buttons_ui(ui: &mut Ui, record: &Record, is_result: bool, actions: &mut Vec<Action>) -> bool {
    let mut compare = false;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(space::S, space::S);
        if is_result {
            compare = widgets::primary_button(ui, "Compare").clicked();
        }
        let find = if is_result {
            widgets::secondary_button(ui, "Find similar")
        } else {
            widgets::primary_button(ui, "Find similar")
        };
        if find.clicked() {
            actions.push(Action::Picture(PictureAction::FindSimilar(record.id)));
        }
        if widgets::secondary_button(ui, "Reveal")
            .on_hover_text("Show the file in the file manager")
            .clicked()
            && let Some(path) = record.paths.first()
        {
            actions.push(Action::Picture(PictureAction::Reveal(path.clone())));
        }
        let more = ui.add(
            widgets::Button::secondary("")
                .icon(ICON_MORE_HORIZ)
                .name("More actions"),
        );
        egui::Popup::menu(&more).show(|ui| picture_menu_ui(ui, record, actions));
    });
    compare
}

/// What can be done with one picture, as a menu.
pub fn picture_menu_ui(ui: &mut Ui, record: &Record, actions: &mut Vec<Action>) {
    let mut send = |action| actions.push(Action::Picture(action));
    if let Some(path) = record.paths.first() {
        if ui.button("Open").clicked() {
            send(PictureAction::Open(path.clone()));
        }
        if ui.button("Reveal in the file manager").clicked() {
            send(PictureAction::Reveal(path.clone()));
        }
        if ui.button("Copy path").clicked() {
            send(PictureAction::CopyPath(path.clone()));
        }
    }
    if ui.button("Copy picture").clicked() {
        send(PictureAction::CopyPicture(record.id));
    }
    ui.separator();
    if ui.button("Remove from the catalogue").clicked() {
        actions.push(Action::Delete(Deletion::Pictures(vec![record.id])));
    }
}

fn facts_ui(ui: &mut Ui, record: &Record) {
    const LABEL: f32 = 76.0;
    ui.spacing_mut().item_spacing.y = space::XS;
    let size = dimensions(record.width, record.height);
    widgets::label_value(ui, LABEL, "Indexed", &widgets::date_time(record.indexed_at));
    widgets::label_value(ui, LABEL, "Size", &size);
    let file = format!("{} · {}", record.format, widgets::bytes(record.file_bytes));
    widgets::label_value(ui, LABEL, "File", &file);
    if record.partial {
        widgets::label_value(
            ui,
            LABEL,
            "Damaged",
            "The file ends early; only a part is shown.",
        );
    }
    hash_ui(ui, LABEL, record);
    ui.spacing_mut().item_spacing.y = space::S;
}

fn hash_ui(ui: &mut Ui, label_width: f32, record: &Record) {
    let tokens = Tokens::of(ui);
    let hash = record.hash.to_string();
    ui.horizontal(|ui| {
        ui.allocate_ui(vec2(label_width, 20.0), |ui| {
            ui.set_width(label_width);
            ui.label(body("Identity").color(tokens.dim));
        });
        ui.label(body(format!("{}…", &hash[..12])).color(tokens.text));
        let copy = widgets::Button::quiet("")
            .icon(ICON_CONTENT_COPY)
            .small()
            .name("Copy identity");
        let tip = format!("BLAKE3 of the file's bytes: {hash}. Copy");
        if ui.add(copy).on_hover_text(tip).clicked() {
            ui.ctx().copy_text(hash.clone());
        }
    });
}

fn paths_ui(ui: &mut Ui, record: &Record, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    ui.add_space(space::XS);
    let heading = match record.paths.len() {
        1 => "Where it lies".to_owned(),
        many => format!("Where it lies, {} places", widgets::grouped(many as u64)),
    };
    ui.label(body(heading).medium().color(tokens.text));
    for path in record.paths.iter().take(MOST_PATHS) {
        ui.horizontal_top(|ui| {
            let width = ui.available_width() - tokens::SMALL_CONTROL_HEIGHT - space::S;
            let text = small(shown(path).to_string()).color(tokens.dim);
            ui.allocate_ui(vec2(width, 16.0), |ui| {
                ui.set_width(width);
                ui.add(Label::new(text).wrap().selectable(true));
            });
            let name = format!("Reveal {}", shown(path));
            let button = widgets::Button::quiet("")
                .icon(ICON_FOLDER_OPEN)
                .small()
                .name(&name);
            if ui
                .add(button)
                .on_hover_text("Show in the file manager")
                .clicked()
            {
                actions.push(Action::Picture(PictureAction::Reveal(path.clone())));
            }
        });
    }
    if let Some(rest) = record
        .paths
        .len()
        .checked_sub(MOST_PATHS)
        .filter(|rest| *rest > 0)
    {
        let words = format!("and {} more", widgets::grouped(rest as u64));
        ui.label(small(words).color(tokens.dim));
    }
}

/// Places listed; a picture copied a thousand times does not fill the pane.
const MOST_PATHS: usize = 20;

/// What can be done with several pictures, as a menu.
pub fn pictures_menu_ui(ui: &mut Ui, ids: Vec<RecordId>, actions: &mut Vec<Action>) {
    let label = format!(
        "Remove {} from the catalogue",
        widgets::grouped(ids.len() as u64)
    );
    if ui.button(label).clicked() {
        actions.push(Action::Delete(Deletion::Pictures(ids)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_told_by_its_last_three_names() {
        let folder = Path::new("/home/someone/Photos/Winter shoot/selected");
        assert_eq!(folder_words(folder), "Photos / Winter shoot / selected");
        assert_eq!(folder_words(Path::new("/")), "");
    }
}
