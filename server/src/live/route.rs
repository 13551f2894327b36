//! `GET /live`: the feed as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use contracts::UserId;
use serde_json::json;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt};

use super::{Change, Feed};

const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// Streams changes: `listed` and `ticket` to everybody, `order` and `payment` to the buyer.
pub async fn route(
    State(feed): State<Feed>,
    session: Option<web::Session>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let reader = session.map(|session| session.user.id);
    // A page that fell behind misses the changes it could not take; its next load shows them.
    let changes = BroadcastStream::new(feed.changes.subscribe()).filter_map(Result::ok);
    let events = changes
        .filter_map(move |change| to_event(&change, reader))
        .map(Ok);
    let shutdown = feed.shutdown.clone();
    Sse::new(until(events, shutdown)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

fn until<S: Stream>(stream: S, stop: tokio_util::sync::CancellationToken) -> impl Stream<Item = S::Item> {
    futures::StreamExt::take_until(stream, async move { stop.cancelled().await })
}

fn to_event(change: &Change, reader: Option<UserId>) -> Option<Event> {
    let (name, data) = match change {
        Change::Listed { id } => ("listed", json!({ "id": id })),
        Change::Ticket { id, is_available } => ("ticket", json!({ "id": id, "available": is_available })),
        Change::Order { id, buyer, status } if reader == Some(*buyer) => {
            ("order", json!({ "id": id, "status": status }))
        }
        Change::Payment { order, buyer } if reader == Some(*buyer) => ("payment", json!({ "order": order })),
        Change::Order { .. } | Change::Payment { .. } => return None,
    };
    Some(Event::default().event(name).data(data.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{OrderId, OrderStatus};

    #[test]
    fn orders_and_payments_are_told_to_their_buyer_only() {
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
