//! The network between the service and localstripe: it loses responses on demand, and remembers idempotency keys as
//! Stripe documents it, which localstripe does not. <https://docs.stripe.com/api/idempotent_requests>

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use reqwest::Client;
use tokio::net::TcpListener;

/// The connection in between.
#[derive(Clone)]
pub(crate) struct Network {
    pub(crate) base: String,
    shared: Arc<Shared>,
}

struct Shared {
    target: String,
    http: Client,
    loses_next: AtomicBool,
    remembered: Mutex<HashMap<String, Remembered>>,
}

#[derive(Clone)]
struct Remembered {
    request: Bytes,
    status: StatusCode,
    response: Bytes,
}

impl Network {
    /// Forwards everything to that address.
    pub(crate) async fn to(target: &str) -> Self {
        let shared = Arc::new(Shared {
            target: target.to_owned(),
            http: Client::new(),
            loses_next: AtomicBool::new(false),
            remembered: Mutex::default(),
        });
        let router = Router::new().fallback(pass).with_state(shared.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, shared }
    }

    /// The next request with an effect arrives, and its response does not.
    pub(crate) fn lose_next_answer(&self) {
        self.shared.loses_next.store(true, Ordering::SeqCst);
    }
}

async fn pass(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let key = parts.headers.get("idempotency-key");
    let key = key.map(|key| key.to_str().unwrap().to_owned());
    let loses = parts.method == Method::POST && shared.loses_next.swap(false, Ordering::SeqCst);

    let known = key
        .as_ref()
        .and_then(|key| shared.remembered.lock().unwrap().get(key).cloned());
    let (status, answer) = match known {
        Some(known) if known.request == body => (known.status, known.response),
        Some(_) => {
            let error = r#"{"error":{"type":"idempotency_error","message":"Keys for idempotent requests can only be used with the same parameters"}}"#;
            (StatusCode::BAD_REQUEST, Bytes::from(error))
        }
        None => {
            let url = format!("{}{}", shared.target, parts.uri);
            let mut headers = parts.headers;
            headers.remove("host");
            let request = shared.http.request(parts.method, url).headers(headers);
            let reply = request.body(body.clone()).send().await.unwrap();
            let (status, answer) = (reply.status(), reply.bytes().await.unwrap());
            // A malformed request is not remembered.
            let is_remembered = status.is_success() || status == StatusCode::PAYMENT_REQUIRED;
            if let Some(key) = key.filter(|_| is_remembered) {
                let remembered = Remembered {
                    request: body,
                    status,
                    response: answer.clone(),
                };
                shared.remembered.lock().unwrap().insert(key, remembered);
            }
            (status, answer)
        }
    };
    if loses {
        let broken = io::Error::from(io::ErrorKind::ConnectionReset);
        let body = futures::stream::once(async { Err::<Bytes, _>(broken) });
        return Body::from_stream(body).into_response();
    }
    (status, answer).into_response()
}
