//! The REST API's own documentation: `/api/openapi.json` for programs, `/api/docs` for people. Both come from the descriptions of
//! the services' routes.

mod operation;
mod page;
mod prose;
mod schema;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use leptos::config::LeptosOptions;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
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
        "The cookie that signing up and signing in set. Where the public origin is https it is called \
         `__Host-ticketing-session`, and Secure.",
    );
    let components = ComponentsBuilder::new()
        .security_scheme(
            web::openapi::SESSION,
            SecurityScheme::ApiKey(ApiKey::Cookie(cookie)),
        )
        .build();
    let tag = |name: &str, description: &str| {
        TagBuilder::new()
            .name(name)
            .description(Some(description))
            .build()
    };
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([ServerBuilder::new()
            .url("/")
            .description(Some("This server."))
            .build()]))
        .tags(Some([
            tag("Accounts", "Users and their sessions."),
            tag("Tickets", "Tickets for sale."),
            tag("Orders", "Reservations and orders."),
            tag("Payments", "Payments of orders."),
        ]))
        .components(Some(components))
        .build()
}

/// The routes that serve the document, once all services have described theirs.
pub fn routes(mut document: OpenApi, options: &LeptosOptions) -> Router {
    web::openapi::complete(&mut document);
    let json = serde_json::to_value(&document).unwrap_or_default();
    let page = page::render(&json, &app::stylesheet(options));
    let json = format!("{json:#}\n");
    Router::new()
        .route(DOCUMENT_PATH, fixed("application/json", json))
        .route("/api/docs", fixed("text/html; charset=utf-8", page))
        .route(STYLE_PATH, fixed("text/css; charset=utf-8", STYLE.to_owned()))
}

/// Serves this text, which does not change while the process lives.
fn fixed(content_type: &'static str, text: String) -> axum::routing::MethodRouter {
    let text = axum::body::Bytes::from(text);
    get(move || async move { ([(CONTENT_TYPE, content_type)], text) })
}
