//! The state of an order dialog: a price requested, shown and confirmed, then the outcome.

use jiff::Timestamp;

use crate::{
    domain::subscription::{Quote, Wish},
    ui::action::SubscriptionAction,
};

/// The progress of a wish.
#[derive(Clone, Debug, PartialEq)]
pub enum Price {
    /// Requested and not answered.
    Asked,
    Quoted(Box<Quote>),
    /// Confirmed; the order is not recorded yet.
    Ordering(Box<Quote>),
    /// The worker's refusal, with its remedy.
    Refused(String),
}

/// A wish on its way from the price to the order.
#[derive(Clone, Debug)]
pub struct Asking {
    pub wish: Wish,
    pub price: Price,
    /// Still to be sent to the worker.
    unsent: bool,
}

impl Asking {
    pub fn new(wish: Wish) -> Self {
        Self {
            wish,
            price: Price::Asked,
            unsent: true,
        }
    }

    /// Another package or duration: requests a new price.
    pub fn change(&mut self, wish: Wish) {
        if self.wish != wish {
            *self = Self::new(wish);
        }
    }

    /// The same again, at today's figures.
    pub fn ask_again(&mut self) {
        *self = Self::new(self.wish.clone());
    }

    /// The command to send to the worker, once.
    pub fn take_question(&mut self) -> Option<SubscriptionAction> {
        std::mem::take(&mut self.unsent).then(|| SubscriptionAction::Quote(self.wish.clone()))
    }

    pub fn on_quoted(&mut self, quote: Quote) {
        let waiting = !matches!(self.price, Price::Ordering(_));
        if waiting && self.wish.is_answered_by(&quote) {
            self.price = Price::Quoted(Box::new(quote));
        }
    }

    pub fn on_failed(&mut self, text: String) {
        self.price = Price::Refused(text);
    }

    /// The order to place, if the price shown still holds.
    pub fn confirm(&mut self, now: Timestamp) -> Option<SubscriptionAction> {
        let Price::Quoted(quote) = &self.price else {
            return None;
        };
        if has_expired(quote, now) {
            return None;
        }
        let quote = quote.clone();
        self.price = Price::Ordering(quote.clone());
        Some(SubscriptionAction::Order(quote))
    }

    /// The quote shown, being ordered or not.
    pub fn quote(&self) -> Option<&Quote> {
        match &self.price {
            Price::Quoted(quote) | Price::Ordering(quote) => Some(quote),
            Price::Asked | Price::Refused(_) => None,
        }
    }
}

/// A quote expires after ten minutes: the price is requested again.
pub fn has_expired(quote: &Quote, now: Timestamp) -> bool {
    now > quote.valid_until
}
