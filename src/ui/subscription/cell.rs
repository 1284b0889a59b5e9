//! What the cell of a package says: its name, its amount today, its remark.

use egui::Color32;

use super::{
    figures::{Figure, Offer},
    words::{due, sentence},
};
use crate::{
    domain::{money::Cents, plan::Plan, words::grouped},
    ui::{
        tokens::Tokens,
        widgets::{date, plural},
    },
};

/// Names a package and what it means today, for screen readers and tests.
pub fn accessible_name(figure: &Figure, recommended: bool) -> String {
    let (plan, mut name) = (figure.plan, String::new());
    name += &format!("{}, {} a month", plan.title(), plan.price);
    name += &match &figure.offer {
        Offer::Yours => ", yours".to_owned(),
        Offer::FreeMonth => ", first month free".to_owned(),
        Offer::Change(quote) => format!(", {} today", due(quote.amount)),
        Offer::Buy(amount) | Offer::Renew(amount) => format!(", {amount} to pay for a month"),
        Offer::Refused(_) => ", not now".to_owned(),
    };
    if figure.too_small {
        name += ", too small";
    }
    if recommended {
        name += ", recommended";
    }
    name
}

/// More about a package, on hovering.
pub fn explanation(figure: &Figure) -> String {
    let Plan {
        images,
        query_qps,
        delete_qps,
        ..
    } = *figure.plan;
    let mut text = format!(
        "Up to {} pictures, stored and uploaded a month.\n{} and {} a second, {delete_qps} deletes.",
        grouped(images),
        plural(query_qps.into(), "search", "searches"),
        plural(query_qps.into(), "addition", "additions"),
    );
    if figure.too_small {
        text += "\nMore is stored or uploaded than it holds: everything stays searchable, but \
                 nothing can be added until it fits.";
    }
    if let Offer::Refused(why) = &figure.offer {
        text += &format!("\n{}", sentence(why));
    }
    text
}

/// What is due today, as the cell says it.
pub fn today(figure: &Figure, tokens: &Tokens) -> (String, Color32) {
    match &figure.offer {
        Offer::Yours => ("yours".to_owned(), tokens.accent_text),
        Offer::FreeMonth => ("first month free".to_owned(), tokens.accent_text),
        Offer::Refused(_) => (String::new(), tokens.dim),
        Offer::Buy(_) | Offer::Renew(_) => ("a month".to_owned(), tokens.dim),
        Offer::Change(quote) if quote.amount < Cents::ZERO => (
            format!("{} back", quote.amount.signed()),
            tokens.accent_text,
        ),
        Offer::Change(quote) => (format!("{} today", quote.amount.signed()), tokens.dim),
    }
}

/// The remark under the price: a package is too small, or the one recommended.
pub fn remark(figure: &Figure, recommended: bool, tokens: &Tokens) -> Option<(String, Color32)> {
    if figure.too_small {
        return Some(("too small".to_owned(), tokens.warning));
    }
    recommended.then(|| ("recommended".to_owned(), tokens.accent_text))
}

/// The heading's sentence: for when the amounts of the table hold.
pub fn caption(figures: &[Figure]) -> String {
    let change = figures.iter().find_map(|figure| match &figure.offer {
        Offer::Change(quote) => Some(quote),
        _ => None,
    });
    match change {
        Some(quote) => format!(
            "Each package with its price a month and what changing to it costs today. The end date stays {}.",
            date(quote.period_end)
        ),
        None => "Prices for a month, paid ahead.".to_owned(),
    }
}
