//! Cards and rows of cells: what the panel's tables and lines are made of.

use egui::{Align, Layout, Rect, RichText, Sense, Ui, UiBuilder, pos2, vec2};

use crate::ui::{tokens::space, widgets::card};

/// A card with the usual gaps inside, whatever the gaps around it.
pub fn card_ui<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    let inside = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing = vec2(space::S, space::S);
        add(ui)
    };
    card(ui, inside).inner
}

/// A cell's width in points, and its alignment.
#[derive(Clone, Copy, Debug)]
pub enum Cell {
    Left(f32),
    Right(f32),
    /// Takes the remaining width; left-aligned.
    Rest,
}

impl Cell {
    fn width(self, rest: f32) -> f32 {
        match self {
            Self::Left(width) | Self::Right(width) => width,
            Self::Rest => rest,
        }
    }
}

/// A row over the whole width with a gap between its cells; `add` draws the cell of an index.
pub fn row_ui(ui: &mut Ui, height: f32, cells: &[Cell], mut add: impl FnMut(usize, &mut Ui)) {
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let gaps = space::S * cells.len().saturating_sub(1) as f32;
    let fixed: f32 = cells.iter().map(|cell| cell.width(0.0)).sum();
    let rest = (row.width() - fixed - gaps).max(0.0);
    let mut left = row.left();
    for (index, cell) in cells.iter().enumerate() {
        let width = cell.width(rest);
        let rect = Rect::from_min_size(pos2(left, row.top()), vec2(width, height));
        let layout = match cell {
            Cell::Right(_) => Layout::right_to_left(Align::Center),
            Cell::Left(_) | Cell::Rest => Layout::left_to_right(Align::Center),
        };
        let builder = UiBuilder::new()
            .max_rect(rect)
            .layout(layout)
            .id_salt(index);
        ui.scope_builder(builder, |ui| add(index, ui));
        left += width + space::S;
    }
    // The cells are placed by hand: what follows begins under the row.
    ui.advance_cursor_after_rect(row);
}

/// One line with a text at each end.
pub fn ends_ui(ui: &mut Ui, height: f32, left: RichText, right: &[RichText]) {
    ui.allocate_ui_with_layout(
        vec2(ui.available_width(), height),
        Layout::right_to_left(Align::Center),
        |ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            for text in right {
                ui.label(text.clone());
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(egui::Label::new(left).truncate());
            });
        },
    );
}
