//! What all pages have in common.

use http::header::CACHE_CONTROL;
use leptos::prelude::*;
use leptos_meta::{Meta, Title, provide_meta_context};

use crate::components::{Footer, Header, NoticeBar};
use crate::pages::Pages;
use crate::{flash, respond};

/// All pages. Each is rendered completely before anything is sent, so that it works without scripts and has the right
/// status.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(flash::take());
    // Pages show the signed-in user and the tickets on sale now, so they must not be cached.
    respond::header(CACHE_CONTROL, "private, no-store");
    view! {
        <Title formatter=document_title />
        <Meta
            name="description"
            content="Buy and sell tickets safely. Reserve first, then pay."
        />
        <a class="skip-link" href="#main">
            "Skip to content"
        </a>
        <Header />
        <main class="main" id="main" tabindex="-1">
            <NoticeBar />
            <Pages />
        </main>
        <Footer />
    }
}

/// Escapes the title, because the framework does not: a ticket's title must not be able to close the element.
fn document_title(title: String) -> String {
    html_escape::encode_text(&format!("{title} · Ticketing")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_is_only_text() {
        let title = document_title("</title><script>alert(1)</script> & more".to_owned());
        assert_eq!(
            title,
            "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; more · Ticketing"
        );
    }
}
