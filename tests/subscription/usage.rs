//! What fits, what is foretold, what is warned of, and which package is recommended.

use image_search::domain::{
    plan::price_list,
    usage::{Alert, Gauge, Usage, Wanted, admit, recommend},
};
use jiff::civil::Date;

use super::*;

fn refused(account: &Account, uploaded: u64, stored: u64, wanted: u64, now: &str) -> String {
    admit(account, uploaded, stored, wanted, at(now))
        .refusal
        .unwrap()
        .to_string()
}

/// A trial begun on 1 November, with a renewal queued where `renewed`.
fn trial_account(renewed: bool) -> Account {
    let mut account = on_trial("2026-11-01");
    if renewed {
        renew(&mut account, "100k-1", 1, "2026-11-01").unwrap();
    }
    account
}

#[test]
fn an_upload_is_accepted_only_if_both_gauges_stay_within_the_cap() {
    let account = trial_account(false);
    let accepted = |uploaded, stored| {
        let admission = admit(&account, uploaded, stored, 100, at("2026-11-10"));
        (admission.accepted, admission.refusal.is_some())
    };
    assert_eq!(accepted(99_900, 99_900), (100, false));
    assert_eq!(accepted(99_930, 0), (70, true));
    assert_eq!(accepted(0, 99_930), (70, true));
    assert_eq!(accepted(100_000, 0), (0, true));
}

#[test]
fn a_full_month_says_what_the_next_package_costs_today_and_when_the_meter_restarts() {
    let mut account = bought("100k-1", 2, "2026-11-01");
    assert_eq!(
        refused(&account, 100_000, 60_000, 1, "2026-11-16"),
        "100,000 of 100,000 images uploaded this month; 2.5m-5 would cost $750.00 today, or wait \
         until 1 December."
    );
    // And that is what it costs.
    assert_eq!(
        change(&mut account, "2.5m-5", "2026-11-16").unwrap().amount,
        dollars(750)
    );
}

#[test]
fn in_the_last_month_waiting_takes_a_renewal_and_with_a_full_catalogue_a_removal() {
    assert_eq!(
        refused(&trial_account(false), 100_000, 100_000, 1, "2026-11-16"),
        "100,000 of 100,000 images uploaded this month; 2.5m-5 would cost $400.00 today, or wait \
         until 1 December and remove images (the period ends then: renew it first)."
    );
}

#[test]
fn a_full_catalogue_says_that_removing_helps_and_waiting_does_not() {
    assert_eq!(
        refused(&trial_account(true), 10_000, 99_999, 4, "2026-11-16"),
        "99,999 of 100,000 images stored, so that 1 of 4 fit; 2.5m-5 would cost $900.00 today, or \
         remove images."
    );
}

#[test]
fn the_package_offered_takes_everything_and_is_no_slower_than_todays() {
    let account = bought("2.5m-10", 1, "2026-11-01");
    let text = refused(&account, 2_500_000, 2_500_000, 1, "2026-11-01");
    assert!(
        text.contains("; 5m-10 would cost $1,400.00 today"),
        "{text}"
    );
    let text = refused(&account, 2_500_000, 2_500_000, 47_500_001, "2026-11-01");
    assert!(
        text.contains("; for a larger package ask imagesearch-support@alibaba-inc.com"),
        "{text}"
    );
}

#[test]
fn after_a_downgrade_below_what_is_stored_adds_are_refused_until_it_fits() {
    let mut account = bought("2.5m-5", 1, "2026-11-01");
    change(&mut account, "100k-1", "2026-11-10").unwrap();
    let plan = price_list().get(&id("100k-1")).unwrap();
    assert!(plan.too_small(0, 100_001) && plan.too_small(100_001, 0));
    assert!(!plan.too_small(100_000, 100_000));
    let accepted = |stored| admit(&account, 0, stored, 5, at("2026-11-10")).accepted;
    assert_eq!((accepted(200_000), accepted(99_997)), (0, 3));
}

#[test]
fn an_upgrade_makes_room_at_once_and_leaves_the_month_where_it_was() {
    let mut account = trial_account(false);
    assert_eq!(
        admit(&account, 100_000, 100_000, 20_000, at("2026-11-10")).accepted,
        0
    );
    let month = account.standing(at("2026-11-10")).billing_month;
    change(&mut account, "2.5m-5", "2026-11-10").unwrap();
    assert_eq!(account.standing(at("2026-11-10")).billing_month, month);
    assert_eq!(
        admit(&account, 100_000, 100_000, 20_000, at("2026-11-10")).accepted,
        20_000
    );
}

