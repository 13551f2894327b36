//! Prepared responses, and the recorded requests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::Value;
use tokio::net::TcpListener;

/// Represents Stripe where localstripe cannot.
pub(crate) struct Recorder {
    pub(crate) base: String,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    answers: Mutex<VecDeque<(StatusCode, String)>>,
    requests: Mutex<Vec<RecordedRequest>>,
}

/// A request, as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct RecordedRequest {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl RecordedRequest {
    /// The value of a field of the form.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(&self.body)
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl Recorder {
    /// Listens on a free port.
    pub(crate) async fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let router = Router::new().fallback(record).with_state(shared.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, shared }
    }

    /// Sets the response to the next request without one.
    pub(crate) fn respond(&self, status: u16, body: &Value) {
        self.answer_text(status, &body.to_string());
    }

    /// Sets that response, as any text.
    pub(crate) fn answer_text(&self, status: u16, body: &str) {
        let status = StatusCode::from_u16(status).unwrap();
        self.shared
            .answers
            .lock()
            .unwrap()
            .push_back((status, body.to_owned()));
    }

    /// The requests, in order.
    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.requests.lock().unwrap().clone()
    }
}

async fn record(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let request = RecordedRequest {
        method,
        path: uri.to_string(),
        headers,
        body,
    };
    shared.requests.lock().unwrap().push(request);
    let answer = shared.answers.lock().unwrap().pop_front();
    answer.unwrap_or((StatusCode::NOT_IMPLEMENTED, "nothing was prepared".to_owned()))
}
