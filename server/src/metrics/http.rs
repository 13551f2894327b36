//! Requests by method, route and status, and how long they took.

use std::collections::HashSet;
use std::fmt::{self, Write};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use leptos::server_fn::axum::server_fn_paths;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::family::Family;
use service::metrics::{Counter, Histogram, Registry};
use tokio::time::Instant;

/// Seconds, from what is answered from memory to the time after which a request is given up.
const SECONDS: [f64; 13] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0,
];

/// What is measured of requests. Clones share their values.
///
/// There are only so many label sets, whatever is requested: a route is a template of ours, never a path, and a method that HTTP
/// does not know is `other`.
#[derive(Clone)]
pub struct HttpMetrics(Arc<Inner>);

struct Inner {
    requests: Family<Answered, Counter>,
    durations: Family<Routed, Histogram>,
    /// The functions of forms, which share a route.
    functions: HashSet<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: Route,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Routed {
    method: &'static str,
    route: Route,
}

/// The template of an address of ours.
#[derive(Debug, Clone)]
enum Route {
    /// A route of the router.
    Template(MatchedPath),
    /// A function of a form.
    Function(&'static str),
    /// Static files and unknown paths.
    Unmatched,
}

impl Route {
    fn as_str(&self) -> &str {
        match self {
            Self::Template(path) => path.as_str(),
            Self::Function(path) => path,
            Self::Unmatched => "unmatched",
        }
    }
}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Route {}

impl Hash for Route {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl EncodeLabelValue for Route {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        encoder.write_str(self.as_str())
    }
}

impl Default for HttpMetrics {
    fn default() -> Self {
        Self(Arc::new(Inner {
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            functions: server_fn_paths().map(|(path, _)| path).collect(),
        }))
    }
}

impl HttpMetrics {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "http_requests",
            "Requests that were answered, by method, route and status",
            self.0.requests.clone(),
        );
        registry.register(
            "http_request_duration_seconds",
            "From the head of a request until the head of its answer",
            self.0.durations.clone(),
        );
    }

    fn route(&self, request: &Request) -> Route {
        let function = self.0.functions.get(request.uri().path());
        match (function, request.extensions().get::<MatchedPath>()) {
            (Some(path), _) => Route::Function(path),
            (None, Some(template)) => Route::Template(template.clone()),
            (None, None) => Route::Unmatched,
        }
    }
}

/// A middleware around everything: counts and times each request.
pub async fn measure(State(metrics): State<HttpMetrics>, request: Request, next: Next) -> Response {
    let (started, method) = (Instant::now(), method(request.method()));
    let mut response = next.run(request).await;
    let route = response.extensions_mut().remove::<Route>();
    let route = route.unwrap_or(Route::Unmatched);
    let routed = Routed {
        method,
        route: route.clone(),
    };
    let duration = started.elapsed().as_secs_f64();
    metrics.0.durations.get_or_create(&routed).observe(duration);
    let answered = Answered {
        method,
        route,
        status: response.status().as_u16(),
    };
    metrics.0.requests.get_or_create(&answered).inc();
    response
}

/// A middleware around the routes, which alone know the matched route: passes it to [`measure`].
pub async fn note_route(State(metrics): State<HttpMetrics>, request: Request, next: Next) -> Response {
    let route = metrics.route(&request);
    let mut response = next.run(request).await;
    response.extensions_mut().insert(route);
    response
}

/// A client can send any word as a method.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
