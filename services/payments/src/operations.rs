//! The operations on payments.

pub(crate) mod apply_state;
mod change;
mod checkout;
mod command;
mod dispute;
mod in_flight;
pub(crate) mod order_events;
mod pay;
mod provider_call;
mod reconcile;
mod record;
mod refund;
mod retry;
mod start;
pub(crate) mod working_set;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use contracts::views::PaymentView;
use contracts::{MinimumPrice, OrderId, PaymentId, Timestamp, UserId};
use event_log::{Arrivals, BatchQueue, Database, EventSource};

pub use checkout::Checkout;
pub(crate) use reconcile::ProviderCalls;

use self::command::{Command, Commands};
use self::in_flight::InFlight;
use self::reconcile::CallPermits;
use crate::domain::Payment;
use crate::error::PaymentsError;
use crate::metrics::PaymentsMetrics;
use crate::provider::{ChargeUpdate, Provider, WebhookEvent};
use crate::store;
use crate::views::PaymentDetails;

/// How the service behaves. Whole milliseconds count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentsConfig {
    /// How long to wait for a response of the provider.
    pub provider_timeout: Duration,
    /// The delay after the first inconclusive check of a payment; it doubles with every further one.
    pub initial_backoff: Duration,
    /// The longest delay between two checks.
    pub max_backoff: Duration,
    /// The longest delay between two lookups of a payment that is no longer wanted, that the provider does not know, and that
    /// it may still execute.
    pub max_lookup_backoff: Duration,
    /// After how many checks a payment is reported as unsettled. It is checked without end nevertheless.
    pub alert_after_attempts: u32,
}

/// Twenty seconds for a response; checks after 2, 4, 8 … seconds, at most five minutes apart, or an hour for mere lookups;
/// an alert after eight.
impl Default for PaymentsConfig {
    fn default() -> Self {
        Self {
            provider_timeout: Duration::from_secs(20),
            initial_backoff: Duration::from_secs(2),
            max_backoff: Duration::from_mins(5),
            max_lookup_backoff: Duration::from_hours(1),
            alert_after_attempts: 8,
        }
    }
}

/// The limits of a payment: the configuration, and the properties of the provider.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) config: PaymentsConfig,
    /// [`Provider::charge_lifetime`].
    charge_lifetime: Duration,
    /// [`Provider::minimum_price`].
    minimum_price: MinimumPrice,
}

impl Limits {
    /// Until when a charge that is requested at that instant may still be executed: the request is in flight
    /// for no longer than the timeout.
    pub(crate) fn may_be_charged_until(&self, now: Timestamp) -> Timestamp {
        now.plus(self.max_charge_delay())
    }

    /// How long after the request a charge may be executed.
    pub(crate) fn max_charge_delay(&self) -> Duration {
        self.config.provider_timeout + self.charge_lifetime
    }
}

/// The payments service: charges, refunds and disputes.
#[derive(Clone)]
pub struct Payments {
    db: Database,
    provider: Arc<dyn Provider>,
    limits: Limits,
    commands: BatchQueue<Commands>,
    orders: Arrivals<OrderId>,
    in_flight: InFlight,
    permits: CallPermits,
    metrics: PaymentsMetrics,
}

impl Payments {
    /// The service on its database, which was opened with [`crate::MIGRATIONS`].
    #[must_use]
    pub fn new(db: Database, provider: Arc<dyn Provider>, config: PaymentsConfig) -> Self {
        let limits = Limits {
            config,
            charge_lifetime: provider.charge_lifetime(),
            minimum_price: provider.minimum_price(),
        };
        let metrics = PaymentsMetrics::default();
        let db = db.counting(metrics.of_commits());
        let commands = Commands {
            provider: provider.name(),
            limits,
        };
        Self {
            commands: BatchQueue::new(db.clone(), commands),
            orders: Arrivals::of(&db),
            db,
            provider,
            limits,
            in_flight: InFlight::default(),
            permits: CallPermits::default(),
            metrics,
        }
    }

    /// The events of this service, to read and to follow.
    #[must_use]
    pub fn events(&self) -> EventSource {
        self.db.events()
    }

    pub(crate) fn metrics(&self) -> &PaymentsMetrics {
        &self.metrics
    }

