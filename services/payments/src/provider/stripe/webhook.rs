//! Parsing Stripe's webhooks. <https://docs.stripe.com/api/events/types>

use contracts::{PaymentFailure, PaymentId};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::objects::{Charge, Expandable, Intent, Metadata, Refund, Session};
use super::{checkout, disputes, instant, intents, refunds, state_of};
use crate::provider::ChargeState;
use crate::provider::{ChargeUpdate, DisputeUpdate, ExternalRefundFailure, Outcome, WebhookEvent};

/// An event of any type. A thin event has no data. <https://docs.stripe.com/event-destinations#events-overview>
#[derive(Deserialize)]
struct Event<'b> {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    /// When it happened, in seconds UTC; in a thin event as a text.
    #[serde(default)]
    created: Value,
    #[serde(borrow)]
    data: Option<Data<'b>>,
}

/// The owner of any object.
#[derive(Deserialize)]
struct Owned {
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Data<'b> {
    #[serde(borrow)]
    object: &'b RawValue,
}

/// Parses a genuine webhook; `None` if it is irrelevant, about an object of another program on the account, or cannot be
/// parsed. Its content is taken as of the time when it was sent: what happened since is delivered by other events.
pub(super) fn parse(body: &[u8]) -> Option<WebhookEvent> {
    let event: Event<'_> = match serde_json::from_slice(body) {
        Ok(event) => event,
        Err(error) => {
            tracing::warn!(%error, "a correctly signed Stripe webhook cannot be parsed and is ignored");
            return None;
        }
    };
    if event.kind.starts_with("charge.dispute.") {
        return of_dispute(&event).map(WebhookEvent::Dispute);
    }
    let (payment, state) = match event.kind.as_str() {
        "payment_intent.succeeded" | "payment_intent.payment_failed" | "payment_intent.canceled" => {
            of_intent(&event.kind, &object(&event)?)
        }
        "checkout.session.completed" | "checkout.session.expired" => of_session(&object(&event)?),
        "charge.refunded" => of_charge(object(&event)?),
        "refund.updated" | "refund.failed" | "charge.refund.updated" => {
            let refund: Refund = object(&event)?;
            if refund.metadata.payment().is_none() {
                return of_others(event.id, refund).map(WebhookEvent::ExternalRefundFailed);
            }
            of_refund(refund)
        }
        _ => None,
    }?;
    Some(WebhookEvent::Payment(ChargeUpdate {
        event_id: event.id,
        payment,
        state: ChargeState {
            succeeded_at: instant(event.created.as_i64()).filter(|_| state.outcome == Outcome::Succeeded),
            ..state
        },
    }))
}

/// The object of an event. An unreadable one is ignored: it may be of another program, or of an unknown version of the API,
/// and our own payments are checked in any case.
fn object<T: DeserializeOwned>(event: &Event<'_>) -> Option<T> {
    let object = event.data.as_ref()?.object.get();
    match serde_json::from_str(object) {
        Ok(object) => Some(object),
        Err(error) => {
            let is_own =
                serde_json::from_str::<Owned>(object).is_ok_and(|owned| owned.metadata.payment().is_some());
            if is_own {
                tracing::warn!(stripe.event = event.id, %error, "the object of a webhook is not as documented");
            } else {
                tracing::debug!(stripe.event = event.id, %error, "an object of another integration cannot be read");
            }
            None
        }
    }
}

/// Every event about a dispute has the dispute as it was then.
fn of_dispute(event: &Event<'_>) -> Option<DisputeUpdate> {
    let dispute = object(event)?;
    Some(DisputeUpdate {
        event_id: event.id.clone(),
        reference: disputes::subject(&dispute)?,
        dispute: disputes::dispute(dispute),
    })
}

fn of_intent(kind: &str, intent: &Intent) -> Option<(PaymentId, ChargeState)> {
    let payment = intent.metadata.payment()?;
    let outcome = match kind {
        "payment_intent.succeeded" => Outcome::Succeeded,
        // Only this service cancels payments with a token, and it records the reason with the response.
        "payment_intent.canceled" if !intents::is_hosted(intent) => return None,
        "payment_intent.canceled" => Outcome::Failed(PaymentFailure::Abandoned),
        // The buyer may try another card on Stripe's page.
        _ if intents::is_hosted(intent) => return None,
        _ => Outcome::Failed(intents::attempt_failure(intent)),
    };
    Some((payment, state_of(outcome, &intent.id)))
}

fn of_session(session: &Session) -> Option<(PaymentId, ChargeState)> {
    let payment = session.metadata.payment()?;
    match checkout::outcome(session) {
        // Completed, but not paid.
        Outcome::Processing => None,
        outcome => Some((payment, state_of(outcome, &session.id))),
    }
}

/// A charge has the metadata of its PaymentIntent. A partial refund was not made by this service, and changes nothing.
fn of_charge(charge: Charge) -> Option<(PaymentId, ChargeState)> {
    let payment = charge.metadata.payment().filter(|_| charge.refunded)?;
    Some((payment, about(Outcome::Refunded, charge.payment_intent)))
}

/// A refund that was made elsewhere, in Stripe's dashboard for instance, lacks our metadata. Its success is reported
/// with its charge. Its failure matters if the payment counts as refunded because of it.
fn of_others(event_id: String, refund: Refund) -> Option<ExternalRefundFailure> {
    let has_failed = refunds::outcome(&refund) == Some(Outcome::RefundFailed);
    let reference = refund.payment_intent.filter(|_| has_failed)?.into_id();
    Some(ExternalRefundFailure { event_id, reference })
}

/// A refund that this service has made, of the whole remaining amount. It can fail days after it succeeded, when the bank returns
/// the money.
fn of_refund(refund: Refund) -> Option<(PaymentId, ChargeState)> {
    let payment = refund.metadata.payment()?;
    let outcome = refunds::outcome(&refund)?;
    Some((payment, about(outcome, refund.payment_intent)))
}

fn about(outcome: Outcome, intent: Option<Expandable<Intent>>) -> ChargeState {
    ChargeState {
        reference: intent.map(Expandable::into_id),
        ..outcome.into()
    }
}
