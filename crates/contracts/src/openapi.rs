//! OpenAPI schemas of the values in the views. Their limits are those of the rules that parse them.

use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::{
    OrderId, OrderStatus, PaymentFailure, PaymentId, PaymentStatus, Price, RefundWindow, TicketId, Timestamp,
    Title, UserId,
};

macro_rules! schemas {
    ($($type:ident => $schema:expr;)*) => {
        $(
            impl PartialSchema for $type {
                fn schema() -> RefOr<Schema> {
                    Schema::Object($schema).into()
                }
            }

            impl ToSchema for $type {}
        )*
    };
}

schemas! {
    UserId => id("An account.");
    TicketId => id("A ticket.");
    OrderId => id("An order.");
    PaymentId => id("A payment.");
    Title => title();
    Price => price();
    RefundWindow => refund_window();
    Timestamp => timestamp();
    OrderStatus => names("The status of an order.", OrderStatus::ALL);
    PaymentStatus => names("The status of a payment.", PaymentStatus::ALL);
    PaymentFailure => names("Why a payment failed.", PaymentFailure::ALL);
}

fn text(description: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
}

fn id(description: &str) -> Object {
    text(description)
        .format(Some(SchemaFormat::Custom("uuid".to_owned())))
        .build()
}

fn title() -> Object {
    text("A title, trimmed, and never interpreted.")
        .min_length(Some(1))
        .max_length(Some(Title::MAX_CHARS))
        .build()
}

fn price() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Number)
        .description(Some(
            "US dollars, with at most two decimals: 0.29 is exactly 0.29.",
        ))
        .minimum(Some(dollars(Price::MIN)))
        .maximum(Some(dollars(Price::MAX)))
        .build()
}

fn refund_window() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("For how many hours after purchase a ticket is refundable."))
        .minimum(Some(0))
        .maximum(Some(RefundWindow::MAX_HOURS))
        .build()
}

fn timestamp() -> Object {
    text("RFC 3339, UTC, with milliseconds.")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .build()
}

fn names<T: Copy + Into<&'static str>>(description: &str, values: &[T]) -> Object {
    let names = values.iter().copied().map(T::into);
    text(description).enum_values(Some(names)).build()
}

/// Only for the limits, which are shown and not calculated with.
#[expect(
    clippy::cast_precision_loss,
    reason = "a price has nine digits, and a float sixteen"
)]
fn dollars(price: Price) -> f64 {
    price.cents() as f64 / 100.0
}
