//! What a buyer is offered.

use crate::{Price, RefundWindow, Title};

/// Everything about a ticket that its seller decides and a buyer goes by. An order stands for one offer, for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The title.
    pub title: Title,
    /// The price.
    pub price: Price,
    /// For how long after a purchase it can be refunded.
    pub refund: RefundWindow,
}
