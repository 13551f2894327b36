//! The events of the live feed that concern a list of tickets.

use contracts::TicketId;
use leptos::serde_json;
use serde::Deserialize;

/// A change somewhere in the marketplace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// A ticket was listed.
    Listed(TicketId),
    /// A ticket became available, or stopped being so.
    Ticket {
        /// The ticket.
        id: TicketId,
        /// Whether it can be bought.
        is_available: bool,
    },
}

#[derive(Deserialize)]
struct Data {
    id: TicketId,
    available: Option<bool>,
}

impl Change {
    /// Parses an event. Unknown events come from a newer server and are ignored.
    pub(super) fn read(kind: &str, data: &str) -> Option<Self> {
        let Data { id, available } = serde_json::from_str(data).ok()?;
        match kind {
            "listed" => Some(Self::Listed(id)),
            "ticket" => available.map(|is_available| Self::Ticket { id, is_available }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    #[test]
    fn events_are_read_as_the_server_writes_them() {
        let id = TicketId::parse(ID).unwrap();
        let ticket = Change::read("ticket", &format!(r#"{{"available":false,"id":"{ID}"}}"#));
        let is_available = false;
        assert_eq!(ticket, Some(Change::Ticket { id, is_available }));
        let listed = Change::read("listed", &format!(r#"{{"id":"{ID}"}}"#));
        assert_eq!(listed, Some(Change::Listed(id)));
    }

    #[test]
    fn unreadable_changes_are_ignored() {
        assert_eq!(Change::read("ticket", "{}"), None);
        assert_eq!(Change::read("ticket", &format!(r#"{{"id":"{ID}"}}"#)), None);
        assert_eq!(Change::read("order", &format!(r#"{{"id":"{ID}"}}"#)), None);
        assert_eq!(Change::read("message", "hello"), None);
    }
}
