//! Looking for what was made at Stripe when the answer that named it was lost.
//!
//! Repeating the request under its idempotency key would name it, too. But it would also take the money if the first
//! request never arrived, and whether that is still wanted is not known here: the order may be over. Stripe's search by
//! metadata takes no money, but it reads an index that is up to a minute behind, so that its «nothing» means nothing.
//! The lists read what is there, newest first, and are read here until they are older than the payment.

use std::time::Duration;

use contracts::PaymentId;
use serde::de::DeserializeOwned;

use super::StripePayments;
use super::objects::{Intent, Metadata, Page, Session};
use crate::{Method, Payment, ProviderError};

/// Objects that one request asks for: as many as Stripe gives.
const PAGE_SIZE: &str = "100";

/// Pages that are read before the question counts as not answered.
const MOST_PAGES: usize = 50;

/// How far Stripe's clock and ours may be apart.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(60 * 60);

/// What is in a list.
trait Listed: DeserializeOwned {
    fn id(&self) -> &str;
    fn metadata(&self) -> &Metadata;
    /// In seconds UTC.
    fn created(&self) -> i64;
}

impl Listed for Intent {
    fn id(&self) -> &str {
        &self.id
    }

    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn created(&self) -> i64 {
        self.created
    }
}

impl Listed for Session {
    fn id(&self) -> &str {
        &self.id
    }

    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn created(&self) -> i64 {
        self.created
    }
}

impl StripePayments {
    /// What Stripe calls a payment; `None` if it has never heard of it.
    pub(super) async fn look_for(&self, payment: &Payment) -> Result<Option<String>, ProviderError> {
        let oldest = payment.created_at.minus(CLOCK_TOLERANCE).as_millis() / 1000;
        match payment.method {
            Method::Token(_) => {
                self.look_through::<Intent>("/v1/payment_intents", payment.id, oldest)
                    .await
            }
            Method::Hosted(_) => {
                self.look_through::<Session>("/v1/checkout/sessions", payment.id, oldest)
                    .await
            }
        }
    }

    async fn look_through<T: Listed>(
        &self,
        path: &str,
        payment: PaymentId,
        oldest: i64,
    ) -> Result<Option<String>, ProviderError> {
        let mut after: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mut query = vec![("limit", PAGE_SIZE)];
            if let Some(after) = &after {
                query.push(("starting_after", after));
            }
            let page: Page<T> = self.client.get(path, &query).await?.done()?;
            let found = page
                .data
                .iter()
                .find(|item| item.metadata().payment() == Some(payment));
            if let Some(found) = found {
                return Ok(Some(found.id().to_owned()));
            }
            match page.data.last() {
                Some(last) if page.has_more && last.created() >= oldest => {
                    after = Some(last.id().to_owned());
                }
                _ => return Ok(None),
            }
        }
        Err(ProviderError(format!(
            "payment {payment} is not among the newest {MOST_PAGES} pages of {path}, and older ones were not read"
        )))
    }
}
