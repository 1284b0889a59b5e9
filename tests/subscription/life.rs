//! The stages of a subscription, and the ways between them.

use image_search::domain::subscription::{OrderKind, Phase};

use super::*;

#[test]
fn a_new_customer_has_nothing_and_is_offered_the_trial() {
    let account = Account::default();
    let standing = account.standing(at("2026-11-01"));
    assert_eq!(
        (standing.phase, standing.plan, standing.period),
        (Phase::None, None, None)
    );
    assert!(account.trial_offered(at("2026-11-01")));
    let refusal = account.package_in_force(at("2026-11-01")).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "There is no package yet: start the free trial or buy a package."
    );
}

#[test]
fn a_trial_upgraded_is_active() {
    let mut account = on_trial("2026-11-01");
    change(&mut account, "2.5m-5", "2026-11-16").unwrap();
    let standing = account.standing(at("2026-11-16"));
    assert_eq!((standing.phase, standing.days_left), (Phase::Active, 15));
    assert_eq!(standing.cap(), 2_500_000);
}

#[test]
fn a_purchase_lasts_1_to_36_months() {
    let account = Account::default();
    let end = |months| {
        account
            .quote_purchase(&id("100k-1"), months, at("2026-11-01"))
            .map(|q| q.period_end)
    };
    assert_eq!(end(1), Ok(at("2026-12-01")));
    assert_eq!(end(36), Ok(at("2029-11-01")));
    assert_eq!(end(0), Err(Refusal::Months { months: 0 }));
    assert_eq!(end(37), Err(Refusal::Months { months: 37 }));
}

#[test]
fn no_order_is_made_for_a_package_that_is_not_on_the_list() {
    let account = bought("5m-5", 1, "2026-11-01");
    let refusal = account
        .quote_change(&id("3m-5"), at("2026-11-02"))
        .unwrap_err();
    assert!(
        refusal
            .to_string()
            .starts_with("There is no package \"3m-5\" on the price list.")
    );
    assert!(
        refusal.to_string().contains("2.5m-5, 2.5m-10, 5m-5"),
        "{refusal}"
    );
}

#[test]
fn a_renewal_with_another_package_takes_effect_when_the_present_period_ends() {
    let mut account = bought("2.5m-5", 1, "2026-11-01");
    renew(&mut account, "5m-10", 2, "2026-11-20").unwrap();
    let standing = account.standing(at("2026-11-20"));
    assert_eq!(standing.plan.map(|plan| plan.id), Some(id("2.5m-5")));
    assert_eq!(
        standing.upcoming,
        Some((id("5m-10"), at("2026-12-01"), at("2027-02-01")))
    );
    assert_eq!(
        package(&account, "2026-11-30T23:59:59Z").as_deref(),
        Some("2.5m-5")
    );
    assert_eq!(package(&account, "2026-12-01").as_deref(), Some("5m-10"));
}

#[test]
fn renewals_queue_up_one_behind_the_other() {
    let mut account = bought("2.5m-5", 1, "2026-11-01");
    for (package, months) in [("2.5m-5", 1), ("5m-5", 2), ("10m-5", 3)] {
        renew(&mut account, package, months, "2026-11-02").unwrap();
    }
    assert_eq!(
        account.standing(at("2026-11-02")).period,
        period("2026-11-01", "2027-06-01")
    );
    let months = ["2026-12-15", "2027-01-15", "2027-02-15", "2027-03-15"];
    let packages = months.map(|now| package(&account, now).unwrap());
    assert_eq!(packages, ["2.5m-5", "5m-5", "5m-5", "10m-5"]);
}

#[test]
fn an_upgrade_takes_the_renewals_of_the_same_package_along() {
    let mut account = bought("2.5m-5", 1, "2026-11-01");
    renew(&mut account, "2.5m-5", 2, "2026-11-02").unwrap();
    let order = change(&mut account, "5m-10", "2026-11-16").unwrap();
    assert_eq!(
        order.amount,
        dollars(1_050 + 2 * 2_100),
        "half a month and two whole ones"
    );
    assert_eq!(package(&account, "2027-01-31").as_deref(), Some("5m-10"));
}

#[test]
fn an_upgrade_leaves_a_queued_renewal_with_another_package_as_it_was_chosen() {
    let mut account = bought("2.5m-5", 1, "2026-11-01");
    renew(&mut account, "100k-1", 2, "2026-11-02").unwrap();
    let order = change(&mut account, "5m-10", "2026-11-16").unwrap();
    assert_eq!(
        (order.amount, order.period_end),
        (dollars(1_050), at("2026-12-01"))
    );
    assert_eq!(
        account.standing(at("2026-11-16")).period,
        period("2026-11-01", "2027-02-01")
    );
    assert_eq!(package(&account, "2026-12-01").as_deref(), Some("100k-1"));
}

