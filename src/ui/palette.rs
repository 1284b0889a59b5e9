//! The palette: one field that finds pictures and runs every command.

use std::path::PathBuf;

use egui::{
    Align2, Context, FontId, Frame, Id, Key, Margin, Modal, Modifiers, Role, ScrollArea, Sense,
    Stroke, Ui, Vec2, WidgetInfo, pos2,
};
use egui_material_icons::{
    MaterialIcon,
    icons::{ICON_CREATE_NEW_FOLDER, ICON_GRID_VIEW, ICON_IMAGE_SEARCH},
};

use super::{
    action::{Action, ImportAction},
    command::UiCommand,
    text::elided,
    tokens::{Tokens, body, radius, size, space},
    widgets,
};

const WIDTH: f32 = 600.0;
const ROW: f32 = 40.0;

/// The palette's state while it is open.
#[derive(Default)]
pub struct PaletteView {
    open: bool,
    text: String,
    chosen: usize,
    /// Scroll to the selected entry in the next frame.
    reveal: bool,
}

/// A line of the palette.
struct Entry {
    icon: MaterialIcon,
    label: String,
    detail: String,
    action: Action,
}

impl PaletteView {
    pub fn open(&mut self) {
        *self = Self {
            open: true,
            ..Self::default()
        };
    }

    pub fn is_open(&self) -> bool {
        self.open
    }
}

/// Draws the palette while it is open; `available` are the commands that can be run now.
pub fn palette_ui(
    view: &mut PaletteView,
    available: &[UiCommand],
    ctx: &Context,
    actions: &mut Vec<Action>,
) {
    if !view.open {
        return;
    }
    let tokens = Tokens::of(ctx);
    let window = ctx.content_rect();
    let width = WIDTH.min(window.width() - 2.0 * space::L);
    let frame = Frame::new()
        .fill(tokens.panel)
        .stroke(Stroke::new(1.0, tokens.strong_line))
        .corner_radius(radius::DIALOG)
        .inner_margin(Margin::same(space::S as i8));
    let id = Id::unique("palette");
    let area = Modal::default_area(id)
        .anchor(
            Align2::CENTER_TOP,
            Vec2::new(0.0, 72.0_f32.min(window.height() * 0.1)),
        )
        .role(Role::Dialog)
        .accessible_name("Command palette");
    let modal = Modal::new(id)
        .area(area)
        .frame(frame)
        .backdrop_color(tokens.backdrop);
    let response = modal.show(ctx, |ui| {
        ui.set_width(width);
        // egui remembers an area's last height; the list may grow beyond it.
        ui.set_max_height(window.height());
        content_ui(view, available, window.height() - 180.0, ui, actions);
    });
    if response.should_close() {
        view.open = false;
    }
}

fn content_ui(
    view: &mut PaletteView,
    available: &[UiCommand],
    height: f32,
    ui: &mut Ui,
    actions: &mut Vec<Action>,
) {
    // The keys are consumed before the field sees them.
    let (up, down, enter) = ui.input_mut(|input| {
        (
            input.count_and_consume_key(Modifiers::NONE, Key::ArrowUp),
            input.count_and_consume_key(Modifiers::NONE, Key::ArrowDown),
            input.consume_key(Modifiers::NONE, Key::Enter),
        )
    });
    let hint = "Type a name, a field, a folder or a command";
    let field = widgets::search_field(ui, &mut view.text, "Find or run", hint, f32::INFINITY);
    field.request_focus();
    if field.changed() {
        view.chosen = 0;
    }
    let entries = entries(&view.text, available, ui.ctx());
    let last = entries.len().saturating_sub(1);
    view.chosen = (view.chosen + down).saturating_sub(up).min(last);
    view.reveal |= up + down > 0;
    let mut run = enter.then_some(view.chosen);
    ui.add_space(space::XS);
    if entries.is_empty() {
        let words = "Nothing matches. Try a shorter word.";
        ui.label(body(words).color(Tokens::of(ui).dim));
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .max_height(height.clamp(120.0, 10.0 * ROW))
        .show(ui, |ui| {
            for (at, entry) in entries.iter().enumerate() {
                let response = entry_ui(entry, at == view.chosen, ui);
                if at == view.chosen && view.reveal {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    run = Some(at);
                }
            }
        });
    view.reveal = false;
    if let Some(entry) = run.and_then(|at| entries.get(at)) {
        actions.push(entry.action.clone());
        view.open = false;
    }
}

fn entry_ui(entry: &Entry, chosen: bool, ui: &mut Ui) -> egui::Response {
    let tokens = Tokens::of(ui);
    let size = Vec2::new(ui.available_width(), ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::MenuItem, true, chosen, &entry.label));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    if chosen {
        ui.painter()
            .rect_filled(rect, radius::CONTROL, tokens.accent_surface);
    } else if response.hovered() {
        ui.painter()
            .rect_filled(rect, radius::CONTROL, tokens.hover);
    }
    let ink = if chosen {
        tokens.accent_text
    } else {
        tokens.text
    };
    let symbol = FontId::new(size::ICON, entry.icon.font_family());
    let at = pos2(rect.left() + 20.0, rect.center().y);
    ui.painter()
        .text(at, Align2::CENTER_CENTER, entry.icon.codepoint, symbol, ink);
    let small = FontId::proportional(size::SMALL);
    let detail = elided(ui, &entry.detail, small, tokens.dim, rect.width() * 0.5);
    let detail_width = detail.size().x;
    let room = rect.width() - 40.0 - detail_width - 2.0 * space::M;
    let label = elided(
        ui,
        &entry.label,
        FontId::proportional(size::BODY),
        ink,
        room.max(40.0),
    );
    let at = pos2(rect.left() + 40.0, rect.center().y - label.size().y / 2.0);
    ui.painter().galley(at, label, ink);
    let right = rect.right() - space::M - detail_width;
    let at = pos2(right, rect.center().y - detail.size().y / 2.0);
    ui.painter().galley(at, detail, tokens.dim);
    response
}

