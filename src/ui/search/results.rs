//! What a query found: the headline, the order, and the grid.

use std::fmt::Write as _;

use egui::{Align, Label, Layout, Ui, vec2};
use egui_material_icons::icons::{
    ICON_ARROW_BACK, ICON_ERROR, ICON_FILTER_ALT_OFF, ICON_IMAGE_SEARCH, ICON_INFO,
    ICON_MORE_HORIZ, ICON_TUNE,
};

use super::{Drawer, SearchView, Sort, Tab, TabState, Verdicts, dropdown};
use crate::{
    domain::{
        query::{Answer, Hit, Route},
        record::RecordId,
    },
    ui::{
        action::{Action, PictureAction},
        command::UiCommand,
        deletion::Deletion,
        details::{picture_menu_ui, pictures_menu_ui},
        grid::{Cell, Contents, Selection},
        model::{GRID_ZOOM, Model},
        tokens::{self, Tokens, body, space, title},
        widgets,
    },
};

pub fn results_ui(
    view: &mut SearchView,
    model: &mut Model,
    ui: &mut Ui,
    narrow: bool,
    wide: bool,
    actions: &mut Vec<Action>,
) {
    ui.spacing_mut().item_spacing = vec2(space::S, space::S);
    header_ui(view, model, ui, narrow, wide, actions);
    let Some(tab) = view.tab_mut() else { return };
    notice_ui(tab, ui, actions);
    ui.add_space(space::XS);
    match &tab.state {
        TabState::Failed(why) => {
            let why = why.clone();
            failed_ui(tab, &why, ui, actions);
        }
        TabState::Searching if tab.answer.is_none() => searching_ui(ui),
        TabState::Searching | TabState::Answered if tab.ids().is_empty() => {
            nothing_ui(tab, model, ui, actions);
        }
        TabState::Searching | TabState::Answered => grid_ui(view, model, ui, wide, actions),
    }
}

/// The back button of a pane that is shown instead of the grid.
pub fn close_drawer_ui(ui: &mut Ui, is_drawer: bool) -> bool {
    let back = widgets::Button::quiet("Results")
        .icon(ICON_ARROW_BACK)
        .name("Back to the results");
    is_drawer && ui.add(back).clicked()
}

fn header_ui(
    view: &mut SearchView,
    model: &mut Model,
    ui: &mut Ui,
    narrow: bool,
    wide: bool,
    actions: &mut Vec<Action>,
) {
    let checked = view
        .tab()
        .is_some_and(|tab| tab.recall.is_some() || tab.is_checking());
    let one_row = ui.available_width() >= if checked { 900.0 } else { 600.0 };
    ui.horizontal(|ui| {
        ui.set_min_height(tokens::CONTROL_HEIGHT);
        if narrow {
            let name = "Query and filters";
            if widgets::icon_button(ui, ICON_TUNE, name, name).clicked() {
                view.drawer = Drawer::Query;
            }
        }
        let Some(tab) = view.tab_mut() else { return };
        ui.label(title(count_words(tab)).color(Tokens::of(ui).text));
        if one_row {
            ui.add_space(space::XS);
            facts_ui(tab, ui, actions);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            let room = ui.available_width();
            tools_ui(view, model, ui, wide, room, actions);
        });
    });
    if !one_row && let Some(tab) = view.tab_mut() {
        ui.horizontal_wrapped(|ui| facts_ui(tab, ui, actions));
    }
}

