//! Where an order stands for the person who looks at it: what its status and its payments say together.

use ::orders::Order;
use ::payments::Payment;
use contracts::{CancelReason, OrderStatus, PaymentFailure, PaymentStatus};

/// Where an order stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// It holds its ticket and can be paid for.
    Held {
        /// Why the last attempt to pay failed, if there was one.
        failure: Option<PaymentFailure>,
    },
    /// It holds its ticket, and it is not known yet what becomes of a payment.
    Paying {
        /// The provider's page where the buyer goes on, if there is one.
        redirect_url: Option<String>,
    },
    /// It is paid.
    Complete,
    /// It holds nothing any more.
    Ended {
        /// Why.
        reason: CancelReason,
        /// What becomes of the money, if there is any.
        money: Money,
    },
}

/// What becomes of the money of an order that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Money {
    /// None was taken.
    None,
    /// It is not known yet whether some was taken, or what it is for.
    UnderWay,
    /// It is on its way back.
    GoingBack,
    /// It is back.
    Back,
}

impl Standing {
    /// The standing of an order, which was read as of now, with all payments of it, the oldest first.
    pub(super) fn of(order: &Order, payments: &[Payment]) -> Self {
        let last = payments.last();
        // The orders service hears of money a moment after it was taken.
        let is_open =
            |payment: &&Payment| payment.status.is_open() || payment.status == PaymentStatus::Succeeded;
        match (order.status, last.filter(is_open)) {
            (OrderStatus::Complete, _) => Self::Complete,
            (OrderStatus::Cancelled, _) => Self::Ended {
                reason: order.cancel_reason.unwrap_or(CancelReason::User),
                money: Money::of(order, payments),
            },
            (OrderStatus::Created | OrderStatus::AwaitingPayment, Some(payment)) => Self::Paying {
                redirect_url: payment.redirect_url.clone().filter(|_| payment.status.is_open()),
            },
            (OrderStatus::Created | OrderStatus::AwaitingPayment, None) => Self::Held {
                failure: last.and_then(|payment| payment.failure),
            },
        }
    }

    /// A word for it that stands in the page, so that a page can tell whether it has changed.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Held { failure: None } => "held",
            Self::Held { failure: Some(_) } => "refused",
            Self::Paying { .. } => "paying",
            Self::Complete => "complete",
            Self::Ended { money, .. } => match money {
                Money::None => "ended",
                Money::UnderWay => "money-under-way",
                Money::GoingBack => "money-going-back",
                Money::Back => "money-back",
            },
        }
    }
}

impl Money {
    fn of(order: &Order, payments: &[Payment]) -> Self {
        let is_refund = order.cancel_reason == Some(CancelReason::Refunded);
        let has = |is: fn(PaymentStatus) -> bool| payments.iter().any(|payment| is(payment.status));
        if has(|status| status == PaymentStatus::Refunding) {
            Self::GoingBack
        } else if has(|status| status.is_open() || status == PaymentStatus::Succeeded) {
            // The money of a ticket that was given back is known to come back, before the payments service has heard of it.
            if is_refund {
                Self::GoingBack
            } else {
                Self::UnderWay
            }
        } else if has(|status| status == PaymentStatus::Refunded) {
            Self::Back
        } else {
            Self::None
        }
    }
}

#[cfg(test)]
mod tests {
    use ::orders::{OrderedTicket, Purchase};
    use ::payments::Method;
    use contracts::{OrderId, PaymentId, Price, RefundWindow, TicketId, Timestamp, UserId};

    use super::*;

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
    const NOW: Timestamp = Timestamp::from_millis(0);

