//! Buying and renewing: a package, a duration, the price, and what takes effect when.

use egui::{Direction, Layout, Ui, vec2};
use jiff::Timestamp;

use super::{
    Asking,
    foot::{notice_ui, order_foot_ui},
    rows::card_ui,
    words::{list_price, months},
};
use crate::{
    domain::{
        catalogue::State,
        plan::{Plan, PlanId, price_list},
        subscription::{MAX_MONTHS, Phase, Quote, Standing, Wish},
    },
    ui::{
        action::SubscriptionAction,
        tokens::{CONTROL_HEIGHT, Tokens, Weight, body, large, small, space},
        widgets::{Button, date, label_value, segmented},
    },
};

/// Durations at hand in one click.
const DURATIONS: [(u32, &str); 6] = [
    (1, "1"),
    (3, "3"),
    (6, "6"),
    (12, "12"),
    (24, "24"),
    (36, "36"),
];

const LABEL_WIDTH: f32 = 104.0;

/// Draws the dialog; returns true once it should close.
pub fn term_ui(
    asking: &mut Asking,
    state: &State,
    now: Timestamp,
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) -> bool {
    let renewal = matches!(asking.wish, Wish::Renewal { .. });
    let (mut plan, mut number) = match asking.wish.clone() {
        Wish::Purchase { plan, months } | Wish::Renewal { plan, months } => (plan, months),
        Wish::Change { .. } => return true,
    };
    let tokens = Tokens::of(ui);
    ui.label(body("Package").medium().color(tokens.text));
    package_ui(&mut plan, ui);
    ui.add_space(space::XS);
    ui.label(body("Duration").medium().color(tokens.text));
    duration_ui(&mut number, ui);
    asking.change(match renewal {
        true => Wish::Renewal {
            plan: plan.clone(),
            months: number,
        },
        false => Wish::Purchase {
            plan: plan.clone(),
            months: number,
        },
    });
    ui.add_space(space::S);
    if let Some(plan) = price_list().get(&plan) {
        if plan.too_small(state.usage.uploaded, state.usage.stored) {
            let text = format!(
                "{} holds fewer pictures than are stored. Everything stays searchable, but \
                 nothing can be added until it fits.",
                plan.title()
            );
            notice_ui(ui, &text, false);
        }
        let standing = state.account.standing(now);
        term_summary_ui(plan, number, &standing, asking.quote(), ui);
        ui.add_space(space::S);
    }
    order_foot_ui(asking, now, ui, out)
}

fn package_ui(chosen: &mut PlanId, ui: &mut Ui) {
    let title = |plan: &Plan| format!("{}, {} a month", plan.title(), list_price(plan.price));
    let selected = price_list().get(chosen).map(title).unwrap_or_default();
    let combo = egui::ComboBox::from_id_salt("package").width(ui.available_width().min(360.0));
    let response = combo.selected_text(selected).show_ui(ui, |ui| {
        for plan in &price_list().plans {
            ui.selectable_value(chosen, plan.id.clone(), title(plan));
        }
    });
    let id = response.response.id;
    ui.ctx()
        .accesskit_node_builder(id, |node| node.set_label("Package"));
}

fn duration_ui(number: &mut u32, ui: &mut Ui) {
    ui.horizontal_wrapped(|ui| {
        let less = Button::secondary("−").name("One month less");
        if ui.add_enabled(*number > 1, less).clicked() {
            *number -= 1;
        }
        // As wide for 1 month as for 36, so that the buttons stay where they are.
        let size = vec2(76.0, CONTROL_HEIGHT);
        let middle = Layout::centered_and_justified(Direction::LeftToRight);
        ui.allocate_ui_with_layout(size, middle, |ui| {
            ui.label(body(months(*number)).semibold().color(Tokens::of(ui).text));
        });
        let more = Button::secondary("+").name("One month more");
        if ui.add_enabled(*number < MAX_MONTHS, more).clicked() {
            *number += 1;
        }
        ui.add_space(space::S);
        // In a narrow window the numbers alone must do.
        let wide = ui.available_width() >= 440.0;
        let labels = DURATIONS.map(|(number, short)| match wide {
            true => months(number),
            false => short.to_owned(),
        });
        let choices: Vec<(u32, &str)> = DURATIONS
            .iter()
            .zip(&labels)
            .map(|((number, _), label)| (*number, label.as_str()))
            .collect();
        segmented(ui, number, &choices);
    });
}

/// Price, dates and what takes effect when.
fn term_summary_ui(
    plan: &Plan,
    number: u32,
    standing: &Standing,
    quote: Option<&Quote>,
    ui: &mut Ui,
) {
    let tokens = Tokens::of(ui);
    card_ui(ui, |ui| {
        let price = plan.price * number;
        ui.label(large(price.to_string()).color(tokens.text));
        let sum = format!("{} × {} a month", months(number), plan.price);
        ui.label(small(sum).color(tokens.dim));
        ui.add_space(space::XS);
        let Some(quote) = quote else { return };
        if let Some((_, end)) = standing.period {
            let name = if standing.phase == Phase::Trial {
                "Free until"
            } else {
                "Old end date"
            };
            label_value(ui, LABEL_WIDTH, name, &date(end));
        }
        let end = format!("{} ({})", date(quote.period_end), months(number));
        label_value(ui, LABEL_WIDTH, "New end date", &end);
        label_value(
            ui,
            LABEL_WIDTH,
            "Takes effect",
            &effect(plan, standing, quote),
        );
    });
}

/// What takes effect when, in a sentence.
fn effect(plan: &Plan, standing: &Standing, quote: &Quote) -> String {
    let start = date(quote.period_start);
    let current = standing.plan.as_ref();
    match standing.phase {
        Phase::Trial => format!(
            "The free month goes on until {start}. The paid term begins there, with {}.",
            plan.title()
        ),
        Phase::Active if quote.from.as_ref() == Some(&plan.id) => {
            format!(
                "Nothing changes now. The new term begins where the present one ends, on {start}."
            )
        }
        Phase::Active => format!(
            "{} stays in force until {start}. {} takes its place on that day, not now.",
            current.map(|plan| plan.title()).unwrap_or_default(),
            plan.title()
        ),
        Phase::Overdue { .. } => {
            "At once: the new term begins now, and searching and adding work again.".to_owned()
        }
        Phase::None | Phase::Released { .. } => "At once: the term begins now.".to_owned(),
    }
}
