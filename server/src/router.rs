//! Every address of the server: the REST API, server functions, pages, files, health; and the layers around them.

use std::sync::Arc;
use std::time::Duration;

use app::context::Services;
use app::{Assets, ReadyLists};
use axum::extract::FromRef;
use axum::routing::{any, get};
use axum::{Router, middleware};
use leptos::config::{Env, LeptosOptions};
use leptos::prelude::provide_context;
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::{LeptosRoutes, generate_route_list_with_exclusions};
use tower::ServiceBuilder;
use tower::util::MapRequestLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::request_id::{PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::trace::TraceLayer;

use crate::config::WebOrigin;
use crate::connections::StreamSlots;
use crate::fallback::{self, RequestGuard};
use crate::files;
use crate::forms::{self, Forms};
use crate::live::{self, Feed};
use crate::marketplace::Marketplace;
use crate::metrics::{self, HttpMetrics};
use crate::overload::{self, Backlog, LoadShedding};
use crate::own_writes::{self, OwnWrites};
use crate::ready_page::{self, ReadyPage};
use crate::request_id::{self, X_REQUEST_ID};
use crate::security::headers::ResponseNonce;
use crate::site::{self, Site};
use crate::{api_docs, connections, health, security};

/// How long a request may take, including waiting for its turn to write.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);

/// The path of the landing page.
const LANDING_PAGE: &str = "/";

/// What handlers may ask for. It is cloned for every request, which is why its parts are shared.
#[derive(Clone)]
struct AppState(Arc<Parts>);

struct Parts {
    options: LeptosOptions,
    marketplace: Marketplace,
    sessions: web::Sessions,
    feed: Feed,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.0.options.clone()
    }
}

impl FromRef<AppState> for Marketplace {
    fn from_ref(state: &AppState) -> Self {
        state.0.marketplace.clone()
    }
}

impl FromRef<AppState> for web::Sessions {
    fn from_ref(state: &AppState) -> Self {
        state.0.sessions.clone()
    }
}

impl FromRef<AppState> for Feed {
    fn from_ref(state: &AppState) -> Self {
        state.0.feed.clone()
    }
}

/// The whole server as one router. Requests are measured if metrics are served.
///
/// Layers are added in groups, the outermost first. Each call of [`Router::layer`] makes a box that is cloned for every request, with
/// all boxes in it.
pub fn router(
    marketplace: Marketplace,
    site: Site,
    feed: Feed,
    public_origin: Option<WebOrigin>,
    stream_slots: StreamSlots,
    backlog: Backlog,
    http: Option<HttpMetrics>,
) -> Router {
    let assets = Arc::new(site.assets);
    let guard = RequestGuard {
        limit: REQUEST_LIMIT,
        assets: Arc::clone(&assets),
    };
    let state = AppState(Arc::new(Parts {
        options: site.options,
        sessions: marketplace.sessions.clone(),
        marketplace: marketplace.clone(),
        feed,
    }));
    let request_ids = request_id::Ids::new(marketplace.ids.clone());
    let admit = middleware::from_fn_with_state(stream_slots, connections::admit);
    let streams = Router::new().route("/live", get(live::route).layer(admit));
    let rest = rest(&marketplace, &assets);
    let answers = pages(&state, &assets, public_origin.as_ref())
        .merge(rest)
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .layer(
            ServiceBuilder::new()
                .layer(middleware::from_fn_with_state(guard, fallback::answer))
                .layer(compression()),
        );
    let shedding = LoadShedding {
        backlog,
        sessions: marketplace.sessions.clone(),
        assets: Arc::clone(&assets),
    };
    let guard = security::cross_site::Guard {
        public_origin,
        assets: Arc::clone(&assets),
    };
    let tickets = marketplace.tickets.events();
    let own_writes = tickets
        .is_shared()
        .then(|| OwnWrites::new(tickets, &marketplace.ids));
    let served = answers.merge(streams).with_state(state).layer(
        ServiceBuilder::new()
            .layer(middleware::from_fn_with_state(shedding, overload::shed))
            .layer(middleware::from_fn_with_state(
                Arc::new(guard),
                security::cross_site::refuse,
            ))
            .layer(middleware::from_fn_with_state(marketplace.sessions, web::renew)),
    );
    let served = match own_writes {
        Some(writes) => served.layer(middleware::from_fn_with_state(
            writes,
            own_writes::find_own_writes,
        )),
        None => served,
    };
    let served = match &http {
        Some(http) => served.layer(middleware::from_fn_with_state(http.clone(), metrics::note_route)),
        None => served,
    };
    // A router around the router, so that malformed requests are refused before routing.
    let around = ServiceBuilder::new()
        .layer(MapRequestLayer::new(request_id::keep_if_sane))
        .layer(SetRequestIdLayer::new(X_REQUEST_ID, request_ids))
        // Errors are logged where they become a response, with their cause; a refusal is not an error.
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(request_id::span)
                .on_failure(()),
        )
        .layer(PropagateRequestIdLayer::new(X_REQUEST_ID))
        .layer(middleware::from_fn(security::headers::set))
        .layer(middleware::from_fn_with_state(
            assets,
            security::malformed::refuse,
        ))
        .layer(middleware::from_fn_with_state(site.files, files::serve));
    let router = Router::new().fallback_service(served).layer(around);
    match http {
        Some(http) => router.layer(middleware::from_fn_with_state(http, metrics::measure)),
        None => router,
    }
}

