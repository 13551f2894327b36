//! The operations on payments.

mod change;
mod dispute;
mod in_flight;
mod pay;
mod question;
mod reconcile;
mod record;
mod refund;
mod settle;
mod start;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use change::give_back;
use contracts::{MinimumPrice, OrderId, PaymentId, Timestamp, UserId};
use event_log::Database;
pub(crate) use reconcile::Questions;
pub(crate) use settle::receive;

use self::in_flight::InFlight;
use self::reconcile::Seats;
use crate::{Message, Notice, Payment, PaymentsError, Provider, store};

/// How the service behaves. Whole milliseconds count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentsConfig {
    /// How long to wait for an answer of the provider.
    pub answer_limit: Duration,
    /// How long after a question without a decision the provider is asked again; it doubles with every question.
    pub first_pause: Duration,
    /// The longest pause between two questions.
    pub longest_pause: Duration,
    /// The longest pause between two looks for a payment that nobody wants any more, that the provider does not know, and that
    /// it may still carry out.
    pub max_lookup_backoff: Duration,
    /// After how many questions a payment counts as one that cannot be settled. It is asked about for ever, all the same.
    pub patience: u32,
}

/// Twenty seconds for an answer; questions after 2, 4, 8 … seconds, at most five minutes apart, or an hour where there is only
/// something to look for; eight of them are many.
impl Default for PaymentsConfig {
    fn default() -> Self {
        Self {
            answer_limit: Duration::from_secs(20),
            first_pause: Duration::from_secs(2),
            longest_pause: Duration::from_secs(5 * 60),
            max_lookup_backoff: Duration::from_secs(60 * 60),
            patience: 8,
        }
    }
}

/// How long is waited for what: the service's configuration, and what its provider says of itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) config: PaymentsConfig,
    /// [`Provider::charge_lifetime`].
    charge_lifetime: Duration,
    /// [`Provider::minimum_price`].
    minimum_price: MinimumPrice,
}

impl Limits {
    /// Until when a charge may still be carried out that the provider is asked for at that instant: the request is on its way
    /// from here for no longer than its answer is waited for.
    pub(crate) fn may_be_charged_until(&self, now: Timestamp) -> Timestamp {
        now.plus(self.charge_limit())
    }

    /// How long after the request a charge may be carried out.
    pub(crate) fn charge_limit(&self) -> Duration {
        self.config.answer_limit + self.charge_lifetime
    }
}

/// The payments service: who has paid what, and which money goes back.
#[derive(Clone)]
pub struct Payments {
    db: Database,
    provider: Arc<dyn Provider>,
    limits: Limits,
    in_flight: InFlight,
    seats: Seats,
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
        Self {
            db,
            provider,
            limits,
            in_flight: InFlight::default(),
            seats: Seats::default(),
        }
    }

    /// The provider.
    #[must_use]
    pub fn provider(&self) -> &dyn Provider {
        &*self.provider
    }

    /// The database, for those who wait for its commits.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.db
    }

    /// The present instant, as this service sees it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.db.clock().now_ms())
    }

    /// One's own payment.
    ///
    /// # Errors
    /// `NotFound`, `NotOwner`.
    pub async fn find(&self, buyer: UserId, id: PaymentId) -> Result<Payment, PaymentsError> {
        let payment = store::find(self.db.reader(), id)
            .await?
            .ok_or(PaymentsError::NotFound)?;
        if payment.buyer == buyer {
            Ok(payment)
        } else {
            Err(PaymentsError::NotOwner)
        }
    }

    /// Every payment of an order, the oldest first. Whose it is must have been looked at.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn of_order(&self, order: OrderId) -> Result<Vec<Payment>, PaymentsError> {
        store::of_order(self.db.reader(), order).await
    }

    /// Takes any message of the provider in, and says whether it was news.
    ///
    /// # Errors
    /// `Provider` if whose payment it is about cannot be asked: then the message is to be sent again.
    pub async fn receive_message(&self, message: Message) -> Result<bool, PaymentsError> {
        match message {
            Message::Payment(notice) => self.receive(notice).await,
            Message::Dispute(notice) => self.receive_dispute(notice).await,
            Message::RefundOfOthers(failed) => self.receive_refund_of_others(failed).await,
        }
    }

    /// Takes a message of the provider in, and says whether it was news. Its effect comes once, however often and in
    /// whatever order messages come.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn receive(&self, notice: Notice) -> Result<bool, PaymentsError> {
        self.db
            .write(move |tx| Box::pin(async move { settle::receive(tx, &notice).await }))
            .await
    }

    /// Payments that do not come to their end though the provider was asked many times, or whose refund failed, the oldest
    /// first.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn unsettled(&self) -> Result<Vec<Payment>, PaymentsError> {
        let (provider, patience) = (self.provider.name(), self.limits.config.patience);
        store::unsettled(self.db.internal_reader(), provider, self.now(), patience).await
    }
}

impl fmt::Debug for Payments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payments")
            .field("provider", &self.provider.name())
            .finish_non_exhaustive()
    }
}