/// From the right: menu, details, zoom, order.
fn tools_ui(
    view: &mut SearchView,
    model: &mut Model,
    ui: &mut Ui,
    wide: bool,
    room: f32,
    actions: &mut Vec<Action>,
) {
    let menu = widgets::icon_button(ui, ICON_MORE_HORIZ, "Results menu", "");
    let details = if wide {
        view.details_open
    } else {
        view.drawer == Drawer::Details
    };
    let button = widgets::Button::quiet("")
        .icon(ICON_INFO)
        .selected(details)
        .name("Details");
    if ui.add(button).on_hover_text("Details (Space)").clicked() {
        toggle_details(view, wide);
    }
    let Some(tab) = view.tab_mut() else { return };
    let order_has_place = room > 168.0;
    egui::Popup::menu(&menu).show(|ui| {
        if !order_has_place {
            sort_menu_ui(tab, ui);
            ui.separator();
        }
        let export = UiCommand::ExportResults;
        if ui
            .button(export.label())
            .on_hover_text(export.tooltip())
            .clicked()
        {
            actions.push(Action::Search(tab.export()));
        }
        if ui.button("Select all").clicked() {
            let ids = tab.ids().to_vec();
            tab.grid.selection.select_all(&ids);
        }
    });
    if room > 264.0 {
        ui.allocate_ui(vec2(88.0, tokens::CONTROL_HEIGHT), |ui| zoom_ui(model, ui));
        ui.add_space(space::S);
    }
    if order_has_place {
        sort_ui(tab, ui);
    }
}

/// The size of the pictures as a slider.
pub fn zoom_ui(model: &mut Model, ui: &mut Ui) {
    let (smallest, _, largest) = GRID_ZOOM;
    let zoom = &mut model.settings.grid_zoom;
    let mut share = (*zoom - smallest) / (largest - smallest);
    ui.set_width(88.0);
    if widgets::slider_percent(ui, &mut share, 0.0..=1.0, "Size of the pictures").changed() {
        *zoom = egui::lerp(smallest..=largest, share);
    }
}

fn toggle_details(view: &mut SearchView, wide: bool) {
    if wide {
        view.details_open = !view.details_open;
    } else {
        view.drawer = match view.drawer {
            Drawer::Details => Drawer::None,
            Drawer::None | Drawer::Query => Drawer::Details,
        };
    }
}

fn sort_ui(tab: &mut Tab, ui: &mut Ui) {
    let name = format!("Order, {}", tab.sort.label());
    let response = dropdown(ui, tab.sort.label(), &name);
    egui::Popup::menu(&response).show(|ui| sort_menu_ui(tab, ui));
}

fn sort_menu_ui(tab: &mut Tab, ui: &mut Ui) {
    for sort in Sort::ALL {
        if ui
            .selectable_label(tab.sort == sort, sort.label())
            .clicked()
        {
            tab.sort = sort;
            tab.arrange();
            ui.close();
        }
    }
}

/// `38 pictures`
fn count_words(tab: &Tab) -> String {
    match &tab.state {
        TabState::Searching => "Searching…".to_owned(),
        TabState::Failed(_) => "No answer".to_owned(),
        TabState::Answered => {
            let count = tab.ids().len() as u64;
            if tab.has_more() {
                return format!("{}+ pictures", widgets::grouped(count));
            }
            widgets::plural(count, "picture", "pictures")
        }
    }
}

/// `in 14 ms among 61,204 · Check exactly`
fn facts_ui(tab: &mut Tab, ui: &mut Ui, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    ui.spacing_mut().item_spacing.x = space::XS;
    if tab.state == TabState::Searching {
        ui.add(egui::Spinner::new().size(space::L));
    }
    let (TabState::Answered, Some(answer)) = (&tab.state, tab.answer.clone()) else {
        return;
    };
    ui.label(body(facts_words(&answer)).color(tokens.dim));
    ui.label(body("·").color(tokens.dim));
    if tab.is_checking() {
        ui.add(egui::Spinner::new().size(space::L));
        ui.label(body("Comparing every picture…").color(tokens.dim));
    } else if let Some(recall) = tab.recall {
        ui.label(body(checked_words(recall, tab.missed())).color(tokens.accent_text))
            .on_hover_text("Every picture was compared, one by one.");
    } else if answer.route == Route::Exact {
        ui.label(body("every picture compared").color(tokens.dim));
    } else if widgets::link(ui, "Check exactly")
        .on_hover_text(UiCommand::CheckExactly.tooltip())
        .clicked()
    {
        tab.check_exactly(actions);
    }
    if tab.is_proving() {
        ui.label(body("·").color(tokens.dim));
        ui.label(body("Proving copies…").color(tokens.dim))
            .on_hover_text("What is a copy is being proven; what is not yet may still move up.");
    }
    if tab.is_loading_more() {
        ui.add(egui::Spinner::new().size(space::L));
    }
}

