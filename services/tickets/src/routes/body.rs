//! The body that lists or changes a ticket.

use contracts::forms::TicketFields;
use contracts::{ErrorCode, Price, RefundWindow, Title};
use serde::Deserialize;
use utoipa::PartialSchema;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use web::RawField;

/// The offer of a ticket. All invalid fields are reported together.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TicketOffer)]
pub(super) struct TicketBody {
    /// 1 to 200 characters after trimming.
    #[serde(default)]
    #[schema(value_type = Title, required = true)]
    title: RawField,
    /// US dollars: a number, or a string that holds one.
    #[serde(default)]
    #[schema(schema_with = price_as_sent, required = true)]
    price: RawField,
    /// For how many hours after purchase the ticket is refundable. If omitted, a new ticket has 24, and an edit keeps the current value.
    #[serde(default)]
    #[schema(value_type = Option<RefundWindow>, required = false)]
    refund_hours: RawField,
}

/// Errors of an offer, when listing and when editing.
pub(super) const OFFER_REFUSALS: &[ErrorCode] = &[
    ErrorCode::TitleMissing,
    ErrorCode::TitleTooLong,
    ErrorCode::PriceTooLow,
    ErrorCode::PriceBelowFiftyCents,
    ErrorCode::PriceTooHigh,
    ErrorCode::PriceTooPrecise,
    ErrorCode::RefundWindowInvalid,
];

fn price_as_sent() -> RefOr<Schema> {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(r"^\d{1,6}(\.\d{1,2})?$"));
    Schema::OneOf(OneOfBuilder::new().item(Price::schema()).item(text).build()).into()
}

impl TicketBody {
    /// The fields, each parsed by its rule. Prices are read as programs write them.
    pub(super) fn read(&self) -> TicketFields {
        TicketFields {
            title: Title::parse(&self.title.text()),
            price: Price::parse(&self.price.number_text()),
            refund_window: self.refund_window(),
        }
    }

    fn refund_window(&self) -> Result<Option<RefundWindow>, ErrorCode> {
        let Some(hours) = self.refund_hours.number_if_sent() else {
            return Ok(None);
        };
        // Empty text was sent, so it is wrong and not absent.
        let window = RefundWindow::parse(&hours)?;
        window.map(Some).ok_or(ErrorCode::RefundWindowInvalid)
    }
}
