//! The parts of Stripe's objects that matter here. Other fields are ignored.
//!
//! They are parsed as tolerantly as Stripe documents them: nullable fields may be null or missing, an enumeration may have an
//! unknown value, and expandable fields may be an id or the object itself.

use std::collections::HashMap;

use axum::http::StatusCode;
use contracts::PaymentId;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{HOSTED, PAYMENT_ID};
use crate::provider::ProviderError;

/// The metadata of an object. Objects of other programs on the account have other fields, or none.
#[derive(Debug, Default, Clone)]
pub(super) struct Metadata(HashMap<String, String>);

impl Metadata {
    /// The payment that the object belongs to; `None` for one of another program.
    pub(super) fn payment(&self) -> Option<PaymentId> {
        PaymentId::parse(self.0.get(PAYMENT_ID)?).ok()
    }

    /// Whether the buyer pays on Stripe's page.
    pub(super) fn is_hosted(&self) -> bool {
        self.0.contains_key(HOSTED)
    }
}

/// Values that are not texts were not written by this program, and are ignored.
impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Value::Object(entries) = Value::deserialize(deserializer)? else {
            return Ok(Self::default());
        };
        let texts = entries.into_iter().filter_map(|(name, value)| match value {
            Value::String(text) => Some((name, text)),
            _ => None,
        });
        Ok(Self(texts.collect()))
    }
}

/// <https://docs.stripe.com/api/payment_intents/object>
#[derive(Debug, Deserialize)]
pub(super) struct Intent {
    pub(super) id: String,
    pub(super) status: IntentStatus,
    #[serde(default)]
    pub(super) metadata: Metadata,
    /// In seconds UTC.
    pub(super) created: i64,
    pub(super) last_payment_error: Option<ErrorBody>,
    /// The charge itself only if it was expanded.
    pub(super) latest_charge: Option<Expandable<Charge>>,
}

/// <https://docs.stripe.com/payments/paymentintents/lifecycle>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum IntentStatus {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    Processing,
    RequiresCapture,
    Canceled,
    Succeeded,
    /// One that was not documented.
    #[serde(other)]
    Unknown,
}

/// <https://docs.stripe.com/api/checkout/sessions/object>
#[derive(Debug, Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) status: Option<SessionStatus>,
    pub(super) payment_status: Option<String>,
    #[serde(default)]
    pub(super) metadata: Metadata,
    /// Where the buyer pays, while it is open.
    pub(super) url: Option<String>,
    pub(super) payment_intent: Option<Expandable<Intent>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SessionStatus {
    Open,
    Complete,
    Expired,
    /// One that was not documented.
    #[serde(other)]
    Unknown,
}

/// <https://docs.stripe.com/api/charges/object>
#[derive(Debug, Deserialize)]
pub(super) struct Charge {
    pub(super) id: String,
    #[serde(default)]
    pub(super) metadata: Metadata,
    /// Whether all of it was refunded.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) refunded: bool,
    pub(super) payment_intent: Option<Expandable<Intent>>,
    /// In seconds UTC.
    pub(super) created: Option<i64>,
}

/// <https://docs.stripe.com/api/refunds/object>
#[derive(Debug, Deserialize)]
pub(super) struct Refund {
    pub(super) id: String,
    #[serde(default)]
    pub(super) metadata: Metadata,
    pub(super) status: Option<String>,
    /// In cents.
    pub(super) amount: i64,
    pub(super) payment_intent: Option<Expandable<Intent>>,
    pub(super) failure_reason: Option<String>,
}

/// <https://docs.stripe.com/api/disputes/object>
#[derive(Debug, Deserialize)]
pub(super) struct Dispute {
    pub(super) id: String,
    pub(super) status: Option<String>,
    /// In the smallest unit of `currency`.
    pub(super) amount: Option<i64>,
    pub(super) currency: Option<String>,
    pub(super) reason: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) is_charge_refundable: bool,
    pub(super) payment_intent: Option<Expandable<Intent>>,
    pub(super) charge: Option<Expandable<Charge>>,
}

/// A page of a list, each item of which is parsed separately. <https://docs.stripe.com/api/pagination>
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    pub(super) data: Vec<Value>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) has_more: bool,
}

/// The id of an object, or the object itself. <https://docs.stripe.com/expand>
#[derive(Debug, Clone)]
pub(super) enum Expandable<T> {
    Id(String),
    Object(Box<T>),
}

/// An object with an id.
pub(super) trait Identified {
    fn id(&self) -> &str;
}

impl Identified for Intent {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Identified for Charge {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Identified for Named {
    fn id(&self) -> &str {
        &self.id
    }
}

impl<T: Identified> Expandable<T> {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Object(object) => object.id(),
        }
    }

    pub(super) fn into_id(self) -> String {
        match self {
            Self::Id(id) => id,
            Self::Object(object) => object.id().to_owned(),
        }
    }
}

/// An unreadable object, such as a deleted one, still has its id.
impl<'de, T: DeserializeOwned> Deserialize<'de> for Expandable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let object = match Value::deserialize(deserializer)? {
            Value::String(id) => return Ok(Self::Id(id)),
            object => object,
        };
        match T::deserialize(&object) {
            Ok(read) => Ok(Self::Object(Box::new(read))),
            Err(error) => match object.get("id").and_then(Value::as_str) {
                Some(id) => Ok(Self::Id(id.to_owned())),
                None => Err(D::Error::custom(error)),
            },
        }
    }
}

/// <https://docs.stripe.com/api/errors>
#[derive(Debug, Deserialize)]
pub(super) struct Failure {
    pub(super) error: ErrorBody,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct ErrorBody {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) code: Option<String>,
    pub(super) decline_code: Option<String>,
    pub(super) message: Option<String>,
    /// The PaymentIntent that was created and failed.
    pub(super) payment_intent: Option<Expandable<Named>>,
}

/// Any object, by its id.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Named {
    pub(super) id: String,
}

/// A conclusive rejection.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) error: ErrorBody,
}

impl From<Refused> for ProviderError {
    fn from(refused: Refused) -> Self {
        let code = refused.error.code.as_deref().unwrap_or("no code");
        let message = refused.error.message.as_deref().unwrap_or("no message");
        Self(format!("Stripe answered {}: {message} ({code})", refused.status))
    }
}

/// Null counts as absent.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}
