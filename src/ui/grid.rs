//! The grid of pictures that Search and Catalogue share: only what is in view is laid out, asked
//! for and drawn.

mod badge;
mod cell;
mod elide;
mod keys;
mod layout;
mod selection;

use egui::{EventFilter, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

pub use cell::{Cell, contained, covering, fitted};
pub use elide::elide_middle;
pub use selection::{Choose, Selection};

use self::{
    cell::{CellState, cell_height, cell_ui},
    layout::{GAP, Layout, LayoutKey, Visible},
};
use super::{
    cache::Thumbnails,
    model::GRID_ZOOM,
    tokens::{self, Tokens, space},
};
use crate::domain::{record::RecordId, words};

/// One press of `+`; its inverse is one of `-`.
pub const ZOOM_STEP: f32 = 1.2;
/// Room for the scroll bar at the right.
const BAR: f32 = 12.0;

/// A grid's contents.
pub struct Contents<'a> {
    /// The accessible name of the grid.
    pub name: &'a str,
    pub ids: &'a [RecordId],
    /// Grows whenever `ids` or `groups` are replaced.
    pub revision: u64,
    /// Heading and the index of its first picture; empty for no headings.
    pub groups: &'a [(String, usize)],
}

/// What the user did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GridOutput {
    /// Double click or Enter.
    pub opened: Option<RecordId>,
    /// Space.
    pub toggle_details: bool,
    /// Delete.
    pub remove: bool,
    /// Less than a screen is left below.
    pub near_end: bool,
}

/// Zooms: scales the preferred width of a cell.
pub fn zoom_by(zoom: &mut f32, factor: f32) {
    let (smallest, _, largest) = GRID_ZOOM;
    *zoom = (*zoom * factor).clamp(smallest, largest);
}

/// Selection and scroll position of one grid.
#[derive(Default)]
pub struct Grid {
    pub selection: Selection,
    /// The picture under the pointer, as of the last frame.
    pub hovered: Option<RecordId>,
    layout: Layout,
    offset: f32,
    view_height: f32,
    /// Scroll offset for the next frame.
    jump: Option<f32>,
    /// Scroll to the cursor in the next frame.
    reveal: bool,
    /// At the end of the last frame no other widget had the focus: a key that leaves a text field
    /// must not act on the grid too.
    had_keys: bool,
    /// The topmost visible picture and how far its top is scrolled out of view.
    top: Option<(RecordId, f64)>,
}

impl Grid {
    /// Resets to the top with nothing selected, for instance for another query.
    pub fn reset(&mut self) {
        self.selection = Selection::default();
        self.hovered = None;
        self.top = None;
        self.offset = 0.0;
        self.jump = Some(0.0);
    }

    /// Scrolls to the cursor with the next frame.
    pub fn reveal_cursor(&mut self) {
        self.reveal = true;
    }

