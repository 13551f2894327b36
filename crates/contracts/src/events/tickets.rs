//! The events of the tickets service.

use serde::{Deserialize, Serialize};

use crate::{OrderId, Price, RefundWindow, TicketId, Title, UserId};

/// A ticket was listed. From tickets, consumed by orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketCreated {
    /// The ticket.
    pub id: TicketId,
    /// Always 0.
    pub version: i64,
    /// Its title.
    pub title: Title,
    /// Its price.
    pub price: Price,
    /// The seller.
    pub user_id: UserId,
    /// How long after a purchase it can be refunded.
    #[serde(default)]
    pub refund_hours: RefundWindow,
}

subject!(TicketCreated = "ticket:created");

/// A ticket was edited, held or released. From tickets, consumed by orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketUpdated {
    /// The ticket.
    pub id: TicketId,
    /// The version that this change created.
    pub version: i64,
    /// Its title from now on.
    pub title: Title,
    /// Its price from now on.
    pub price: Price,
    /// The seller.
    pub user_id: UserId,
    /// How long after a purchase it can be refunded from now on.
    #[serde(default)]
    pub refund_hours: RefundWindow,
    /// The order that holds it from now on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order_id: Option<OrderId>,
}

subject!(TicketUpdated = "ticket:updated");
