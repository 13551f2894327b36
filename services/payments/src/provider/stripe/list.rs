//! Lists, and looking in them for what was made at Stripe when the answer that named it was lost.
//!
//! Repeating the request under its idempotency key would name it, too. But it would also take the money if the first
//! request never arrived, and whether that is still wanted is not known here: the order may be over. Stripe's search by
//! metadata takes no money, but it reads an index that is up to a minute behind, so that its «nothing» means nothing.
//! The lists read what is there, newest first, and are read here until they are older than the payment.
//!
//! A list also has what other programs on the account have made, and what Stripe thinks of tomorrow. So each item is looked
//! at by itself, and only one of the payment's own has to be readable.

use std::ops::ControlFlow;
use std::time::Duration;

use contracts::PaymentId;
use serde::Deserialize;
use serde_json::Value;

use super::StripePayments;
use super::client::Fields;
use super::objects::{Metadata, Page};
use crate::{Method, Payment, ProviderError};

/// Objects that one request asks for: as many as Stripe gives.
const PAGE_SIZE: &str = "100";

/// Pages that are read before the question counts as not answered.
const MOST_PAGES: usize = 50;

/// How far Stripe's clock and ours may be apart.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(60 * 60);

/// An item of a list, which may be of any kind and of anybody.
pub(super) struct Item(Value);

impl Item {
    fn id(&self) -> Option<&str> {
        self.0.get("id")?.as_str()
    }

    /// In seconds UTC.
    fn created(&self) -> Option<i64> {
        self.0.get("created")?.as_i64()
    }

    /// The payment that it belongs to; `None` for one of another program.
    pub(super) fn payment(&self) -> Option<PaymentId> {
        Metadata::deserialize(self.0.get("metadata")?).ok()?.payment()
    }

    /// The item as an object of a kind, where whose it is is known by the list that it is in.
    pub(super) fn must_read<T: for<'v> Deserialize<'v>>(&self) -> Result<T, ProviderError> {
        T::deserialize(&self.0).map_err(|error| {
            let id = self.id().unwrap_or("without an id");
            ProviderError(format!("Stripe's object {id} is not as documented: {error}"))
        })
    }

    /// The item as an object of a kind. One that cannot be read is passed over, with `None`, unless it is the payment's own.
    pub(super) fn read<T: for<'v> Deserialize<'v>>(
        &self,
        payment: PaymentId,
    ) -> Result<Option<T>, ProviderError> {
        match T::deserialize(&self.0) {
            Ok(object) => Ok(Some(object)),
            Err(error) if self.payment() == Some(payment) => Err(ProviderError(format!(
                "what Stripe has of payment {payment} is not as documented: {error}"
            ))),
            Err(error) => {
                let id = self.id().unwrap_or("without an id");
                tracing::debug!(stripe.id = id, %error, "an object of somebody else's cannot be read");
                Ok(None)
            }
        }
    }
}

impl StripePayments {
    /// What Stripe calls a payment; `None` if it has never heard of it.
    pub(super) async fn look_for(&self, payment: &Payment) -> Result<Option<String>, ProviderError> {
        let path = match payment.method {
            Method::Token(_) => "/v1/payment_intents",
            Method::Hosted(_) => "/v1/checkout/sessions",
        };
        let oldest = payment.created_at.minus(CLOCK_TOLERANCE).as_millis() / 1000;
        let mut found = None;
        self.look_through(path, &[], payment.id, |item| {
            if item.payment() == Some(payment.id) {
                found = Some(item.id().map(str::to_owned));
                return Ok(ControlFlow::Break(()));
            }
            let is_older = item.created().is_some_and(|created| created < oldest);
            Ok(if is_older {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            })
        })
        .await?;
        match found {
            Some(None) => Err(ProviderError(format!(
                "what Stripe has of payment {} has no id",
                payment.id
            ))),
            Some(id) => Ok(id),
            None => Ok(None),
        }
    }

    /// Looks at the items of a list, the newest first, until `look` has seen enough or there are no more.
    pub(super) async fn look_through(
        &self,
        path: &str,
        query: &Fields<'_>,
        payment: PaymentId,
        mut look: impl FnMut(Item) -> Result<ControlFlow<()>, ProviderError>,
    ) -> Result<(), ProviderError> {
        let mut after: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mut query = [query, &[("limit", PAGE_SIZE)]].concat();
            if let Some(after) = &after {
                query.push(("starting_after", after));
            }
            let page: Page = self.client.get(path, &query).await?.done()?;
            after = None;
            for item in page.data.into_iter().map(Item) {
                after = item.id().map(str::to_owned).or(after);
                if look(item)?.is_break() {
                    return Ok(());
                }
            }
            if !page.has_more {
                return Ok(());
            }
            if after.is_none() {
                return Err(ProviderError(format!(
                    "a page of {path} leads to no other, though there is more"
                )));
            }
        }
        Err(ProviderError(format!(
            "what there is of payment {payment} is not among the newest {MOST_PAGES} pages of {path}, and older ones were not read"
        )))
    }
}
