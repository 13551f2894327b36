//! `GET /live`: the feed as server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use contracts::UserId;
use serde::Deserialize;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;
use tokio_stream::{Stream, StreamExt};
use tokio_util::sync::CancellationToken;
use web::{Query, Session, SessionWatch, Sessions};

use super::Feed;
use super::reader::Reader;
use super::replay::TooFarBehind;

const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// The start of a stream.
#[derive(Debug, Default, Deserialize)]
pub struct Start {
    /// The position at which a page was rendered. A malformed one cannot be resumed from.
    after: Option<String>,
}

/// Streams changes: `listed` and `ticket` to every client, `order` and `payment` to the buyer, starting at the reader's
/// position: `Last-Event-ID`, which browsers send when they reconnect, or else `after`; without either, from now on.
/// `reset` tells a reader that changes were left out and it has to reload.
///
/// The session is checked again with each change. When the session that opened the stream is over, the stream ends: a page that
/// is still open reconnects, with its session at that time.
pub async fn route(
    State(feed): State<Feed>,
    State(sessions): State<Sessions>,
    session: Option<Session>,
    Query(start): Query<Start>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let watch = session.map(|session| Arc::new(sessions.watch(session)));
    let end = end(feed.shutdown.clone(), watch.clone());
    // The subscription starts before the missed changes are read, so that nothing falls in between.
    let following = BroadcastStream::new(feed.changes.subscribe());
    let (mut reader, missed) = Reader::begin(&feed, named_position(&headers, start).as_deref()).await;
    let events = tokio_stream::iter(missed)
        .chain(following.map(|next| next.map_err(|BroadcastStreamRecvError::Lagged(_)| TooFarBehind)))
        .filter_map(move |next| reader.event_for(next, reader_of(watch.as_deref())))
        .map(Ok);
    let events = futures::StreamExt::take_until(events, end);
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

/// The position of a request, in text form.
fn named_position(headers: &HeaderMap, start: Start) -> Option<String> {
    let last = headers
        .get("last-event-id")
        .map(|id| String::from_utf8_lossy(id.as_bytes()));
    let last = last.map(std::borrow::Cow::into_owned).filter(|id| !id.is_empty());
    last.or(start.after)
}

/// Waits until the stream has to end.
async fn end(shutdown: CancellationToken, watch: Option<Arc<SessionWatch>>) {
    match watch {
        None => shutdown.cancelled().await,
        Some(watch) => tokio::select! {
            () = shutdown.cancelled() => {}
            () = watch.ended() => {}
        },
    }
}

/// The current user of the stream; `None` for a visitor, and for a session that is over.
fn reader_of(watch: Option<&SessionWatch>) -> Option<UserId> {
    let watch = watch.filter(|watch| !watch.is_over())?;
    Some(watch.session().user.id)
}
