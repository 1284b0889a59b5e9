//! The append-only ledger: what it keeps, gives out, and refuses.

use image_search::domain::subscription::{LEDGER_HEADER, OrderKind, audit};

use super::*;

fn a_year() -> Account {
    let mut account = on_trial("2026-01-01");
    change(&mut account, "2.5m-5", "2026-01-16T12:00:00Z").unwrap();
    renew(&mut account, "2.5m-5", 2, "2026-01-20").unwrap();
    renew(&mut account, "5m-5", 1, "2026-01-20").unwrap();
    change(&mut account, "100k-1", "2026-02-15").unwrap();
    account
}

#[test]
fn replaying_the_orders_gives_the_same_account() {
    let account = a_year();
    let orders = account.orders().to_vec();
    let again = Account::from_orders(orders, false, account.latest_seen()).unwrap();
    assert_eq!(again, account);
}

#[test]
fn an_account_survives_being_written_down() {
    let account = a_year();
    let text = serde_json::to_string(&account).unwrap();
    assert_eq!(serde_json::from_str::<Account>(&text).unwrap(), account);
}

#[test]
fn every_row_carries_its_signed_amount_and_the_running_total() {
    let mut account = bought("5m-5", 1, "2026-11-01");
    change(&mut account, "2.5m-5", "2026-11-16").unwrap();
    let rows: Vec<_> = account
        .ledger_rows()
        .iter()
        .map(|row| row.fields())
        .collect();
    assert_eq!(
        rows[1],
        [
            "2",
            "2026-11-16T00:00:00Z",
            "downgrade",
            "5m-5",
            "2.5m-5",
            "0",
            "-400.00",
            "1200.00",
            "USD",
            "2026-11-16T00:00:00Z",
            "2026-12-01T00:00:00Z",
        ]
    );
    assert_eq!(LEDGER_HEADER[6..8], ["amount", "total"]);
}

#[test]
fn a_damaged_ledger_is_refused_at_the_order_that_cannot_be() {
    type Damage = fn(&mut Vec<Order>);
    let damages: [(Damage, u64, &str); 8] = [
        (|orders| drop(orders.remove(1)), 2, "number"),
        (|orders| orders[1].at = at("2025-01-01"), 2, "dated before"),
        (
            |orders| orders[1].period_end = at("2027-01-01"),
            2,
            "end of the period",
        ),
        (
            |orders| orders[1].period_start = at("2026-02-01"),
            2,
            "none was in force",
        ),
        (
            |orders| orders[2].period_start = at("2026-01-25"),
            3,
            "as long as its months",
        ),
        (|orders| orders[2].months = 37, 3, "between 1 and 36"),
        (|orders| orders[2].plan = id("1m-1"), 3, "price list"),
        (
            |orders| {
                orders[2].period_start = at("2026-01-20");
                orders[2].period_end = at("2026-03-20");
            },
            3,
            "overlaps",
        ),
    ];
    for (damage, number, reason) in damages {
        let mut orders = a_year().orders().to_vec();
        damage(&mut orders);
        let error = Account::from_orders(orders, false, Timestamp::UNIX_EPOCH).unwrap_err();
        assert_eq!(error.number, number, "{error}");
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn an_order_that_does_not_come_to_its_amount_is_named_and_the_rest_still_counts() {
    type Damage = fn(&mut Vec<Order>);
    let damages: [(Damage, &[u64], &str); 6] = [
        (|orders| orders[2].amount = Cents(1), &[3], "amount"),
        (|orders| orders[1].amount = Cents(-500_000), &[2], "amount"),
        (|orders| orders[0].amount = Cents(-1), &[1], "amount"),
        (|orders| orders[3].from = None, &[4], "package before it"),
        (
            |orders| orders[4].kind = OrderKind::Upgrade,
            &[5],
            "another kind",
        ),
        (
            |orders| orders[2].at = at("2026-01-25T00:00:00Z"),
            &[4],
            "dated before",
        ),
    ];
    assert_eq!(audit(a_year().orders()), []);
    for (damage, numbers, reason) in damages {
        let mut orders = a_year().orders().to_vec();
        damage(&mut orders);
        let errors = audit(&orders);
        let found: Vec<_> = errors.iter().map(|error| error.number).collect();
        assert_eq!(found, numbers, "{errors:?}");
        assert!(errors[0].to_string().contains(reason), "{errors:?}");
    }
}

#[test]
fn an_order_confirmed_minutes_after_its_quote_adds_up() {
    let mut account = bought("2.5m-5", 1, "2026-11-01");
    let quote = account
        .quote_change(&id("5m-10"), at("2026-11-16"))
        .unwrap();
    account.confirm(&quote, at("2026-11-16T00:09:59Z")).unwrap();
    assert_eq!(audit(account.orders()), []);
    let mut orders = account.orders().to_vec();
    orders[1].at = at("2026-11-16T00:10:01Z");
    assert_eq!(audit(&orders)[0].number, 2);
}
