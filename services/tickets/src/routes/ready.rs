//! Lists that are ready to be sent.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_TYPE, LINK};
use axum::response::{IntoResponse, Response};
use contracts::views::TicketView;
use web::ApiError;

use super::list::Parameters;
use crate::catalog::Recent;

/// How many bytes of lists are kept.
const MOST_BYTES: usize = 4 << 20;

/// What a list takes beside its body and the search.
const OVERHEAD: usize = 512;

/// The lists that were sent a moment ago. As long as nothing is committed and no hold has ended, they are what would be sent again.
#[derive(Debug, Clone)]
pub(super) struct ReadyLists(Arc<Mutex<Recent<Parameters, ReadyList>>>);

/// A list as it is sent.
#[derive(Debug, Clone)]
pub(super) struct ReadyList {
    body: Bytes,
    link: Option<HeaderValue>,
}

impl ReadyLists {
    /// The list for these parameters, if it was made of that generation.
    pub(super) fn find(&self, generation: u64, parameters: &Parameters) -> Option<ReadyList> {
        self.lock().get(generation, parameters)
    }

    /// Keeps a list that was made of that generation.
    pub(super) fn keep(&self, generation: u64, parameters: Parameters, list: ReadyList) {
        let search = parameters.search_length();
        let weight = list.body.len() + search + OVERHEAD;
        self.lock().insert(generation, parameters, list, weight);
    }

    fn lock(&self) -> MutexGuard<'_, Recent<Parameters, ReadyList>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for ReadyLists {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Recent::new(MOST_BYTES))))
    }
}

impl ReadyList {
    /// A list of these tickets, with the `Link` header to the next page if there is one.
    pub(super) fn new(tickets: &[TicketView], link: Option<String>) -> Result<Self, ApiError> {
        let body = serde_json::to_vec(tickets).map_err(|error| ApiError::internal(&error))?;
        // Everything in it is percent-encoded, so that it is a header.
        let link = link.map(HeaderValue::try_from).transpose();
        Ok(Self {
            body: body.into(),
            link: link.map_err(|error| ApiError::internal(&error))?,
        })
    }
}

impl IntoResponse for ReadyList {
    fn into_response(self) -> Response {
        let json = HeaderValue::from_static("application/json");
        let mut response = ([(CONTENT_TYPE, json)], self.body).into_response();
        if let Some(link) = self.link {
            response.headers_mut().insert(LINK, link);
        }
        response
    }
}