    /// Draws the grid over all the available space.
    ///
    /// `zoom` is the preferred width of a cell, in points; `describe` returns the caption of the
    /// picture at an index; `menu` fills the context menu, which concerns the selection.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        contents: &Contents<'_>,
        zoom: &mut f32,
        thumbnails: &mut Thumbnails,
        describe: &mut dyn FnMut(usize, RecordId) -> Cell,
        menu: &mut dyn FnMut(&mut Ui, &Selection),
    ) -> GridOutput {
        let mut output = GridOutput::default();
        let area = ui.available_rect_before_wrap();
        let id = ui.make_persistent_id(contents.name);
        zoom_with_wheel(ui, area, zoom);
        self.keys_ui(ui, id, contents, zoom, &mut output);
        self.relayout(contents, area.width() - BAR, *zoom);
        self.scroll_to_cursor(contents);
        let mut scroll = ScrollArea::vertical()
            .id_salt(contents.name)
            .auto_shrink(false);
        if let Some(offset) = self.jump.take() {
            scroll = scroll.vertical_scroll_offset(offset);
        }
        self.hovered = None;
        let scrolled = scroll
            .content_margin(0.0)
            .show_viewport(ui, |ui, viewport| {
                ui.set_width(area.width());
                ui.set_height(self.layout.height() as f32);
                let view = View {
                    area,
                    from: f64::from(viewport.top()),
                    grid: id,
                };
                self.view_ui(ui, &view, contents, thumbnails, describe, menu, &mut output);
            });
        self.offset = scrolled.state.clamped_offset().y;
        self.view_height = scrolled.inner_rect.height();
        self.remember_top(contents);
        self.had_keys = ui.memory(|memory| memory.focused().is_none_or(|at| at == id));
        let end = f64::from(self.offset) + 2.0 * f64::from(self.view_height);
        output.near_end = !contents.ids.is_empty() && end > self.layout.height();
        output
    }

    fn relayout(&mut self, contents: &Contents<'_>, width: f32, zoom: f32) {
        // The number of columns whose cells come nearest to the preferred width.
        let columns = ((width + GAP) / (zoom + GAP)).round().max(1.0);
        let cell_width = ((width - (columns - 1.0) * GAP) / columns).floor().max(1.0);
        let key = LayoutKey {
            revision: contents.revision,
            count: contents.ids.len(),
            columns: columns as usize,
            cell_width,
            cell_height: cell_height(cell_width),
        };
        if self.layout.key == key {
            return;
        }
        if self.layout.key.revision != key.revision {
            self.selection.retain(contents.ids);
        }
        self.layout = Layout::new(key, contents.groups.iter().map(|(_, first)| *first));
        self.keep_top(contents);
    }

    /// After zooming, resizing or a new listing the same picture stays topmost.
    fn keep_top(&mut self, contents: &Contents<'_>) {
        if self.offset < 1.0 || self.jump.is_some() {
            return;
        }
        let Some((top, over)) = self.top else { return };
        if let Some(index) = contents.ids.iter().position(|id| *id == top) {
            self.jump = Some((self.layout.row_top(index) + over).max(0.0) as f32);
        }
    }

    fn remember_top(&mut self, contents: &Contents<'_>) {
        let offset = f64::from(self.offset);
        let index = self.layout.cell_at(offset);
        self.top = contents
            .ids
            .get(index)
            .map(|id| (*id, offset - self.layout.row_top(index)));
    }

    fn scroll_to_cursor(&mut self, contents: &Contents<'_>) {
        if !std::mem::take(&mut self.reveal) {
            return;
        }
        let Some(index) = self.selection.cursor_index(contents.ids) else {
            return;
        };
        let top = self.layout.row_top(index) as f32;
        let bottom = top + self.layout.key.cell_height;
        // The first row brings its heading into view.
        let first_row = index < self.layout.key.columns;
        let top = if first_row { 0.0 } else { top - space::XS };
        if top < self.offset {
            self.jump = Some(top);
        } else if bottom + space::XS > self.offset + self.view_height {
            self.jump = Some(bottom + space::XS - self.view_height);
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what a frame of the grid needs, used once"
    )]
    fn view_ui(
        &mut self,
        ui: &mut Ui,
        view: &View,
        contents: &Contents<'_>,
        thumbnails: &mut Thumbnails,
        describe: &mut dyn FnMut(usize, RecordId) -> Cell,
        menu: &mut dyn FnMut(&mut Ui, &Selection),
        output: &mut GridOutput,
    ) {
        let background = self.background_ui(ui, view, contents);
        let focused = background.has_focus();
        let to = view.from + f64::from(view.area.height());
        let shown: Vec<Visible> = self.layout.visible(view.from, to).collect();
        for part in shown {
            match part {
                Visible::Heading { group, count, y } => {
                    let Some((heading, _)) = contents.groups.get(group) else {
                        continue;
                    };
                    heading_ui(ui, view.rect(y, layout::HEADING_HEIGHT), heading, count);
                }
                Visible::Row { first, len, y } => {
                    for column in 0..len {
                        let index = first + column;
                        let Some(&record) = contents.ids.get(index) else {
                            break;
                        };
                        let rect = self.cell_rect(view, column, y);
                        let state = CellState {
                            chosen: self.selection.contains(record),
                            // One selected picture marks the cursor well enough.
                            cursor: focused
                                && self.selection.cursor() == Some(record)
                                && self.selection.only() != Some(record),
                        };
                        let cell = describe(index, record);
                        let thumbnail = thumbnails.get(ui.ctx(), record);
                        let cell_id = view.grid.with(record);
                        let response = cell_ui(ui, rect, cell_id, &cell, thumbnail, state);
                        if response.hovered() {
                            self.hovered = Some(record);
                        }
                        self.clicked(ui, view, contents, index, &response, output);
                        response.context_menu(|ui| menu(ui, &self.selection));
                    }
                }
            }
        }
    }

    /// The background of the cells, which holds the keyboard focus for all of them.
    fn background_ui(&mut self, ui: &Ui, view: &View, contents: &Contents<'_>) -> egui::Response {
        let response = ui.interact(view.area, view.grid, Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::ListBox, true, contents.name));
        if response.clicked() {
            self.selection.clear();
            response.request_focus();
        }
        if response.gained_focus() && self.selection.cursor().is_none() {
            self.selection.choose(contents.ids, 0, Choose::One);
        }
        if response.has_focus() {
            let filter = EventFilter {
                horizontal_arrows: true,
                vertical_arrows: true,
                ..EventFilter::default()
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(view.grid, filter));
            if let Some(cursor) = self.selection.cursor() {
                let cell = view.grid.with(cursor);
                ui.ctx().accesskit_node_builder(view.grid, |node| {
                    node.set_active_descendant(cell.accesskit_id());
                });
            }
        }
        response
    }

    fn clicked(
        &mut self,
        ui: &Ui,
        view: &View,
        contents: &Contents<'_>,
        index: usize,
        response: &egui::Response,
        output: &mut GridOutput,
    ) {
        let id = contents.ids[index];
        if response.double_clicked() {
            output.opened = Some(id);
        } else if response.clicked() {
            self.selection
                .choose(contents.ids, index, Choose::of(ui.input(|i| i.modifiers)));
        } else if response.secondary_clicked() && !self.selection.contains(id) {
            self.selection.choose(contents.ids, index, Choose::One);
        }
        if response.clicked() || response.secondary_clicked() {
            ui.memory_mut(|memory| memory.request_focus(view.grid));
        }
    }

    fn cell_rect(&self, view: &View, column: usize, y: f64) -> Rect {
        let key = &self.layout.key;
        let left = view.area.left() + column as f32 * (key.cell_width + GAP);
        let row = view.rect(y, key.cell_height);
        Rect::from_min_size(pos2(left, row.top()), vec2(key.cell_width, key.cell_height))
    }
}

