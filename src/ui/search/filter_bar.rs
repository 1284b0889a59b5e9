//! The filter expression, with its error shown where it is.

use egui::{Label, Stroke, TextFormat, Ui, text::LayoutJob};

use super::Tab;
use crate::{
    domain::filter::FilterError,
    ui::{
        action::Action,
        tokens::{self, Tokens, body, small, space},
        widgets,
    },
};

/// Seconds without typing after which the filter is applied.
const PAUSE_SECS: f64 = 0.4;
/// Characters shown before and after the place of an error.
const AROUND: usize = 24;

const HELP: &str = "Compare category, product_id, name, custom, int_attr1 to int_attr4 and \
    str_attr1 to str_attr4 with =, !=, <, <=, >, >= or IN (…), joined by AND, OR and NOT. Texts \
    stand in single quotes: category = 'Shoes' AND int_attr1 > 3";

pub fn filter_ui(
    tab: &mut Tab,
    typed_at: &mut Option<f64>,
    ui: &mut Ui,
    actions: &mut Vec<Action>,
) {
    let tokens = Tokens::of(ui);
    ui.label(body("Filter").color(tokens.text))
        .on_hover_text(HELP);
    let hint = "category = 'Shoes' AND int_attr1 > 3";
    let width = ui.available_width();
    let response = widgets::text_field(ui, &mut tab.filter_text, "Filter expression", hint, width);
    let response = response.on_hover_text(HELP);
    let now = ui.input(|input| input.time);
    if response.changed() {
        *typed_at = Some(now);
        ui.ctx().request_repaint_after_secs(PAUSE_SECS as f32);
    }
    let due = typed_at.is_some_and(|at| now - at >= PAUSE_SECS || response.lost_focus());
    if due {
        *typed_at = None;
        tab.apply_filter(actions);
    }
    if let Some(error) = &tab.filter_error {
        error_ui(ui, &tab.filter_text, error);
        if due {
            ui.scroll_to_cursor(Some(egui::Align::BOTTOM));
        }
    }
}

/// The piece of the filter around the error, the error's place marked, and what is wrong.
fn error_ui(ui: &mut Ui, text: &str, error: &FilterError) {
    let tokens = Tokens::of(ui);
    let font = egui::FontId::monospace(tokens::size::SMALL);
    let plain = TextFormat::simple(font.clone(), tokens.dim);
    let marked = TextFormat {
        underline: Stroke::new(2.0, tokens.bad),
        background: tokens.bad_surface,
        ..TextFormat::simple(font, tokens.bad)
    };
    let [before, at, after] = around(text, error.position);
    let mut job = LayoutJob::default();
    job.append(&before, 0.0, plain.clone());
    job.append(&at, 0.0, marked);
    job.append(&after, 0.0, plain);
    job.wrap.max_width = ui.available_width();
    ui.spacing_mut().item_spacing.y = space::XS;
    ui.add(Label::new(job));
    ui.add(Label::new(small(error.to_string()).color(tokens.bad)).wrap());
    ui.spacing_mut().item_spacing.y = space::S;
}

/// The text before, at and after a position; past the end, a space marks what is missing.
fn around(text: &str, position: usize) -> [String; 3] {
    let chars: Vec<char> = text.chars().collect();
    let position = position.min(chars.len());
    let from = position.saturating_sub(AROUND);
    let mut before: String = chars[from..position].iter().collect();
    if from > 0 {
        before.insert(0, '…');
    }
    let at = chars
        .get(position)
        .map_or_else(|| "\u{a0}".to_owned(), char::to_string);
    let rest = chars.get(position + 1..).unwrap_or_default();
    let mut after: String = rest.iter().take(AROUND).collect();
    if rest.len() > AROUND {
        after.push('…');
    }
    [before, at, after]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_an_error_is_cut_out_with_what_is_around_it() {
        assert_eq!(around("a = x", 4), ["a = ", "x", ""]);
        assert_eq!(around("a =", 3), ["a =", "\u{a0}", ""]);
        let long = "x".repeat(100);
        let [before, at, after] = around(&long, 50);
        assert_eq!((before.chars().count(), at.as_str()), (AROUND + 1, "x"));
        assert!(before.starts_with('…') && after.ends_with('…'));
        assert_eq!(around("é≠ü", 1), ["é", "≠", "ü"]);
    }
}
