//! The pages and their addresses.

use http::header::CACHE_CONTROL;
use leptos::prelude::*;
use leptos_meta::{Meta, Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::components::{Footer, Header, NoticeBar};
use crate::pages::{
    EditTicketPage, MyTicketsPage, NewTicketPage, NotFoundPage, OnSalePage, OrderPage, OrdersPage, PayPage,
    ReceiptPage, RefundPage, SalesPage, SignInPage, SignOutPage, SignUpPage, TicketPage,
};
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
            <Router>
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=OnSalePage ssr=SsrMode::Async />
                    <Route path=path!("/auth/signup") view=SignUpPage ssr=SsrMode::Async />
                    <Route path=path!("/auth/signin") view=SignInPage ssr=SsrMode::Async />
                    <Route path=path!("/auth/signout") view=SignOutPage ssr=SsrMode::Async />
                    <Route path=path!("/tickets/new") view=NewTicketPage ssr=SsrMode::Async />
                    <Route path=path!("/tickets/mine") view=MyTicketsPage ssr=SsrMode::Async />
                    <Route path=path!("/tickets/:id") view=TicketPage ssr=SsrMode::Async />
                    <Route path=path!("/tickets/:id/edit") view=EditTicketPage ssr=SsrMode::Async />
                    <Route path=path!("/orders") view=OrdersPage ssr=SsrMode::Async />
                    <Route path=path!("/orders/:id") view=OrderPage ssr=SsrMode::Async />
                    <Route path=path!("/orders/:id/pay") view=PayPage ssr=SsrMode::Async />
                    <Route path=path!("/orders/:id/receipt") view=ReceiptPage ssr=SsrMode::Async />
                    <Route path=path!("/orders/:id/refund") view=RefundPage ssr=SsrMode::Async />
                    <Route path=path!("/sales") view=SalesPage ssr=SsrMode::Async />
                </Routes>
            </Router>
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
