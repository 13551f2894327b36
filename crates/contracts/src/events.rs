//! The events the services exchange: facts in the past tense, each with the version of the aggregate it made.
//! Versions start at 0 and grow by one with every change; a copy applies version v only on v − 1.

/// Declares the subject of an event, beside its struct.
macro_rules! subject {
    ($event:ident = $subject:literal) => {
        impl $event {
            /// Its subject in the event table.
            pub const SUBJECT: &'static str = $subject;
        }

        impl super::DomainEvent for $event {
            const SUBJECT: &'static str = $event::SUBJECT;
        }
    };
}

mod auth;
mod orders;
mod payments;
mod tickets;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use auth::*;
pub use orders::*;
pub use payments::*;
pub use tickets::*;

/// An event that services exchange. Its type names its subject, so that publishers and consumers name the type.
pub trait DomainEvent: Serialize + DeserializeOwned + 'static {
    /// Its subject in the event table.
    const SUBJECT: &'static str;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OrderId, OrderStatus, Price, TicketId, Timestamp, UserId};

    #[test]
    fn payloads_have_the_names_of_the_contract() {
        let event = OrderCreated {
            id: OrderId::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap(),
            version: 0,
            status: OrderStatus::Created,
            user_id: UserId::parse("01890a5d-ac96-774b-bcce-b302099a8058").unwrap(),
            expires_at: Timestamp::from_millis(900_000),
            ticket: ReservedTicket {
                id: TicketId::parse("01890a5d-ac96-774b-bcce-b302099a8059").unwrap(),
                price: Price::from_cents(435).unwrap(),
                version: 2,
            },
        };
        let json = serde_json::to_string(&event).unwrap();
        let expected = concat!(
            r#"{"id":"01890a5d-ac96-774b-bcce-b302099a8057","version":0,"status":"created","#,
            r#""userId":"01890a5d-ac96-774b-bcce-b302099a8058","expiresAt":"1970-01-01T00:15:00.000Z","#,
            r#""ticket":{"id":"01890a5d-ac96-774b-bcce-b302099a8059","price":4.35,"version":2}}"#,
        );
        assert_eq!(json, expected);
        assert_eq!(serde_json::from_str::<OrderCreated>(&json).unwrap(), event);
    }
}
