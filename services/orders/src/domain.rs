//! What an order is and how it may change. Pure: time comes in as an argument.

use contracts::views::{OrderView, OrderedTicketView};
use contracts::{CancelReason, OrderId, OrderStatus, Price, TicketId, Timestamp, Title, UserId};

/// Somebody's order of a ticket, from its reservation to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The order.
    pub id: OrderId,
    /// Who reserved.
    pub buyer: UserId,
    /// Where it stands.
    pub status: OrderStatus,
    /// Why it was cancelled, if it was.
    pub cancel_reason: Option<CancelReason>,
    /// From this instant on an order that is not paid holds nothing.
    pub expires_at: Timestamp,
    /// Grows by one with every change, from 0.
    pub version: i64,
    /// What was reserved.
    pub ticket: OrderedTicket,
    /// When it was reserved.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

/// The ticket of an order, as it was when it was reserved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderedTicket {
    /// The ticket.
    pub id: TicketId,
    /// Its title at the time.
    pub title: Title,
    /// Its price at the time: what the order costs.
    pub price: Price,
    /// Its version at the time.
    pub version: i64,
}

/// A status cannot follow another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an order that is {} cannot become {}", from.as_str(), to.as_str())]
pub struct IllegalTransition {
    /// Where the order stands.
    pub from: OrderStatus,
    /// Where it cannot go from there.
    pub to: OrderStatus,
}

/// The one rule about which status may follow which. Every change of a status goes through it.
///
/// # Errors
/// `IllegalTransition` for every pair but created → awaiting:payment → complete, and created or awaiting:payment →
/// cancelled.
pub fn transition(from: OrderStatus, to: OrderStatus) -> Result<OrderStatus, IllegalTransition> {
    use OrderStatus::{AwaitingPayment, Cancelled, Complete, Created};
    match (from, to) {
        (Created, AwaitingPayment | Cancelled) | (AwaitingPayment, Complete | Cancelled) => Ok(to),
        _ => Err(IllegalTransition { from, to }),
    }
}

impl Order {
    /// Whether its deadline has passed while it was still unpaid. Such an order holds nothing any more, whether or not
    /// that has been written down.
    #[must_use]
    pub fn has_run_out(&self, now: Timestamp) -> bool {
        let has_deadline = matches!(self.status, OrderStatus::Created | OrderStatus::AwaitingPayment);
        has_deadline && self.expires_at <= now
    }

    /// The order as it reads at that instant: past its deadline, as cancelled.
    #[must_use]
    pub fn as_of(mut self, now: Timestamp) -> Self {
        if self.has_run_out(now) {
            self.status = OrderStatus::Cancelled;
            self.cancel_reason = Some(CancelReason::Expired);
        }
        self
    }

    /// The order after it was cancelled at that instant: by its buyer, unless its deadline was earlier.
    ///
    /// # Errors
    /// `IllegalTransition` if it is complete, or cancelled already.
    pub fn cancelled(self, now: Timestamp) -> Result<Self, IllegalTransition> {
        let reason = if self.has_run_out(now) {
            CancelReason::Expired
        } else {
            CancelReason::User
        };
        Ok(Self {
            status: transition(self.status, OrderStatus::Cancelled)?,
            cancel_reason: Some(reason),
            version: self.version + 1,
            updated_at: now,
            ..self
        })
    }

    /// The order as its buyer sees it.
    #[must_use]
    pub fn view(&self) -> OrderView {
        OrderView {
            id: self.id,
            user_id: self.buyer,
            status: self.status,
            expires_at: self.expires_at,
            version: self.version,
            ticket: OrderedTicketView {
                id: self.ticket.id,
                title: self.ticket.title.clone(),
                price: self.ticket.price,
                version: self.ticket.version,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEADLINE: Timestamp = Timestamp::from_millis(1_000);
    const BEFORE: Timestamp = Timestamp::from_millis(999);

    fn order(status: OrderStatus) -> Order {
        Order {
            id: OrderId::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap(),
            buyer: UserId::parse("01890a5d-ac96-774b-bcce-b302099a8058").unwrap(),
            status,
            cancel_reason: (status == OrderStatus::Cancelled).then_some(CancelReason::User),
            expires_at: DEADLINE,
            version: 0,
            ticket: OrderedTicket {
                id: TicketId::parse("01890a5d-ac96-774b-bcce-b302099a8059").unwrap(),
                title: Title::parse("Concert").unwrap(),
                price: Price::from_cents(2_000).unwrap(),
                version: 4,
            },
            created_at: Timestamp::from_millis(0),
            updated_at: Timestamp::from_millis(0),
        }
    }

    #[test]
    fn transition_is_decided_for_all_pairs() {
        use OrderStatus::{AwaitingPayment, Cancelled, Complete, Created};
        let legal = [
            (Created, AwaitingPayment),
            (Created, Cancelled),
            (AwaitingPayment, Complete),
            (AwaitingPayment, Cancelled),
        ];
        for from in OrderStatus::ALL {
            for to in OrderStatus::ALL {
                let expected = if legal.contains(&(from, to)) {
                    Ok(to)
                } else {
                    Err(IllegalTransition { from, to })
                };
                assert_eq!(transition(from, to), expected);
            }
        }
    }

    #[test]
    fn no_way_leads_out_of_an_end() {
        for end in [OrderStatus::Complete, OrderStatus::Cancelled] {
            assert!(
                OrderStatus::ALL
                    .into_iter()
                    .all(|to| transition(end, to).is_err())
            );
        }
    }

    #[test]
    fn an_unpaid_order_reads_as_cancelled_from_its_deadline_on() {
        for status in [OrderStatus::Created, OrderStatus::AwaitingPayment] {
            assert_eq!(order(status).as_of(BEFORE), order(status));
            let late = order(status).as_of(DEADLINE);
            assert_eq!(
                (late.status, late.cancel_reason),
                (OrderStatus::Cancelled, Some(CancelReason::Expired))
            );
        }
        for status in [OrderStatus::Complete, OrderStatus::Cancelled] {
            assert_eq!(order(status).as_of(DEADLINE), order(status));
        }
    }

    #[test]
    fn cancelling_gives_the_reason_and_the_next_version() {
        for status in [OrderStatus::Created, OrderStatus::AwaitingPayment] {
            for (now, reason) in [(BEFORE, CancelReason::User), (DEADLINE, CancelReason::Expired)] {
                let cancelled = order(status).cancelled(now).unwrap();
                assert_eq!(
                    (cancelled.status, cancelled.cancel_reason),
                    (OrderStatus::Cancelled, Some(reason))
                );
                assert_eq!((cancelled.version, cancelled.updated_at), (1, now));
            }
        }
        for status in [OrderStatus::Complete, OrderStatus::Cancelled] {
            assert!(order(status).cancelled(BEFORE).is_err());
        }
    }
}
