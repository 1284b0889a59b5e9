//! Each way from a wish to the order and its receipt.

use egui_kittest::kittest::Queryable as _;
use image_search::{
    domain::{money::Cents, plan::PlanId, subscription::OrderKind},
    ui::action::SubscriptionAction,
};

use super::harness::{Person, Stage, at, window};

/// The worked example: 2.5M/5 bought on 1 November for a month, half of it left.
fn worked_example() -> Stage {
    Stage::bought("2026-11-16T00:00:00Z", "2.5m-5", 1, "2026-11-01T00:00:00Z")
}

const UPGRADE: &str = "5,000,000 pictures · 10 QPS, $2,900.00 a month, $1,050.00 to pay today";

#[test]
fn the_worked_example_shows_its_proration_and_charges_1_050() {
    let mut window = window(worked_example());
    window.click(UPGRADE);
    for text in [
        "1 Nov – 1 Dec",
        "15 days of 30",
        "$400.00",
        "$1,450.00",
        "$1,450.00 − $400.00 =",
        "$1,050.00 to pay",
        "1 Dec 2026, as before",
        "This price holds for 10 min 0 s.",
    ] {
        assert!(window.sees(text), "no {text:?} in:\n{}", window.names());
    }
    window.click("Confirm: $1,050.00 to pay");
    assert!(window.sees("Package upgraded"), "{}", window.names());
    let order = window.state().account.orders().last().unwrap().clone();
    assert_eq!(
        (order.kind, order.amount),
        (OrderKind::Upgrade, Cents(105_000))
    );

    window.click("Copy receipt");
    let Some(SubscriptionAction::CopyReceipt(receipt)) = window.state().asked.last() else {
        panic!("no receipt was copied");
    };
    assert!(receipt.contains("$1,050.00 (USD)"), "{receipt}");
    assert!(
        receipt.contains("No payment provider is contacted"),
        "{receipt}"
    );
    assert!(window.sees("Copied"));
    window.click("Done");
    assert!(window.sees("Upgrade to 5,000,000 · 10 QPS from 2,500,000 · 5 QPS"));
    assert!(window.sees("$1,850.00"), "the running total");
    window.click("Export as CSV…");
    assert_eq!(
        window.state().asked.last(),
        Some(&SubscriptionAction::ExportLedger)
    );
}

#[test]
fn a_downgrade_below_what_is_stored_says_so_before_it_is_confirmed() {
    let mut window = window(worked_example().with_usage(1_530_100, 1_912_400));
    window.click("100,000 pictures · 1 QPS, $300.00 a month, $250.00 back today, too small");
    assert!(
        window.sees("Everything stays searchable"),
        "{}",
        window.names()
    );
    window.click("Confirm: $250.00 back");
    assert!(window.sees("Package downgraded"));
    window.click("Done");
    assert!(
        window.sees("1,812,400 pictures over the cap"),
        "{}",
        window.names()
    );
}

#[test]
fn a_price_older_than_ten_minutes_is_asked_for_again() {
    let mut window = window(worked_example());
    window.click(UPGRADE);
    window.wait_until("2026-11-16T00:10:01Z");
    assert!(
        window.sees("held for ten minutes and has run out"),
        "{}",
        window.names()
    );
    assert!(!window.sees("Confirm:"));
    window.click("Show today's price");
    let fresh = window
        .state()
        .account
        .quote_change(&PlanId::from("5m-10"), at("2026-11-16T00:10:01Z"));
    let amount = fresh.unwrap().amount;
    assert!(amount < Cents(105_000));
    window.click(&format!("Confirm: {amount} to pay"));
    assert_eq!(
        window.state().account.orders().last().unwrap().amount,
        amount
    );
}

#[test]
fn a_price_on_its_way_cannot_be_confirmed() {
    let mut stage = worked_example();
    stage.slow = true;
    let mut window = window(stage);
    window.click_once(UPGRADE);
    assert!(
        window.sees("Working out today's price…"),
        "{}",
        window.names()
    );
    assert!(!window.sees("Confirm:"));
}

