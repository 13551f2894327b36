//! What is measured of reservations and orders.

use contracts::events::{OrderCancelled, OrderCreated, OrderPaymentRejected, OrderUpdated};
use contracts::{CancelReason, OrderStatus};
use event_log::CommitCounters;
use service::metrics::{Counter, CountersBy, Gauges, Registry, number};

use crate::error::OrdersError;
use crate::operations::Orders;

/// What became of an attempt to reserve a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReservationOutcome {
    Won,
    TicketReserved,
    OfferChanged,
    OwnTicket,
    TicketNotFound,
    BelowMinimum,
    TooManyHolds,
    HoldsPaused,
    Busy,
    Failed,
}

impl ReservationOutcome {
    const ALL: [Self; 10] = [
        Self::Won,
        Self::TicketReserved,
        Self::OfferChanged,
        Self::OwnTicket,
        Self::TicketNotFound,
        Self::BelowMinimum,
        Self::TooManyHolds,
        Self::HoldsPaused,
        Self::Busy,
        Self::Failed,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::TicketReserved => "ticket_reserved",
            Self::OfferChanged => "offer_changed",
            Self::OwnTicket => "own_ticket",
            Self::TicketNotFound => "ticket_not_found",
            Self::BelowMinimum => "below_minimum",
            Self::TooManyHolds => "too_many_holds",
            Self::HoldsPaused => "holds_paused",
            Self::Busy => "busy",
            Self::Failed => "failed",
        }
    }

    fn of(error: &OrdersError) -> Self {
        match error {
            OrdersError::Reserved => Self::TicketReserved,
            OrdersError::OfferChanged(_) => Self::OfferChanged,
            OrdersError::OwnTicket => Self::OwnTicket,
            OrdersError::TicketNotFound => Self::TicketNotFound,
            OrdersError::BelowMinimum => Self::BelowMinimum,
            OrdersError::TooManyHolds(_) => Self::TooManyHolds,
            OrdersError::HoldsPaused(_) => Self::HoldsPaused,
            OrdersError::Database(error) if error.is_transient() => Self::Busy,
            OrdersError::Database(_)
            | OrdersError::NotFound
            | OrdersError::Complete
            | OrdersError::Cancelled
            | OrdersError::NotComplete
            | OrdersError::RefundTooLate
            | OrdersError::Disputed
            | OrdersError::NotOwner
            | OrdersError::Transition(_)
            | OrdersError::Corrupt { .. }
            | OrdersError::Conflict(_) => Self::Failed,
        }
    }
}

/// What is counted as it happens. Clones share their values.
#[derive(Debug, Clone)]
pub(crate) struct OrdersMetrics {
    reservations: CountersBy<ReservationOutcome>,
    cancelled: CountersBy<CancelReason>,
    completed: Counter,
    payments_rejected: Counter,
}

impl Default for OrdersMetrics {
    fn default() -> Self {
        Self {
            reservations: CountersBy::new(
                "outcome",
                ReservationOutcome::ALL.map(|outcome| (outcome, outcome.as_str())),
            ),
            cancelled: CountersBy::new(
                "reason",
                CancelReason::ALL.iter().map(|&reason| (reason, reason.as_str())),
            ),
            completed: Counter::default(),
            payments_rejected: Counter::default(),
        }
    }
}

impl OrdersMetrics {
    /// What is counted by the commit of its event.
    pub(crate) fn of_commits(&self) -> CommitCounters {
        let (reservations, cancelled) = (self.reservations.clone(), self.cancelled.clone());
        let (completed, rejected) = (self.completed.clone(), self.payments_rejected.clone());
        CommitCounters::new()
            .on(move |_: &OrderCreated| reservations.of(&ReservationOutcome::Won).cloned())
            .on(move |event: &OrderCancelled| cancelled.of(&event.reason).cloned())
            .on(move |event: &OrderUpdated| {
                (event.status == OrderStatus::Complete).then(|| completed.clone())
            })
            .on(move |_: &OrderPaymentRejected| Some(rejected.clone()))
    }

    /// Counts a reservation that was refused or failed: nothing is committed then.
    pub(crate) fn not_reserved(&self, error: &OrdersError) {
        self.reservations.count(&ReservationOutcome::of(error));
    }

    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register(
            "reservations",
            "Attempts to reserve a ticket, by outcome",
            self.reservations.clone(),
        );
        registry.register(
            "orders_completed",
            "Orders that were paid and got their ticket",
            self.completed.clone(),
        );
        registry.register(
            "orders_cancelled",
            "Orders that were cancelled, by reason: by their buyer, by their deadline, or refunded",
            self.cancelled.clone(),
        );
        registry.register(
            "orders_payment_rejected",
            "Payments that came too late for their order, or twice, and are refunded",
            self.payments_rejected.clone(),
        );
    }
}

/// The gauges of this service.
pub(crate) fn gauges(orders: &Orders) -> Gauges {
    let orders = orders.clone();
    let described = [
        ("holds_live", "Unpaid orders that hold their ticket now"),
        (
            "holds_overdue",
            "Unpaid orders past their deadline whose expiry has not been recorded yet (they hold nothing)",
        ),
    ];
    Gauges::new(described, move || {
        let orders = orders.clone();
        async move {
            orders
                .count_holds()
                .await
                .map(|holds| [number(holds.live), number(holds.overdue)])
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_has_a_counter_of_its_own() {
        let texts: std::collections::HashSet<_> =
            ReservationOutcome::ALL.map(ReservationOutcome::as_str).into();
        assert_eq!(texts.len(), ReservationOutcome::ALL.len());
        assert!(ReservationOutcome::ALL.contains(&ReservationOutcome::of(&OrdersError::NotFound)));
    }
}
