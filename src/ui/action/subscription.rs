//! What the subscription's dashboard asks for.

use std::path::PathBuf;

use crate::domain::{
    plan::PlanId,
    subscription::{ClockAnswer, Quote, Wish},
};

/// Sent by the dashboard, and by every refusal that offers a remedy.
#[derive(Clone, Debug, PartialEq)]
pub enum SubscriptionAction {
    StartTrial,
    /// Asks for the price of an order.
    Quote(Wish),
    /// Places exactly the order that was shown.
    Order(Box<Quote>),
    /// Asks for a file and writes the ledger into it as CSV.
    ExportLedger,
    /// Opens the mail program with this `mailto:` address, filled in.
    CustomQuoteMail(String),
    RestoreSetAside {
        folder: PathBuf,
    },
    /// Makes the subscription of a lost catalogue this one's.
    TakeOverLedger,
    /// Opens the question which date is right, which was put off.
    AskClock,
    AnswerClock(ClockAnswer),
    /// Puts the text on the clipboard.
    CopyReceipt(String),
    /// Goes to the dashboard and opens one of its dialogs.
    Open(Opening),
}

/// A dialog of the dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Buy, with a package preselected or the one that fits.
    Purchase(Option<PlanId>),
    Change(PlanId),
    /// Renew, with a package preselected or the one in force.
    Renew(Option<PlanId>),
    WhatFits,
}
