use super::*;
use crate::domain::{
    message::{Message, Severity},
    money::Cents,
    plan::PlanId,
    quota::CallKind,
    subscription::{Order, OrderKind},
};

fn uploads(at: Timestamp, uploads: u64) -> MeterChange {
    MeterChange {
        at,
        uploads,
        calls: Vec::new(),
    }
}

/// A purchase of a month, and its renewals.
pub(super) fn order(number: u64) -> Order {
    let month = |after: u64| {
        let (year, month) = (2026 + (10 + after) / 12, 1 + (10 + after) % 12);
        at(&format!("{year}-{month:02}-23T12:00:00Z"))
    };
    let package = PlanId("2.5m-5".into());
    let (kind, from) = match number {
        1 => (OrderKind::Purchase, None),
        _ => (OrderKind::Renewal, Some(package)),
    };
    Order {
        number,
        at: noon(),
        kind,
        from,
        plan: PlanId("2.5m-5".into()),
        months: 1,
        amount: Cents(80_000),
        period_start: month(number - 1),
        period_end: month(number),
    }
}

#[test]
fn uploads_are_summed_from_the_very_instant_on() {
    let (_dir, mut store) = empty();
    let start = noon();
    store.add_meter(&uploads(start - seconds(1), 5)).unwrap();
    store.add_meter(&uploads(start, 7)).unwrap();
    store.add_meter(&uploads(start, 1)).unwrap();
    store
        .add_meter(&uploads(start + seconds(86_400), 3))
        .unwrap();
    assert_eq!(store.uploads_since(start).unwrap(), 11);
    assert_eq!(store.uploads_since(start - seconds(1)).unwrap(), 16);
    let tomorrow = start + seconds(86_400);
    let days: Vec<_> = vec![
        ("2026-11-23".parse().unwrap(), 13),
        ("2026-11-24".parse().unwrap(), 3),
    ];
    assert_eq!(store.uploads_by_day(90, tomorrow).unwrap(), days);
    assert_eq!(store.uploads_by_day(1, tomorrow).unwrap(), days[1..]);
}

#[test]
fn a_long_month_is_kept_exact_and_older_days_in_the_history() {
    let (_dir, mut store) = empty();
    let start = noon();
    store.add_meter(&uploads(start, 5)).unwrap();
    store
        .add_meter(&uploads(start + seconds(31 * 86_400), 1))
        .unwrap();
    assert_eq!(store.uploads_since(start).unwrap(), 6);
    let later = start + seconds(80 * 86_400);
    store.add_meter(&uploads(later, 1)).unwrap();
    let rows: i64 = store
        .catalogue
        .query_row("SELECT count(*) FROM upload", [], |row| row.get(0))
        .unwrap();
    assert_eq!(
        rows, 2,
        "what no billing month can ask for is not kept by the instant"
    );
    assert_eq!(store.uploads_by_day(90, later).unwrap().len(), 3);
}

#[test]
fn calls_are_kept_for_the_windows_and_counted_for_ever() {
    let (_dir, mut store) = empty();
    let now_ms = noon().as_millisecond();
    let query = |at_ms, count| Calls {
        kind: CallKind::Query,
        at_ms,
        count,
    };
    let calls = vec![
        query(now_ms - 500_000, 4),
        query(now_ms - 10, 2),
        query(now_ms, 1),
    ];
    store
        .add_meter(&MeterChange {
            at: noon(),
            uploads: 0,
            calls,
        })
        .unwrap();
    assert_eq!(
        store.recent_calls(CallKind::Query, 0).unwrap(),
        [now_ms - 10, now_ms - 10, now_ms]
    );
    assert_eq!(
        store.recent_calls(CallKind::Query, now_ms).unwrap(),
        [now_ms]
    );
    assert_eq!(
        store.recent_calls(CallKind::Delete, 0).unwrap(),
        Vec::<i64>::new()
    );
    let totals = [
        (CallKind::Query, 7),
        (CallKind::Add, 0),
        (CallKind::Delete, 0),
    ];
    assert_eq!(store.call_totals().unwrap(), totals);
}

#[test]
fn the_ledger_only_grows() {
    let (_dir, mut store) = empty();
    store.append_order(&order(1)).unwrap();
    store.append_order(&order(2)).unwrap();
    assert!(store.append_order(&order(2)).is_err());
    assert!(store.append_order(&order(4)).is_err());
    let over = "REPLACE INTO ledger (number, body, link) VALUES (1, '{}', x'00')";
    assert!(store.catalogue.execute(over, []).is_err());
    assert!(
        store
            .catalogue
            .execute("UPDATE ledger SET body = ''", [])
            .is_err()
    );
    assert!(store.catalogue.execute("DELETE FROM ledger", []).is_err());
    assert_eq!(store.ledger().unwrap().orders, [order(1), order(2)]);
}

#[test]
fn account_values_are_replaced() {
    let (_dir, mut store) = empty();
    assert_eq!(store.account_value("latest").unwrap(), None);
    store.set_account_value("latest", "1").unwrap();
    store.set_account_value("latest", "2").unwrap();
    assert_eq!(store.account_value("latest").unwrap().as_deref(), Some("2"));
}

#[test]
fn messages_come_the_newest_first() {
    let (_dir, mut store) = empty();
    let message = |text: &str| Message {
        at: noon(),
        severity: Severity::Warning,
        text: text.into(),
        job: None,
    };
    store.add_message(&message("first")).unwrap();
    store.add_message(&message("second")).unwrap();
    assert_eq!(store.messages(1).unwrap(), [message("second")]);
}
