//! Tickets and their availability. Pure: time is an argument.

use contracts::{Offer, OfferChange, OrderId, Price, RefundWindow, TicketId, Timestamp, Title, UserId};

/// A ticket that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ticket {
    /// Its id.
    pub(crate) id: TicketId,
    /// What it admits to.
    pub(crate) title: Title,
    /// Its price.
    pub(crate) price: Price,
    /// How long after a purchase its buyer can refund it.
    pub(crate) refund_window: RefundWindow,
    /// The seller.
    pub(crate) seller: UserId,
    /// Incremented with every change, from 0.
    pub(crate) version: i64,
    /// The version that made the current offer: a buyer who was shown it, or a later one, was shown this offer.
    pub(crate) offer_version: i64,
    /// The order that holds it, or held it last: an expired hold stays stored until something else
    /// changes the ticket. Use [`Ticket::hold_at`].
    pub(crate) hold: Option<Hold>,
    /// When it was listed.
    pub(crate) created_at: Timestamp,
}

/// An order's hold on a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hold {
    /// The order.
    pub(crate) order_id: OrderId,
    /// From this instant on the hold is over; `None` for a ticket that is sold.
    pub(crate) until: Option<Timestamp>,
}

impl Hold {
    /// Whether it is in force at that instant.
    #[must_use]
    pub(crate) fn is_active(self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// An edit that was accepted and then reverted, because an order had reserved the earlier offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevertedEdit {
    /// The ticket.
    pub ticket: TicketId,
    /// The offer of the edit.
    pub offer: Offer,
    /// The order whose offer was restored.
    pub order: OrderId,
    /// When it was restored.
    pub at: Timestamp,
}

/// The availability of a ticket, for its seller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// It can be bought, and edited by its seller.
    OnSale,
    /// An order holds it until that instant.
    Held(Timestamp),
    /// An order has paid for it.
    Sold,
}

impl Ticket {
    /// Its current offer.
    #[must_use]
    pub(crate) fn offer(&self) -> Offer {
        Offer {
            title: self.title.clone(),
            price: self.price,
            refund_window: self.refund_window,
        }
    }

    /// The next version of the ticket, edited by its seller. It is held by nobody: an expired hold is removed. Saving a form in which
    /// nothing was changed makes a version, and no new offer.
    #[must_use]
    pub(crate) fn edited(self, change: &OfferChange) -> Self {
        let version = self.version + 1;
        let edited = Self {
            title: change.title.clone(),
            price: change.price,
            refund_window: change.refund_window.unwrap_or(self.refund_window),
            version,
            hold: None,
            ..self.clone()
        };
        if edited.offer() == self.offer() {
            return edited;
        }
        Self {
            offer_version: version,
            ..edited
        }
    }

    /// The next version of the ticket, held by no order.
    #[must_use]
    pub(crate) fn released(self) -> Self {
        Self {
            version: self.version + 1,
            hold: None,
            ..self
        }
    }

    /// The next version of the ticket, held by an order that reserved that offer: an order keeps the offer it reserved, so an
    /// edit that was unknown when the ticket was reserved is reverted. An expired hold reverts nothing.
    #[must_use]
    pub(crate) fn held(self, hold: Hold, reserved: Offer, now: Timestamp) -> Self {
        let version = self.version + 1;
        let held = Self {
            version,
            hold: Some(hold),
            ..self
        };
        if !hold.is_active(now) || held.offer() == reserved {
            return held;
        }
        Self {
            title: reserved.title,
            price: reserved.price,
            refund_window: reserved.refund_window,
            offer_version: version,
            ..held
        }
    }

    /// The hold in force at that instant.
    #[must_use]
    pub(crate) fn hold_at(&self, now: Timestamp) -> Option<Hold> {
        self.hold.filter(|hold| hold.is_active(now))
    }

    /// Whether it can be bought, and edited, at that instant.
    #[must_use]
    pub(crate) fn is_available(&self, now: Timestamp) -> bool {
        self.hold_at(now).is_none()
    }

