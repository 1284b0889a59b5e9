//! One test for every sentence of the service's pricing page, named after the sentence.

use image_search::domain::{
    plan::price_list,
    quota::{CallKind, SlidingWindow},
    subscription::{OrderKind, Phase, Refusal},
    usage::{Gauge, admit, recommend},
};

use super::*;

/// How many of `calls` calls asked for at one instant go within the same second.
fn within_a_second(quota: u32, calls: usize) -> usize {
    let mut window = SlidingWindow::default();
    let mut went = 0;
    for _ in 0..calls {
        if window.earliest(0, quota) < 1_000 {
            window.record(0);
            went += 1;
        }
    }
    went
}

#[test]
fn you_can_purchase_a_subscription_billed_resource_package() {
    let account = bought("5m-10", 1, "2026-11-01");
    assert_eq!(package(&account, "2026-11-01").as_deref(), Some("5m-10"));
}

#[test]
fn your_billing_fee_is_calculated_from_the_quantity_and_the_qps_on_a_monthly_basis() {
    let price = |package, months| {
        let account = Account::default();
        account
            .quote_purchase(&id(package), months, at("2026-11-01"))
            .unwrap()
            .amount
    };
    assert_eq!(price("2.5m-5", 1), dollars(800));
    assert_eq!(price("5m-5", 1), dollars(1_600), "more images cost more");
    assert_eq!(
        price("2.5m-10", 1),
        dollars(1_500),
        "more calls a second cost more"
    );
    assert_eq!(
        price("2.5m-5", 7),
        dollars(5_600),
        "seven months cost seven times as much"
    );
}

#[test]
fn the_quantity_of_indexed_images_refers_to_the_number_of_images_you_upload() {
    let account = on_trial("2026-11-01");
    // 99,990 were uploaded and most of them removed again: what counts is that they were uploaded.
    let admission = admit(&account, 99_990, 10, 50, at("2026-11-05"));
    assert_eq!(admission.accepted, 10);
}

#[test]
fn this_number_is_calculated_on_a_monthly_basis() {
    let account = bought("100k-1", 2, "2026-11-10T08:00:00Z");
    let month = |now| account.standing(at(now)).billing_month;
    let (first, second) = (
        period("2026-11-10T08:00:00Z", "2026-12-10T08:00:00Z"),
        period("2026-12-10T08:00:00Z", "2027-01-10T08:00:00Z"),
    );
    assert_eq!(month("2026-12-10T07:59:59Z"), first);
    assert_eq!(month("2026-12-10T08:00:00Z"), second);
}

#[test]
fn the_qps_quota_refers_to_the_number_of_queries_conducted_each_second() {
    assert_eq!(within_a_second(10, 30), 10);
}

#[test]
fn this_number_is_calculated_on_a_second_basis() {
    let mut window = SlidingWindow::default();
    window.record(0);
    assert_eq!(
        window.earliest(500, 1),
        1_000,
        "the next call goes a second after the last"
    );
}

#[test]
fn your_qps_quota_determines_how_many_operations_you_can_handle_at_one_time() {
    let quota = |package| {
        price_list()
            .get(&id(package))
            .unwrap()
            .quota(CallKind::Query)
    };
    assert_eq!(within_a_second(quota("100k-1"), 30), 1);
    assert_eq!(within_a_second(quota("50m-10"), 30), 10);
}

#[test]
fn with_a_qps_quota_of_5_you_can_add_five_times_or_query_five_times_within_a_second() {
    let plan = price_list().get(&id("2.5m-5")).unwrap();
    assert_eq!(within_a_second(plan.quota(CallKind::Add), 30), 5);
    assert_eq!(within_a_second(plan.quota(CallKind::Query), 30), 5);
}

#[test]
fn the_qps_quota_for_deleting_images_is_20_rather_than_5() {
    for plan in &price_list().plans {
        assert_eq!(plan.quota(CallKind::Delete), 20, "{}", plan.id);
    }
}

#[test]
fn the_following_table_details_specific_figures() {
    let table = [
        (100_000, 1, 300),
        (2_500_000, 5, 800),
        (2_500_000, 10, 1_500),
        (5_000_000, 5, 1_600),
        (5_000_000, 10, 2_900),
        (10_000_000, 5, 2_900),
        (10_000_000, 10, 5_500),
        (20_000_000, 5, 5_500),
        (20_000_000, 10, 10_300),
        (30_000_000, 5, 7_900),
        (30_000_000, 10, 14_700),
        (40_000_000, 5, 10_000),
        (40_000_000, 10, 18_600),
        (50_000_000, 5, 11_800),
        (50_000_000, 10, 22_100),
    ];
    let listed: Vec<_> = price_list()
        .plans
        .iter()
        .map(|plan| (plan.images, plan.query_qps, plan.price.0 / 100))
        .collect();
    assert_eq!(listed, table);
}

