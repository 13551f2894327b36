//! `GET /api/orders`

use std::num::NonZeroU32;

use axum::extract::State;
use axum::http::header::LINK;
use axum::response::{AppendHeaders, IntoResponse};
use contracts::OrderId;
use contracts::views::OrderView;
use serde::Deserialize;
use utoipa::IntoParams;
use web::openapi::example;
use web::{ApiError, Query, Session};

use crate::operations::Orders;
use crate::page::{MAX_PAGE, Page};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Parameters {
    /// The maximum number of orders to return, at most 1,000.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 4_294_967_295_u64)]
    limit: Option<NonZeroU32>,
    /// Only orders after this one. Follow `Link`; do not construct it.
    after: Option<OrderId>,
}

/// List your orders
///
/// Of any status, oldest first. Without parameters it returns every order; with one it returns a page.
#[utoipa::path(
    get,
    path = "/api/orders",
    operation_id = "listOrders",
    tag = "Orders",
    security(("session" = [])),
    params(Parameters),
    responses(
        (status = 200, body = Vec<OrderView>, description = "The orders.",
            headers(("Link" = String, description = "`<…>; rel=\"next\"` links to the next page, if there is one.")),
            example = json!([example::order()])),
    ),
)]
pub(super) async fn list(
    State(orders): State<Orders>,
    session: Session,
    Query(Parameters { limit, after }): Query<Parameters>,
) -> Result<impl IntoResponse, ApiError> {
    let buyer = session.user.id;
    let page = if limit.is_none() && after.is_none() {
        let items = orders.all_views_of_buyer(buyer).await?;
        Page { items, next: None }
    } else {
        let limit = limit.map_or(MAX_PAGE, NonZeroU32::get);
        orders.views_of_buyer(buyer, after, limit).await?
    };
    let link = page.next.map(|next| (LINK, link_to(limit, next)));
    Ok((AppendHeaders(link), axum::Json(page.items)))
}

/// The `Link` header that leads to the next page of the same list (RFC 8288).
fn link_to(limit: Option<NonZeroU32>, next: OrderId) -> String {
    let limit = limit.map_or_else(String::new, |limit| format!("limit={limit}&"));
    format!("</api/orders?{limit}after={next}>; rel=\"next\"")
}
