//! A provider with prepared responses, which arrive when the test lets them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::HeaderMap;
use contracts::{PaymentId, Timestamp};
use event_log::BoxFuture;
use payments::provider::{InvalidWebhook, Outcome, RefundError, WebhookEvent};
use payments::{ChargeState, Payment, Provider, ProviderError};
use tokio::sync::Semaphore;

pub(crate) const CHARGE_LIFETIME: Duration = Duration::from_hours(24);

/// It never responds to a charge, as if the connection hung; the test sets the outcome. Clones are the same provider.
#[derive(Clone, Default)]
pub(crate) struct Double(Arc<Mutex<HashMap<PaymentId, Known>>>);

#[derive(Clone, Default)]
struct Known {
    state: Option<ChargeState>,
    /// Responses wait for this, once they are decided.
    gate: Option<Arc<Semaphore>>,
    running: u32,
    calls: CallCounts,
}

/// How often it was queried about a payment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct CallCounts {
    pub(crate) total: u32,
    pub(crate) max_concurrent: u32,
}

impl Double {
    fn with<T>(&self, payment: PaymentId, change: impl FnOnce(&mut Known) -> T) -> T {
        change(self.0.lock().unwrap().entry(payment).or_default())
    }

    /// Sets its response from now on; `None` while it does not know the payment.
    pub(crate) fn set_state(&self, payment: PaymentId, outcome: Option<Outcome>) {
        self.with(payment, |known| known.state = outcome.map(ChargeState::from));
    }

    /// Delays responses about a payment from now on.
    pub(crate) fn hold(&self, payment: PaymentId) {
        self.with(payment, |known| known.gate = Some(Arc::new(Semaphore::new(0))));
    }

    /// Releases the delayed responses; later ones arrive at once.
    pub(crate) fn release(&self, payment: PaymentId) {
        self.with(payment, |known| {
            if let Some(gate) = known.gate.take() {
                gate.close();
            }
        });
    }

    pub(crate) fn calls(&self, payment: PaymentId) -> CallCounts {
        self.with(payment, |known| known.calls)
    }

    /// Waits until a response about the payment is being delayed.
    pub(crate) async fn called(&self, payment: PaymentId) {
        until(async || self.with(payment, |known| known.running > 0)).await;
    }

    /// The response as it is when the call arrives, whenever it is delivered.
    async fn respond(&self, payment: PaymentId) -> Option<ChargeState> {
        let (state, gate) = self.with(payment, |known| {
            known.running += 1;
            known.calls.total += 1;
            known.calls.max_concurrent = known.calls.max_concurrent.max(known.running);
            (known.state.clone(), known.gate.clone())
        });
        if let Some(gate) = gate {
            let _closed = gate.acquire().await;
        }
        self.with(payment, |known| known.running -= 1);
        state
    }

    async fn known_answer(&self, payment: PaymentId) -> Result<ChargeState, ProviderError> {
        let answer = self.respond(payment).await;
        answer.ok_or_else(|| ProviderError("no such payment".to_owned()))
    }
}

impl Provider for Double {
    fn name(&self) -> &'static str {
        "double"
    }

    fn is_hosted(&self) -> bool {
        false
    }

    fn charge_lifetime(&self) -> Duration {
        CHARGE_LIFETIME
    }

    fn charge<'p>(&'p self, _payment: &'p Payment) -> BoxFuture<'p, Result<ChargeState, ProviderError>> {
        Box::pin(std::future::pending())
    }

    fn find<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<Option<ChargeState>, ProviderError>> {
        Box::pin(async { Ok(self.respond(payment.id).await) })
    }

    fn cancel<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<ChargeState, ProviderError>> {
        Box::pin(self.known_answer(payment.id))
    }

    fn refund<'p>(
        &'p self,
        payment: &'p Payment,
        _ended: u32,
    ) -> BoxFuture<'p, Result<ChargeState, RefundError>> {
        Box::pin(async { Ok(self.known_answer(payment.id).await?) })
    }

    fn parse_webhook(
        &self,
        _headers: &HeaderMap,
        _body: &[u8],
        _now: Timestamp,
    ) -> Result<Option<WebhookEvent>, InvalidWebhook> {
        Err(InvalidWebhook("it sends no messages"))
    }
}

/// Waits for a background event; fails if it does not happen.
pub(crate) async fn until(happened: impl AsyncFn() -> bool) {
    let happens = async {
        while !happened().await {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), happens)
        .await
        .expect("it did not happen");
}
