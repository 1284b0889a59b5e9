//! The question before an import, with its consequences.

use egui::{Align, Color32, Context, Frame, Label, Layout, Margin, Ui};

use super::{FailuresView, failures::list_ui};
use crate::{
    domain::{catalogue::State, import::ImportPreview, path::shown_name, plan::price_list},
    ui::{
        action::{Action, ImportAction, Opening, SubscriptionAction},
        model::Model,
        subscription::refusal,
        tokens::{Tokens, Weight, body, radius, small, space, title},
        widgets::{
            self, Button, Meter, callout, date, dialog_sized, duration, grouped, link, meter,
            plural,
        },
    },
};

/// The dialog's state while it is open.
#[derive(Default)]
pub struct PreviewView {
    /// The unreadable files are shown.
    unreadable: bool,
    failures: FailuresView,
}

/// Draws the dialog while there is a preview.
pub fn preview_ui(
    view: &mut PreviewView,
    model: &mut Model,
    ctx: &Context,
    actions: &mut Vec<Action>,
) {
    let Some(preview) = &model.import_preview else {
        *view = PreviewView::default();
        return;
    };
    let closed = dialog_sized(ctx, "import", &question(preview), 640.0, |ui| {
        let tokens = Tokens::of(ui);
        ui.label(body(found(preview)).color(tokens.dim));
        ui.add_space(space::M);
        figures_ui(preview, ui);
        ui.add_space(space::M);
        outlook_ui(preview, model, ui, actions);
        if view.unreadable && !preview.unreadable.is_empty() {
            ui.add_space(space::M);
            list_ui(&mut view.failures, &preview.unreadable, 180.0, ui);
        }
        ui.add_space(space::L);
        buttons_ui(view, preview, ui, actions);
    });
    if closed {
        actions.push(Action::Import(ImportAction::Dismiss));
    }
}

/// `Index “Winter shoot”?`
fn question(preview: &ImportPreview) -> String {
    format!("Index {}?", roots_words(preview))
}

/// What was dropped or chosen, in a few words.
fn roots_words(preview: &ImportPreview) -> String {
    match preview.roots.as_slice() {
        [] => plural(preview.files, "file", "files"),
        [one] => format!("“{}”", shown_name(one)),
        [first, second] => format!("“{}” and “{}”", shown_name(first), shown_name(second)),
        [first, rest @ ..] => {
            format!(
                "“{}” and {} more",
                shown_name(first),
                grouped(rest.len() as u64)
            )
        }
    }
}

fn found(preview: &ImportPreview) -> String {
    let files = plural(preview.files, "picture file", "picture files");
    let within = match preview.folders {
        0 => files,
        folders => format!("{files} in {}", plural(folders, "folder", "folders")),
    };
    if preview.complete {
        within
    } else {
        format!("Looking… {within} so far")
    }
}

fn figures_ui(preview: &ImportPreview, ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    let about = match preview.new {
        0 => "no time".to_owned(),
        _ => duration(preview.estimated_secs),
    };
    let unreadable = preview.unreadable.len() as u64;
    let colour = |number: u64, colour: Color32| if number > 0 { colour } else { tokens.text };
    let figures = [
        (
            grouped(preview.new),
            "new",
            colour(preview.new, tokens.accent_text),
        ),
        (grouped(preview.known), "already indexed", tokens.text),
        (
            grouped(unreadable),
            "unreadable",
            colour(unreadable, tokens.warning),
        ),
        (about, "about", tokens.text),
    ];
    let columns = if ui.available_width() < 440.0 { 2 } else { 4 };
    for row in figures.chunks(columns) {
        ui.columns(columns, |cells| {
            for (ui, (figure, what, colour)) in cells.iter_mut().zip(row) {
                figure_ui(ui, figure, what, *colour);
            }
        });
    }
}

fn figure_ui(ui: &mut Ui, figure: &str, what: &str, colour: Color32) {
    let tokens = Tokens::of(ui);
    let fill = if ui.visuals().dark_mode {
        tokens.card
    } else {
        tokens.background
    };
    Frame::new()
        .fill(fill)
        .corner_radius(radius::CONTROL + 2)
        .inner_margin(Margin::symmetric(14, 10))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add(Label::new(title(figure).color(colour)).truncate());
            ui.add(Label::new(small(what).color(tokens.dim)).truncate());
        });
}

/// What the import does to the package.
fn outlook_ui(preview: &ImportPreview, model: &Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    let outlook = &preview.outlook;
    if let Some(why) = &outlook.refusal {
        refused_ui(why, model.state.as_deref(), model, ui, actions);
        return;
    }
    let usage = model.state.as_ref().map(|state| &state.usage);
    // Before the first count the package's figures reserve the space, so nothing moves later.
    let counting = outlook.cap == 0;
    let (uploaded, cap) = match usage {
        Some(usage) if counting => (usage.uploaded, usage.cap),
        _ => (outlook.uploaded, outlook.cap),
    };
    if cap == 0 {
        return;
    }
    let fits = outlook.fits.min(preview.new);
    let after = uploaded + fits;
    ui.horizontal(|ui| {
        ui.label(body("Uploaded this month").color(tokens.text));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            ui.label(body(format!("of {}", grouped(cap))).color(tokens.dim));
            ui.label(body(grouped(after)).semibold().color(tokens.text));
        });
    });
    let full = !counting && fits < preview.new;
    meter(
        ui,
        &Meter {
            value: uploaded,
            pending: fits,
            cap,
            marks: &[],
            colour: if full { tokens.warning } else { tokens.accent },
            label: "Uploaded this month, of the package",
        },
    );
    ui.add_space(space::XS);
    if counting {
        ui.label(small("Counting what would be added…").color(tokens.dim));
    } else if full {
        full_ui(preview, ui, actions);
    } else {
        ui.label(small(fits_words(preview, after)).color(tokens.dim));
    }
}

