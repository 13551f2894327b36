//! The pages and their addresses, one page per file. A page loads its data from services, in the server's process; only its HTML is
//! sent to the browser.

mod account_form;
mod edit_ticket;
mod form_title;
mod load;
mod my_tickets;
mod new_ticket;
mod not_found;
mod on_sale;
mod order;
mod orders;
mod own_order;
mod paging;
mod pay;
mod receipt;
mod refund;
mod sales;
mod sign_in;
mod sign_out;
mod sign_up;
mod ticket;

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

use self::edit_ticket::EditTicketPage;
use self::my_tickets::MyTicketsPage;
use self::new_ticket::NewTicketPage;
use self::not_found::NotFoundPage;
use self::on_sale::OnSalePage;
use self::order::OrderPage;
use self::orders::OrdersPage;
use self::pay::PayPage;
use self::receipt::ReceiptPage;
use self::refund::RefundPage;
use self::sales::SalesPage;
use self::sign_in::SignInPage;
use self::sign_out::SignOutPage;
use self::sign_up::SignUpPage;
use self::ticket::TicketPage;

/// The page of the address.
#[component]
pub(crate) fn Pages() -> impl IntoView {
    view! {
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
    }
}
