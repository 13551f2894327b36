//! One page per file. A page loads its data from services, in the server's process; nothing of it is sent to
//! the browser but its HTML.

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

pub(crate) use edit_ticket::EditTicketPage;
pub(crate) use my_tickets::MyTicketsPage;
pub(crate) use new_ticket::NewTicketPage;
pub(crate) use not_found::NotFoundPage;
pub(crate) use on_sale::OnSalePage;
pub(crate) use order::OrderPage;
pub(crate) use orders::OrdersPage;
pub(crate) use pay::PayPage;
pub(crate) use receipt::ReceiptPage;
pub(crate) use refund::RefundPage;
pub(crate) use sales::SalesPage;
pub(crate) use sign_in::SignInPage;
pub(crate) use sign_out::SignOutPage;
pub(crate) use sign_up::SignUpPage;
pub(crate) use ticket::TicketPage;
