//! What a buyer is offered.

use crate::{Price, RefundWindow, Title};

/// What a seller offers: everything about a ticket that the buyer decides by. An order is for one offer, permanently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The title.
    pub title: Title,
    /// The price.
    pub price: Price,
    /// For how long after a purchase it can be refunded.
    pub refund: RefundWindow,
}

/// What a seller wants an offer to become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferChange {
    /// The title.
    pub title: Title,
    /// The price.
    pub price: Price,
    /// For how long after a purchase it can be refunded; `None` keeps what is offered.
    pub refund: Option<RefundWindow>,
}

impl OfferChange {
    /// The offer of a new ticket, for which nothing can be kept: what is not said is the default.
    #[must_use]
    pub fn into_offer(self) -> Offer {
        Offer {
            title: self.title,
            price: self.price,
            refund: self.refund.unwrap_or_default(),
        }
    }
}

/// The change to exactly that offer.
impl From<Offer> for OfferChange {
    fn from(offer: Offer) -> Self {
        Self {
            title: offer.title,
            price: offer.price,
            refund: Some(offer.refund),
        }
    }
}
