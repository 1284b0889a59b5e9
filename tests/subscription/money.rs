//! What changes cost, and what quotes promise.

use image_search::domain::{plan::price_list, subscription::OrderKind};
use jiff::ToSpan;

use super::*;

/// 2.5 million images at 5 QPS from 1 November for a month.
fn november() -> Account {
    bought("2.5m-5", 1, "2026-11-01")
}

#[test]
fn the_worked_example_half_of_november_from_2_5m_5_to_5m_10() {
    let mut account = november();
    let quote = account
        .quote_change(&id("5m-10"), at("2026-11-16"))
        .unwrap();
    assert_eq!(
        (quote.new_balance, quote.old_balance),
        (dollars(1_450), dollars(400))
    );
    let order = account.confirm(&quote, at("2026-11-16")).unwrap();
    assert_eq!(
        (order.kind, order.amount),
        (OrderKind::Upgrade, dollars(1_050))
    );
    assert_eq!(order.period_end, at("2026-12-01"));
}

#[test]
fn every_remaining_billing_month_is_a_line_of_its_own_length() {
    let account = bought("5m-10", 3, "2027-01-31");
    // 14 of the 28 days to 28 February, then 31 and 30 days whole.
    let quote = account
        .quote_change(&id("2.5m-5"), at("2027-02-14"))
        .unwrap();
    let lines: Vec<_> = quote
        .old_lines
        .iter()
        .map(|line| {
            (
                line.left_secs / 86_400,
                line.month_secs / 86_400,
                line.amount(),
            )
        })
        .collect();
    let whole = dollars(2_900);
    assert_eq!(
        lines,
        [(14, 28, dollars(1_450)), (31, 31, whole), (30, 30, whole)]
    );
    assert_eq!(quote.old_balance, dollars(7_250));
    assert_eq!(quote.amount, dollars(2_000 - 7_250));
}

#[test]
fn half_a_cent_is_rounded_up_once_in_each_balance() {
    // A second of a 30-day month of $800.00 is 0.0309 cents; 16.2 seconds make half a cent.
    let account = november();
    let quote = |now| account.quote_change(&id("2.5m-10"), at(now)).unwrap();
    assert_eq!(
        quote("2026-11-30T23:59:43Z").old_balance,
        Cents(1),
        "17 seconds left"
    );
    assert_eq!(
        quote("2026-11-30T23:59:44Z").old_balance,
        Cents(0),
        "16 seconds left"
    );
}

#[test]
fn the_trials_own_balance_is_nothing() {
    let account = on_trial("2026-11-01");
    let quote = account
        .quote_change(&id("2.5m-5"), at("2026-11-16"))
        .unwrap();
    assert_eq!(
        (quote.old_balance, quote.amount),
        (Cents::ZERO, dollars(400))
    );
}

#[test]
fn back_from_an_upgrade_within_the_free_month_it_is_free_again() {
    let mut account = on_trial("2026-11-01");
    change(&mut account, "2.5m-5", "2026-11-11").unwrap();
    let back = change(&mut account, "100k-1", "2026-11-16").unwrap();
    assert_eq!(
        back.amount,
        dollars(-400),
        "what is left of the larger package"
    );
    assert_eq!(
        account.consumed(at("2026-12-01")),
        Cents(13_333),
        "five days of $800 a month"
    );
}

#[test]
fn of_two_packages_at_one_price_the_change_to_more_images_is_the_upgrade() {
    let account = bought("5m-10", 1, "2026-11-01");
    let quote = account
        .quote_change(&id("10m-5"), at("2026-11-10"))
        .unwrap();
    assert_eq!(
        (quote.kind, quote.amount),
        (OrderKind::Upgrade, Cents::ZERO)
    );
}

#[test]
fn at_the_first_instant_a_change_costs_the_difference_of_the_prices() {
    for old in &price_list().plans {
        let account = bought(&old.id.0, 1, "2026-11-01");
        for new in price_list().plans.iter().filter(|new| new.id != old.id) {
            let quote = account.quote_change(&new.id, at("2026-11-01")).unwrap();
            assert_eq!(
                quote.amount,
                new.price - old.price,
                "{} to {}",
                old.id,
                new.id
            );
        }
    }
}

#[test]
fn with_no_package_in_force_a_month_costs_the_price() {
    let quote = Account::default()
        .quote_purchase(&id("5m-5"), 1, at("2026-11-01"))
        .unwrap();
    assert_eq!(
        (quote.kind, quote.amount),
        (OrderKind::Purchase, dollars(1_600))
    );
}

