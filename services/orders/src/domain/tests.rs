use super::*;

const DEADLINE: Timestamp = Timestamp::from_millis(1_000);
const BEFORE: Timestamp = Timestamp::from_millis(999);

fn payment() -> PaymentId {
    PaymentId::parse("01890a5d-ac96-774b-bcce-b302099a8060").unwrap()
}

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
        refund_window: RefundWindow::default(),
        open_payment: None,
        purchase: (status == OrderStatus::Complete).then_some(Purchase {
            payment: payment(),
            paid_at: BEFORE,
            completed_at: BEFORE,
        }),
        cancelled_at: (status == OrderStatus::Cancelled).then_some(BEFORE),
        created_at: Timestamp::from_millis(0),
        updated_at: Timestamp::from_millis(0),
    }
}

#[test]
fn starting_to_pay_extends_an_active_hold_once() {
    let extension = Duration::from_mins(10);
    let running = order(OrderStatus::Created)
        .awaiting_payment(BEFORE, extension)
        .unwrap();
    assert_eq!(running.expires_at, DEADLINE.plus(extension));
    assert!(running.awaiting_payment(BEFORE, extension).is_err());
    let late = order(OrderStatus::Created)
        .awaiting_payment(DEADLINE, extension)
        .unwrap();
    assert_eq!(late.expires_at, DEADLINE);
    for status in [OrderStatus::Complete, OrderStatus::Cancelled] {
        assert!(order(status).awaiting_payment(BEFORE, extension).is_err());
    }
}

#[test]
fn payment_completes_awaiting_and_expired_orders_only() {
    let cancelled = |reason| Order {
        cancel_reason: Some(reason),
        ..order(OrderStatus::Cancelled)
    };
    for payable in [
        order(OrderStatus::AwaitingPayment),
        cancelled(CancelReason::Expired),
    ] {
        let complete = payable.completed(payment(), BEFORE, DEADLINE).unwrap();
        assert_eq!(
            (complete.status, complete.cancel_reason, complete.cancelled_at),
            (OrderStatus::Complete, None, None)
        );
        let purchase = complete.purchase.unwrap();
        assert_eq!((purchase.paid_at, purchase.completed_at), (BEFORE, DEADLINE));
        let day = RefundWindow::default().duration();
        assert_eq!(complete.refundable_until(), Some(DEADLINE.plus(day)));
    }
    for refused in [
        order(OrderStatus::Created),
        order(OrderStatus::Complete),
        cancelled(CancelReason::User),
        cancelled(CancelReason::Refunded),
    ] {
        assert!(refused.completed(payment(), BEFORE, BEFORE).is_err());
    }
}

#[test]
fn only_a_complete_order_is_refunded_while_its_seller_allows_it() {
    let complete = order(OrderStatus::Complete);
    let day = Duration::from_hours(24);
    assert_eq!(complete.refundable_until(), Some(BEFORE.plus(day)));
    let never = Order {
        refund_window: RefundWindow::from_hours(0).unwrap(),
        ..complete.clone()
    };
    assert_eq!(never.refundable_until(), None);
    let back = complete.refunded(DEADLINE).unwrap();
    assert_eq!(
        (back.status, back.cancel_reason, back.refundable_until()),
        (OrderStatus::Cancelled, Some(CancelReason::Refunded), None)
    );
    assert!(back.purchase.is_some());
    for status in [
        OrderStatus::Created,
        OrderStatus::AwaitingPayment,
        OrderStatus::Cancelled,
    ] {
        assert!(order(status).refunded(BEFORE).is_err());
    }
}

#[test]
fn unpaid_order_reads_as_cancelled_from_its_deadline_on() {
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
            assert_eq!((cancelled.version, cancelled.cancelled_at), (1, Some(now)));
        }
    }
    for status in [OrderStatus::Complete, OrderStatus::Cancelled] {
        assert!(order(status).cancelled(BEFORE).is_err());
    }
}
