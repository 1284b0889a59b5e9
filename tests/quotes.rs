//! What the command line quotes is what the rules say, for every change between two packages. The
//! dashboard's own test compares its figures with the same rules.

mod support;

use image_search::domain::{
    plan::{PlanId, price_list},
    subscription::Account,
};
use jiff::Timestamp;
use support::{program, program_json};

const BOUGHT_AT: &str = "2026-11-01T00:00:00Z";
const ASKED_AT: &str = "2026-11-16T09:30:00Z";

/// The account that bought `plan` when its order says so.
fn account(plan: &PlanId, at: Timestamp) -> Account {
    let mut account = Account::default();
    let quote = account.quote_purchase(plan, 1, at).unwrap();
    account.confirm(&quote, at).unwrap();
    account
}

#[test]
fn all_210_changes_are_quoted_over_the_command_line_as_the_rules_compute_them() {
    let mut compared = 0;
    for from in &price_list().plans {
        let folder = tempfile::tempdir().unwrap();
        let id = from.id.to_string();
        let order = program_json(
            folder.path(),
            &[
                "--now",
                BOUGHT_AT,
                "subscription",
                "buy",
                "--package",
                &id,
                "--json",
            ],
        );
        let account = account(&from.id, order["at"].as_str().unwrap().parse().unwrap());
        for to in price_list().plans.iter().filter(|plan| plan.id != from.id) {
            let to_id = to.id.to_string();
            let quoted = program_json(
                folder.path(),
                &[
                    "--now",
                    ASKED_AT,
                    "subscription",
                    "quote",
                    "--package",
                    &to_id,
                    "--json",
                ],
            );
            let at = quoted["at"].as_str().unwrap().parse().unwrap();
            let expected = account.quote_change(&to.id, at).unwrap();
            for (field, cents) in [
                ("old_balance_cents", expected.old_balance),
                ("new_balance_cents", expected.new_balance),
                ("amount_cents", expected.amount),
            ] {
                assert_eq!(
                    quoted[field].as_i64(),
                    Some(cents.0),
                    "{field} of {id} to {to_id}"
                );
            }
            assert_eq!(quoted["period_end"], expected.period_end.to_string());
            compared += 1;
        }
    }
    assert_eq!(compared, 15 * 14);
}

#[test]
fn a_refused_quote_ends_with_3_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    program(
        folder.path(),
        &["subscription", "buy", "--package", "2.5m-5"],
    );
    let refused = program(folder.path(), &["subscription", "buy", "--package", "5m-5"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(!refused.stderr.is_empty());
}
