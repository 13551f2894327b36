//! `GET /api/tickets`

use std::num::NonZeroU32;

use axum::extract::State;
use contracts::TicketId;
use contracts::views::TicketView;
use serde::Deserialize;
use utoipa::IntoParams;
use web::openapi::example;
use web::{ApiError, Query};

use super::ready::{ReadyList, ReadyLists};
use crate::operations::Tickets;
use crate::search::{Cursor, OnSaleQuery, Sort};

#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Parameters {
    /// The maximum number of tickets to return, at most 1,000.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 4_294_967_295_u64)]
    limit: Option<NonZeroU32>,
    /// Only tickets after this one. Follow `Link`; do not construct it.
    after: Option<TicketId>,
    /// Words, each of which must match the beginning of a word in the title, ignoring case, accents and character width.
    q: Option<String>,
}

impl Parameters {
    /// How many bytes the search takes.
    pub(super) fn search_length(&self) -> usize {
        self.q.as_ref().map_or(0, String::len)
    }
}

/// Tickets on sale
///
/// All available tickets, oldest first. An empty parameter counts as absent.
#[utoipa::path(
    get,
    path = "/api/tickets",
    operation_id = "listTickets",
    tag = "Tickets",
    security(()),
    params(Parameters),
    responses(
        (status = 200, body = Vec<TicketView>, description = "The tickets.",
            headers(("Link" = String, description = "`<…>; rel=\"next\"` links to the next page, if there is one.")),
            example = json!([example::ticket()])),
    ),
)]
pub(super) async fn list(
    State(tickets): State<Tickets>,
    State(ready): State<ReadyLists>,
    Query(parameters): Query<Parameters>,
) -> Result<ReadyList, ApiError> {
    let generation = tickets.list_generation().await?;
    if let Some(list) = ready.find(generation, &parameters) {
        return Ok(list);
    }
    let query = OnSaleQuery {
        search: parameters.q.clone(),
        sort: Sort::Oldest,
        after: parameters.after.map(Cursor::from),
        limit: parameters.limit.map_or(OnSaleQuery::MAX_LIMIT, NonZeroU32::get),
    };
    let (generation, page) = tickets.list(&query).await?;
    let link = page.next.map(|next| link_to(&parameters, next));
    let list = ReadyList::new(&page.items, link)?;
    ready.keep(generation, parameters, list.clone());
    Ok(list)
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