#[test]
fn prepaid_1_month_free_of_charge_for_the_first_month() {
    let order = trial(&mut Account::default(), "2026-11-01").unwrap();
    assert_eq!(
        (order.plan, order.months, order.amount),
        (id("100k-1"), 1, Cents::ZERO)
    );
}

#[test]
fn the_numbers_given_are_the_maximum_allowed_for_each_package() {
    for plan in &price_list().plans {
        let account = bought(&plan.id.0, 1, "2026-11-01");
        let admission = admit(&account, 0, 0, plan.images + 1, at("2026-11-01"));
        assert_eq!(admission.accepted, plan.images, "{}", plan.id);
    }
}

#[test]
fn prices_are_given_in_usd() {
    assert_eq!(price_list().currency, "USD");
    assert_eq!(
        price_list().get(&id("2.5m-5")).unwrap().price.to_string(),
        "$800.00"
    );
}

#[test]
fn the_prices_are_calculated_for_potential_capacity_whether_it_is_used_or_not() {
    let account = bought("2.5m-5", 1, "2026-11-01");
    assert_eq!(
        account.consumed(at("2026-11-16")),
        dollars(400),
        "though nothing was uploaded"
    );
}

#[test]
fn you_cannot_purchase_packages_separately_and_only_once_a_month() {
    let mut account = bought("100k-1", 1, "2026-11-01");
    for package in ["100k-1", "50m-10"] {
        let refusal = buy(&mut account, package, 1, "2026-11-30T23:59:59Z").unwrap_err();
        assert!(
            matches!(refusal, Refusal::PackageInForce { .. }),
            "{refusal}"
        );
        assert!(
            refusal
                .to_string()
                .contains("Upgrade, downgrade or renew it instead"),
            "{refusal}"
        );
    }
    assert!(buy(&mut account, "50m-10", 1, "2026-12-01").is_ok());
}

#[test]
fn the_number_of_api_calls_is_unlimited() {
    let mut window = SlidingWindow::default();
    for second in 0..100_000 {
        assert_eq!(window.earliest(second * 1_000, 1), second * 1_000);
        window.record(second * 1_000);
    }
}

#[test]
fn you_can_use_a_free_trial_for_one_month() {
    let account = on_trial("2026-11-10T12:00:00Z");
    let phase = |now| account.standing(at(now)).phase;
    assert_eq!(phase("2026-12-10T11:59:59Z"), Phase::Trial);
    assert!(matches!(
        phase("2026-12-10T12:00:00Z"),
        Phase::Overdue { .. }
    ));
}

#[test]
fn free_trials_are_limited_to_one_use_per_customer() {
    let mut account = on_trial("2026-01-10");
    for now in ["2026-01-20", "2026-02-15", "2027-06-01"] {
        let refusal = trial(&mut account, now).unwrap_err();
        assert!(
            matches!(refusal, Refusal::TrialUsed { .. }),
            "{now}: {refusal}"
        );
    }
    // A new data folder has an empty ledger; the customer is known all the same.
    let mut elsewhere = Account::from_orders(Vec::new(), true, at("2026-01-20")).unwrap();
    assert!(matches!(
        trial(&mut elsewhere, "2026-01-20"),
        Err(Refusal::TrialUsed { .. })
    ));
}

#[test]
fn free_trials_cannot_be_renewed() {
    let account = on_trial("2026-11-01");
    let quote = account
        .quote_renewal(&id("100k-1"), 1, at("2026-11-20"))
        .unwrap();
    assert_eq!(
        quote.amount,
        dollars(300),
        "the next month of the same package is paid"
    );
    assert_eq!(quote.period_start, at("2026-12-01"));
}

#[test]
fn for_a_package_larger_than_the_largest_contact_us_for_a_custom_quote() {
    let list = price_list();
    assert_eq!(
        list.cheapest_for(50_000_000, 10).map(|plan| &plan.id),
        Some(&id("50m-10"))
    );
    for (images, qps) in [(50_000_001, 1), (1, 11)] {
        let recommendation = recommend(images, qps);
        assert_eq!(recommendation.fits, None);
        assert!(
            recommendation
                .text
                .contains("imagesearch-support@alibaba-inc.com")
        );
    }
}

#[test]
fn you_can_upgrade_or_downgrade_your_current_package_at_any_time() {
    for now in ["2026-11-01", "2026-11-17T03:04:05Z", "2026-12-31T23:59:59Z"] {
        let account = bought("5m-5", 2, "2026-11-01");
        let kind = |package| account.quote_change(&id(package), at(now)).unwrap().kind;
        assert_eq!(kind("5m-10"), OrderKind::Upgrade, "{now}");
        assert_eq!(kind("2.5m-5"), OrderKind::Downgrade, "{now}");
    }
}

