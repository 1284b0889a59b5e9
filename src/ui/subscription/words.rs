//! The sentences of the subscription: one wording for the panel, its dialogs and the receipt.

use crate::domain::{
    money::Cents,
    plan::{Plan, PlanId, price_list},
    subscription::{Order, OrderKind},
    words::{grouped, instant, plural},
};

/// Said wherever an order is placed or listed.
pub const NO_PAYMENT: &str =
    "No payment provider is contacted and nothing is charged: orders are recorded in this program.";

/// The time until an instant, in its two largest units: `12 days 4 hours`,
/// `9 min 40 s`; `moments` below a second.
pub fn time_left(secs: i64) -> String {
    let secs = secs.max(0).unsigned_abs();
    let (days, hours, minutes) = (secs / 86_400, secs / 3_600 % 24, secs / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) if secs == 0 => "moments".to_owned(),
        (0, 0, 0) => format!("{secs} s"),
        (0, 0, _) => format!("{minutes} min {} s", secs % 60),
        (0, _, _) => format!("{} {minutes} min", plural(hours, "hour", "hours")),
        (_, 0, _) => plural(days, "day", "days"),
        _ => format!(
            "{} {}",
            plural(days, "day", "days"),
            plural(hours, "hour", "hours")
        ),
    }
}

/// A whole price without its cents (`$2,900`), as prices of the list are; any other as it is.
pub fn list_price(price: Cents) -> String {
    let text = price.to_string();
    text.strip_suffix(".00").map(str::to_owned).unwrap_or(text)
}

/// `2,500,000 · 5 QPS`, for lines where the word "pictures" is plain.
pub fn short_title(plan: &Plan) -> String {
    format!("{} · {} QPS", grouped(plan.images), plan.query_qps)
}

/// The package's title; an id that is not on the price list any more stands for itself.
pub fn title_of(id: &PlanId) -> String {
    price_list()
        .get(id)
        .map_or_else(|| id.to_string(), Plan::title)
}

fn short_title_of(id: &PlanId) -> String {
    price_list()
        .get(id)
        .map_or_else(|| id.to_string(), short_title)
}

/// `1 month`, `12 months`
pub fn months(number: u32) -> String {
    plural(u64::from(number), "month", "months")
}

/// What an order was, in one line of the ledger.
pub fn order_line(order: &Order) -> String {
    let plan = short_title_of(&order.plan);
    let from = order
        .from
        .as_ref()
        .map(|from| format!(" from {}", short_title_of(from)));
    let from = from.unwrap_or_default();
    match order.kind {
        OrderKind::Trial => format!("Free month, {plan}"),
        OrderKind::Purchase => format!("{plan} for {}", months(order.months)),
        OrderKind::Upgrade => format!("Upgrade to {plan}{from}"),
        OrderKind::Downgrade => format!("Downgrade to {plan}{from}"),
        OrderKind::Renewal => format!("Renewal, {plan} for {}", months(order.months)),
    }
}

/// An amount with what happens to it: `$1,050.00 to pay`, `$300.00 back`, `nothing to pay`.
pub fn due(amount: Cents) -> String {
    match amount.0 {
        0 => "nothing to pay".to_owned(),
        1.. => format!("{amount} to pay"),
        _ => format!("{} back", -amount),
    }
}

/// A refusal of the rules as a sentence of its own: with a capital first letter and a full stop.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    let mut sentence = first.unwrap_or_default() + letters.as_str();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

/// The receipt of an order, as it is copied.
pub fn receipt(order: &Order) -> String {
    let mut lines = vec![
        "Image Search: receipt".to_owned(),
        format!("Order      {}", order.number),
        format!("Date       {}", instant(order.at)),
        format!("What       {}", order_line(order)),
        format!("Package    {} ({})", title_of(&order.plan), order.plan),
        format!(
            "Period     {} to {}",
            instant(order.period_start),
            instant(order.period_end)
        ),
        format!("Amount     {} ({})", order.amount, price_list().currency),
    ];
    lines.push(NO_PAYMENT.to_owned());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_names_the_two_largest_units() {
        assert_eq!(time_left(12 * 86_400 + 4 * 3_600 + 59), "12 days 4 hours");
        assert_eq!(time_left(86_400), "1 day");
        assert_eq!(time_left(3_660), "1 hour 1 min");
        assert_eq!(time_left(580), "9 min 40 s");
        assert_eq!(time_left(-5), "moments");
    }

    #[test]
    fn an_amount_says_which_way_the_money_goes() {
        assert_eq!(due(Cents(105_000)), "$1,050.00 to pay");
        assert_eq!(due(Cents(-30_000)), "$300.00 back");
        assert_eq!(due(Cents::ZERO), "nothing to pay");
    }
}
