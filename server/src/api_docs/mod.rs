//! The REST API's own documentation: `/api/openapi.json` for programs, `/api/docs` for people. Both come from the descriptions of
//! the services' routes.

mod operation;
mod page;
mod prose;
mod schema;

use std::sync::{Arc, LazyLock};

use app::Assets;
use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, ServerBuilder,
};

/// The rules for all endpoints, in paragraphs.
const DESCRIPTION: &str = include_str!("description.md");
const STYLE: &str = include_str!("style.css");
const STYLE_PATH: &str = "/api/docs/style.css";
const DOCUMENT_PATH: &str = "/api/openapi.json";

/// The document, before the services describe their routes.
#[must_use]
pub fn document() -> OpenApi {
    let license = LicenseBuilder::new()
        .name("MIT or Apache 2.0")
        .identifier(Some("MIT OR Apache-2.0"))
        .build();
    let info = InfoBuilder::new()
        .title("Ticketing REST API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION.trim()))
        .license(Some(license))
        .build();
    let cookie = ApiKeyValue::with_description(
        web::COOKIE_NAME,
        "The cookie set by signing up and signing in. If the public origin is https it is called \
         `__Host-ticketing-session` and is Secure.",
    );
    let components = ComponentsBuilder::new()
        .security_scheme(
            web::openapi::SESSION,
            SecurityScheme::ApiKey(ApiKey::Cookie(cookie)),
        )
        .build();
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([ServerBuilder::new()
            .url("/")
            .description(Some("This server."))
            .build()]))
        .components(Some(components))
        .build()
}

/// The routes that give the document, once all services have described theirs. It is written out when somebody reads it first: a
/// server starts quickly, and most are never asked for it.
pub fn routes(document: OpenApi, assets: &Assets) -> Router {
    let stylesheet = assets.css.to_string();
    let written = Arc::new(LazyLock::new(move || Written::out(document, &stylesheet)));
    let json = Arc::clone(&written);
    Router::new()
        .route(
            DOCUMENT_PATH,
            get(async move || fixed("application/json", json.json.clone())),
        )
        .route(
            "/api/docs",
            get(async move || fixed("text/html; charset=utf-8", written.page.clone())),
        )
        .route(
            STYLE_PATH,
            get(async || fixed("text/css; charset=utf-8", Bytes::from_static(STYLE.as_bytes()))),
        )
}

/// The document as it is sent.
struct Written {
    json: Bytes,
    page: Bytes,
}

impl Written {
    fn out(mut document: OpenApi, stylesheet: &str) -> Self {
        web::openapi::complete(&mut document);
        let json = serde_json::to_value(&document).unwrap_or_default();
        Self {
            page: page::render(&json, stylesheet).into(),
            json: format!("{json:#}\n").into(),
        }
    }
}

/// A text that does not change while the process lives.
fn fixed(content_type: &'static str, text: Bytes) -> impl IntoResponse {
    ([(CONTENT_TYPE, content_type)], text)
}
