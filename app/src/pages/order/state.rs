//! The state of an order on its page, from its status and its payments.

use ::orders::OrderDetails;
use ::payments::PaymentDetails;
use contracts::{CancelReason, OrderStatus, PaymentFailure, PaymentStatus};

/// The state of an order on its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OrderPageState {
    /// Its ticket is reserved and it can be paid.
    Reserved {
        /// Why the last payment failed, if it did.
        failure: Option<PaymentFailure>,
    },
    /// Its ticket is reserved and a payment is pending.
    Paying {
        /// The provider's page where the buyer continues, if there is one.
        redirect_url: Option<String>,
    },
    /// It is paid.
    Complete,
    /// It was cancelled, expired or was refunded.
    Ended {
        /// Why.
        reason: CancelReason,
        /// The state of its money.
        money: MoneyState,
    },
}

/// The state of the money of an order that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MoneyState {
    /// Nothing was charged.
    None,
    /// A payment is pending, or it is undecided whether the order accepts it.
    Pending,
    /// It is being refunded.
    Refunding,
    /// It was refunded.
    Refunded,
}

impl OrderPageState {
    /// The state of an order as of now, with all its payments, oldest first.
    pub(super) fn of(order: &OrderDetails, payments: &[PaymentDetails]) -> Self {
        let last = payments.last();
        match (
            order.status,
            last.filter(|payment| payment.may_complete_its_order()),
        ) {
            (OrderStatus::Complete, _) => Self::Complete,
            (OrderStatus::Cancelled, _) => Self::Ended {
                reason: order.cancel_reason.unwrap_or(CancelReason::User),
                money: MoneyState::of(order, payments),
            },
            (OrderStatus::Created | OrderStatus::AwaitingPayment, Some(payment)) => Self::Paying {
                redirect_url: payment.redirect_url.clone().filter(|_| payment.status.is_open()),
            },
            (OrderStatus::Created | OrderStatus::AwaitingPayment, None) => Self::Reserved {
                failure: last.and_then(|payment| payment.failure),
            },
        }
    }

    /// Its name in the page, by which `page.js` detects changes.
    pub(super) fn slug(&self) -> &'static str {
        match self {
            Self::Reserved { failure: None } => "reserved",
            Self::Reserved { failure: Some(_) } => "refused",
            Self::Paying { .. } => "paying",
            Self::Complete => "complete",
            Self::Ended { money, .. } => match money {
                MoneyState::None => "ended",
                MoneyState::Pending => "payment-pending",
                MoneyState::Refunding => "refunding",
                MoneyState::Refunded => "refunded",
            },
        }
    }
}

impl MoneyState {
    fn of(order: &OrderDetails, payments: &[PaymentDetails]) -> Self {
        let is_refund = order.cancel_reason == Some(CancelReason::Refunded);
        let has = |status| payments.iter().any(|payment| payment.status == status);
        if has(PaymentStatus::Refunding) {
            Self::Refunding
        } else if payments.iter().any(PaymentDetails::may_complete_its_order) {
            // A refund is certain before the payments service has consumed it.
            if is_refund { Self::Refunding } else { Self::Pending }
        } else if has(PaymentStatus::Refunded) {
            Self::Refunded
        } else {
            Self::None
        }
    }
}

#[cfg(test)]
mod tests {
    use contracts::{OrderId, PaymentId, Price, RefundWindow, TicketId, Timestamp};

    use super::*;

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
    const NOW: Timestamp = Timestamp::from_millis(0);

    fn order(status: OrderStatus, cancel_reason: Option<CancelReason>) -> OrderDetails {
        OrderDetails {
            id: OrderId::parse(ID).unwrap(),
            status,
            cancel_reason,
            ticket: TicketId::parse(ID).unwrap(),
            title: contracts::Title::parse("Concert").unwrap(),
            price: Price::MIN,
            refund_window: RefundWindow::default(),
            refundable_until: None,
            is_paying: false,
            purchase: None,
            reserved_at: NOW,
            expires_at: NOW,
            ended_at: None,
        }
    }

    fn payment(status: PaymentStatus) -> PaymentDetails {
        PaymentDetails {
            id: PaymentId::parse(ID).unwrap(),
            amount: Price::MIN,
            status,
            failure: (status == PaymentStatus::Failed).then_some(PaymentFailure::CardDeclined),
            redirect_url: None,
            changed_at: NOW,
        }
    }

    /// The slug of an order in that status with payments in those.
    fn slug(status: OrderStatus, reason: Option<CancelReason>, payments: &[PaymentStatus]) -> &'static str {
        let payments: Vec<PaymentDetails> = payments.iter().map(|status| payment(*status)).collect();
        OrderPageState::of(&order(status, reason), &payments).slug()
    }

    #[test]
    fn order_is_payable_unless_a_payment_is_in_progress() {
        use PaymentStatus::{Failed, Intended, Processing, Succeeded};
        assert_eq!(slug(OrderStatus::Created, None, &[]), "reserved");
        assert_eq!(slug(OrderStatus::AwaitingPayment, None, &[Failed]), "refused");
        for open in [Intended, Processing, Succeeded] {
            assert_eq!(
                slug(OrderStatus::AwaitingPayment, None, &[Failed, open]),
                "paying",
                "{open:?}"
            );
            assert_eq!(
                slug(OrderStatus::Complete, None, &[Failed, open]),
                "complete",
                "{open:?}"
            );
        }
    }

    #[test]
    fn money_of_an_ended_order_is_accounted_for() {
        use PaymentStatus::{Failed, Processing, Refunded, Refunding, Succeeded};
        let cancelled = |reason, payments: &[_]| slug(OrderStatus::Cancelled, Some(reason), payments);
        for reason in [CancelReason::User, CancelReason::Expired] {
            assert_eq!(cancelled(reason, &[]), "ended");
            assert_eq!(cancelled(reason, &[Failed]), "ended");
            assert_eq!(cancelled(reason, &[Failed, Processing]), "payment-pending");
            assert_eq!(cancelled(reason, &[Succeeded]), "payment-pending");
        }
        assert_eq!(cancelled(CancelReason::Refunded, &[Succeeded]), "refunding");
        for reason in [CancelReason::User, CancelReason::Expired, CancelReason::Refunded] {
            assert_eq!(cancelled(reason, &[Failed, Refunding]), "refunding");
            assert_eq!(cancelled(reason, &[Failed, Refunded]), "refunded");
        }
    }

    #[test]
    fn provider_page_is_offered_only_while_the_payment_is_open() {
        let at_provider = |status| PaymentDetails {
            redirect_url: Some("https://provider.example/pay".to_owned()),
            ..payment(status)
        };
        let order = order(OrderStatus::AwaitingPayment, None);
        let state = |status| OrderPageState::of(&order, &[at_provider(status)]);
        let url = Some("https://provider.example/pay".to_owned());
        assert_eq!(
            state(PaymentStatus::Processing),
            OrderPageState::Paying { redirect_url: url }
        );
        assert_eq!(
            state(PaymentStatus::Succeeded),
            OrderPageState::Paying { redirect_url: None }
        );
    }
}
