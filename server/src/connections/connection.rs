//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::ConnectionLimits;
use super::body::{BodyTimeout, RequestBody};
use super::guarded_body::GuardedBody;
use super::phase::ConnectionState;
use super::slots::ConnectionSlot;
use super::watched::Watched;

/// The largest head of a request, and the size of the receive and send buffers: this times the number of connections is memory.
const HEAD_LIMIT: usize = 64 * 1024;

/// A connection with its slot.
pub(super) struct Connection {
    pub(super) router: Router,
    pub(super) peer: SocketAddr,
    pub(super) slot: ConnectionSlot,
    pub(super) limits: Arc<ConnectionLimits>,
    pub(super) draining: CancellationToken,
}

impl Connection {
    /// Serves its requests until it ends, is closed, or is evicted.
    pub(super) async fn serve(self, stream: TcpStream) {
        let (state, evicted) = (Arc::clone(&self.slot.state), self.slot.evicted.clone());
        let (limits, draining) = (Arc::clone(&self.limits), self.draining.clone());
        let peer = self.peer;
        let socket = TokioIo::new(Watched::new(stream, Arc::clone(&state)));
        let service = service_fn(|request: hyper::Request<Incoming>| self.answer(request));
        // The library's timers are not used: they cannot distinguish an idle connection from half a request.
        let mut served = pin!(
            http1::Builder::new()
                .header_read_timeout(None)
                .max_buf_size(HEAD_LIMIT)
                .serve_connection(socket, service)
        );
        let mut deadline = pin!(Deadline::new(&state, &limits));
        let closing = async {
            tokio::select! {
                () = draining.cancelled() => "server is stopping",
                () = evicted.cancelled() => "evicted for a new connection",
            }
        };
        let (mut closing, mut close_for, mut is_draining) = (pin!(closing), None, false);
        let ended = loop {
            let step = poll_fn(|context| {
                if let Poll::Ready(ended) = served.as_mut().poll(context) {
                    return Poll::Ready(Step::Ended(ended));
                }
                // Every response has been sent at this point, so nothing of it is lost.
                if let (Some(reason), Some(_)) = (close_for, state.waiting_since()) {
                    return Poll::Ready(Step::Close(reason));
                }
                ready!(deadline.as_mut().poll(context));
                Poll::Ready(Step::Close("client timed out"))
            });
            tokio::select! {
                step = step => break step,
                reason = closing.as_mut(), if close_for.is_none() => {
                    // A request that has begun in the meantime still gets its response.
                    close_for = Some(reason);
                    served.as_mut().graceful_shutdown();
                }
                () = draining.cancelled(), if !is_draining => {
                    is_draining = true;
                    state.drain(Instant::now());
                }
            }
        };
        match ended {
            Step::Ended(Ok(())) => {}
            Step::Ended(Err(error)) => {
                tracing::debug!(client.address = %peer, %error, "a connection broke");
            }
            Step::Close(reason) => tracing::debug!(client.address = %peer, reason, "closed a connection"),
        }
    }

    async fn answer(
        &self,
        request: hyper::Request<Incoming>,
    ) -> Result<Response<GuardedBody<ActiveRequest>>, Infallible> {
        let state = &self.slot.state;
        let active = ActiveRequest::begin(state);
        let body_timeout = BodyTimeout::default();
        let mut request = request.map(|body| {
            let body = RequestBody::new(body, &self.limits, self.draining.clone(), body_timeout.clone());
            Body::new(body)
        });
        request.extensions_mut().insert(ConnectInfo(self.peer));
        request.extensions_mut().insert(body_timeout.clone());
        let mut response = self.ask(request).await;
        if body_timeout.timed_out() {
            // The rest of the body is not waited for.
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        Ok(response.map(|body| GuardedBody::new(body, active)))
    }

    async fn ask(&self, request: Request) -> Response {
        match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

/// A request, until its response is dropped, sent or not.
struct ActiveRequest(Arc<ConnectionState>);

impl ActiveRequest {
    fn begin(state: &Arc<ConnectionState>) -> Self {
        state.request_started();
        Self(Arc::clone(state))
    }
}

impl Drop for ActiveRequest {
    fn drop(&mut self) {
        self.0.request_finished(Instant::now());
    }
}

enum Step {
    Ended(hyper::Result<()>),
    Close(&'static str),
}

/// Resolves when a connection has to be closed, whatever happens to its phases in the meantime.
struct Deadline<'c> {
    state: &'c ConnectionState,
    limits: &'c ConnectionLimits,
    sleep: std::pin::Pin<Box<tokio::time::Sleep>>,
}

impl<'c> Deadline<'c> {
    fn new(state: &'c ConnectionState, limits: &'c ConnectionLimits) -> Self {
        Self {
            state,
            limits,
            sleep: Box::pin(tokio::time::sleep(limits.header_timeout)),
        }
    }
}

impl Future for Deadline<'_> {
    type Output = ();

    /// To be polled whenever the connection was: that is when its phase changes.
    fn poll(mut self: std::pin::Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let Some(deadline) = self.state.deadline(self.limits) else {
                return Poll::Pending;
            };
            if self.sleep.deadline() != deadline {
                self.sleep.as_mut().reset(deadline);
            }
            ready!(self.sleep.as_mut().poll(context));
            if self.state.deadline(self.limits) == Some(deadline) {
                return Poll::Ready(());
            }
        }
    }
}