fn facts_words(answer: &Answer) -> String {
    let took = &answer.took_ms;
    let ms = took.decode + took.embed + took.search;
    let mut words = match ms {
        ms if ms < 1.0 => "in under 1 ms".to_owned(),
        ms if ms < 1_000.0 => format!("in {ms:.0} ms"),
        ms => format!("in {:.1} s", ms / 1_000.0),
    };
    // Writing to a text cannot fail.
    let _ = write!(words, " among {}", widgets::grouped(answer.among));
    if took.quota_wait >= 100.0 {
        let _ = write!(
            words,
            ", after waiting {:.1} s for its turn",
            took.quota_wait / 1_000.0
        );
    }
    words
}

fn checked_words(recall: f32, missed: usize) -> String {
    if missed == 0 && recall >= 1.0 {
        return "Checked exactly: nothing was missed".to_owned();
    }
    let found = widgets::percent(recall);
    format!("Checked exactly: {found} had been found, {missed} had been missed")
}

/// Why another cut of the answer failed.
fn notice_ui(tab: &mut Tab, ui: &mut Ui, actions: &mut Vec<Action>) {
    let Some(notice) = tab.notice.clone() else {
        return;
    };
    let tokens = Tokens::of(ui);
    widgets::callout(ui, tokens.warning_surface, |ui| {
        ui.add(Label::new(body(notice).color(tokens.text)).wrap());
        ui.horizontal(|ui| {
            if widgets::link(ui, "Search again").clicked() {
                tab.notice = None;
                tab.run(actions);
            }
            if widgets::link(ui, "Dismiss").clicked() {
                tab.notice = None;
            }
        });
    });
}

/// The placeholder for results that are on their way.
fn searching_ui(ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    let room = ui.available_rect_before_wrap();
    let (cell, gap) = (vec2(152.0, 208.0), space::M);
    let columns = ((room.width() / (cell.x + gap)).floor() as usize).max(1);
    for at in 0..columns.min(8) {
        let min = room.min + vec2(at as f32 * (cell.x + gap), 0.0);
        let rect = egui::Rect::from_min_size(min, cell);
        ui.painter()
            .rect_filled(rect, tokens::radius::CARD, tokens.card);
    }
}

fn failed_ui(tab: &mut Tab, why: &str, ui: &mut Ui, actions: &mut Vec<Action>) {
    widgets::empty_state(ui, ICON_ERROR, "This search has no answer", why, |ui| {
        if widgets::primary_button(ui, "Try again").clicked() {
            tab.run(actions);
        }
        if widgets::secondary_button(ui, "Choose another…").clicked() {
            actions.push(UiCommand::ChooseQuery.into());
        }
    });
}

fn nothing_ui(tab: &mut Tab, model: &Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    if model.stored() == 0 && model.state.is_some() {
        let text = "Add pictures first: what is indexed can be found.";
        widgets::empty_state(
            ui,
            ICON_IMAGE_SEARCH,
            "Nothing is indexed yet",
            text,
            |ui| {
                if widgets::primary_button(ui, "Add pictures…").clicked() {
                    actions.push(UiCommand::AddPictures.into());
                }
            },
        );
    } else if tab.verdicts != Verdicts::All && !tab.hits.is_empty() {
        let heading = format!("There is no {} among the results", tab.verdicts.noun());
        let text = "Other verdicts are left out.";
        widgets::empty_state(ui, ICON_FILTER_ALT_OFF, &heading, text, |ui| {
            if widgets::primary_button(ui, "Show all verdicts").clicked() {
                tab.verdicts = Verdicts::All;
                tab.arrange();
            }
        });
    } else if let Some(best) = best_score(tab) {
        let heading = format!("Nothing is {} alike", widgets::percent(tab.threshold));
        let best = widgets::percent(best);
        let text = format!("The most alike picture is {best} alike.");
        widgets::empty_state(ui, ICON_IMAGE_SEARCH, &heading, &text, |ui| {
            if widgets::primary_button(ui, "Show what is less alike").clicked() {
                tab.threshold = 0.0;
                tab.arrange();
            }
        });
    } else {
        let text = "No picture of the catalogue passes the category and the filter.";
        widgets::empty_state(ui, ICON_FILTER_ALT_OFF, "Nothing was found", text, |ui| {
            if widgets::primary_button(ui, "Clear the filter").clicked() {
                tab.filter_text.clear();
                tab.category = None;
                tab.apply_filter(actions);
            }
        });
    }
}