    /// Its availability at that instant.
    #[must_use]
    pub(crate) fn availability(&self, now: Timestamp) -> Availability {
        match self.hold_at(now) {
            None => Availability::OnSale,
            Some(Hold {
                until: Some(until), ..
            }) => Availability::Held(until),
            Some(Hold { until: None, .. }) => Availability::Sold,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEADLINE: Timestamp = Timestamp::from_millis(1_000);
    const ORDER: &str = "01890a5d-ac96-774b-bcce-b302099a8059";

    #[expect(clippy::option_option, reason = "held or not, and with a deadline or without")]
    fn ticket(until: Option<Option<Timestamp>>) -> Ticket {
        Ticket {
            id: TicketId::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap(),
            title: Title::parse("Concert").unwrap(),
            price: Price::from_cents(2_000).unwrap(),
            refund_window: RefundWindow::default(),
            seller: UserId::parse("01890a5d-ac96-774b-bcce-b302099a8058").unwrap(),
            version: 3,
            offer_version: 2,
            hold: until.map(|until| Hold {
                order_id: OrderId::parse(ORDER).unwrap(),
                until,
            }),
            created_at: Timestamp::from_millis(0),
        }
    }

    #[test]
    fn hold_ends_at_its_deadline() {
        let held = ticket(Some(Some(DEADLINE)));
        let before = Timestamp::from_millis(999);
        assert_eq!(held.availability(before), Availability::Held(DEADLINE));
        assert_eq!(held.clone().view(before).order_id.unwrap().to_string(), ORDER);
        for over in [DEADLINE, Timestamp::from_millis(1_001)] {
            assert_eq!(held.availability(over), Availability::OnSale);
            assert!(held.is_available(over));
            assert_eq!(held.clone().view(over).order_id, None);
        }
    }

    #[test]
    fn sold_ticket_is_never_available_again() {
        let sold = ticket(Some(None));
        let end = Timestamp::from_millis(i64::MAX);
        assert_eq!(sold.availability(end), Availability::Sold);
        assert!(!sold.is_available(end));
    }

    #[test]
    fn active_hold_restores_the_reserved_offer() {
        let edited = ticket(None);
        let reserved = Offer {
            price: Price::from_cents(1_000).unwrap(),
            ..edited.offer()
        };
        let hold = Hold {
            order_id: OrderId::parse(ORDER).unwrap(),
            until: Some(DEADLINE),
        };
        let restored = edited
            .clone()
            .held(hold, reserved.clone(), Timestamp::from_millis(999));
        assert_eq!(restored.offer(), reserved);
        assert_eq!((restored.version, restored.offer_version), (4, 4));

        let same = edited.clone().held(hold, edited.offer(), DEADLINE);
        assert_eq!((same.version, same.offer_version), (4, 2));

        let over = edited.clone().held(hold, reserved, DEADLINE);
        assert_eq!(over.offer(), edited.offer());
        assert_eq!((over.version, over.offer_version), (4, 2));
    }

    #[test]
    fn only_another_offer_is_a_new_one() {
        let held = ticket(Some(Some(DEADLINE)));
        let same = OfferChange::from(held.offer());
        let edited = held.clone().edited(&same);
        assert_eq!((edited.version, edited.offer_version, edited.hold), (4, 2, None));
        let other = OfferChange {
            price: Price::from_cents(1_000).unwrap(),
            refund_window: None,
            ..same
        };
        let edited = held.clone().edited(&other);
        assert_eq!((edited.version, edited.offer_version), (4, 4));
        assert_eq!(edited.refund_window, held.refund_window);

        let released = held.clone().released();
        assert_eq!(
            (released.version, released.offer_version, released.hold),
            (4, 2, None)
        );
        assert_eq!(released.offer(), held.offer());
    }

    #[test]
    fn ticket_without_a_hold_is_on_sale() {
        let free = ticket(None);
        assert!(free.is_available(Timestamp::from_millis(i64::MIN)));
        assert_eq!(free.availability(DEADLINE), Availability::OnSale);
    }
}
