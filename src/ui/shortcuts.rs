//! All keys on one sheet.

use egui::{Context, Ui, Vec2};

use super::{
    command::{Group, UiCommand},
    rooms,
    tokens::{Tokens, Weight, body, space},
    widgets::{self, dialog_sized},
};

/// Keys that belong to the grid and are no commands of their own.
const IN_THE_GRID: [(&str, &str); 6] = [
    ("Arrow keys", "Move from picture to picture"),
    ("Shift + arrows", "Select on the way"),
    ("Space", "Show or hide the details"),
    ("Enter", "Open the picture"),
    ("Home, End", "First and last picture"),
    ("Esc", "Clear the selection"),
];

/// Draws the sheet while `open`.
pub fn shortcuts_ui(open: &mut bool, ctx: &Context) {
    if !*open {
        return;
    }
    let closed = dialog_sized(ctx, "shortcuts", "Keyboard shortcuts", 760.0, |ui| {
        let columns = if ui.available_width() < 560.0 { 1 } else { 2 };
        let groups: Vec<Group> = Group::ALL
            .into_iter()
            .filter(|group| commands(*group).next().is_some())
            .collect();
        ui.spacing_mut().item_spacing.x = space::XXL;
        ui.columns(columns, |columns| {
            let many = columns.len();
            for (at, group) in groups.iter().enumerate() {
                // The first half on the left, the second on the right.
                let column = at * many / groups.len();
                group_ui(*group, &mut columns[column]);
            }
            grid_ui(&mut columns[many - 1]);
        });
    });
    if closed {
        *open = false;
    }
}

fn commands(group: Group) -> impl Iterator<Item = UiCommand> {
    rooms::commands()
        .filter(move |command| command.group() == group && command.shortcut().is_some())
}

fn group_ui(group: Group, ui: &mut Ui) {
    ui.label(body(group.label()).semibold());
    for command in commands(group) {
        let keys = command.keys(ui.ctx()).unwrap_or_default();
        row_ui(command.label(), &keys, ui);
    }
    ui.add_space(space::L);
}

fn grid_ui(ui: &mut Ui) {
    ui.label(body("In the grid").semibold());
    for (keys, what) in IN_THE_GRID {
        row_ui(what, keys, ui);
    }
    ui.add_space(space::L);
}

fn row_ui(what: &str, keys: &str, ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.horizontal(|ui| {
        ui.set_min_height(24.0);
        let room = ui.available_width() - 132.0;
        ui.allocate_ui(Vec2::new(room, 20.0), |ui| {
            ui.set_min_width(room);
            ui.add(egui::Label::new(body(what).color(tokens.dim)).truncate());
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            widgets::tag_filled(ui, keys, tokens.hover, tokens.text);
        });
    });
}
