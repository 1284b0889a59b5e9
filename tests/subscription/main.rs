//! The subscription's rules, as a specification: every instant is passed in, nothing is read or
//! written.

mod calendar;
mod clock;
mod ledger;
mod life;
mod money;
mod properties;
mod seed;
mod usage;

use image_search::domain::{
    money::Cents,
    plan::PlanId,
    subscription::{Account, Order, Refusal},
};
use jiff::Timestamp;

/// `2026-11-01`, a midnight, or a whole RFC 3339 instant.
fn at(text: &str) -> Timestamp {
    let text = if text.contains('T') {
        text.to_owned()
    } else {
        format!("{text}T00:00:00Z")
    };
    text.parse().unwrap()
}

fn dollars(amount: i64) -> Cents {
    Cents(amount * 100)
}

fn id(package: &str) -> PlanId {
    package.into()
}

fn trial(account: &mut Account, now: &str) -> Result<Order, Refusal> {
    account.trial(at(now))
}

/// Quotes a purchase and confirms it at once.
fn buy(account: &mut Account, package: &str, months: u32, now: &str) -> Result<Order, Refusal> {
    let quote = account.quote_purchase(&id(package), months, at(now))?;
    account.confirm(&quote, at(now))
}

/// Quotes an upgrade or downgrade and confirms it at once.
fn change(account: &mut Account, package: &str, now: &str) -> Result<Order, Refusal> {
    let quote = account.quote_change(&id(package), at(now))?;
    account.confirm(&quote, at(now))
}

/// Quotes a renewal and confirms it at once.
fn renew(account: &mut Account, package: &str, months: u32, now: &str) -> Result<Order, Refusal> {
    let quote = account.quote_renewal(&id(package), months, at(now))?;
    account.confirm(&quote, at(now))
}

/// An account with one package bought for a time.
fn bought(package: &str, months: u32, now: &str) -> Account {
    let mut account = Account::default();
    buy(&mut account, package, months, now).unwrap();
    account
}

/// An account in its free month.
fn on_trial(now: &str) -> Account {
    let mut account = Account::default();
    trial(&mut account, now).unwrap();
    account
}

/// The package in force at an instant.
fn package(account: &Account, now: &str) -> Option<String> {
    account
        .package_in_force(at(now))
        .ok()
        .map(|plan| plan.id.to_string())
}

fn period(from: &str, to: &str) -> Option<(Timestamp, Timestamp)> {
    Some((at(from), at(to)))
}
