//! The landing page of visitors who are not signed in: rendered once per generation of the tickets on sale, and kept.
//!
//! Nothing about a visitor can be in it, as it is rendered for a request without headers that the server makes itself. What differs
//! between two responses is put in when they are sent: the nonce of the scripts, and the position at which the live feed starts. See
//! docs/adr/0024-ready-pages.md.

mod document;
mod gzip;

use std::sync::Arc;

use app::context::{LivePlaceholder, Services};
use app::{LogPosition, Rendering};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::MethodRouter;
use leptos::nonce::Nonce;
use tickets::TicketsError;
use tower::ServiceExt;

use self::document::{Document, Placeholders};
use crate::content_coding::ContentCoding;
use crate::security::headers::ResponseNonce;

/// The longest page that is kept, in bytes.
const LIMIT: usize = 1024 * 1024;

/// The page, if it is current, and what renders it if it is not. Clones share it.
#[derive(Clone)]
pub struct ReadyPage(Arc<Inner>);

struct Inner {
    pages: MethodRouter,
    services: Services,
    page: Rendering<Document>,
}

/// There is no page that can be kept, as while the server is too busy to render one.
struct NotKept;

impl From<TicketsError> for NotKept {
    fn from(_: TicketsError) -> Self {
        Self
    }
}

/// What is particular to a response.
struct Variant {
    nonce: Nonce,
    coding: ContentCoding,
}

impl ReadyPage {
    /// The landing page of these services, rendered by `pages`.
    #[must_use]
    pub fn new(pages: MethodRouter, services: Services) -> Self {
        Self(Arc::new(Inner {
            pages,
            services,
            page: Rendering::default(),
        }))
    }
}

/// The handler of the landing page. It is rendered for this request unless the request tells nothing of its visitor.
pub async fn answer(State(page): State<ReadyPage>, request: Request) -> Response {
    if let Some(variant) = page.0.variant(&request)
        && let Some(response) = page.0.respond(variant).await
    {
        return response;
    }
    let rendered = page.0.pages.clone().oneshot(request).await;
    rendered.unwrap_or_else(|never| match never {})
}

impl Inner {
    /// In which variant a request gets the page, if it does.
    fn variant(&self, request: &Request) -> Option<Variant> {
        let is_plain =
            request.uri().query().is_none() && app::is_anonymous(request.headers(), &self.services.sessions);
        if !is_plain {
            return None;
        }
        let ResponseNonce(nonce) = request.extensions().get()?;
        Some(Variant {
            nonce: nonce.clone(),
            coding: Document::coding(request.headers()),
        })
    }

    async fn respond(&self, variant: Variant) -> Option<Response> {
        // The feed starts where the page is as new, or newer: the generation is taken after the position.
        let position = LogPosition::of_services(&self.services);
        let document = self.page.current(&self.services.tickets, || self.render());
        let document = document.await.ok()?;
        Some(document.respond(variant.coding, &variant.nonce, &position.to_string()))
    }

    /// Renders the page for nobody.
    async fn render(&self) -> Result<Document, NotKept> {
        let (nonce, position) = (Nonce::new(), Nonce::new().to_string());
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(ResponseNonce(nonce.clone()));
        request.extensions_mut().insert(LivePlaceholder(position.clone()));
        let rendered = self.pages.clone().oneshot(request).await;
        let (parts, body) = rendered.unwrap_or_else(|never| match never {}).into_parts();
        if parts.status != StatusCode::OK {
            return Err(NotKept);
        }
        let html = to_bytes(body, LIMIT).await.map_err(|_| NotKept)?;
        let html = str::from_utf8(&html).map_err(|_| NotKept)?;
        let placeholders = Placeholders {
            nonce: &nonce,
            position: &position,
        };
        Document::new(&parts.headers, html, &placeholders).ok_or(NotKept)
    }
}
