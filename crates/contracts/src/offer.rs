//! Offers.

use crate::{Price, RefundWindow, Title};

/// Everything about a ticket that the buyer decides on. An order is for one offer, permanently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The title.
    pub title: Title,
    /// The price.
    pub price: Price,
    /// For how long after a purchase it can be refunded.
    pub refund_window: RefundWindow,
}

/// A seller's change of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferChange {
    /// The title.
    pub title: Title,
    /// The price.
    pub price: Price,
    /// The refund window; `None` keeps the current one.
    pub refund_window: Option<RefundWindow>,
}

impl OfferChange {
    /// The offer of a new ticket: omitted values get their defaults.
    #[must_use]
    pub fn into_offer(self) -> Offer {
        Offer {
            title: self.title,
            price: self.price,
            refund_window: self.refund_window.unwrap_or_default(),
        }
    }
}

/// The change to exactly that offer.
impl From<Offer> for OfferChange {
    fn from(offer: Offer) -> Self {
        Self {
            title: offer.title,
            price: offer.price,
            refund_window: Some(offer.refund_window),
        }
    }
}
