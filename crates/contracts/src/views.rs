//! The types that the REST API returns and the pages show. Field names are the contract's.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    OrderId, OrderStatus, PaymentFailure, PaymentId, PaymentStatus, Price, RefundWindow, TicketId, Timestamp,
    Title, UserId,
};

/// An account, as its owner sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserView {
    /// The account.
    pub id: UserId,
    /// Its address.
    #[cfg_attr(feature = "openapi", schema(format = Email))]
    pub email: String,
}

/// Addresses stay out of logs.
impl fmt::Debug for UserView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserView")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A ticket, as every user sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TicketView {
    /// The ticket.
    pub id: TicketId,
    /// Its title.
    pub title: Title,
    /// Its price.
    pub price: Price,
    /// The seller.
    pub user_id: UserId,
    /// Incremented with every change, from 0.
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub version: i64,
    /// For how many hours after purchase it is refundable.
    pub refund_hours: RefundWindow,
    /// The order that holds it now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub order_id: Option<OrderId>,
}

/// An order, as its buyer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OrderView {
    /// The order.
    pub id: OrderId,
    /// The buyer.
    pub user_id: UserId,
    /// Its status; past its deadline it reads as cancelled.
    pub status: OrderStatus,
    /// When its hold expires.
    pub expires_at: Timestamp,
    /// Incremented with every change, from 0.
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub version: i64,
    /// The reserved ticket.
    pub ticket: OrderedTicketView,
    /// Until when a complete order can be refunded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub refundable_until: Option<Timestamp>,
}

/// A payment, as the buyer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PaymentView {
    /// The payment.
    pub id: PaymentId,
    /// The order it pays for.
    pub order_id: OrderId,
    /// The amount.
    pub amount: Price,
    /// Its status.
    pub status: PaymentStatus,
    /// Why it failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub failure: Option<PaymentFailure>,
}

/// The ticket of an order, as it was when it was reserved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OrderedTicketView {
    /// The ticket.
    pub id: TicketId,
    /// Its title at the time.
    pub title: Title,
    /// Its price at the time: the price of the order.
    pub price: Price,
    /// Its version at the time.
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub version: i64,
    /// For how many hours after purchase it is refundable.
    pub refund_hours: RefundWindow,
}

/// The body of every refusal under `/api`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorEnvelope {
    /// The errors, at least one.
    #[cfg_attr(feature = "openapi", schema(min_items = 1))]
    pub errors: Vec<crate::FieldError>,
    /// The ticket with its current offer, if the offer has changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub ticket: Option<TicketView>,
}
