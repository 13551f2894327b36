//! Orders and their transitions. Pure: time is an argument.

#[cfg(test)]
mod tests;
mod transition;

use std::time::Duration;

use contracts::{
    CancelReason, OrderId, OrderStatus, PaymentId, Price, RefundWindow, TicketId, Timestamp, Title, UserId,
};

pub use transition::IllegalTransition;
pub(crate) use transition::transition;

/// A buyer's order of a ticket, from its reservation to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    /// Its id.
    pub(crate) id: OrderId,
    /// The buyer.
    pub(crate) buyer: UserId,
    /// Its status.
    pub(crate) status: OrderStatus,
    /// Why it was cancelled, if it was.
    pub(crate) cancel_reason: Option<CancelReason>,
    /// From this instant on an order that is not paid holds nothing.
    pub(crate) expires_at: Timestamp,
    /// Incremented with every change, from 0.
    pub(crate) version: i64,
    /// What was reserved.
    pub(crate) ticket: OrderedTicket,
    /// How long after the purchase it can be refunded, as offered when it was reserved.
    pub(crate) refund_window: RefundWindow,
    /// A payment that was started and is undecided.
    pub(crate) open_payment: Option<PaymentId>,
    /// The payment that completed it; it stays after a refund.
    pub(crate) purchase: Option<Purchase>,
    /// When it was cancelled, expired or refunded, if it was.
    pub(crate) cancelled_at: Option<Timestamp>,
    /// When it was reserved.
    pub(crate) created_at: Timestamp,
    /// When it changed last.
    pub(crate) updated_at: Timestamp,
}

/// The ticket of an order, as it was when it was reserved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderedTicket {
    /// The ticket.
    pub(crate) id: TicketId,
    /// Its title at the time.
    pub(crate) title: Title,
    /// Its price at the time: what the order costs.
    pub(crate) price: Price,
    /// Its version at the time.
    pub(crate) version: i64,
}

/// How an order was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Purchase {
    /// The payment.
    pub(crate) payment: PaymentId,
    /// When the charge succeeded, by the provider's clock.
    pub(crate) paid_at: Timestamp,
    /// When the order became complete by it: the moment from which its buyer can refund it.
    pub(crate) completed_at: Timestamp,
}

impl Order {
    /// Whether a charge at that instant was before the deadline, whenever its event arrives.
    #[must_use]
    pub(crate) fn is_on_time(&self, paid_at: Timestamp) -> bool {
        paid_at < self.expires_at
    }

    /// Whether its deadline has passed while it was still unpaid. Such an order no longer holds anything, whether or not
    /// its expiry has been recorded.
    #[must_use]
    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        let has_deadline = matches!(self.status, OrderStatus::Created | OrderStatus::AwaitingPayment);
        has_deadline && self.expires_at <= now
    }

    /// The order as it reads at that instant: past its deadline, as cancelled.
    #[must_use]
    #[expect(
        clippy::wrong_self_convention,
        reason = "AS OF is what databases call a state at an instant"
    )]
    pub(crate) fn as_of(mut self, now: Timestamp) -> Self {
        if self.is_expired(now) {
            self.status = OrderStatus::Cancelled;
            self.cancel_reason = Some(CancelReason::Expired);
            self.cancelled_at = Some(self.expires_at);
        }
        self
    }

    /// The order after its buyer started to pay at that instant: its hold is extended once, by `extension`. An expired hold
    /// stays expired.
    ///
    /// # Errors
    /// `IllegalTransition` in any status but created.
    pub(crate) fn awaiting_payment(
        self,
        now: Timestamp,
        extension: Duration,
    ) -> Result<Self, IllegalTransition> {
        let expires_at = if self.is_expired(now) {
            self.expires_at
        } else {
            self.expires_at.plus(extension)
        };
        Ok(Self {
            status: transition(self.status, OrderStatus::AwaitingPayment)?,
            expires_at,
            ..self.next(now)
        })
    }

    /// The order after the event, `now`, that its payment succeeded at `paid_at`. A payment after the
    /// deadline also counts: the caller must check whether the ticket is still available.
    ///
    /// # Errors
    /// `IllegalTransition` if it is neither awaiting its payment nor expired.
    pub(crate) fn completed(
        self,
        payment: PaymentId,
        paid_at: Timestamp,
        now: Timestamp,
    ) -> Result<Self, IllegalTransition> {
        let is_withdrawn = matches!(
            self.cancel_reason,
            Some(CancelReason::User | CancelReason::Refunded)
        );
        if is_withdrawn {
            return Err(IllegalTransition {
                from: self.status,
                to: OrderStatus::Complete,
            });
        }
        Ok(Self {
            status: transition(self.status, OrderStatus::Complete)?,
            cancel_reason: None,
            cancelled_at: None,
            open_payment: None,
            purchase: Some(Purchase {
                payment,
                paid_at,
                completed_at: now,
            }),
            ..self.next(now)
        })
    }

    /// The order after it was cancelled at that instant without having been paid: by its buyer, unless its deadline was
    /// earlier.
    ///
    /// # Errors
    /// `IllegalTransition` if it is complete, or cancelled already.
    pub(crate) fn cancelled(self, now: Timestamp) -> Result<Self, IllegalTransition> {
        let reason = if self.is_expired(now) {
            CancelReason::Expired
        } else {
            CancelReason::User
        };
        if self.status == OrderStatus::Complete {
            return Err(IllegalTransition {
                from: self.status,
                to: OrderStatus::Cancelled,
            });
        }
        self.ended(reason, now)
    }

    /// The order after it expired because its time has certainly passed, whatever the clock shows.
    ///
    /// # Errors
    /// `IllegalTransition` if it is complete, or cancelled already.
    pub(crate) fn expired(self, now: Timestamp) -> Result<Self, IllegalTransition> {
        if self.status == OrderStatus::Complete {
            return Err(IllegalTransition {
                from: self.status,
                to: OrderStatus::Cancelled,
            });
        }
        self.ended(CancelReason::Expired, now)
    }

    /// The order after its refund was requested at that instant: its payment is refunded, its ticket is available.
    ///
    /// # Errors
    /// `IllegalTransition` if it is not complete.
    pub(crate) fn refunded(self, now: Timestamp) -> Result<Self, IllegalTransition> {
        if self.status != OrderStatus::Complete {
            return Err(IllegalTransition {
                from: self.status,
                to: OrderStatus::Cancelled,
            });
        }
        self.ended(CancelReason::Refunded, now)
    }

    /// Until when a complete order can be refunded; `None` for any other, and where its seller allows no refunds. It is
    /// counted from when the order became complete: before that, the buyer cannot refund it.
    #[must_use]
    pub(crate) fn refundable_until(&self) -> Option<Timestamp> {
        let purchase = self.purchase.filter(|_| self.status == OrderStatus::Complete)?;
        (self.refund_window.hours() > 0).then(|| purchase.completed_at.plus(self.refund_window.duration()))
    }

    fn ended(self, reason: CancelReason, now: Timestamp) -> Result<Self, IllegalTransition> {
        Ok(Self {
            status: transition(self.status, OrderStatus::Cancelled)?,
            cancel_reason: Some(reason),
            cancelled_at: Some(now),
            ..self.next(now)
        })
    }

    /// The next version.
    fn next(self, now: Timestamp) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }
}
