//! The page with the user's orders.

use ::orders::{OrderDetails, Page, Sort};
use contracts::{CancelReason, OrderId, OrderStatus};
use leptos::prelude::*;
use leptos_meta::Title;

use super::load::{Loaded, load, signed_in};
use super::paging::{PAGE_SIZE, after, cards};
use crate::components::{Badge, BadgeKind, EmptyState, TicketCard};
use crate::context;
use crate::islands::{LocalTime, Part};
use crate::paths;

/// All orders of the user, newest first, paginated.
#[component]
pub(crate) fn OrdersPage() -> impl IntoView {
    load(page())
}

async fn page() -> Loaded {
    let after: Option<OrderId> = after();
    let session = signed_in()?;
    let services = context::services()?;
    let (orders, buyer) = (&services.orders, session.user.id);
    let orders = orders
        .page_of_buyer(buyer, Sort::Newest, after, PAGE_SIZE)
        .await?;
    let page = view! {
        <Title text="My orders" />
        <div class="page-head">
            <h1>"My orders"</h1>
        </div>
        {list(&orders, after)}
    };
    Ok(page.into_any())
}

fn list(page: &Page<OrderDetails, OrderId>, after: Option<OrderId>) -> AnyView {
    let empty = view! { <EmptyState text="You haven't ordered any tickets yet." href=paths::ON_SALE action="See the tickets on sale" /> };
    let shown = page.items.iter().map(|order| card(order).into_any());
    cards(paths::ORDERS, shown.collect(), after.is_none(), page.next, empty)
}

fn card(order: &OrderDetails) -> impl IntoView + use<> {
    let ordered_on =
        || view! { "Ordered on " <LocalTime at_ms=order.reserved_at.as_millis() part=Part::Date /> };
    let detail = match order.status {
        OrderStatus::Created | OrderStatus::AwaitingPayment => view! {
            "Reserved for you until " <LocalTime at_ms=order.expires_at.as_millis() part=Part::Time />
        }
        .into_any(),
        OrderStatus::Complete | OrderStatus::Cancelled => match order.purchase {
            Some(purchase) => {
                view! { "Paid on " <LocalTime at_ms=purchase.paid_at.as_millis() part=Part::Date /> }
                    .into_any()
            }
            None => ordered_on().into_any(),
        },
    };
    view! {
        <TicketCard
            href=paths::order(order.id)
            title=order.title.to_string()
            price=order.price
            detail
            state=view! { <StatusBadge status=order.status reason=order.cancel_reason is_paying=order.is_paying /> }.into_any()
        />
    }
}

/// The status of an order in one or two words.
#[component]
pub(super) fn StatusBadge(
    /// Its status.
    status: OrderStatus,
    /// Why it was cancelled, if it was.
    reason: Option<CancelReason>,
    /// Whether a payment is pending.
    is_paying: bool,
) -> impl IntoView {
    let (kind, text) = match (status, reason) {
        (OrderStatus::AwaitingPayment, _) if is_paying => (BadgeKind::Pending, "Payment processing"),
        (OrderStatus::Created | OrderStatus::AwaitingPayment, _) => (BadgeKind::Pending, "Reserved"),
        (OrderStatus::Complete, _) => (BadgeKind::Success, "Paid"),
        (OrderStatus::Cancelled, Some(CancelReason::Expired)) => (BadgeKind::Ended, "Expired"),
        (OrderStatus::Cancelled, Some(CancelReason::Refunded)) => (BadgeKind::Ended, "Refunded"),
        (OrderStatus::Cancelled, _) => (BadgeKind::Ended, "Cancelled"),
    };
    view! { <Badge kind text /> }
}
