//! The figures in the panel are those of the rules, for every change there is.

use egui_kittest::kittest::Queryable as _;
use image_search::domain::{
    money::Cents,
    plan::{Plan, price_list},
    subscription::Quote,
};

use super::harness::{Person, Stage, at, window};

/// Some way into a month, so that every amount has cents.
const NOW: &str = "2026-11-13T10:17:33Z";

fn due(amount: Cents) -> String {
    match amount.0 {
        0 => "nothing to pay".to_owned(),
        1.. => format!("{amount} to pay"),
        _ => format!("{} back", -amount),
    }
}

fn named(plan: &Plan, quote: &Quote) -> String {
    format!(
        "{}, {} a month, {} today",
        plan.title(),
        plan.price,
        due(quote.amount)
    )
}

#[test]
fn all_15_by_14_changes_show_the_quoted_amounts() {
    for from in &price_list().plans {
        let stage = Stage::bought(NOW, &from.id.0, 3, "2026-11-01T00:00:00Z");
        let account = stage.account.clone();
        let mut window = window(stage);
        for to in price_list().plans.iter().filter(|to| to.id != from.id) {
            let quote = account.quote_change(&to.id, at(NOW)).unwrap();
            let context = format!("{} to {}", from.id, to.id);
            let name = named(to, &quote);
            let cell = window.query_all_by_label_contains(&name).next();
            let cell = cell.unwrap_or_else(|| panic!("{context}: no {name:?}\n{}", window.names()));
            cell.click();
            window.run();
            let sum = format!("{} − {} =", quote.new_balance, quote.old_balance);
            for text in [sum, format!("Confirm: {}", due(quote.amount))] {
                assert!(
                    window.sees(&text),
                    "{context}: no {text:?}\n{}",
                    window.names()
                );
            }
            for line in quote.old_lines.iter().chain(&quote.new_lines) {
                assert!(
                    window.sees(&line.amount().to_string()),
                    "{context}: {line:?}"
                );
            }
            window.click("Cancel");
        }
    }
}
