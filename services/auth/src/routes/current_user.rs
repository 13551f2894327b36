//! GET /api/users/currentuser

use axum::http::HeaderName;
use axum::http::header::CACHE_CONTROL;
use contracts::views::UserView;
use serde::Serialize;
use utoipa::ToSchema;
use web::Session;
use web::openapi::example;

/// The current user.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CurrentUser {
    /// `null` when signed out.
    #[schema(required)]
    current_user: Option<UserView>,
}

/// Get the current user
///
/// Returns `null` when signed out, never 401.
#[utoipa::path(
    get,
    path = "/api/users/currentuser",
    operation_id = "currentUser",
    tag = "Accounts",
    security((), ("session" = [])),
    responses(
        (status = 200, body = CurrentUser, description = "The current user.", examples(
            ("signedIn" = (summary = "Signed in", value = json!({"currentUser": example::seller()}))),
            ("signedOut" = (summary = "Signed out", value = json!({"currentUser": null}))),
        )),
    ),
)]
pub(super) async fn route(
    session: Option<Session>,
) -> ([(HeaderName, &'static str); 1], axum::Json<CurrentUser>) {
    // The reply belongs to one user, so no cache may keep it.
    let current_user = session.map(|session| session.user);
    (
        [(CACHE_CONTROL, "no-store")],
        axum::Json(CurrentUser { current_user }),
    )
}
