//! POST /api/users/signin

use axum::extract::State;
use axum::response::IntoResponse;
use web::{ApiError, Json};

use super::body::Credentials;
use super::set_cookie;
use crate::{Auth, SignedIn};

pub(super) async fn route(
    State(auth): State<Auth>,
    Json(body): Json<Credentials>,
) -> Result<impl IntoResponse, ApiError> {
    let SignedIn { user, token } = auth.sign_in(body.into()).await?;
    let cookie = auth.sessions().cookie(token);
    Ok((set_cookie(&cookie), axum::Json(user)))
}