#[test]
fn after_you_upgrade_or_downgrade_the_effective_period_remains_the_same() {
    let mut account = bought("2.5m-5", 3, "2026-11-10");
    for (package, now) in [("5m-10", "2026-11-20"), ("100k-1", "2027-01-05")] {
        let order = change(&mut account, package, now).unwrap();
        assert_eq!(order.period_end, at("2027-02-10"));
        assert_eq!(
            account.standing(at(now)).period,
            period("2026-11-10", "2027-02-10")
        );
    }
}

#[test]
fn your_previous_subscription_becomes_invalid_when_the_upgrade_takes_effect() {
    let mut account = bought("2.5m-5", 1, "2026-11-01");
    assert_eq!(
        package(&account, "2026-11-16T09:59:59Z").as_deref(),
        Some("2.5m-5")
    );
    let order = change(&mut account, "5m-10", "2026-11-16T10:00:00Z").unwrap();
    assert_eq!(order.period_start, at("2026-11-16T10:00:00Z"));
    assert_eq!(
        package(&account, "2026-11-16T10:00:00Z").as_deref(),
        Some("5m-10")
    );
}

#[test]
fn payments_are_based_on_the_difference_between_the_balances_of_new_and_old() {
    let account = bought("2.5m-5", 1, "2026-11-01");
    // A third of November is left.
    let up = account
        .quote_change(&id("2.5m-10"), at("2026-11-21"))
        .unwrap();
    assert_eq!(
        (up.old_balance, up.new_balance),
        (Cents(26_667), dollars(500))
    );
    assert_eq!(up.amount, Cents(23_333));
    let down = account
        .quote_change(&id("100k-1"), at("2026-11-21"))
        .unwrap();
    assert_eq!(
        down.amount,
        Cents(10_000 - 26_667),
        "a smaller package gives money back"
    );
}

#[test]
fn you_can_renew_your_purchased_package_at_any_time() {
    for (now, start) in [
        ("2026-11-01", "2026-12-01"),
        ("2026-11-30T23:59:59Z", "2026-12-01"),
        ("2026-12-15T23:59:59Z", "2026-12-15T23:59:59Z"),
    ] {
        let order = renew(&mut bought("2.5m-5", 1, "2026-11-01"), "2.5m-5", 1, now).unwrap();
        assert_eq!(order.period_start, at(start), "renewed {now}");
    }
}

#[test]
fn when_renewing_specify_the_service_duration_and_specifications() {
    let mut account = bought("2.5m-5", 1, "2026-11-01");
    let order = renew(&mut account, "10m-10", 4, "2026-11-20").unwrap();
    assert_eq!((order.plan, order.months), (id("10m-10"), 4));
}

#[test]
fn the_system_displays_the_price_for_your_specified_package() {
    let account = bought("2.5m-5", 1, "2026-11-01");
    let quote = account
        .quote_renewal(&id("10m-10"), 4, at("2026-11-20"))
        .unwrap();
    assert_eq!(quote.amount, dollars(22_000));
}

#[test]
fn after_you_click_renew_the_effective_period_will_change_accordingly() {
    let mut account = bought("2.5m-5", 1, "2026-11-01");
    renew(&mut account, "2.5m-5", 2, "2026-11-20").unwrap();
    assert_eq!(
        account.standing(at("2026-11-20")).period,
        period("2026-11-01", "2027-02-01")
    );
}

#[test]
fn your_instances_are_retained_for_an_additional_15_days_and_then_released() {
    let account = bought("2.5m-5", 1, "2026-11-01");
    let phase = |now| account.standing(at(now)).phase;
    let release_at = at("2026-12-16");
    assert_eq!(phase("2026-12-01"), Phase::Overdue { release_at });
    assert_eq!(phase("2026-12-15T23:59:59Z"), Phase::Overdue { release_at });
    assert_eq!(phase("2026-12-16"), Phase::Released { at: release_at });
}

#[test]
fn with_the_quota_exhausted_the_gauge_that_is_full_is_named() {
    let account = on_trial("2026-11-01");
    let refusal = admit(&account, 100_000, 40_000, 1, at("2026-11-20"))
        .refusal
        .unwrap();
    let Refusal::CapReached(cap) = refusal else {
        panic!("{refusal}")
    };
    assert_eq!(
        (cap.gauge, cap.used, cap.cap),
        (Gauge::Uploaded, 100_000, 100_000)
    );
}
