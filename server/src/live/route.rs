//! `GET /live`: the feed as server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use contracts::UserId;
use serde_json::json;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt};
use tokio_util::sync::CancellationToken;
use web::{Session, SessionWatch, Sessions};

use super::{Change, Feed};

const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// Streams changes: `listed` and `ticket` to everybody, `order` and `payment` to the buyer.
///
/// Who reads is decided again with each change. When the session that opened the stream is over, the stream ends: a page that
/// is still open connects again, as whoever it is by then.
pub async fn route(
    State(feed): State<Feed>,
    State(sessions): State<Sessions>,
    session: Option<Session>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let watch = session.map(|session| Arc::new(sessions.watch(session)));
    let end = end(feed.shutdown.clone(), watch.clone());
    // A page that fell behind misses the changes it could not take; its next load shows them.
    let changes = BroadcastStream::new(feed.changes.subscribe()).filter_map(Result::ok);
    let events = changes
        .filter_map(move |change| to_event(&change, reader(watch.as_deref())))
        .map(Ok);
    let events = futures::StreamExt::take_until(events, end);
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

/// Waits until the stream has to end.
async fn end(shutdown: CancellationToken, watch: Option<Arc<SessionWatch>>) {
    match watch {
        None => shutdown.cancelled().await,
        Some(watch) => tokio::select! {
            () = shutdown.cancelled() => {}
            () = watch.over() => {}
        },
    }
}

/// Who reads at this moment; `None` for a visitor, and for somebody whose session is over.
fn reader(watch: Option<&SessionWatch>) -> Option<UserId> {
    let watch = watch.filter(|watch| !watch.is_over())?;
    Some(watch.session().user.id)
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