fn best_score(tab: &Tab) -> Option<f32> {
    tab.hits.iter().map(Hit::score).max_by(f32::total_cmp)
}

fn grid_ui(
    view: &mut SearchView,
    model: &mut Model,
    ui: &mut Ui,
    wide: bool,
    actions: &mut Vec<Action>,
) {
    let Some(tab) = view.tab_mut() else { return };
    if tab.state == TabState::Searching {
        // The last answer stays visible until the next one arrives.
        ui.multiply_opacity(0.5);
    }
    let mut grid = std::mem::take(&mut tab.grid);
    let contents = Contents {
        name: "Results",
        ids: tab.ids(),
        revision: tab.revision(),
        groups: &[],
    };
    let Model {
        settings,
        records,
        thumbnails,
        ..
    } = model;
    let records = &*records;
    let mut describe = |index: usize, _: RecordId| match tab.shown(index) {
        Some(hit) => Cell {
            title: records.newest(&hit.record).title(),
            verdict: Some((hit.verdict, hit.score())),
            missed: hit.missed_by_graph,
            note: String::new(),
        },
        None => Cell::default(),
    };
    let mut asked = Asked::default();
    let mut menu = |ui: &mut Ui, selection: &Selection| menu_ui(tab, selection, ui, &mut asked);
    let zoom = &mut settings.grid_zoom;
    let output = grid.ui(ui, &contents, zoom, thumbnails, &mut describe, &mut menu);
    tab.grid = grid;
    actions.append(&mut asked.actions);
    if output.near_end {
        tab.load_more(actions);
    }
    if output.remove {
        let chosen = tab.grid.selection.in_order(tab.ids());
        actions.push(Action::Delete(Deletion::Pictures(chosen)));
    }
    if output.toggle_details {
        toggle_details(view, wide);
    }
    if let Some(id) = output.opened.or(asked.compare) {
        view.open_compare(id, model, actions);
    }
    if let Some(two) = asked.compare_two {
        view.compare_results(two, model, actions);
    }
}

/// What the context menu was asked for.
#[derive(Default)]
struct Asked {
    actions: Vec<Action>,
    /// A result with the query.
    compare: Option<RecordId>,
    /// Two results with each other.
    compare_two: Option<[RecordId; 2]>,
}

fn menu_ui(tab: &Tab, selection: &Selection, ui: &mut Ui, asked: &mut Asked) {
    let Some(hit) = selection.only().and_then(|id| tab.hit(id)) else {
        let chosen = selection.in_order(tab.ids());
        if let [left, right] = chosen[..]
            && ui.button("Compare these two").clicked()
        {
            asked.compare_two = Some([left, right]);
        }
        pictures_menu_ui(ui, chosen, &mut asked.actions);
        return;
    };
    let id = hit.record.id;
    if ui.button("Compare").clicked() {
        asked.compare = Some(id);
    }
    if ui.button("Find similar").clicked() {
        asked
            .actions
            .push(Action::Picture(PictureAction::FindSimilar(id)));
    }
    picture_menu_ui(ui, &hit.record, &mut asked.actions);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_check_says_what_it_found() {
        assert_eq!(checked_words(1.0, 0), "Checked exactly: nothing was missed");
        assert_eq!(
            checked_words(0.97, 1),
            "Checked exactly: 97 % had been found, 1 had been missed"
        );
    }
}