#[test]
fn a_renewal_with_another_package_takes_effect_at_the_end() {
    let mut window = window(worked_example());
    window.click("Renew…");
    assert!(window.sees("Nothing changes now"), "{}", window.names());
    window.click("3 months");
    assert!(window.sees("$2,400.00"), "{}", window.names());
    assert!(window.sees("1 Mar 2027 (3 months)"), "{}", window.names());
    window.click("Package");
    window.click("5,000,000 pictures · 5 QPS, $1,600 a month");
    assert!(
        window.sees("takes its place on that day, not now"),
        "{}",
        window.names()
    );
    window.click("Confirm: $4,800.00 to pay");
    window.click("Done");
    assert!(
        window.sees("Renewed: then 5,000,000 pictures · 5 QPS"),
        "{}",
        window.names()
    );
    let standing = window.state().account.standing(at("2026-11-16T00:00:00Z"));
    assert_eq!(
        standing.plan.unwrap().id,
        PlanId::from("2.5m-5"),
        "not before"
    );
}

#[test]
fn a_renewal_while_overdue_starts_now() {
    let mut window = window(Stage::bought(
        "2026-12-05T00:00:00Z",
        "2.5m-5",
        1,
        "2026-11-01T00:00:00Z",
    ));
    window.click("Renew now…");
    window.click("One month more");
    assert!(window.sees("$1,600.00"));
    window.click("Confirm: $1,600.00 to pay");
    window.click("Done");
    assert!(window.sees("Active"));
    assert!(window.sees("until 5 Feb 2027"), "{}", window.names());
}

#[test]
fn a_purchase_lasts_as_long_as_chosen() {
    let mut window = window(Stage::new("2026-11-10T00:00:00Z"));
    window.click("2,500,000 pictures · 5 QPS, $800.00 a month, $800.00 to pay for a month");
    assert!(window.sees("Buy a package"));
    window.click("36 months");
    window.click("Confirm: $28,800.00 to pay");
    let order = window.state().account.orders().last().unwrap();
    assert_eq!((order.kind, order.months), (OrderKind::Purchase, 36));
}

#[test]
fn what_fits_me_finds_the_cheapest_and_opens_it() {
    let mut window = window(worked_example());
    window.click("What fits me?");
    window.fill("Pictures", "6 000 000");
    window.fill("Searches a second", "10");
    assert!(
        window.sees("10,000,000 pictures · 10 QPS"),
        "{}",
        window.names()
    );
    assert!(window.sees("$5,500 a month"));
    assert!(
        window.sees("20,000,000 pictures · 10 QPS: room for"),
        "{}",
        window.names()
    );
    assert!(window.sees("1,000,000 too few"), "{}", window.names());
    window.click("Choose this package…");
    assert!(window.sees("Change the package"));
    assert!(
        window.sees("Confirm: $2,350.00 to pay"),
        "{}",
        window.names()
    );
}

#[test]
fn beyond_the_largest_package_a_mail_is_written_with_the_figures() {
    let mut window = window(worked_example().with_usage(10, 20));
    window.click("What fits me?");
    window.fill("Pictures", "80,000,000");
    window.click("Write the e-mail…");
    let Some(SubscriptionAction::CustomQuoteMail(mail)) = window.state().asked.last() else {
        panic!("no mail was asked for");
    };
    assert!(
        mail.starts_with("mailto:imagesearch-support@alibaba-inc.com?subject="),
        "{mail}"
    );
    assert!(mail.contains("80%2C000%2C000"), "{mail}");
}

#[test]
fn what_is_no_number_is_asked_for_again() {
    let mut window = window(worked_example());
    window.click("What fits me?");
    window.fill("Pictures", "many");
    assert!(window.sees("Type how many pictures"), "{}", window.names());
}

#[test]
fn escape_closes_a_dialog_and_orders_nothing() {
    let mut window = window(worked_example());
    window.click(UPGRADE);
    window.key_press(egui::Key::Escape);
    window.run();
    assert!(!window.sees("Change the package"));
    assert_eq!(window.state().account.orders().len(), 1);
}

#[test]
fn a_package_is_chosen_by_keyboard() {
    let mut window = window(worked_example());
    window.get_by_label(UPGRADE).focus();
    window.run();
    window.key_press(egui::Key::Enter);
    window.run();
    assert!(
        window.sees("Confirm: $1,050.00 to pay"),
        "{}",
        window.names()
    );
}