    /// How many payments are not settled, and since when.
    pub(crate) async fn count_open(&self) -> Result<store::OpenCounts, PaymentsError> {
        store::Queries::on(self.db.background_reader())
            .count_open(self.now())
            .await
    }

    pub(crate) fn database(&self) -> &Database {
        &self.db
    }

    /// The current instant, as this service sees it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.db.clock().now_ms())
    }

    /// A payment of this buyer.
    ///
    /// # Errors
    /// `NotFound`, `NotOwner`.
    pub async fn find(&self, buyer: UserId, id: PaymentId) -> Result<PaymentDetails, PaymentsError> {
        Ok(self.load(buyer, id).await?.details())
    }

    /// The same, as the REST API shows it.
    ///
    /// # Errors
    /// `NotFound`, `NotOwner`.
    pub(crate) async fn view(&self, buyer: UserId, id: PaymentId) -> Result<PaymentView, PaymentsError> {
        Ok(self.load(buyer, id).await?.view())
    }

    async fn load(&self, buyer: UserId, id: PaymentId) -> Result<Payment, PaymentsError> {
        let payment = store::Queries::on(self.db.reader())
            .find(id)
            .await?
            .ok_or(PaymentsError::NotFound)?;
        if payment.buyer == buyer {
            Ok(payment)
        } else {
            Err(PaymentsError::NotOwner)
        }
    }

    /// Every payment of an order, the oldest first. The caller must have checked the owner.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn of_order(&self, order: OrderId) -> Result<Vec<PaymentDetails>, PaymentsError> {
        let payments = store::Queries::on(self.db.reader()).of_order(order).await?;
        Ok(payments.into_iter().map(Payment::details).collect())
    }

    /// Who pays for an order; `None` if nobody has started to.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn buyer_of(&self, order: OrderId) -> Result<Option<UserId>, PaymentsError> {
        let payments = store::Queries::on(self.db.reader()).of_order(order).await?;
        Ok(payments.first().map(|payment| payment.buyer))
    }

    /// Verifies a webhook, and processes it if it is about something that matters here.
    ///
    /// # Errors
    /// `InvalidWebhook` if it is not the provider's, and `Provider` if the payment it is about cannot be determined: then it must be
    /// delivered again.
    pub(crate) async fn receive_request(
        &self,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(), PaymentsError> {
        let message = self.provider.parse_webhook(headers, body, self.now());
        let message = message.map_err(|invalid| PaymentsError::InvalidWebhook(invalid.0))?;
        if let Some(message) = message {
            self.receive_webhook(message).await?;
        }
        Ok(())
    }

    /// Processes an event that the provider sent; returns whether it is new.
    ///
    /// # Errors
    /// `Provider` if the payment it is about cannot be determined: then it must be delivered again.
    pub async fn receive_webhook(&self, message: WebhookEvent) -> Result<bool, PaymentsError> {
        match message {
            WebhookEvent::Payment(update) => self.receive(update).await,
            WebhookEvent::Dispute(update) => self.receive_dispute(update).await,
            WebhookEvent::ExternalRefundFailed(failed) => self.receive_external_refund_failure(failed).await,
        }
    }

    /// Processes an event about a payment; returns whether it is new. It has its effect once, however often and in
    /// whatever order events are delivered.
    ///
    /// # Errors
    /// Internal ones only.
    #[tracing::instrument(name = "webhook", level = "debug", skip_all, fields(payment.id = %update.payment))]
    pub async fn receive(&self, update: ChargeUpdate) -> Result<bool, PaymentsError> {
        Ok(self.execute(Command::Receive(update)).await?.has_effect)
    }

    /// Payments that stay unsettled after many checks, or whose refund failed, the oldest first.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn unresolved(&self) -> Result<Vec<Payment>, PaymentsError> {
        let (provider, attempts) = (self.provider.name(), self.limits.config.alert_after_attempts);
        store::Queries::on(self.db.background_reader())
            .unresolved(provider, self.now(), attempts)
            .await
    }
}

impl fmt::Debug for Payments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payments")
            .field("provider", &self.provider.name())
            .finish_non_exhaustive()
    }
}
