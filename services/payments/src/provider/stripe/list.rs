//! Lists, and searching them for an object whose id was lost with the response to its creation.
//!
//! Repeating the request under its idempotency key would also return it. But it would charge the card if the first
//! request never arrived, and whether that is still wanted is not known here: the order may have ended. Stripe's search by
//! metadata has no such effect, but its index is up to a minute behind, so that an empty result proves nothing.
//! The lists are current, newest first, and are read here until they are older than the payment.
//!
//! A list also contains objects of other integrations on the account, and of unknown kinds. So each item is parsed
//! separately, and only those of the payment have to be readable.

use std::ops::ControlFlow;
use std::time::Duration;

use contracts::PaymentId;
use serde::Deserialize;
use serde_json::Value;

use super::StripePayments;
use super::client::Fields;
use super::objects::{Metadata, Page};
use crate::domain::{Method, Payment};
use crate::provider::ProviderError;

/// Objects per page: Stripe's maximum.
const PAGE_SIZE: &str = "100";

/// Pages that are read before the search counts as inconclusive.
const MAX_PAGES: usize = 50;

/// How far Stripe's clock and ours may differ.
const CLOCK_TOLERANCE: Duration = Duration::from_hours(1);

/// An item of a list, of any kind and any program.
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

    /// Decodes the item, in a list that contains only objects of the payment.
    pub(super) fn decode<T: for<'v> Deserialize<'v>>(&self) -> Result<T, ProviderError> {
        T::deserialize(&self.0).map_err(|error| {
            let id = self.id().unwrap_or("without an id");
            ProviderError(format!("Stripe's object {id} is not as documented: {error}"))
        })
    }

    /// Decodes the item. An unreadable one of another payment is skipped, with `None`.
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
                tracing::debug!(stripe.id = id, %error, "an object of another integration cannot be read");
                Ok(None)
            }
        }
    }
}

impl StripePayments {
    /// Searches for Stripe's id of a payment; `None` if there is none.
    pub(super) async fn find_reference(&self, payment: &Payment) -> Result<Option<String>, ProviderError> {
        let path = match payment.method {
            Method::Token(_) => "/v1/payment_intents",
            Method::Hosted(_) => "/v1/checkout/sessions",
        };
        let oldest = payment.created_at.minus(CLOCK_TOLERANCE).as_millis() / 1000;
        let mut found = None;
        self.scan_list(path, &[], payment.id, |item| {
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

    /// Passes the items of a list to `visit`, the newest first, until it breaks or there are no more.
    pub(super) async fn scan_list(
        &self,
        path: &str,
        query: &Fields<'_>,
        payment: PaymentId,
        mut visit: impl FnMut(Item) -> Result<ControlFlow<()>, ProviderError>,
    ) -> Result<(), ProviderError> {
        let mut after: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let mut query = [query, &[("limit", PAGE_SIZE)]].concat();
            if let Some(after) = &after {
                query.push(("starting_after", after));
            }
            let page: Page = self.client.get(path, &query).await?.done()?;
            after = None;
            for item in page.data.into_iter().map(Item) {
                after = item.id().map(str::to_owned).or(after);
                if visit(item)?.is_break() {
                    return Ok(());
                }
            }
            if !page.has_more {
                return Ok(());
            }
            if after.is_none() {
                return Err(ProviderError(format!(
                    "a page of {path} has no cursor for the next one, although there is more"
                )));
            }
        }
        Err(ProviderError(format!(
            "no object of payment {payment} is among the newest {MAX_PAGES} pages of {path}; older pages were not read"
        )))
    }
}