#[test]
fn up_and_back_leaves_a_queued_renewal_as_it_was_too() {
    let mut account = bought("2.5m-5", 1, "2026-11-01");
    renew(&mut account, "5m-10", 1, "2026-11-02").unwrap();
    let before = account.standing(at("2026-11-16"));
    let up = change(&mut account, "5m-10", "2026-11-16").unwrap();
    let back = change(&mut account, "2.5m-5", "2026-11-16").unwrap();
    assert_eq!(up.amount + back.amount, Cents::ZERO);
    assert_eq!(account.standing(at("2026-11-16")), before);
}

#[test]
fn overdue_nothing_may_be_used_and_the_refusal_says_what_to_do() {
    let account = bought("2.5m-5", 1, "2026-11-01");
    let refusal = account.package_in_force(at("2026-12-04")).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "The period of 2.5m-5 ended on 1 December 2026. Renew it ($800.00 a month) or another \
         package before 16 December 2026, when the catalogue is released."
    );
    assert_eq!(account.standing(at("2026-12-04")).days_left, 12);
    assert!(account.quote_change(&id("5m-5"), at("2026-12-04")).is_err());
}

#[test]
fn an_overdue_renewal_starts_now_and_the_days_between_cost_nothing() {
    let mut account = bought("2.5m-5", 1, "2026-11-01");
    let order = renew(&mut account, "5m-5", 1, "2026-12-10T15:00:00Z").unwrap();
    assert_eq!(
        (order.kind, order.amount),
        (OrderKind::Renewal, dollars(1_600))
    );
    let standing = account.standing(at("2026-12-10T15:00:00Z"));
    assert_eq!(standing.phase, Phase::Active);
    assert_eq!(
        standing.period,
        period("2026-12-10T15:00:00Z", "2027-01-10T15:00:00Z")
    );
}

#[test]
fn overdue_the_free_month_is_not_begun_and_after_the_release_it_is() {
    let mut account = bought("2.5m-5", 1, "2026-11-01");
    assert!(!account.trial_offered(at("2026-12-10")));
    let refusal = trial(&mut account, "2026-12-10").unwrap_err();
    assert!(matches!(refusal, Refusal::Overdue { .. }), "{refusal}");
    trial(&mut account, "2026-12-16").unwrap();
}

#[test]
fn overdue_a_purchase_works_too() {
    let mut account = bought("2.5m-5", 1, "2026-11-01");
    assert!(buy(&mut account, "100k-1", 1, "2026-12-10").is_ok());
}

#[test]
fn released_there_is_nothing_to_renew_but_a_package_may_be_bought() {
    let mut account = bought("2.5m-5", 1, "2026-11-01");
    let refusal = renew(&mut account, "2.5m-5", 1, "2026-12-16").unwrap_err();
    assert!(matches!(refusal, Refusal::Released { .. }), "{refusal}");
    assert!(
        refusal.to_string().contains("released on 16 December 2026"),
        "{refusal}"
    );
    buy(&mut account, "2.5m-5", 1, "2026-12-20").unwrap();
    let standing = account.standing(at("2026-12-20"));
    assert_eq!(
        (standing.phase, standing.period),
        (Phase::Active, period("2026-12-20", "2027-01-20"))
    );
}

#[test]
fn the_trial_survives_a_release_as_used() {
    let account = on_trial("2026-11-01");
    assert!(account.trial_used());
    assert!(!account.trial_offered(at("2027-03-01")));
}

#[test]
fn a_renewed_trial_goes_on_as_a_paid_package() {
    let mut account = on_trial("2026-11-01");
    renew(&mut account, "100k-1", 1, "2026-11-20").unwrap();
    assert_eq!(account.standing(at("2026-11-20")).phase, Phase::Trial);
    assert_eq!(account.standing(at("2026-12-01")).phase, Phase::Active);
}

#[test]
fn a_package_is_not_changed_to_itself() {
    let account = bought("5m-5", 1, "2026-11-01");
    let refusal = account
        .quote_change(&id("5m-5"), at("2026-11-02"))
        .unwrap_err();
    assert_eq!(refusal, Refusal::SamePackage { plan: id("5m-5") });
}