#[test]
fn with_no_package_in_force_nothing_is_accepted_and_nothing_is_metered() {
    let account = Account::default();
    assert_eq!(admit(&account, 0, 0, 1, at("2026-11-10")).accepted, 0);
    let usage = Usage::new(&account, 0, 0, &[], at("2026-11-10"));
    assert_eq!(
        (usage.cap, usage.billing_month, usage.alerts),
        (0, None, Vec::new())
    );
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// The forecast's day and gauge for uploads by day, at noon of 15 November.
fn foretold(
    account: &Account,
    uploaded: u64,
    stored: u64,
    days: &[(Date, u64)],
) -> Option<(String, Gauge)> {
    let usage = Usage::new(account, uploaded, stored, days, at("2026-11-15T12:00:00Z"));
    usage
        .forecast
        .map(|forecast| (forecast.reached_on.to_string(), forecast.what))
}

#[test]
fn the_forecast_is_the_day_the_cap_is_reached_at_the_pace_of_the_last_14_days() {
    let account = trial_account(true);
    // 13,500 in the 13.5 days since 2 November: 1,000 a day. The 1 November is too long ago.
    let days = [
        (day("2026-11-01"), 70_000),
        (day("2026-11-02"), 3_500),
        (day("2026-11-14"), 10_000),
    ];
    let forecast = foretold(&account, 90_000, 20_000, &days);
    assert_eq!(
        forecast,
        Some(("2026-11-25T12:00:00Z".to_owned(), Gauge::Uploaded))
    );
}

#[test]
fn a_month_that_ends_before_its_meter_is_full_leaves_the_forecast_to_what_is_stored() {
    let account = trial_account(true);
    let days = [(day("2026-11-02"), 13_500)];
    let forecast = foretold(&account, 80_000, 70_000, &days);
    assert_eq!(
        forecast,
        Some(("2026-12-15T12:00:00Z".to_owned(), Gauge::Stored))
    );
}

#[test]
fn a_young_catalogue_is_judged_by_the_days_it_has() {
    let account = trial_account(true);
    // 2.5 days, 4,000 a day: 80,000 more take 20 days.
    let forecast = foretold(&account, 10_000, 20_000, &[(day("2026-11-13"), 10_000)]);
    assert_eq!(
        forecast,
        Some(("2026-12-05T12:00:00Z".to_owned(), Gauge::Stored))
    );
}

#[test]
fn without_uploads_in_14_days_nothing_is_foretold() {
    let account = trial_account(true);
    assert_eq!(foretold(&account, 50, 50, &[]), None);
    assert_eq!(foretold(&account, 50, 50, &[(day("2026-11-01"), 50)]), None);
}

fn alerts(account: &Account, uploaded: u64, stored: u64, now: &str) -> Vec<Alert> {
    Usage::new(account, uploaded, stored, &[], at(now)).alerts
}

fn keys(account: &Account, uploaded: u64, stored: u64, now: &str) -> Vec<String> {
    alerts(account, uploaded, stored, now)
        .into_iter()
        .map(|alert| alert.key)
        .collect()
}

#[test]
fn each_gauge_warns_at_80_95_and_100_percent_with_the_highest_passed() {
    let account = trial_account(true);
    let month = |uploaded| keys(&account, uploaded, 0, "2026-11-10");
    assert_eq!(month(79_999), [""; 0]);
    assert_eq!(month(80_000), ["uploaded-80-2026-11-01-100000"]);
    assert_eq!(month(94_999), ["uploaded-80-2026-11-01-100000"]);
    assert_eq!(month(95_000), ["uploaded-95-2026-11-01-100000"]);
    assert_eq!(month(100_000), ["uploaded-100-2026-11-01-100000"]);
    assert_eq!(
        keys(&account, 0, 95_000, "2026-11-10"),
        ["stored-95-always-100000"]
    );
}

#[test]
fn a_warning_keeps_its_key_while_it_lasts_and_takes_a_new_one_in_a_new_month() {
    let account = trial_account(true);
    let key = |uploaded, now| keys(&account, uploaded, 0, now);
    assert_eq!(key(80_000, "2026-11-10"), key(90_000, "2026-11-12"));
    assert_ne!(key(80_000, "2026-11-10"), key(80_000, "2026-12-10"));
}

#[test]
fn the_end_is_announced_7_3_and_1_days_before() {
    let account = bought("2.5m-5", 1, "2026-11-01");
    let end = |now| keys(&account, 0, 0, now);
    assert_eq!(end("2026-11-23T23:59:59Z"), [""; 0]);
    assert_eq!(end("2026-11-24"), ["ends-7-2026-12-01"]);
    assert_eq!(end("2026-11-28"), ["ends-3-2026-12-01"]);
    assert_eq!(end("2026-11-30"), ["ends-1-2026-12-01"]);
    let text = &alerts(&account, 0, 0, "2026-11-28")[0].text;
    assert_eq!(
        text,
        "The period ends in 3 days, on 1 December 2026. Renew it to go on."
    );
}

#[test]
fn a_queued_renewal_takes_the_announcement_of_the_end_back() {
    let mut account = bought("2.5m-5", 1, "2026-11-01");
    renew(&mut account, "5m-5", 1, "2026-11-25").unwrap();
    assert_eq!(keys(&account, 0, 0, "2026-11-30"), [""; 0]);
}

#[test]
fn overdue_counts_down_to_the_release_and_released_says_so() {
    let account = bought("2.5m-5", 1, "2026-11-01");
    let overdue = &alerts(&account, 0, 0, "2026-12-04")[0].text;
    assert!(
        overdue.contains("released in 12 days, on 16 December 2026"),
        "{overdue}"
    );
    let released = &alerts(&account, 0, 0, "2026-12-20")[0].text;
    assert!(
        released.contains("released on 16 December 2026 and set aside"),
        "{released}"
    );
}

#[test]
fn what_stops_work_is_told_before_what_only_warns() {
    let account = bought("100k-1", 1, "2026-11-01");
    let first = keys(&account, 100_000, 0, "2026-11-30").remove(0);
    assert!(first.starts_with("uploaded-100"), "{first}");
}

#[test]
fn the_cheapest_package_that_fits_is_recommended() {
    let fits = |images, qps| recommend(images, qps).fits.unwrap().id.0;
    assert_eq!(fits(0, 1), "100k-1");
    assert_eq!(fits(100_001, 1), "2.5m-5");
    assert_eq!(
        fits(50_000, 2),
        "2.5m-5",
        "five calls a second are the next to one"
    );
    assert_eq!(fits(4_000_000, 7), "5m-10");
    assert_eq!(
        recommend(4_000_000, 7).text,
        "5m-10 is the cheapest package for 4,000,000 pictures at 7 a second: $2,900.00 a month."
    );
}

#[test]
fn nothing_on_the_list_that_fits_is_cheaper_than_the_recommended() {
    for images in [1, 100_000, 3_000_000, 20_000_000, 45_000_000] {
        for qps in [1, 5, 6, 10] {
            let best = recommend(images, qps).fits.unwrap();
            assert!(best.images >= images && best.query_qps >= qps);
            for plan in &price_list().plans {
                let fits = plan.images >= images && plan.query_qps >= qps;
                assert!(
                    !fits || plan.price >= best.price,
                    "{} for {images} at {qps}",
                    plan.id
                );
            }
        }
    }
}

#[test]
fn a_recommendation_says_what_the_next_larger_and_smaller_would_mean() {
    let recommendation = recommend(4_000_000, 5);
    let (larger, smaller) = (
        recommendation.larger.unwrap(),
        recommendation.smaller.unwrap(),
    );
    assert_eq!(
        (larger.plan.id, larger.price_difference),
        (id("10m-5"), dollars(1_300))
    );
    assert_eq!(
        larger.means,
        "10,000,000 pictures · 5 QPS: room for 6,000,000 more than needed, $1,300.00 more a month."
    );
    assert_eq!(
        (smaller.plan.id, smaller.price_difference),
        (id("2.5m-5"), dollars(-800))
    );
    assert_eq!(
        smaller.means,
        "2,500,000 pictures · 5 QPS: 1,500,000 too few, $800.00 less a month."
    );
}

#[test]
fn at_either_end_of_the_list_one_neighbour_is_missing() {
    assert_eq!(recommend(1, 1).smaller, None);
    assert_eq!(recommend(50_000_000, 5).larger, None);
    let slower = recommend(200_000, 5).smaller.unwrap();
    assert!(
        slower
            .means
            .contains("100,000 too few, 1 a second instead of 5"),
        "{}",
        slower.means
    );
}

#[test]
fn a_changed_picture_needs_no_place_among_those_stored_but_is_an_upload() {
    let account = bought("100k-1", 1, "2026-11-01");
    let accepted = |uploaded, stored, uploads, replacing| {
        let wanted = Wanted { uploads, replacing };
        admit(&account, uploaded, stored, wanted, at("2026-11-10")).accepted
    };
    assert_eq!(accepted(0, 100_000, 5, 5), 5);
    assert_eq!(accepted(0, 100_000, 5, 2), 2);
    assert_eq!(accepted(0, 250_000, 1, 1), 1);
    assert_eq!(accepted(100_000, 100_000, 5, 5), 0);
    assert_eq!(accepted(99_998, 99_999, 5, 5), 2);
}
