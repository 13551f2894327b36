//! GET /api/users/currentuser

use axum::http::HeaderName;
use axum::http::header::CACHE_CONTROL;
use contracts::views::UserView;
use serde::Serialize;
use web::Session;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CurrentUser {
    current_user: Option<UserView>,
}

/// The reply is one person's, so no cache may keep it.
pub(super) async fn route(
    session: Option<Session>,
) -> ([(HeaderName, &'static str); 1], axum::Json<CurrentUser>) {
    let current_user = session.map(|session| session.user);
    (
        [(CACHE_CONTROL, "no-store")],
        axum::Json(CurrentUser { current_user }),
    )
}
