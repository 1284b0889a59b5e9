//! The "What fits me" dialog: from a number of pictures and calls a second to the cheapest package.

use egui::Ui;
use jiff::Timestamp;

use super::{
    figures::{Figures, Offer},
    foot::{buttons_ui, notice_ui},
    mail,
    matrix::largest,
    need::Need,
    rows::card_ui,
    words::{due, list_price},
};
use crate::{
    domain::{
        catalogue::State,
        plan::Plan,
        usage::{Neighbour, Recommendation, recommend},
        words::grouped,
    },
    ui::{
        action::{Opening, SubscriptionAction},
        tokens::{Tokens, Weight, body, large, small, space},
        widgets::{link, plural, primary_button, secondary_button, text_field},
    },
};

/// What is typed in.
pub struct WhatFits {
    images: String,
    qps: String,
    foreseen: Need,
}

impl WhatFits {
    /// Starts from the forecast.
    pub fn new(state: &State, now: Timestamp) -> Self {
        let foreseen = Need::of(state, now);
        let mut fit = Self {
            images: String::new(),
            qps: String::new(),
            foreseen,
        };
        fit.take_foreseen();
        fit
    }

    fn take_foreseen(&mut self) {
        self.images = grouped(self.foreseen.images);
        self.qps = self.foreseen.qps.to_string();
    }

    /// The numbers as typed, or what is wrong with them.
    fn typed(&self) -> Result<(u64, u32), String> {
        let images = number(&self.images).ok_or("Type how many pictures, for example 250,000.")?;
        let qps = number(&self.qps)
            .and_then(|qps| u32::try_from(qps).ok())
            .filter(|qps| *qps > 0);
        Ok((
            images,
            qps.ok_or("Type how many searches a second, for example 5.")?,
        ))
    }
}

/// A whole number, however its digits are grouped.
fn number(text: &str) -> Option<u64> {
    let is_group =
        |letter: &char| matches!(letter, ',' | '.' | '\'' | '’' | '_') || letter.is_whitespace();
    let digits: String = text.chars().filter(|letter| !is_group(letter)).collect();
    digits.parse().ok()
}

/// Draws the dialog; returns true once it should close.
pub fn what_fits_ui(
    fit: &mut WhatFits,
    state: &State,
    now: Timestamp,
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) -> bool {
    let tokens = Tokens::of(ui);
    ui.horizontal_wrapped(|ui| {
        field_ui(ui, "Pictures", &mut fit.images, 160.0);
        field_ui(ui, "Searches a second", &mut fit.qps, 120.0);
    });
    ui.horizontal_wrapped(|ui| {
        let foreseen = &fit.foreseen;
        let text = format!(
            "{} {}.",
            plural(foreseen.images, "picture", "pictures"),
            foreseen.because
        );
        ui.label(small(text).color(tokens.dim));
        if link(ui, "Use these figures").clicked() {
            fit.take_foreseen();
        }
    });
    ui.add_space(space::XS);
    match fit.typed() {
        Err(hint) => {
            notice_ui(ui, &hint, false);
            close_ui(ui)
        }
        Ok((images, qps)) => {
            let recommendation = recommend(images, qps);
            match recommendation.fits.clone() {
                Some(plan) => fitting_ui(&plan, &recommendation, state, now, ui, out),
                None => beyond_ui((images, qps), state, ui, out),
            }
        }
    }
}

fn field_ui(ui: &mut Ui, name: &str, text: &mut String, width: f32) {
    ui.vertical(|ui| {
        ui.set_max_width(width);
        ui.spacing_mut().item_spacing.y = space::XS;
        ui.label(small(name).color(Tokens::of(ui).dim));
        text_field(ui, text, name, "", width);
    });
}

fn fitting_ui(
    plan: &Plan,
    recommendation: &Recommendation,
    state: &State,
    now: Timestamp,
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) -> bool {
    let tokens = Tokens::of(ui);
    let figures = Figures::new(state, now);
    let figure = figures.get(&plan.id);
    card_ui(ui, |ui| {
        ui.label(small("The cheapest that fits").color(tokens.dim));
        ui.label(large(plan.title()).color(tokens.text));
        let price = format!("{} a month", list_price(plan.price));
        let today = figure
            .map(|figure| today(&figure.offer))
            .unwrap_or_default();
        ui.label(body(price + &today).color(tokens.text));
    });
    neighbour_ui("Next larger", recommendation.larger.as_ref(), ui);
    neighbour_ui("Next smaller", recommendation.smaller.as_ref(), ui);
    ui.add_space(space::S);
    buttons_ui(ui, |ui| {
        let yours = figure.is_some_and(|figure| figure.offer == Offer::Yours);
        if !yours && primary_button(ui, "Choose this package…").clicked() {
            out.push(SubscriptionAction::Open(Opening::Change(plan.id.clone())));
        }
        secondary_button(ui, "Close").clicked()
    })
}

/// What the choice means today, after the price.
fn today(offer: &Offer) -> String {
    match offer {
        Offer::Yours => " · it is yours".to_owned(),
        Offer::FreeMonth => " · the first month is free".to_owned(),
        Offer::Change(quote) => format!(" · {} today", due(quote.amount)),
        Offer::Buy(_) | Offer::Renew(_) | Offer::Refused(_) => String::new(),
    }
}

fn neighbour_ui(name: &str, neighbour: Option<&Neighbour>, ui: &mut Ui) {
    let Some(neighbour) = neighbour else { return };
    let tokens = Tokens::of(ui);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.label(small(name).medium().color(tokens.dim));
        ui.label(body(&neighbour.means).color(tokens.text));
    });
}

fn beyond_ui(
    (images, qps): (u64, u32),
    state: &State,
    ui: &mut Ui,
    out: &mut Vec<SubscriptionAction>,
) -> bool {
    let text = format!(
        "No package on the list holds {} pictures at {qps} a second; the largest holds {} at 10. \
         The provider makes a custom quote by e-mail.",
        grouped(images),
        grouped(largest())
    );
    notice_ui(ui, &text, false);
    ui.add_space(space::S);
    buttons_ui(ui, |ui| {
        if primary_button(ui, "Write the e-mail…").clicked() {
            out.push(SubscriptionAction::CustomQuoteMail(mail::custom_quote(
                state, images, qps,
            )));
        }
        secondary_button(ui, "Close").clicked()
    })
}

fn close_ui(ui: &mut Ui) -> bool {
    buttons_ui(ui, |ui| secondary_button(ui, "Close").clicked())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_may_be_grouped_in_any_way() {
        for text in ["250000", "250,000", "250.000", "250 000", "250'000"] {
            assert_eq!(number(text), Some(250_000), "{text}");
        }
        assert_eq!(number("many"), None);
        assert_eq!(number(""), None);
    }
}