#[test]
fn a_quote_is_honoured_for_ten_minutes_to_the_cent() {
    let mut account = november();
    let quote = account
        .quote_change(&id("50m-10"), at("2026-11-16"))
        .unwrap();
    let order = account.confirm(&quote, at("2026-11-16T00:10:00Z")).unwrap();
    assert_eq!(
        (order.amount, order.at),
        (quote.amount, at("2026-11-16T00:10:00Z"))
    );
    assert_eq!(
        order.period_start,
        at("2026-11-16"),
        "the instant it was computed for"
    );
}

#[test]
fn after_ten_minutes_it_asks_again_with_the_new_figure() {
    let mut account = november();
    let quote = account
        .quote_change(&id("50m-10"), at("2026-11-16"))
        .unwrap();
    let late = at("2026-11-16T00:10:01Z");
    let refusal = account.confirm(&quote, late).unwrap_err();
    let Refusal::QuoteExpired { fresh } = refusal else {
        panic!("{refusal}")
    };
    assert!(fresh.amount < quote.amount, "less time is left to pay for");
    assert_eq!(account.orders().len(), 1, "nothing was charged");
    assert_eq!(account.confirm(&fresh, late).unwrap().amount, fresh.amount);
}

#[test]
fn a_quote_is_void_once_another_order_was_placed() {
    let mut account = november();
    let now = at("2026-11-16");
    let first = account.quote_renewal(&id("2.5m-5"), 1, now).unwrap();
    let second = account.quote_renewal(&id("5m-5"), 1, now).unwrap();
    account.confirm(&first, now).unwrap();
    let refusal = account.confirm(&second, now).unwrap_err();
    let Refusal::QuoteOutdated { fresh } = refusal else {
        panic!("{refusal}")
    };
    assert_eq!(
        fresh.period_start,
        at("2027-01-01"),
        "after the renewal placed meanwhile"
    );
}

#[test]
fn a_confirmed_quote_cannot_be_confirmed_again() {
    let mut account = november();
    let now = at("2026-11-16");
    let quote = account.quote_change(&id("5m-5"), now).unwrap();
    account.confirm(&quote, now).unwrap();
    assert!(matches!(
        account.confirm(&quote, now),
        Err(Refusal::SamePackage { .. })
    ));
}

#[test]
fn a_quote_for_a_package_that_ran_out_meanwhile_is_refused() {
    let mut account = november();
    let quote = account
        .quote_change(&id("5m-5"), at("2026-11-30T23:55:00Z"))
        .unwrap();
    let refusal = account
        .confirm(&quote, at("2026-12-01T00:01:00Z"))
        .unwrap_err();
    assert!(matches!(refusal, Refusal::Overdue { .. }), "{refusal}");
}

#[test]
fn a_renewal_quoted_before_the_end_is_quoted_again_after_it() {
    let mut account = november();
    let quote = account
        .quote_renewal(&id("2.5m-5"), 1, at("2026-11-30T23:55:00Z"))
        .unwrap();
    let refusal = account
        .confirm(&quote, at("2026-12-01T00:01:00Z"))
        .unwrap_err();
    let Refusal::QuoteOutdated { fresh } = refusal else {
        panic!("{refusal}")
    };
    assert_eq!(fresh.period_start, at("2026-12-01T00:01:00Z"));
}

#[test]
fn a_purchase_quoted_before_the_release_is_quoted_again_after_it() {
    let mut account = november();
    let quote = account
        .quote_purchase(&id("2.5m-5"), 1, at("2026-12-15T23:55:00Z"))
        .unwrap();
    let refusal = account
        .confirm(&quote, at("2026-12-16T00:01:00Z"))
        .unwrap_err();
    let Refusal::QuoteOutdated { fresh } = refusal else {
        panic!("{refusal}")
    };
    assert_eq!(fresh.period_start, at("2026-12-16T00:01:00Z"));
}

#[test]
fn a_quote_with_a_changed_amount_is_not_honoured() {
    let mut account = november();
    let now = at("2026-11-16");
    let mut quote = account.quote_change(&id("50m-10"), now).unwrap();
    quote.amount = Cents(1);
    assert!(matches!(
        account.confirm(&quote, now),
        Err(Refusal::QuoteOutdated { .. })
    ));
}

#[test]
fn seconds_left_of_a_quote_count_down_to_nothing() {
    let quote = november()
        .quote_change(&id("5m-5"), at("2026-11-16"))
        .unwrap();
    let left = |secs: i64| quote.secs_left(at("2026-11-16").checked_add(secs.seconds()).unwrap());
    assert_eq!((left(0), left(599), left(601)), (600, 1, 0));
}
