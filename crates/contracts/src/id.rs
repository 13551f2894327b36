//! Typed ids: an id of a ticket cannot be passed where one of an order is meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

/// The text is not the canonical form of a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidId;

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an id: expected a UUID in its hyphenated form")
    }
}

impl std::error::Error for InvalidId {}

/// Only the hyphenated form is an id, so that each entity has one spelling in URLs, tables and logs.
fn parse_hyphenated(text: &str) -> Result<Uuid, InvalidId> {
    const HYPHENATED_LENGTH: usize = 36;
    if text.len() != HYPHENATED_LENGTH {
        return Err(InvalidId);
    }
    Uuid::try_parse(text).map_err(|_| InvalidId)
}

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes an id of this type from a UUID, normally a fresh version 7 one.
            #[must_use]
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// Reads the hyphenated form of a UUID, in either case.
            ///
            /// # Errors
            /// `InvalidId` for anything else.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                parse_hyphenated(text).map(Self)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::parse(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.as_hyphenated())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(de::Error::custom)
            }
        }
    };
}

typed_id! {
    /// An account.
    UserId
}
typed_id! {
    /// A ticket, in the tickets service and in every copy of it.
    TicketId
}
typed_id! {
    /// An order, from its reservation to its end.
    OrderId
}
typed_id! {
    /// One attempt to pay for an order.
    PaymentId
}
typed_id! {
    /// One sign-in of one account on one device; named in its token.
    SessionId
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    #[test]
    fn id_prints_what_it_parsed() {
        let id = TicketId::parse(TEXT).unwrap();
        assert_eq!(id.to_string(), TEXT);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{TEXT}\""));
        assert_eq!(
            serde_json::from_str::<TicketId>(&format!("\"{TEXT}\"")).unwrap(),
            id
        );
        assert_eq!(TicketId::parse(&TEXT.to_uppercase()).unwrap().to_string(), TEXT);
    }

    #[test]
    fn other_spellings_are_refused() {
        let simple = TEXT.replace('-', "");
        let braced = format!("{{{TEXT}}}");
        let urn = format!("urn:uuid:{TEXT}");
        let spaced = format!(" {TEXT}");
        for text in [
            "",
            "1",
            simple.as_str(),
            &braced,
            &urn,
            &spaced,
            "' OR 1=1 --",
            "../../etc/passwd",
        ] {
            assert_eq!(TicketId::parse(text), Err(InvalidId), "{text:?}");
        }
    }
}
