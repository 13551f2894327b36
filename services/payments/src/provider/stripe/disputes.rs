//! Disputes: a buyer reclaims a payment from their bank, and the bank decides. <https://docs.stripe.com/disputes>
//!
//! A dispute refers to its PaymentIntent and charge, and has none of their metadata.

use std::ops::ControlFlow;

use contracts::{DisputeStatus, PaymentId};

use super::objects::{self, Charge, Expandable, Intent};
use super::{CURRENCY, Reply, SESSION_PREFIX, StripePayments};
use crate::domain::Payment;
use crate::provider::{ProviderDispute, ProviderError};

const PATH: &str = "/v1/disputes";

/// The prefix of PaymentIntent ids.
const INTENT_PREFIX: &str = "pi_";

impl StripePayments {
    /// The disputes about a payment.
    pub(super) async fn disputes_about(
        &self,
        payment: &Payment,
    ) -> Result<Vec<ProviderDispute>, ProviderError> {
        let intent = self.intent_of(payment).await?;
        let mut disputes = Vec::new();
        self.scan_list(PATH, &[("payment_intent", &intent)], payment.id, |item| {
            disputes.push(dispute(item.decode()?));
            Ok(ControlFlow::Continue(()))
        })
        .await?;
        Ok(disputes)
    }

    /// The PaymentIntent of a payment.
    pub(super) async fn intent_of(&self, payment: &Payment) -> Result<String, ProviderError> {
        let reference = self.require_reference(payment).await?;
        if reference.starts_with(SESSION_PREFIX) {
            self.intent_of_session(&reference).await
        } else {
            Ok(reference)
        }
    }

    /// The payment that a PaymentIntent or a charge belongs to; `None` for another integration's.
    pub(super) async fn owner_of(&self, reference: &str) -> Result<Option<PaymentId>, ProviderError> {
        if reference.starts_with(INTENT_PREFIX) {
            return self.owner_of_intent(reference).await;
        }
        let charge: Charge = match self.client.get(&format!("/v1/charges/{reference}"), &[]).await? {
            Reply::Done(charge) => charge,
            Reply::Refused(_) => return Ok(None),
            Reply::ServerError(error) => return Err(error),
        };
        match (charge.metadata.payment(), charge.payment_intent) {
            (Some(payment), _) => Ok(Some(payment)),
            (None, Some(intent)) => self.owner_of_intent(&intent.into_id()).await,
            (None, None) => Ok(None),
        }
    }

    async fn owner_of_intent(&self, id: &str) -> Result<Option<PaymentId>, ProviderError> {
        match self
            .client
            .get::<Intent>(&format!("/v1/payment_intents/{id}"), &[])
            .await?
        {
            Reply::Done(intent) => Ok(intent.metadata.payment()),
            // It does not exist on this account.
            Reply::Refused(_) => Ok(None),
            Reply::ServerError(error) => Err(error),
        }
    }
}

/// Maps a dispute.
pub(super) fn dispute(dispute: objects::Dispute) -> ProviderDispute {
    let name = dispute.status.unwrap_or_default();
    let is_dollars = dispute.currency.is_none_or(|currency| currency == CURRENCY);
    ProviderDispute {
        id: dispute.id,
        status: status(&name),
        // An inquiry: nothing was withdrawn, and a refund ends it.
        is_refundable: name.starts_with("warning_") && dispute.is_charge_refundable,
        amount_cents: dispute.amount.filter(|_| is_dollars),
        reason: dispute.reason,
    }
}

/// Maps the status of a dispute. An inquiry that was closed leaves the money where it is. So does a dispute that was
/// prevented or ended by a refund: refunds are read from their own list. An unknown status counts as open.
fn status(name: &str) -> DisputeStatus {
    match name {
        "won" | "warning_closed" | "prevented" | "charge_refunded" => DisputeStatus::Won,
        "lost" => DisputeStatus::Lost,
        _ => DisputeStatus::Open,
    }
}

/// Stripe's id of the disputed PaymentIntent or charge.
pub(super) fn subject(dispute: &objects::Dispute) -> Option<String> {
    let intent = dispute.payment_intent.as_ref().map(Expandable::id);
    let id = intent.or_else(|| dispute.charge.as_ref().map(Expandable::id))?;
    Some(id.to_owned())
}
