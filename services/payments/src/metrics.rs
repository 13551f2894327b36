//! What is measured of payments and refunds.

use contracts::PaymentFailure;
use contracts::events::{PaymentFailed, PaymentRefunded, PaymentStarted, PaymentSucceeded};
use event_log::CommitCounters;
use service::metrics::{Counter, CountersBy, Gauges, Registry, age_seconds, number};

use crate::operations::Payments;

/// A refund that was requested, or even made, failed. No event reports it: the refund is retried.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RefundFailed;

/// Whether the money went back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RefundOutcome {
    Refunded,
    Failed,
}

/// What is counted as it happens. Clones share their values.
#[derive(Debug, Clone)]
pub(crate) struct PaymentsMetrics {
    started: Counter,
    /// By failure; `None` for those that succeeded.
    decided: CountersBy<Option<PaymentFailure>>,
    refunds: CountersBy<RefundOutcome>,
    unanswered_calls: Counter,
}

impl Default for PaymentsMetrics {
    fn default() -> Self {
        let failures = PaymentFailure::ALL
            .iter()
            .map(|&failure| (Some(failure), failure.as_str()));
        Self {
            started: Counter::default(),
            decided: CountersBy::new("outcome", [(None, "succeeded")].into_iter().chain(failures)),
            refunds: CountersBy::new(
                "outcome",
                [
                    (RefundOutcome::Refunded, "refunded"),
                    (RefundOutcome::Failed, "failed"),
                ],
            ),
            unanswered_calls: Counter::default(),
        }
    }
}

impl PaymentsMetrics {
    /// What is counted by the commit of its event.
    pub(crate) fn of_commits(&self) -> CommitCounters {
        let started = self.started.clone();
        let (succeeded, failed) = (self.decided.clone(), self.decided.clone());
        let (refunded, not_refunded) = (self.refunds.clone(), self.refunds.clone());
        CommitCounters::new()
            .on(move |_: &PaymentStarted| Some(started.clone()))
            .on(move |_: &PaymentSucceeded| succeeded.of(&None).cloned())
            .on(move |event: &PaymentFailed| failed.of(&Some(event.reason)).cloned())
            .on(move |_: &PaymentRefunded| refunded.of(&RefundOutcome::Refunded).cloned())
            .on(move |_: &RefundFailed| not_refunded.of(&RefundOutcome::Failed).cloned())
    }

    /// Counts a call about a payment that the provider did not answer.
    pub(crate) fn not_answered(&self) {
        self.unanswered_calls.inc();
    }

    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register(
            "payments_started",
            "Payments that were recorded before their provider was called",
            self.started.clone(),
        );
        registry.register(
            "payments_decided",
            "Payments that succeeded or failed, by outcome",
            self.decided.clone(),
        );
        registry.register(
            "refunds",
            "Refunds that were made or failed, by outcome. Failed refunds are retried",
            self.refunds.clone(),
        );
        registry.register(
            "payment_provider_unanswered_calls",
            "Provider calls about a payment without a usable response, so that the payment is in doubt",
            self.unanswered_calls.clone(),
        );
    }
}

/// The gauges of this service.
pub(crate) fn gauges(payments: &Payments) -> Gauges {
    let payments = payments.clone();
    let described = [
        (
            "payments_open",
            "Payments without an outcome yet, including those that wait for their buyer",
        ),
        (
            "payments_in_doubt",
            "Payments without an outcome yet whose last provider call failed or timed out",
        ),
        (
            "payments_in_doubt_oldest_seconds",
            "Age of the oldest payment in doubt, 0 if there is none",
        ),
        ("refunds_open", "Payments that are being refunded"),
        (
            "refunds_failing",
            "Payments whose refund failed and is tried again",
        ),
    ];
    Gauges::new(described, move || {
        let payments = payments.clone();
        async move {
            let open = payments.count_open().await?;
            let now_ms = payments.now().as_millis();
            Ok::<_, crate::PaymentsError>([
                number(open.undecided),
                number(open.in_doubt),
                age_seconds(now_ms, open.in_doubt_since),
                number(open.refunds),
                number(open.failing_refunds),
            ])
        }
    })
}
