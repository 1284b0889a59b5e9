//! What holds for any sequence of orders at any instants.

use image_search::domain::{
    plan::price_list,
    quota::SlidingWindow,
    subscription::{OrderKind, Phase, audit},
    usage::admit,
};
use jiff::SignedDuration;
use proptest::{collection::vec, prelude::*};

use super::*;

const DAY: i64 = 86_400;

/// Something a customer asks for; many are refused in the stage it is asked in.
#[derive(Clone, Debug)]
enum Wish {
    Trial,
    Purchase(usize, u32),
    Change(usize),
    Renewal(usize, u32),
}

/// A wish, after so many seconds.
type Step = (i64, Wish);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let plan = 0..price_list().plans.len();
    let wish = prop_oneof![
        1 => Just(Wish::Trial),
        2 => (plan.clone(), 1_u32..5).prop_map(|(plan, months)| Wish::Purchase(plan, months)),
        5 => plan.clone().prop_map(Wish::Change),
        3 => (plan, 1_u32..4).prop_map(|(plan, months)| Wish::Renewal(plan, months)),
    ];
    let wait = prop_oneof![6 => 0..25 * DAY, 1 => 0..100 * DAY, 1 => Just(0)];
    vec((wait, wish), 1..25)
}

/// Any second of 2027 and 2028, the leap year among them.
fn start() -> impl Strategy<Value = Timestamp> {
    let first = at("2027-01-01").as_second();
    (0..730 * DAY).prop_map(move |secs| Timestamp::from_second(first + secs).unwrap())
}

fn later(now: Timestamp, secs: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(secs)).unwrap()
}

fn package_at(index: usize) -> PlanId {
    price_list().plans[index].id.clone()
}

/// Asks for what is wished and takes it if it may be had.
fn fulfil(account: &mut Account, wish: &Wish, now: Timestamp) -> Option<Order> {
    let quote = match wish {
        Wish::Trial => return account.trial(now).ok(),
        Wish::Purchase(plan, months) => account.quote_purchase(&package_at(*plan), *months, now),
        Wish::Change(plan) => account.quote_change(&package_at(*plan), now),
        Wish::Renewal(plan, months) => account.quote_renewal(&package_at(*plan), *months, now),
    };
    let order = account.confirm(&quote.ok()?, now);
    Some(order.expect("a fresh quote is honoured"))
}

/// What a customer sees used up from one instant to another with no order between: the price of
/// the package shown as in force, by the share of the billing month shown.
fn seen_used(account: &Account, from: Timestamp, to: Timestamp) -> f64 {
    let (mut now, mut cents) = (from, 0.0);
    while now < to {
        let standing = account.standing(now);
        let (Some(plan), Some((start, end))) = (standing.plan, standing.billing_month) else {
            break;
        };
        let until = end.min(to);
        if standing.phase != Phase::Trial {
            let share =
                until.duration_since(now).as_secs_f64() / end.duration_since(start).as_secs_f64();
            cents += plan.price.0 as f64 * share;
        }
        now = until;
    }
    cents
}

/// How far the clock is set back between two calls: mostly not at all.
fn set_back_ms() -> impl Strategy<Value = i64> {
    prop_oneof![9 => Just(0), 1 => 0..5_000_i64]
}

