//! The paths of the pages. Links, redirects and forms take them from here; `pages/mod.rs` has the routes.

use contracts::{OrderId, TicketId};

/// The tickets on sale.
pub(crate) const ON_SALE: &str = "/";
/// Signing up.
pub(crate) const SIGN_UP: &str = "/auth/signup";
/// Signing in.
pub(crate) const SIGN_IN: &str = "/auth/signin";
/// Signing out.
pub(crate) const SIGN_OUT: &str = "/auth/signout";
/// Listing a ticket.
pub(crate) const NEW_TICKET: &str = "/tickets/new";
/// The tickets that the user sells.
pub(crate) const MY_TICKETS: &str = "/tickets/mine";
/// The orders of the user.
pub(crate) const ORDERS: &str = "/orders";
/// The sales of the user.
pub(crate) const SALES: &str = "/sales";

/// A ticket.
pub(crate) fn ticket(id: TicketId) -> String {
    format!("/tickets/{id}")
}

/// Editing a ticket.
pub(crate) fn edit_ticket(id: TicketId) -> String {
    format!("/tickets/{id}/edit")
}

/// An order.
pub(crate) fn order(id: OrderId) -> String {
    format!("/orders/{id}")
}

/// Paying for an order.
pub(crate) fn pay(id: OrderId) -> String {
    format!("/orders/{id}/pay")
}

/// The receipt of an order.
pub(crate) fn receipt(id: OrderId) -> String {
    format!("/orders/{id}/receipt")
}

/// Requesting a refund of an order.
pub(crate) fn refund(id: OrderId) -> String {
    format!("/orders/{id}/refund")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use leptos_axum::generate_route_list;

    use super::*;
    use crate::App;

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    #[test]
    fn every_path_has_a_route_and_every_route_a_path() {
        let ticket_id = TicketId::parse(ID).unwrap();
        let order_id = OrderId::parse(ID).unwrap();
        let constant = [
            ON_SALE, SIGN_UP, SIGN_IN, SIGN_OUT, NEW_TICKET, MY_TICKETS, ORDERS, SALES,
        ];
        let of_an_id = [
            ticket(ticket_id),
            edit_ticket(ticket_id),
            order(order_id),
            pay(order_id),
            receipt(order_id),
            refund(order_id),
        ];
        let of_an_id = of_an_id.map(|path| path.replace(ID, "{id}"));
        let paths: BTreeSet<String> = constant
            .map(ToOwned::to_owned)
            .into_iter()
            .chain(of_an_id)
            .collect();
        let routes = generate_route_list(App);
        let routes: BTreeSet<String> = routes.iter().map(|route| route.path().to_owned()).collect();
        assert_eq!(paths, routes);
    }
}
