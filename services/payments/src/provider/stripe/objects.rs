//! The parts of Stripe's objects that matter here. What else they have is ignored.

use std::collections::HashMap;

use axum::http::StatusCode;
use contracts::PaymentId;
use serde::Deserialize;

use super::{HOSTED, PAYMENT_ID};
use crate::ProviderError;

/// What was said about an object by whoever made it. Objects of other programs on the account say something else.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(transparent)]
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
    /// The charge itself only where it was asked for.
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
}

/// <https://docs.stripe.com/api/checkout/sessions/object>
#[derive(Debug, Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) status: SessionStatus,
    pub(super) payment_status: String,
    #[serde(default)]
    pub(super) metadata: Metadata,
    /// In seconds UTC.
    pub(super) created: i64,
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
}

/// <https://docs.stripe.com/api/charges/object>
#[derive(Debug, Deserialize)]
pub(super) struct Charge {
    #[serde(default)]
    pub(super) metadata: Metadata,
    /// Whether all of it went back.
    #[serde(default)]
    pub(super) refunded: bool,
    pub(super) payment_intent: Option<String>,
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
    pub(super) payment_intent: Option<String>,
    pub(super) failure_reason: Option<String>,
}

/// <https://docs.stripe.com/api/pagination>
#[derive(Debug, Deserialize)]
pub(super) struct Page<T> {
    pub(super) data: Vec<T>,
    pub(super) has_more: bool,
}

/// The id of an object, or the object itself. <https://docs.stripe.com/expand>
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Expandable<T> {
    Id(String),
    Object(Box<T>),
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
    /// The PaymentIntent that was made and failed.
    pub(super) payment_intent: Option<Named>,
}

/// Any object, by its id.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Named {
    pub(super) id: String,
}

/// A refusal that is certain.
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