fn entries(text: &str, available: &[UiCommand], ctx: &Context) -> Vec<Entry> {
    let wanted = text.trim();
    let mut entries = path_entries(wanted);
    let mut commands: Vec<(u32, UiCommand)> = available
        .iter()
        .filter(|command| **command != UiCommand::ShowPalette)
        .filter_map(|command| Some((rank(command.label(), wanted)?, *command)))
        .collect();
    commands.sort_by_key(|(rank, _)| *rank);
    entries.extend(commands.into_iter().map(|(_, command)| Entry {
        icon: command.icon(),
        label: command.label().to_owned(),
        detail: command.keys(ctx).unwrap_or_default(),
        action: command.into(),
    }));
    if !wanted.is_empty() {
        let find = Entry {
            icon: ICON_GRID_VIEW,
            label: format!("Find “{wanted}” in the catalogue"),
            detail: "names, fields and folders".to_owned(),
            action: Action::FindInCatalogue(wanted.to_owned()),
        };
        // Text that begins a command's name ranks the command first.
        let begun = available
            .iter()
            .any(|command| rank(command.label(), wanted).is_some_and(|rank| rank == 0));
        let place = if begun || !entries.is_empty() && is_path(wanted) {
            entries.len()
        } else {
            0
        };
        entries.insert(place, find);
    }
    entries
}

fn is_path(text: &str) -> bool {
    let drive = text.as_bytes().get(1) == Some(&b':') && text.as_bytes()[0].is_ascii_alphabetic();
    text.len() > 1 && (text.starts_with('/') || text.starts_with("\\\\") || drive)
}

/// A typed or pasted path can be added or searched with, without any file dialog.
fn path_entries(text: &str) -> Vec<Entry> {
    let unquoted = text.trim_matches(['"', '\'']);
    if !is_path(unquoted) {
        return Vec::new();
    }
    let path = PathBuf::from(unquoted);
    vec![
        Entry {
            icon: ICON_CREATE_NEW_FOLDER,
            label: format!("Add {unquoted}"),
            detail: "to the catalogue".to_owned(),
            action: Action::Import(ImportAction::Preview(vec![path.clone()])),
        },
        Entry {
            icon: ICON_IMAGE_SEARCH,
            label: format!("Search with {unquoted}"),
            detail: "a picture file".to_owned(),
            action: Action::SearchWithFiles(vec![path]),
        },
    ]
}

/// How well a label answers what was typed, 0 the best; none where it does not.
fn rank(label: &str, wanted: &str) -> Option<u32> {
    let (label, wanted) = (label.to_lowercase(), wanted.to_lowercase());
    if wanted.is_empty() || label.starts_with(&wanted) {
        return Some(0);
    }
    if label
        .split_whitespace()
        .any(|word| word.starts_with(&wanted))
    {
        return Some(1);
    }
    if label.contains(&wanted) {
        return Some(2);
    }
    // All words in any order: "pictures add".
    let words: Vec<&str> = wanted.split_whitespace().collect();
    (words.len() > 1 && words.iter().all(|word| label.contains(word))).then_some(3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::rooms;

    fn labels(text: &str) -> Vec<String> {
        let ctx = Context::default();
        let commands: Vec<_> = rooms::commands().collect();
        entries(text, &commands, &ctx)
            .into_iter()
            .map(|entry| entry.label)
            .collect()
    }

    #[test]
    fn with_nothing_typed_every_command_is_listed() {
        assert_eq!(labels("").len(), rooms::commands().count() - 1);
    }

    #[test]
    fn the_beginning_of_a_name_comes_first() {
        assert_eq!(labels("cat")[0], "Catalogue");
        assert_eq!(labels("undo")[0], "Undo");
    }

    #[test]
    fn what_is_no_command_is_looked_for_in_the_catalogue() {
        assert_eq!(labels("blue dress"), ["Find “blue dress” in the catalogue"]);
    }

    #[test]
    fn a_path_can_be_added_or_searched_with() {
        let labels = labels("/photos/winter");
        assert_eq!(labels[0], "Add /photos/winter");
        assert_eq!(labels[1], "Search with /photos/winter");
        assert!(is_path("C:\\Photos") && is_path("\\\\server\\photos") && !is_path("c"));
    }
}
