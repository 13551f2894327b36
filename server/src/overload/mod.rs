//! Load shedding: when requests arrive faster than the processor can serve them, the next is refused at once.
//!
//! Without it every request would be accepted and wait behind all others, so that none is served in time. What is accepted instead
//! keeps its response time, and the others know what to do: 503 with `Retry-After`. Writes have a bound of their own, in the queue
//! of their batches.

mod backlog;
mod turn;

use std::sync::Arc;

use app::{Assets, ErrorPage};
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;

pub use self::backlog::Backlog;
use crate::response_format::ResponseFormat;

/// What is never refused: whether the server lives; the files of a page that was served, which cost little; open pages, which have a
/// limit of their own; and payment providers, whose messages are about money.
const EXEMPT: [&str; 6] = [
    "/livez",
    "/readyz",
    "/live",
    "/pkg/",
    "/fonts/",
    "/api/payments/webhook",
];

/// The pages of an order. A buyer comes there from a reservation or a payment that was accepted, and is not refused; anybody else is.
const ORDER_PAGES: &str = "/orders/";

/// The context of [`shed`].
#[derive(Clone)]
pub struct LoadShedding {
    /// How far the server is behind.
    pub backlog: Backlog,
    /// Who is signed in.
    pub sessions: web::Sessions,
    /// Where the stylesheet of a page is.
    pub assets: Arc<Assets>,
}

/// A middleware that refuses requests while the server is behind.
pub async fn shed(State(shedding): State<LoadShedding>, request: Request, next: Next) -> Response {
    let is_signed_in = || shedding.sessions.from_headers(request.headers()).is_some();
    if shedding.backlog.is_standing() && !is_exempt(request.method(), request.uri().path(), is_signed_in) {
        let format = ResponseFormat::of(request.uri().path(), request.headers());
        return format.answer(ErrorPage::Busy, &shedding.assets);
    }
    next.run(request).await
}

fn is_exempt(method: &Method, path: &str, is_signed_in: impl Fn() -> bool) -> bool {
    let is_get_below = |folder| method == Method::GET && path.starts_with(folder);
    let is_one_of_them = EXEMPT.into_iter().any(|exempt| {
        if exempt.ends_with('/') {
            is_get_below(exempt)
        } else {
            path == exempt
        }
    });
    is_one_of_them || (is_get_below(ORDER_PAGES) && is_signed_in())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_files_streams_and_webhooks_are_exempt() {
        for path in [
            "/livez",
            "/readyz",
            "/live",
            "/pkg/ticketing.css",
            "/api/payments/webhook",
        ] {
            assert!(is_exempt(&Method::GET, path, || false), "{path}");
        }
        for path in [
            "/",
            "/tickets/new",
            "/orders",
            "/api/orders/",
            "/api/tickets",
            "/livezz",
            "/fn/orders/reserve",
        ] {
            assert!(!is_exempt(&Method::GET, path, || true), "{path}");
        }
    }

    #[test]
    fn buyers_get_the_pages_of_their_orders() {
        let page = "/orders/01a22393-ec55-72da-8644-a895200d1b47/pay";
        assert!(is_exempt(&Method::GET, page, || true));
        assert!(
            !is_exempt(&Method::GET, page, || false),
            "it would be a way around"
        );
        assert!(!is_exempt(&Method::POST, page, || true));
    }
}
