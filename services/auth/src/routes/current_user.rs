//! GET /api/users/currentuser

use axum::http::HeaderName;
use axum::http::header::CACHE_CONTROL;
use contracts::views::UserView;
use serde::Serialize;
use utoipa::ToSchema;
use web::Session;
use web::openapi::example;

/// Who is signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CurrentUser {
    /// `null` where nobody is.
    #[schema(required)]
    current_user: Option<UserView>,
}

/// Who is signed in
///
/// Answers nobody with `null`, and never with 401.
#[utoipa::path(
    get,
    path = "/api/users/currentuser",
    operation_id = "currentUser",
    tag = "Accounts",
    security((), ("session" = [])),
    responses(
        (status = 200, body = CurrentUser, description = "Who it is.", examples(
            ("somebody" = (summary = "Somebody is signed in", value = json!({"currentUser": example::seller()}))),
            ("nobody" = (summary = "Nobody is signed in", value = json!({"currentUser": null}))),
        )),
    ),
)]
pub(super) async fn route(
    session: Option<Session>,
) -> ([(HeaderName, &'static str); 1], axum::Json<CurrentUser>) {
    // The reply is one person's, so no cache may keep it.
    let current_user = session.map(|session| session.user);
    (
        [(CACHE_CONTROL, "no-store")],
        axum::Json(CurrentUser { current_user }),
    )
}
