//! The initial values of the form for signing up or in.

use contracts::{Field, Refusal};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::load::PageError;
use crate::context;
use crate::flash::Flash;
use crate::next::Next;

/// The initial values of the form.
pub(super) struct AccountFormDefaults {
    /// Where the user goes after it.
    pub(super) next: Next,
    /// The email address of a refused form.
    pub(super) email: String,
    /// Why that was refused.
    pub(super) refusal: Option<Refusal>,
}

impl AccountFormDefaults {
    /// The defaults of the form on that page. A user who is signed in already needs no form and is redirected.
    pub(super) fn of(page: &str) -> Result<Self, PageError> {
        let query = use_query_map().get_untracked();
        let next = Next::parse(query.get_str("next").unwrap_or_default());
        if context::session().is_some() {
            return Err(PageError::Redirect(next.as_str().to_owned()));
        }
        let flash = use_context::<Flash>().unwrap_or_default();
        Ok(Self {
            next,
            email: flash.input(page, Field::Email).unwrap_or_default().to_owned(),
            refusal: flash.refusal(page),
        })
    }
}
