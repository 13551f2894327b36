//! What Stripe's messages say. <https://docs.stripe.com/api/events/types>

use contracts::{PaymentFailure, PaymentId};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::objects::{Charge, Intent, Refund, Session};
use super::{checkout, instant, intents, named, refunds};
use crate::provider::{ForgedNotice, Outcome};
use crate::{Answer, Notice};

#[derive(Deserialize)]
struct Event<'b> {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    /// When what it tells of happened, in seconds UTC.
    created: Option<i64>,
    #[serde(borrow)]
    data: Data<'b>,
}

#[derive(Deserialize)]
struct Data<'b> {
    #[serde(borrow)]
    object: &'b RawValue,
}

/// What a genuine message says; `None` when it is about nothing of interest, or about what another program on the account
/// has made. What the message says is taken as it says it, at the time it was sent: what happened since comes in messages
/// of its own.
pub(super) fn read(body: &[u8]) -> Result<Option<Notice>, ForgedNotice> {
    let event: Event<'_> =
        serde_json::from_slice(body).map_err(|_| ForgedNotice("its body is not an event"))?;
    let said = match event.kind.as_str() {
        "payment_intent.succeeded" | "payment_intent.payment_failed" | "payment_intent.canceled" => {
            of_intent(&event.kind, &object(&event)?)
        }
        "checkout.session.completed" | "checkout.session.expired" => of_session(&object(&event)?),
        "charge.refunded" => of_charge(object(&event)?),
        "refund.updated" | "refund.failed" | "charge.refund.updated" => of_refund(object(&event)?),
        _ => None,
    };
    Ok(said.map(|(payment, answer)| Notice {
        event_id: event.id,
        payment,
        answer: Answer {
            succeeded_at: instant(event.created).filter(|_| answer.outcome == Outcome::Succeeded),
            ..answer
        },
    }))
}

fn object<T: DeserializeOwned>(event: &Event<'_>) -> Result<T, ForgedNotice> {
    serde_json::from_str(event.data.object.get())
        .map_err(|_| ForgedNotice("the object of its event is not as documented"))
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

/// A refund that this service has made, of everything. It can fail days after it had succeeded, when the bank sends the money
/// back. Those that somebody makes at Stripe's own page have no metadata: that they succeed is heard of by their charge, and
/// that they fail is for whoever made them.
fn of_refund(refund: Refund) -> Option<(PaymentId, Answer)> {
    let payment = refund.metadata.payment()?;
    let outcome = refunds::outcome(&refund)?;
    Some((payment, about(outcome, refund.payment_intent)))
}

fn about(outcome: Outcome, reference: Option<String>) -> Answer {
    Answer {
        reference,
        ..outcome.into()
    }
}
