//! The fields of forms and requests.

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// A field of a form or of a request body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "camelCase")]
#[strum(serialize_all = "camelCase")]
pub enum Field {
    /// The address of an account.
    Email,
    /// The password of an account.
    Password,
    /// The title of a ticket.
    Title,
    /// The price of a ticket.
    Price,
    /// The ticket to reserve.
    TicketId,
    /// The version of the ticket that the buyer saw.
    TicketVersion,
    /// How long a ticket can be refunded.
    RefundHours,
    /// The order to pay for.
    OrderId,
    /// The card token of the payment provider; in a form, the card number.
    Token,
    /// The month in which a card expires.
    CardExpiry,
    /// The security code of a card.
    CardCode,
}

impl Field {
    /// The name in JSON, in forms and in query strings.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use crate::ErrorCode;

    #[test]
    fn field_names_equal_their_json() {
        for field in ErrorCode::ALL.iter().filter_map(|code| code.field()) {
            assert_eq!(
                serde_json::to_string(&field).unwrap(),
                format!("\"{}\"", field.name())
            );
        }
    }
}
