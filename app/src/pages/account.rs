//! What the pages for signing up and in share.

use contracts::{Field, Refusal};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::load::PageError;
use crate::context;
use crate::flash::Flash;
use crate::next::Next;

/// What the form on such a page begins with.
pub(super) struct Beginning {
    /// Where the person goes on to.
    pub(super) next: Next,
    /// The address that was typed the last time.
    pub(super) email: String,
    /// What was said of it.
    pub(super) refusal: Option<Refusal>,
}

impl Beginning {
    /// The beginning of the form on that page. Somebody who is signed in already needs no form.
    pub(super) fn of(page: &str) -> Result<Self, PageError> {
        let query = use_query_map().get_untracked();
        let next = Next::parse(query.get_str("next").unwrap_or_default());
        if context::session().is_some() {
            return Err(PageError::GoOn(next.as_str().to_owned()));
        }
        let flash = use_context::<Flash>().unwrap_or_default();
        Ok(Self {
            next,
            email: flash.typed(page, Field::Email).unwrap_or_default().to_owned(),
            refusal: flash.refusal(page),
        })
    }
}

/// The title of a page with a form: the first thing that is read out says whether something is wrong.
pub(super) fn title(text: &str, refusal: Option<&Refusal>) -> String {
    if refusal.is_some() {
        format!("Error: {text}")
    } else {
        text.to_owned()
    }
}