/// The REST API: each service adds its own part.
fn rest(marketplace: &Marketplace, assets: &Assets) -> Router<AppState> {
    let (services, described) = marketplace.runtime.routes().split_for_parts();
    let document = api_docs::document().merge_from(described);
    let services = services
        .merge(api_docs::routes(document, assets))
        .route("/api", any(web::api_not_found))
        .route("/api/", any(web::api_not_found))
        .route("/api/{*path}", any(web::api_not_found));
    services
        .method_not_allowed_fallback(web::api_method_not_allowed)
        .with_state(())
}

fn pages(state: &AppState, assets: &Arc<Assets>, public_origin: Option<&WebOrigin>) -> Router<AppState> {
    // The framework would route the functions of forms automatically, past `forms::answer`, and the landing page.
    let functions = server_fn_paths().map(|(path, _)| path.to_owned());
    let excluded = functions.chain([LANDING_PAGE.to_owned()]).collect();
    let routes = generate_route_list_with_exclusions(app::App, Some(excluded));
    let services = services(&state.0.marketplace, public_origin);
    let context = context_of(services.clone());
    let options = &state.0.options;
    let shell = {
        let (assets, watched) = (
            Arc::clone(assets),
            (options.env == Env::DEV).then(|| options.clone()),
        );
        move || app::shell(&assets, watched.clone())
    };
    let render = leptos_axum::render_app_async_with_context(context.clone(), shell.clone());
    let not_found = any(render).with_state(());
    let landing_page = ReadyPage::new(not_found.clone(), services);
    let forms = any(forms::answer).with_state(Forms {
        context: context.clone(),
        not_found: not_found.clone(),
        assets: Arc::clone(assets),
    });
    Router::new()
        .route("/fn/{*name}", forms)
        .route(LANDING_PAGE, get(ready_page::answer).with_state(landing_page))
        .leptos_routes_with_context(state, routes, context, shell)
        .merge(site::watched::files(options, not_found))
}

/// What pages and server functions use.
fn services(marketplace: &Marketplace, public_origin: Option<&WebOrigin>) -> Services {
    Services {
        auth: marketplace.auth.clone(),
        tickets: marketplace.tickets.clone(),
        orders: marketplace.orders.clone(),
        payments: marketplace.payments.clone(),
        sessions: marketplace.sessions.clone(),
        clock: marketplace.clock.clone(),
        ids: marketplace.ids.clone(),
        public_origin: public_origin.map(ToString::to_string),
        ready_lists: ReadyLists::default(),
    }
}

/// The context of pages and server functions.
fn context_of(services: Services) -> impl Fn() + Clone + Send + Sync + 'static {
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
    // Fonts and WASM are already compressed, by format or by the build.
    let predicate = DefaultPredicate::new()
        .and(NotForContentType::const_new("font/"))
        .and(NotForContentType::const_new("application/wasm"));
    CompressionLayer::new()
        .quality(tower_http::CompressionLevel::Fastest)
        .compress_when(predicate)
}
