//! One reader of the feed: its position, and the events that it gets.

use app::{InvalidLogPosition, LogPosition};
use axum::response::sse::Event;
use contracts::UserId;
use serde_json::json;

use super::replay::{self, TooFarBehind};
use super::{Change, ChangeSource, EventLog, Feed, Notification};

/// A reader and its position, which is the id of each event that it gets.
#[derive(Debug)]
pub(super) struct Reader {
    position: LogPosition,
}

impl Reader {
    /// Resumes from the given position, in text form, or tells the client to reload; starts at the current one if there is none.
    pub(super) async fn begin(
        feed: &Feed,
        named: Option<&str>,
    ) -> (Self, Vec<Result<Notification, TooFarBehind>>) {
        let present = feed.position();
        let Some(named) = named else {
            return (Self { position: present }, Vec::new());
        };
        let resumed = match named.parse() {
            Ok(position) => replay::since(position, feed)
                .await
                .map(|missed| (position, missed)),
            Err(InvalidLogPosition) => Err(TooFarBehind),
        };
        match resumed {
            Ok((position, missed)) => (Self { position }, missed.into_iter().map(Ok).collect()),
            Err(error) => (Self { position: present }, vec![Err(error)]),
        }
    }

    /// The event of a change for this reader; `None` for one that it knows or must not see.
    pub(super) fn event_for(
        &mut self,
        notification: Result<Notification, TooFarBehind>,
        user: Option<UserId>,
    ) -> Option<Event> {
        let Ok(Notification { change, source }) = notification else {
            let event = Event::default().event("reset").data("{}");
            return Some(event.id(self.position.to_string()));
        };
        if !self.advance(source) {
            return None;
        }
        let event = to_event(&change, user)?;
        Some(event.id(self.position.to_string()))
    }

    /// Whether that is new to it; it then becomes its position.
    fn advance(&mut self, source: ChangeSource) -> bool {
        match source {
            ChangeSource::Event(log, sequence) => {
                let known = match log {
                    EventLog::Tickets => &mut self.position.tickets,
                    EventLog::Orders => &mut self.position.orders,
                    EventLog::Payments => &mut self.position.payments,
                };
                let is_new = sequence > *known;
                *known = sequence.max(*known);
                is_new
            }
            // Several changes share a deadline, so a known one may come again: it changes nothing.
            ChangeSource::Deadline(deadline) => {
                self.position.at = self.position.at.max(deadline);
                true
            }
        }
    }
}

fn to_event(change: &Change, user: Option<UserId>) -> Option<Event> {
    let (name, data) = match change {
        Change::Listed { id } => ("listed", json!({ "id": id })),
        Change::Ticket { id, is_available } => ("ticket", json!({ "id": id, "available": is_available })),
        Change::Order { id, buyer, status } if user == Some(*buyer) => {
            ("order", json!({ "id": id, "status": status }))
        }
        Change::Payment { order, buyer } if user == Some(*buyer) => ("payment", json!({ "order": order })),
        Change::Order { .. } | Change::Payment { .. } => return None,
    };
    Some(Event::default().event(name).data(data.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{OrderId, OrderStatus, TicketId, Timestamp};

    fn reader() -> Reader {
        let position = LogPosition {
            tickets: 5,
            orders: 0,
            payments: 0,
            at: Timestamp::from_millis(100),
        };
        Reader { position }
    }

    fn listed(sequence: i64) -> Result<Notification, TooFarBehind> {
        let id = TicketId::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap();
        Ok(Notification {
            change: Change::Listed { id },
            source: ChangeSource::Event(EventLog::Tickets, sequence),
        })
    }

    #[test]
    fn event_is_sent_once_and_advances_the_position() {
        let mut reader = reader();
        assert!(
            reader.event_for(listed(5), None).is_none(),
            "the page shows it already"
        );
        assert!(reader.event_for(listed(6), None).is_some());
        assert!(
            reader.event_for(listed(6), None).is_none(),
            "it was replayed and comes again"
        );
        assert_eq!(reader.position.to_string(), "6.0.0.100");
        assert!(
            reader.event_for(Err(TooFarBehind), None).is_some(),
            "it has to look again"
        );
    }

    #[test]
    fn irrelevant_events_advance_the_position() {
        let mut reader = reader();
        let notification = Notification {
            change: Change::Payment {
                order: OrderId::parse("01890a5d-ac96-774b-bcce-b302099a8059").unwrap(),
                buyer: UserId::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap(),
            },
            source: ChangeSource::Event(EventLog::Payments, 3),
        };
        assert!(reader.event_for(Ok(notification), None).is_none());
        assert_eq!(reader.position.to_string(), "5.0.3.100");
    }

    #[test]
    fn orders_and_payments_are_sent_to_their_buyer_only() {
        let buyer = UserId::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap();
        let other = UserId::parse("01890a5d-ac96-774b-bcce-b302099a8058").unwrap();
        let id = OrderId::parse("01890a5d-ac96-774b-bcce-b302099a8059").unwrap();
        let changes = [
            Change::Order {
                id,
                buyer,
                status: OrderStatus::Cancelled,
            },
            Change::Payment { order: id, buyer },
        ];
        for change in &changes {
            assert!(to_event(change, Some(buyer)).is_some());
            assert!(to_event(change, Some(other)).is_none());
            assert!(to_event(change, None).is_none());
        }
    }
}