fn fits_words(preview: &ImportPreview, after: u64) -> String {
    let outlook = &preview.outlook;
    if preview.new == 0 && preview.complete {
        return "Everything here is indexed already: nothing is uploaded.".to_owned();
    }
    let stored_left = outlook.cap.saturating_sub(outlook.stored + preview.new);
    let left = outlook.cap.saturating_sub(after).min(stored_left);
    match outlook.resets_at {
        Some(at) => format!(
            "It fits: {} would be left until {}.",
            grouped(left),
            date(at)
        ),
        None => format!("It fits: {} would be left.", grouped(left)),
    }
}

fn full_ui(preview: &ImportPreview, ui: &mut Ui, actions: &mut Vec<Action>) {
    let outlook = &preview.outlook;
    let fits = outlook.fits.min(preview.new);
    let waiting = preview.new - fits;
    let mut words = format!(
        "{} of {} fit. The other {} wait until there is room",
        grouped(fits),
        plural(preview.new, "new picture", "new pictures"),
        grouped(waiting),
    );
    if let Some(at) = outlook.resets_at {
        words.push_str(&format!(": on {} the month starts again", date(at)));
    }
    words.push('.');
    let tokens = Tokens::of(ui);
    ui.label(small(words).color(tokens.warning));
    if let Some((plan, price)) = &outlook.cheapest {
        ui.horizontal_wrapped(|ui| {
            let title = price_list()
                .get(plan)
                .map_or_else(|| plan.to_string(), |plan| plan.title());
            let words = format!("All of them fit into {title}, for {price} today.");
            ui.label(small(words).color(tokens.dim));
            if link(ui, "See this package").clicked() {
                let opening = Opening::Change(plan.clone());
                let open = SubscriptionAction::Open(opening);
                actions.push(Action::Import(ImportAction::Dismiss));
                actions.push(Action::Subscription(open));
            }
        });
    }
}

fn refused_ui(
    why: &str,
    state: Option<&State>,
    model: &Model,
    ui: &mut Ui,
    actions: &mut Vec<Action>,
) {
    let tokens = Tokens::of(ui);
    callout(ui, tokens.warning_surface, |ui| {
        ui.add(Label::new(body(why).color(tokens.text)).wrap());
        let Some(state) = state else { return };
        ui.horizontal_wrapped(|ui| {
            for (label, action) in refusal::remedies(state, model.clock) {
                if widgets::secondary_button(ui, label).clicked() {
                    if matches!(action, SubscriptionAction::Open(_)) {
                        actions.push(Action::Import(ImportAction::Dismiss));
                    }
                    actions.push(Action::Subscription(action));
                }
            }
        });
    });
}

fn buttons_ui(
    view: &mut PreviewView,
    preview: &ImportPreview,
    ui: &mut Ui,
    actions: &mut Vec<Action>,
) {
    let unreadable = preview.unreadable.len() as u64;
    let shown = match (unreadable, view.unreadable) {
        (0, _) => None,
        (_, true) => Some("Hide the unreadable".to_owned()),
        (1, false) => Some("Show the unreadable file".to_owned()),
        (n, false) => Some(format!("Show the {} unreadable", grouped(n))),
    };
    let narrow = ui.available_width() < 460.0;
    let toggle = |view: &mut PreviewView, ui: &mut Ui| {
        if let Some(label) = &shown
            && widgets::secondary_button(ui, label).clicked()
        {
            view.unreadable = !view.unreadable;
        }
    };
    if narrow {
        toggle(view, ui);
    }
    ui.horizontal(|ui| {
        if !narrow {
            toggle(view, ui);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            start_ui(preview, ui, actions);
            if widgets::secondary_button(ui, "Cancel").clicked() {
                actions.push(Action::Import(ImportAction::Dismiss));
            }
        });
    });
}

/// The one primary button: it says the number.
fn start_ui(preview: &ImportPreview, ui: &mut Ui, actions: &mut Vec<Action>) {
    let refused = preview.outlook.refusal.is_some();
    let fits = preview.outlook.fits.min(preview.new);
    let nothing = preview.complete && preview.files == 0;
    let label = match (preview.complete, preview.new) {
        (false, _) => "Index all without waiting".to_owned(),
        (true, 0) if nothing => "Nothing to index".to_owned(),
        (true, 0) => "Note where they lie".to_owned(),
        (true, new) if fits > 0 || refused => {
            let number = if refused { new } else { fits };
            format!("Index {}", plural(number, "picture", "pictures"))
        }
        (true, new) => format!("Queue {}", plural(new, "picture", "pictures")),
    };
    let button = ui.add_enabled(!refused && !nothing, Button::primary(&label));
    if button.clicked() {
        actions.push(Action::Import(ImportAction::Start));
    }
}
