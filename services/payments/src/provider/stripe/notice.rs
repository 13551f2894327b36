//! What Stripe's messages say. <https://docs.stripe.com/api/events/types>

use contracts::{PaymentFailure, PaymentId};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::objects::{Charge, Expandable, Intent, Metadata, Refund, Session};
use super::{checkout, disputes, instant, intents, named, refunds};
use crate::Answer;
use crate::provider::{DisputeNotice, FailedRefund, Message, Notice, Outcome};

/// A message, whichever it is. A thin one has no data. <https://docs.stripe.com/event-destinations#events-overview>
#[derive(Deserialize)]
struct Event<'b> {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    /// When what it tells of happened, in seconds UTC; of a thin one as a text.
    #[serde(default)]
    created: Value,
    #[serde(borrow)]
    data: Option<Data<'b>>,
}

/// Any object, as far as whose it is goes.
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

/// What a genuine message says; `None` when it is about nothing of interest, about what another program on the account
/// has made, or not to be understood. What the message says is taken as it says it, at the time it was sent: what happened
/// since comes in messages of its own.
pub(super) fn read(body: &[u8]) -> Option<Message> {
    let event: Event<'_> = match serde_json::from_slice(body) {
        Ok(event) => event,
        Err(error) => {
            tracing::warn!(%error, "a genuine message of Stripe is no event that can be read, and is left alone");
            return None;
        }
    };
    if event.kind.starts_with("charge.dispute.") {
        return of_dispute(&event).map(Message::Dispute);
    }
    let (payment, answer) = match event.kind.as_str() {
        "payment_intent.succeeded" | "payment_intent.payment_failed" | "payment_intent.canceled" => {
            of_intent(&event.kind, &object(&event)?)
        }
        "checkout.session.completed" | "checkout.session.expired" => of_session(&object(&event)?),
        "charge.refunded" => of_charge(object(&event)?),
        "refund.updated" | "refund.failed" | "charge.refund.updated" => {
            let refund: Refund = object(&event)?;
            if refund.metadata.payment().is_none() {
                return of_others(event.id, refund).map(Message::RefundOfOthers);
            }
            of_refund(refund)
        }
        _ => None,
    }?;
    Some(Message::Payment(Notice {
        event_id: event.id,
        payment,
        answer: Answer {
            succeeded_at: instant(event.created.as_i64()).filter(|_| answer.outcome == Outcome::Succeeded),
            ..answer
        },
    }))
}

/// The object of an event. One that cannot be read is left alone: it may be another program's, or of a version of the API
/// that this program does not know, and what became of a payment of its own is asked for in any case.
fn object<T: DeserializeOwned>(event: &Event<'_>) -> Option<T> {
    let object = event.data.as_ref()?.object.get();
    match serde_json::from_str(object) {
        Ok(object) => Some(object),
        Err(error) => {
            let is_ours =
                serde_json::from_str::<Owned>(object).is_ok_and(|owned| owned.metadata.payment().is_some());
            if is_ours {
                tracing::warn!(stripe.event = event.id, %error, "the object of an event is not as documented");
            } else {
                tracing::debug!(stripe.event = event.id, %error, "an object of somebody else's cannot be read");
            }
            None
        }
    }
}

/// Every message about a dispute has the dispute as it stood then.
fn of_dispute(event: &Event<'_>) -> Option<DisputeNotice> {
    let dispute = object(event)?;
    Some(DisputeNotice {
        event_id: event.id.clone(),
        reference: disputes::subject(&dispute)?,
        dispute: disputes::dispute(dispute),
    })
}

fn of_intent(kind: &str, intent: &Intent) -> Option<(PaymentId, Answer)> {
    let payment = intent.metadata.payment()?;
    let outcome = match kind {
        "payment_intent.succeeded" => Outcome::Succeeded,
        // A payment with a token is cancelled by this service alone, which is told why it did by the answer.
        "payment_intent.canceled" if !intents::is_hosted(intent) => return None,
        "payment_intent.canceled" => Outcome::Failed(PaymentFailure::Abandoned),
        // The buyer may try another card on Stripe's page.
        _ if intents::is_hosted(intent) => return None,
        _ => Outcome::Failed(intents::attempt_failure(intent)),
    };
    Some((payment, named(outcome, &intent.id)))
}

fn of_session(session: &Session) -> Option<(PaymentId, Answer)> {
    let payment = session.metadata.payment()?;
    match checkout::outcome(session) {
        // Completed, but not paid.
        Outcome::Processing => None,
        outcome => Some((payment, named(outcome, &session.id))),
    }
}

/// A charge has the metadata of its PaymentIntent. Part of the money that went back is not this service's doing, and
/// changes nothing.
fn of_charge(charge: Charge) -> Option<(PaymentId, Answer)> {
    let payment = charge.metadata.payment().filter(|_| charge.refunded)?;
    Some((payment, about(Outcome::Refunded, charge.payment_intent)))
}

/// A refund of somebody else's, made at Stripe's own page for instance, has no metadata of this service's. That it succeeds is
/// heard of by its charge. That it fails matters where it has made a payment count as given back.
fn of_others(event_id: String, refund: Refund) -> Option<FailedRefund> {
    let has_failed = refunds::outcome(&refund) == Some(Outcome::RefundFailed);
    let reference = refund.payment_intent.filter(|_| has_failed)?.into_id();
    Some(FailedRefund { event_id, reference })
}

/// A refund that this service has made, of everything that was left. It can fail days after it had succeeded, when the bank sends
/// the money back.
fn of_refund(refund: Refund) -> Option<(PaymentId, Answer)> {
    let payment = refund.metadata.payment()?;
    let outcome = refunds::outcome(&refund)?;
    Some((payment, about(outcome, refund.payment_intent)))
}

fn about(outcome: Outcome, intent: Option<Expandable<Intent>>) -> Answer {
    Answer {
        reference: intent.map(Expandable::into_id),
        ..outcome.into()
    }
}
