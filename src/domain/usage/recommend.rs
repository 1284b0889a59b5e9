//! Which package fits a need.

use serde::Serialize;

use crate::domain::{
    money::Cents,
    plan::{Plan, price_list},
    words::{grouped, pictures},
};

/// The cheapest package for a need, and what its neighbours would mean.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recommendation {
    pub images: u64,
    pub qps: u32,
    /// None when only a custom quote would do.
    pub fits: Option<Plan>,
    /// The next size up, and the next size down (which is too small).
    pub larger: Option<Neighbour>,
    pub smaller: Option<Neighbour>,
    /// The recommendation in a sentence, with its reason.
    pub text: String,
}

/// A package next to the recommended one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Neighbour {
    pub plan: Plan,
    /// More (positive) or less a month than the recommended one.
    pub price_difference: Cents,
    /// What it would mean, in a sentence.
    pub means: String,
}

/// The cheapest package for `images`, uploaded in a month and stored, at `qps` queries and as many
/// adds a second.
pub fn recommend(images: u64, qps: u32) -> Recommendation {
    let list = price_list();
    let need = format!("{} at {qps} a second", pictures(images));
    let Some(fits) = list.cheapest_for(images, qps) else {
        let text = format!(
            "No package on the list holds {need}. Ask {} for a custom quote.",
            list.contact
        );
        return Recommendation {
            images,
            qps,
            fits: None,
            larger: None,
            smaller: None,
            text,
        };
    };
    let larger = next_size(fits, |other| other > fits.images, |other| other);
    let smaller = next_size(fits, |other| other < fits.images, |other| u64::MAX - other);
    Recommendation {
        images,
        qps,
        larger: larger.map(|plan| neighbour(plan, fits, images, qps)),
        smaller: smaller.map(|plan| neighbour(plan, fits, images, qps)),
        text: format!(
            "{} is the cheapest package for {need}: {} a month.",
            fits.id, fits.price
        ),
        fits: Some(fits.clone()),
    }
}

/// Of the nearest other size the package as fast as this one, or the cheapest where none is.
fn next_size(
    plan: &Plan,
    beyond: impl Fn(u64) -> bool,
    distance: impl Fn(u64) -> u64,
) -> Option<&'static Plan> {
    let others = price_list()
        .plans
        .iter()
        .filter(|other| beyond(other.images));
    others.min_by_key(|other| {
        (
            distance(other.images),
            other.query_qps != plan.query_qps,
            other.price,
        )
    })
}

fn neighbour(plan: &Plan, fits: &Plan, images: u64, qps: u32) -> Neighbour {
    let price_difference = plan.price - fits.price;
    let price = match price_difference.0 {
        ..=-1 => format!("{} less a month", -price_difference),
        0 => "at the same price".to_owned(),
        1.. => format!("{price_difference} more a month"),
    };
    let room = match plan.images.checked_sub(images) {
        Some(spare) => format!("room for {} more than needed", grouped(spare)),
        None => format!("{} too few", grouped(images - plan.images)),
    };
    let speed = match qps.checked_sub(plan.query_qps) {
        Some(slower) if slower > 0 => format!(", {} a second instead of {qps}", plan.query_qps),
        _ => String::new(),
    };
    let means = format!("{}: {room}{speed}, {price}.", plan.title());
    Neighbour {
        plan: plan.clone(),
        price_difference,
        means,
    }
}