    fn order(status: OrderStatus, cancel_reason: Option<CancelReason>) -> Order {
        let payment = PaymentId::parse(ID).unwrap();
        let is_paid = status == OrderStatus::Complete || cancel_reason == Some(CancelReason::Refunded);
        Order {
            id: OrderId::parse(ID).unwrap(),
            buyer: UserId::parse(ID).unwrap(),
            status,
            cancel_reason,
            expires_at: NOW,
            version: 1,
            ticket: OrderedTicket {
                id: TicketId::parse(ID).unwrap(),
                title: contracts::Title::parse("Concert").unwrap(),
                price: Price::MIN,
                version: 0,
            },
            refund: RefundWindow::default(),
            open_payment: None,
            purchase: is_paid.then_some(Purchase {
                payment,
                at: NOW,
                completed_at: NOW,
            }),
            cancelled_at: None,
            created_at: NOW,
            updated_at: NOW,
        }
    }

    fn payment(status: PaymentStatus) -> Payment {
        Payment {
            id: PaymentId::parse(ID).unwrap(),
            order: OrderId::parse(ID).unwrap(),
            buyer: UserId::parse(ID).unwrap(),
            amount: Price::MIN,
            status,
            failure: (status == PaymentStatus::Failed).then_some(PaymentFailure::CardDeclined),
            provider: "test".to_owned(),
            method: Method::Token("tok_visa".to_owned()),
            reference: None,
            redirect_url: None,
            succeeded_at: None,
            refund_failed_at: None,
            may_be_charged_until: NOW,
            version: 0,
            revision: 0,
            next_check_at: None,
            attempts: 0,
            last_error: None,
            created_at: NOW,
            updated_at: NOW,
        }
    }

    /// The word of an order in that status with payments in those.
    fn word(status: OrderStatus, reason: Option<CancelReason>, payments: &[PaymentStatus]) -> &'static str {
        let payments: Vec<Payment> = payments.iter().map(|status| payment(*status)).collect();
        Standing::of(&order(status, reason), &payments).word()
    }

    #[test]
    fn an_order_can_be_paid_unless_a_payment_is_under_way() {
        use PaymentStatus::{Failed, Intended, Processing, Succeeded};
        assert_eq!(word(OrderStatus::Created, None, &[]), "held");
        assert_eq!(word(OrderStatus::AwaitingPayment, None, &[Failed]), "refused");
        for open in [Intended, Processing, Succeeded] {
            assert_eq!(
                word(OrderStatus::AwaitingPayment, None, &[Failed, open]),
                "paying",
                "{open:?}"
            );
            assert_eq!(
                word(OrderStatus::Complete, None, &[Failed, open]),
                "complete",
                "{open:?}"
            );
        }
    }

    #[test]
    fn the_money_of_an_order_that_ended_is_accounted_for() {
        use PaymentStatus::{Failed, Processing, Refunded, Refunding, Succeeded};
        let cancelled = |reason, payments: &[_]| word(OrderStatus::Cancelled, Some(reason), payments);
        for reason in [CancelReason::User, CancelReason::Expired] {
            assert_eq!(cancelled(reason, &[]), "ended");
            assert_eq!(cancelled(reason, &[Failed]), "ended");
            assert_eq!(cancelled(reason, &[Failed, Processing]), "money-under-way");
            assert_eq!(cancelled(reason, &[Succeeded]), "money-under-way");
        }
        assert_eq!(
            cancelled(CancelReason::Refunded, &[Succeeded]),
            "money-going-back"
        );
        for reason in [CancelReason::User, CancelReason::Expired, CancelReason::Refunded] {
            assert_eq!(cancelled(reason, &[Failed, Refunding]), "money-going-back");
            assert_eq!(cancelled(reason, &[Failed, Refunded]), "money-back");
        }
    }

    #[test]
    fn the_page_of_the_provider_is_offered_only_while_it_is_of_use() {
        let at_provider = |status| Payment {
            redirect_url: Some("https://provider.example/pay".to_owned()),
            ..payment(status)
        };
        let order = order(OrderStatus::AwaitingPayment, None);
        let standing = |status| Standing::of(&order, &[at_provider(status)]);
        let url = Some("https://provider.example/pay".to_owned());
        assert_eq!(
            standing(PaymentStatus::Processing),
            Standing::Paying { redirect_url: url }
        );
        assert_eq!(
            standing(PaymentStatus::Succeeded),
            Standing::Paying { redirect_url: None }
        );
    }
}
