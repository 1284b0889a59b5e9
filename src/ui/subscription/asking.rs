//! What a dialog waits for: a price asked of the worker, shown, confirmed, and its answer.

use jiff::Timestamp;

use crate::{
    domain::subscription::{Quote, Wish},
    ui::action::SubscriptionAction,
};

/// How far a wish has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Price {
    /// Asked of the worker, not answered yet.
    Asked,
    Quoted(Box<Quote>),
    /// Confirmed, the order is not recorded yet.
    Ordering(Box<Quote>),
    /// The worker's sentence why not, with its remedy.
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

    /// Another package or duration: the price is asked for anew.
    pub fn change(&mut self, wish: Wish) {
        if self.wish != wish {
            *self = Self::new(wish);
        }
    }

    /// The same again, at today's figures.
    pub fn ask_again(&mut self) {
        *self = Self::new(self.wish.clone());
    }

    /// The question for the worker, once.
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

    /// The order to place, where a price is shown that still holds.
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

/// After ten minutes a quote charges nothing any more: the figure is asked for again.
pub fn has_expired(quote: &Quote, now: Timestamp) -> bool {
    now > quote.valid_until
}