proptest! {
    #[test]
    fn every_order_the_rules_make_adds_up(start in start(), steps in steps()) {
        let mut account = Account::default();
        let mut now = start;
        for (wait, wish) in &steps {
            now = later(now, *wait);
            fulfil(&mut account, wish, now);
        }
        prop_assert_eq!(audit(account.orders()), []);
    }

    #[test]
    fn money_is_conserved(start in start(), steps in steps(), after in 0..400 * DAY) {
        let mut account = Account::default();
        let (mut now, mut used) = (start, 0.0);
        for (wait, wish) in &steps {
            let next = later(now, *wait);
            used += seen_used(&account, now, next);
            now = next;
            fulfil(&mut account, wish, now);
        }
        let end = later(now, after);
        used += seen_used(&account, now, end);

        let paid: Cents = account.orders().iter().map(|order| order.amount).sum();
        let left = account.balance(end);
        let changes = account.orders().iter().filter(|order| order.kind.is_change()).count();
        // Each change rounds two balances by half a cent at most, and what is left is rounded once.
        let tolerance = changes as f64 + 0.51;
        let difference = paid.0 as f64 - used - left.0 as f64;
        prop_assert!(difference.abs() <= tolerance, "{difference} cents, {changes} changes");
        prop_assert!((account.consumed(end).0 as f64 - used).abs() <= 0.51);
    }

    #[test]
    fn the_effective_period_never_moves_on_upgrade_or_downgrade(
        start in start(), steps in steps(),
    ) {
        let mut account = Account::default();
        let mut now = start;
        for (wait, wish) in &steps {
            now = later(now, *wait);
            let before = account.standing(now);
            let Some(order) = fulfil(&mut account, wish, now) else { continue };
            if order.kind.is_change() {
                let after = account.standing(now);
                prop_assert_eq!(after.period, before.period);
                prop_assert_eq!(after.billing_month, before.billing_month);
                prop_assert_eq!(after.upcoming, before.upcoming);
                prop_assert_eq!(after.plan.map(|plan| plan.id), Some(order.plan));
            }
        }
    }

    #[test]
    fn upgrading_and_at_once_downgrading_back_costs_nothing_within_a_cent(
        start in start(), steps in steps(), wait in 0..60 * DAY, other in 0..15_usize,
    ) {
        let mut account = Account::default();
        let mut now = start;
        for (wait, wish) in &steps {
            now = later(now, *wait);
            fulfil(&mut account, wish, now);
        }
        now = later(now, wait);
        let before = account.standing(now);
        if let Some(there) = fulfil(&mut account, &Wish::Change(other), now) {
            let old = before.plan.clone().unwrap().id;
            let quote = account.quote_change(&old, now).unwrap();
            let back = account.confirm(&quote, now).unwrap();
            prop_assert!((there.amount + back.amount).0.abs() <= 1);
            prop_assert_eq!(account.standing(now), before);
        }
    }

    #[test]
    fn at_most_one_package_is_ever_in_force(start in start(), steps in steps()) {
        let mut account = Account::default();
        let mut now = start;
        for (wait, wish) in &steps {
            now = later(now, *wait);
            let in_force = account.package_in_force(now).is_ok();
            let order = fulfil(&mut account, wish, now);
            let kind = order.map(|order| order.kind);
            let anew = matches!(kind, Some(OrderKind::Trial | OrderKind::Purchase));
            prop_assert!(!(in_force && anew), "bought with a package in force");
        }
        let orders = account.orders().iter();
        let terms: Vec<_> = orders.filter(|order| !order.kind.is_change()).collect();
        for pair in terms.windows(2) {
            prop_assert!(pair[0].period_end <= pair[1].period_start);
        }
        prop_assert!(terms.iter().filter(|order| order.kind == OrderKind::Trial).count() <= 1);
    }

    #[test]
    fn a_quote_confirmed_within_ten_minutes_charges_exactly_what_it_showed(
        start in start(), steps in steps(), delay in 0..=600_i64,
    ) {
        let mut account = Account::default();
        let mut now = start;
        for (wait, wish) in &steps {
            now = later(now, *wait);
            let Wish::Change(plan) = wish else {
                fulfil(&mut account, wish, now);
                continue;
            };
            let Ok(quote) = account.quote_change(&package_at(*plan), now) else { continue };
            now = later(now, delay);
            // Unless the term it was made in ended meanwhile.
            if let Ok(order) = account.confirm(&quote, now) {
                prop_assert_eq!((order.amount, order.period_end), (quote.amount, quote.period_end));
            } else {
                prop_assert!(quote.old_lines[0].month_end <= now);
            }
        }
    }

    #[test]
    fn replaying_the_ledger_gives_the_same_account(start in start(), steps in steps()) {
        let mut account = Account::default();
        let mut now = start;
        for (wait, wish) in &steps {
            now = later(now, *wait);
            fulfil(&mut account, wish, now);
        }
        let orders = account.orders().to_vec();
        let again = Account::from_orders(orders, account.trial_used(), account.latest_seen());
        prop_assert_eq!(again.unwrap(), account);
    }

    #[test]
    fn the_meter_never_exceeds_the_cap(
        start in start(),
        steps in vec((0..12 * DAY, 0..3_000_000_u64, 0..2_000_000_u64, 0..15_usize), 1..40),
    ) {
        let mut account = Account::default();
        let quote = account.quote_purchase(&package_at(0), 36, start).unwrap();
        account.confirm(&quote, start).unwrap();
        let (mut now, mut month) = (start, account.standing(start).billing_month);
        let (mut uploaded, mut stored) = (0_u64, 0_u64);
        for (wait, wanted, removed, plan) in steps {
            now = later(now, wait);
            let standing = account.standing(now);
            if standing.billing_month != month {
                (uploaded, month) = (0, standing.billing_month);
            }
            stored = stored.saturating_sub(removed);
            let accepted = admit(&account, uploaded, stored, wanted, now).accepted;
            if accepted > 0 {
                uploaded += accepted;
                stored += accepted;
                prop_assert!(uploaded <= standing.cap() && stored <= standing.cap());
            }
            let full = uploaded.max(stored) >= standing.cap();
            prop_assert!(accepted == wanted || full, "refused although there was room");
            fulfil(&mut account, &Wish::Change(plan), now);
        }
    }

    #[test]
    fn no_window_of_1000_ms_holds_more_calls_than_the_quota(
        quota in 1..=20_u32,
        calls in vec((0..400_i64, prop::bool::weighted(0.05), set_back_ms()), 1..300),
    ) {
        let mut window = SlidingWindow::default();
        // Real time, and how far the computer's clock is ahead of it: it is only ever set back.
        let (mut real_ms, mut ahead_ms) = (0_i64, 1_000_000_i64);
        let mut went = Vec::new();
        for (wait_ms, restart, set_back_ms) in calls {
            real_ms += wait_ms;
            ahead_ms -= set_back_ms;
            if restart {
                window = SlidingWindow::resume(window.instants().collect::<Vec<_>>());
            }
            let now_ms = real_ms + ahead_ms;
            let go_ms = window.earliest(now_ms, quota);
            prop_assert!((now_ms..=now_ms + 1_000).contains(&go_ms), "waits longer than a window");
            real_ms += go_ms - now_ms;
            window.record(go_ms);
            went.push(real_ms);
        }
        for (first, start) in went.iter().enumerate() {
            let inside = went[first..].iter().take_while(|at| **at < start + 1_000).count();
            prop_assert!(inside <= quota as usize, "{inside} calls from {start} on");
        }
    }
}
