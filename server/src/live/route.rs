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

/// Where a stream begins.
#[derive(Debug, Default, Deserialize)]
pub struct Start {
    /// The position that a page was made at. What cannot be read as one cannot be served from.
    after: Option<String>,
}

/// Streams changes: `listed` and `ticket` to everybody, `order` and `payment` to the buyer, from the position that the reader
/// names on: `Last-Event-ID`, which browsers send when they connect again, or else `after`; without either, from now on.
/// `reset` tells a reader that changes were left out and it has to look for itself.
///
/// Who reads is decided again with each change. When the session that opened the stream is over, the stream ends: a page that
/// is still open connects again, as whoever it is by then.
pub async fn route(
    State(feed): State<Feed>,
    State(sessions): State<Sessions>,
    session: Option<Session>,
    Query(start): Query<Start>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let watch = session.map(|session| Arc::new(sessions.watch(session)));
    let end = end(feed.shutdown.clone(), watch.clone());
    // Listening begins before what was missed is read, so that nothing falls between the two.
    let following = BroadcastStream::new(feed.changes.subscribe());
    let (mut reader, missed) = Reader::begin(&feed, named_position(&headers, start).as_deref()).await;
    let events = tokio_stream::iter(missed)
        .chain(following.map(|next| next.map_err(|BroadcastStreamRecvError::Lagged(_)| TooFarBehind)))
        .filter_map(move |next| reader.event_for(next, reader_of(watch.as_deref())))
        .map(Ok);
    let events = futures::StreamExt::take_until(events, end);
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

/// The position that a request names, as it is written.
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
            () = watch.over() => {}
        },
    }
}

/// Who reads at this moment; `None` for a visitor, and for somebody whose session is over.
fn reader_of(watch: Option<&SessionWatch>) -> Option<UserId> {
    let watch = watch.filter(|watch| !watch.is_over())?;
    Some(watch.session().user.id)
}
