//! Months of unequal length, and clocks that are not to be trusted.

use image_search::domain::subscription::Phase;

use super::*;

/// The first instants of a term's billing months, and its end.
fn boundaries(start: &str, months: u32) -> Vec<String> {
    let account = Account::default();
    let quote = account
        .quote_purchase(&id("100k-1"), months, at(start))
        .unwrap();
    let mut days: Vec<_> = quote
        .new_lines
        .iter()
        .map(|line| line.month_start)
        .collect();
    days.push(quote.period_end);
    days.iter()
        .map(|day| day.strftime("%Y-%m-%d").to_string())
        .collect()
}

#[test]
fn a_term_from_the_31st_is_clamped_to_each_months_end_and_comes_back_to_the_31st() {
    let days = [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
        "2026-05-31",
    ];
    assert_eq!(boundaries("2026-01-31", 4), days);
}

#[test]
fn in_a_leap_year_february_ends_on_the_29th() {
    assert_eq!(
        boundaries("2028-01-31", 2),
        ["2028-01-31", "2028-02-29", "2028-03-31"]
    );
    assert_eq!(
        boundaries("2100-01-31", 2),
        ["2100-01-31", "2100-02-28", "2100-03-31"]
    );
}

#[test]
fn twelve_months_from_the_29th_of_february_end_on_the_28th() {
    let days = boundaries("2028-02-29", 12);
    assert_eq!(
        (days[1].as_str(), days[12].as_str()),
        ("2028-03-29", "2029-02-28")
    );
}

#[test]
fn a_renewal_is_a_term_of_its_own_and_counts_from_its_own_first_day() {
    let mut account = bought("100k-1", 1, "2026-01-31");
    let order = renew(&mut account, "100k-1", 1, "2026-02-10").unwrap();
    assert_eq!(
        (order.period_start, order.period_end),
        (at("2026-02-28"), at("2026-03-28"))
    );
}

#[test]
fn the_month_of_a_leap_second_is_as_long_as_any_of_31_days() {
    // 2016 ended with a leap second, which Unix time leaves out.
    let account = bought("2.5m-5", 1, "2016-12-01");
    let quote = account
        .quote_change(&id("5m-5"), at("2016-12-31T23:59:59Z"))
        .unwrap();
    let line = &quote.old_lines[0];
    assert_eq!((line.left_secs, line.month_secs), (1, 31 * 86_400));
    let last = account.standing(at("2016-12-31T23:59:60Z")).phase;
    assert_eq!(
        last,
        Phase::Active,
        "the leap second itself counts as the second before it"
    );
}

#[test]
fn daylight_saving_makes_no_billing_month_shorter() {
    // Both zones change their clocks within the term, which is told in local time here.
    for start in ["2026-03-05T00:00:00-05:00", "2026-03-05T00:00:00+01:00"] {
        let account = bought("2.5m-5", 1, start);
        let (from, to) = account.standing(at(start)).billing_month.unwrap();
        assert_eq!(to.duration_since(from).as_secs(), 31 * 86_400, "{start}");
    }
}

#[test]
fn a_month_begins_at_the_second_of_the_purchase() {
    let account = bought("2.5m-5", 1, "2026-11-10T08:30:15.75Z");
    let period = account.standing(at("2026-11-11")).period;
    assert_eq!(
        period,
        super::period("2026-11-10T08:30:15Z", "2026-12-10T08:30:15Z")
    );
}

#[test]
fn a_clock_set_back_does_not_lengthen_a_period() {
    let mut account = bought("2.5m-5", 1, "2026-11-01");
    account.observe(at("2026-12-05"));
    assert_eq!(account.observe(at("2026-11-15")), at("2026-12-05"));
    assert!(matches!(
        account.standing(at("2026-11-15")).phase,
        Phase::Overdue { .. }
    ));
}

#[test]
fn a_clock_set_back_is_remembered_over_a_restart() {
    let mut account = bought("2.5m-5", 1, "2026-11-01");
    account.observe(at("2026-11-25"));
    let (orders, seen) = (account.orders().to_vec(), account.latest_seen());
    let again = Account::from_orders(orders, account.trial_used(), seen).unwrap();
    assert_eq!(again.standing(at("2026-11-02")).days_left, 6);
    let quote = again.quote_change(&id("5m-5"), at("2026-11-02")).unwrap();
    assert_eq!(
        quote.at,
        at("2026-11-25"),
        "an old price is not to be had either"
    );
}

#[test]
fn a_clock_set_forward_60_days_while_closed_finds_the_catalogue_released_on_its_day() {
    let account = bought("2.5m-5", 1, "2026-11-01");
    let standing = account.standing(at("2026-12-31"));
    assert_eq!(
        standing.phase,
        Phase::Released {
            at: at("2026-12-16")
        }
    );
    assert_eq!((standing.plan, standing.billing_month), (None, None));
}

#[test]
fn a_period_cannot_end_after_the_calendar_does() {
    let account = Account::default();
    let refusal = account
        .quote_purchase(&id("100k-1"), 36, at("9998-01-01"))
        .unwrap_err();
    assert!(matches!(refusal, Refusal::TooFarAhead), "{refusal}");
}
