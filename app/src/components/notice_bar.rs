//! The confirmation of the last action.

use leptos::prelude::*;

use crate::flash::Flash;

/// Shows it once, at the top of the page.
#[component]
pub(crate) fn NoticeBar() -> impl IntoView {
    let message = match use_context::<Flash>() {
        Some(Flash::Done(notice)) => Some(notice.message()),
        _ => None,
    };
    message.map(|message| {
        view! {
            <p class="notice" role="status">
                {message}
            </p>
        }
    })
}
