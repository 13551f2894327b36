//! `GET /api/tickets`

use std::num::NonZeroU32;

use axum::extract::State;
use axum::http::header::LINK;
use axum::response::{AppendHeaders, IntoResponse};
use contracts::TicketId;
use contracts::views::TicketView;
use serde::Deserialize;
use web::{ApiError, Query};

use crate::{Cursor, OnSaleQuery, Sort, Tickets};

#[derive(Deserialize)]
pub(super) struct Parameters {
    /// The most tickets to return; more than the service gives at once is taken as that.
    limit: Option<NonZeroU32>,
    /// The ticket behind which the list goes on.
    after: Option<TicketId>,
    /// Text in the title.
    q: Option<String>,
}

pub(super) async fn list(
    State(tickets): State<Tickets>,
    Query(parameters): Query<Parameters>,
) -> Result<impl IntoResponse, ApiError> {
    let page = tickets
        .on_sale(OnSaleQuery {
            search: parameters.q.clone(),
            sort: Sort::Oldest,
            after: parameters.after.map(Cursor::from),
            limit: parameters.limit.map_or(OnSaleQuery::MAX_LIMIT, NonZeroU32::get),
        })
        .await?;
    let now = tickets.now();
    let views: Vec<TicketView> = page.items.iter().map(|ticket| ticket.view(now)).collect();
    let link = page.next.map(|next| (LINK, link_to(&parameters, next)));
    Ok((AppendHeaders(link), axum::Json(views)))
}

/// The `Link` header that leads to the next page of the same list (RFC 8288).
fn link_to(parameters: &Parameters, next: Cursor) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(limit) = parameters.limit {
        query.append_pair("limit", &limit.to_string());
    }
    if let Some(q) = &parameters.q {
        query.append_pair("q", q);
    }
    query.append_pair("after", &next.to_string());
    format!("</api/tickets?{}>; rel=\"next\"", query.finish())
}
