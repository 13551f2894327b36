//! Refusals: what a person or a program is told when something cannot be done.

use serde::{Deserialize, Serialize};

use crate::{ErrorCode, Field};

/// Why something was refused: at least one reason, all failing fields together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal(pub(crate) Vec<ErrorCode>);

impl Refusal {
    /// A refusal for these reasons; `None` where there is no reason.
    #[must_use]
    pub fn for_all(codes: Vec<ErrorCode>) -> Option<Self> {
        if codes.is_empty() { None } else { Some(Self(codes)) }
    }

    /// The reasons, in the order of the fields.
    #[must_use]
    pub fn codes(&self) -> &[ErrorCode] {
        &self.0
    }

    /// The first reason: it decides the status of a reply. `Internal` if an empty list was received.
    #[must_use]
    pub fn first(&self) -> ErrorCode {
        self.0.first().copied().unwrap_or(ErrorCode::Internal)
    }

    /// The message for a field, if the refusal is about it.
    #[must_use]
    pub fn message_for(&self, field: Field) -> Option<&'static str> {
        self.0
            .iter()
            .find(|code| code.field() == Some(field))
            .map(|code| code.message())
    }

    /// The first message that is about no field.
    #[must_use]
    pub fn general_message(&self) -> Option<&'static str> {
        self.0
            .iter()
            .find(|code| code.field().is_none())
            .map(|code| code.message())
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self(vec![code])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_found_by_field() {
        let refusal = Refusal::for_all(vec![ErrorCode::TitleMissing, ErrorCode::TicketHeld]).unwrap();
        assert_eq!(refusal.message_for(Field::Title), Some("Title is required"));
        assert_eq!(refusal.message_for(Field::Price), None);
        assert_eq!(refusal.general_message(), Some("Cannot edit a reserved ticket"));
        assert_eq!(Refusal::for_all(vec![]), None);
    }
}
