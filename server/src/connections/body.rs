//! Bodies of requests, which have to arrive in time.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::ConnectionLimits;

/// Whether the body of a request did not arrive in time.
#[derive(Debug, Clone, Default)]
pub struct BodyTimeout(Arc<AtomicBool>);

impl BodyTimeout {
    /// Whether its client was too slow.
    #[must_use]
    pub fn timed_out(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The body did not arrive in time.
#[derive(Debug, thiserror::Error)]
#[error("the body did not arrive in time")]
pub(super) struct BodyTimedOut;

/// The body of a request. It ends with an error when its client pauses for too long, or takes too long for all of it.
pub(super) struct RequestBody {
    body: Incoming,
    pause: Duration,
    /// When the body has to be there.
    end: Instant,
    /// While the client is waited for.
    timer: Option<Pin<Box<Sleep>>>,
    draining: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
    drain: Duration,
    body_timeout: BodyTimeout,
}

impl RequestBody {
    pub(super) fn new(
        body: Incoming,
        limits: &ConnectionLimits,
        draining: CancellationToken,
        body_timeout: BodyTimeout,
    ) -> Self {
        Self {
            body,
            pause: limits.body_read_timeout,
            end: Instant::now() + limits.body_timeout,
            timer: None,
            draining: Some(Box::pin(draining.cancelled_owned())),
            drain: limits.drain_body_timeout,
            body_timeout,
        }
    }

    fn poll_body_timeout(&mut self, context: &mut Context<'_>) -> Poll<()> {
        // A stopping server does not wait for a client that may never continue.
        if let Some(draining) = &mut self.draining
            && draining.as_mut().poll(context).is_ready()
        {
            self.draining = None;
            self.end = self.end.min(Instant::now() + self.drain);
            self.timer = None;
        }
        let timer = self.timer.get_or_insert_with(|| {
            let deadline = (Instant::now() + self.pause).min(self.end);
            Box::pin(tokio::time::sleep_until(deadline))
        });
        timer.as_mut().poll(context)
    }
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(frame) => {
                self.timer = None;
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending if self.poll_body_timeout(context).is_ready() => {
                self.body_timeout.0.store(true, Ordering::Relaxed);
                Poll::Ready(Some(Err(BodyTimedOut.into())))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
