//! Every address of the server: the REST API, server functions, pages, files, health; and the layers around them.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, FromRef, Request};
use axum::routing::{any, get, post};
use axum::{Router, middleware};
use leptos::config::LeptosOptions;
use leptos::prelude::{Owner, provide_context};
use leptos_axum::{LeptosRoutes, generate_route_list};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::trace::TraceLayer;

use crate::config::WebOrigin;
use crate::live::{self, Feed};
use crate::marketplace::Marketplace;
use crate::security::headers::ResponseNonce;
use crate::unanswered::{self, Unanswered};
use crate::{health, security, site};

/// The largest body of a form, in bytes.
const FORM_LIMIT: usize = 16 * 1024;
/// How long a request may take, waiting for its turn to write included.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);

#[derive(Clone, FromRef)]
struct AppState {
    options: LeptosOptions,
    marketplace: Marketplace,
    sessions: web::Sessions,
    feed: Feed,
}

/// The whole server as one router.
pub fn router(
    marketplace: Marketplace,
    options: LeptosOptions,
    feed: Feed,
    public_origin: Option<WebOrigin>,
) -> Router {
    let unanswered = Unanswered {
        limit: REQUEST_LIMIT,
        options: options.clone(),
    };
    let state = AppState {
        options,
        sessions: marketplace.sessions.clone(),
        marketplace: marketplace.clone(),
        feed,
    };
    let streams = Router::new().route("/live", get(live::route));
    let rest = rest(&marketplace);
    let answers = pages(&state, public_origin.as_ref())
        .merge(rest)
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .layer(compression())
        .layer(middleware::from_fn_with_state(unanswered, unanswered::answer));
    answers
        .merge(streams)
        .with_state(state)
        .layer(middleware::from_fn_with_state(marketplace.sessions, web::renew))
        .layer(middleware::from_fn_with_state(
            Arc::new(public_origin),
            security::cross_site::refuse,
        ))
        .layer(middleware::from_fn(security::headers::set))
        .layer(TraceLayer::new_for_http())
}

/// The REST API: each service brings its own part.
fn rest(marketplace: &Marketplace) -> Router<AppState> {
    let sessions = &marketplace.sessions;
    let services = Router::new()
        .merge(auth::routes(marketplace.auth.clone()))
        .merge(tickets::routes(marketplace.tickets.clone(), sessions.clone()))
        .merge(orders::routes(marketplace.orders.clone(), sessions.clone()))
        .merge(payments::routes(marketplace.payments.clone(), sessions.clone()))
        .route("/api", any(web::api_not_found))
        .route("/api/", any(web::api_not_found))
        .route("/api/{*path}", any(web::api_not_found));
    services
        .method_not_allowed_fallback(web::api_method_not_allowed)
        .with_state(())
}

fn pages(state: &AppState, public_origin: Option<&WebOrigin>) -> Router<AppState> {
    let routes = generate_route_list(app::App);
    let context = context_of(&state.marketplace, public_origin);
    let shell = {
        let options = state.options.clone();
        move || app::shell(options.clone())
    };
    let server_functions = {
        let context = context.clone();
        move |request: Request| {
            let context = context.clone();
            async move {
                leave_other_request();
                leptos_axum::handle_server_fns_with_context(context, request).await
            }
        }
    };
    let not_found = any(leptos_axum::render_app_async_with_context(
        context.clone(),
        shell.clone(),
    ));
    Router::new()
        .route(
            "/fn/{*name}",
            post(server_functions).layer(DefaultBodyLimit::max(FORM_LIMIT)),
        )
        .leptos_routes_with_context(state, routes, context, shell)
        .fallback_service(site::files(&state.options).fallback(not_found.with_state(())))
}

/// Leaves the reactive owner of whichever page this thread rendered last.
///
/// Leptos leaves it as the current one of the thread, and `Owner::new()`, which `handle_server_fns_with_context` calls,
/// makes a child of it: as long as that page is being rendered, what is not in the server function's own context would
/// be looked for in the context of somebody else's request.
fn leave_other_request() {
    if let Some(other) = Owner::current() {
        other.unset();
    }
}

/// What pages and server functions find in their context.
fn context_of(
    marketplace: &Marketplace,
    public_origin: Option<&WebOrigin>,
) -> impl Fn() + Clone + Send + Sync + 'static {
    let services = app::context::Services {
        auth: marketplace.auth.clone(),
        tickets: marketplace.tickets.clone(),
        orders: marketplace.orders.clone(),
        payments: marketplace.payments.clone(),
        sessions: marketplace.sessions.clone(),
        clock: marketplace.clock.clone(),
        ids: marketplace.databases.tickets.ids().clone(),
        public_origin: public_origin.map(ToString::to_string),
    };
    move || {
        provide_context(services.clone());
        let parts = leptos::prelude::use_context::<axum::http::request::Parts>();
        if let Some(ResponseNonce(nonce)) =
            parts.and_then(|parts| parts.extensions.get::<ResponseNonce>().cloned())
        {
            provide_context(nonce);
        }
    }
}

fn compression() -> CompressionLayer<impl Predicate> {
    // Fonts and WASM are compressed already or come compressed from the build.
    let predicate = DefaultPredicate::new()
        .and(NotForContentType::const_new("font/"))
        .and(NotForContentType::const_new("application/wasm"));
    CompressionLayer::new()
        .quality(tower_http::CompressionLevel::Fastest)
        .compress_when(predicate)
}