/// Where the grid is on the screen, and what of it is in view.
struct View {
    area: Rect,
    /// Scroll offset, in points.
    from: f64,
    /// The grid's id.
    grid: egui::Id,
}

impl View {
    /// The screen rectangle of a row at `y` of the grid.
    fn rect(&self, y: f64, height: f32) -> Rect {
        let top = self.area.top() + (y - self.from) as f32;
        let size = vec2(self.area.width() - BAR, height);
        Rect::from_min_size(pos2(self.area.left(), top), size)
    }
}

/// Ctrl and the wheel, or a pinch.
fn zoom_with_wheel(ui: &Ui, area: Rect, zoom: &mut f32) {
    let factor = ui.input(egui::InputState::zoom_delta);
    if factor != 1.0 && ui.rect_contains_pointer(area) {
        zoom_by(zoom, factor);
    }
}

fn heading_ui(ui: &Ui, rect: Rect, heading: &str, count: usize) {
    let tokens = Tokens::of(ui);
    let pictures = words::pictures(count as u64);
    let count = words::grouped(count as u64);
    let small = egui::FontId::proportional(tokens::size::SMALL);
    let bold = egui::FontId::new(tokens::size::BODY, tokens::semibold_family());
    let baseline = rect.bottom() - space::M;
    let count_width = ui
        .painter()
        .layout_no_wrap(count.clone(), small.clone(), tokens.dim)
        .size()
        .x;
    let shown = elide_middle(ui, heading, &bold, rect.width() - count_width - space::M);
    let at = pos2(rect.left(), baseline);
    let drawn = ui
        .painter()
        .text(at, egui::Align2::LEFT_BOTTOM, shown, bold, tokens.text);
    let at = pos2(drawn.right() + space::S, baseline);
    ui.painter()
        .text(at, egui::Align2::LEFT_BOTTOM, &count, small, tokens.dim);
    let response = ui.interact(
        drawn,
        ui.scope_id().with(("heading", heading)),
        Sense::hover(),
    );
    let name = format!("{heading}, {pictures}");
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, &name));
}
