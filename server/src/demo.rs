//! `--demo`: a few users, tickets and orders, created once through the services themselves.

use std::time::Duration;

use contracts::forms::{SignInForm, SignUpForm, TicketForm};
use contracts::{OrderId, OrderStatus, Refusal, TicketId, UserId};
use payments::{Method, PaymentsError};

use crate::marketplace::Marketplace;

/// A demo account, with its credentials.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    /// The address.
    pub email: &'static str,
    /// The password.
    pub password: &'static str,
    /// What its pages show.
    pub shows: &'static str,
}

const ACCOUNTS: [Account; 3] = [
    Account {
        email: "ada@example.com",
        password: "demo: analytical engine",
        shows: "seller: most of the tickets",
    },
    Account {
        email: "grace@example.com",
        password: "demo: nanosecond wire",
        shows: "buyer: one reserved and one cancelled order, and with the test provider one paid order",
    },
    Account {
        email: "alan@example.com",
        password: "demo: halting problem",
        shows: "seller: one ticket, no orders",
    },
];

const ADAS_TICKETS: [(&str, &str); 7] = [
    ("Nils Frahm · Berlin Philharmonie · row 7", "64.50"),
    ("Giselle · Opéra Garnier · second balcony", "89.00"),
    ("RustConf · full pass", "349.00"),
    ("Women's Cup Final · block C, seat 12", "42.00"),
    ("Noche flamenca · Café de Chinitas · mesa 4", "38.20"),
    ("Museum of the Moon · evening entry", "12.50"),
    ("Late Show · comedy cellar", "18.00"),
];
const ALANS_TICKET: (&str, &str) = ("Chess Olympiad · day pass", "25.00");

/// The relays deliver within milliseconds; after this long something is wrong.
const DELIVERY_LIMIT: Duration = Duration::from_secs(10);
const DELIVERY_PAUSE: Duration = Duration::from_millis(5);

/// The errors of creating the demo data.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// An account could not be created.
    #[error("accounts: {0}")]
    Auth(#[from] auth::AuthError),
    /// A ticket could not be listed.
    #[error("tickets: {0}")]
    Tickets(#[from] tickets::TicketsError),
    /// A ticket could not be reserved.
    #[error("orders: {0}")]
    Orders(#[from] orders::OrdersError),
    /// A ticket could not be paid for.
    #[error("payments: {0}")]
    Payments(#[from] PaymentsError),
    /// A demo ticket violates the rules of the form.
    #[error("a demo ticket is refused: {0:?}")]
    Refused(Refusal),
}

/// Fills the marketplace, unless it has the demo accounts already. Returns the accounts and whether they are new.
///
/// # Errors
/// When a service refuses or fails.
pub async fn fill(marketplace: &Marketplace) -> Result<(Vec<Account>, bool), DemoError> {
    let [ada, grace, alan] = ACCOUNTS;
    if is_there(marketplace, ada).await? {
        return Ok((ACCOUNTS.to_vec(), false));
    }
    let ada = open_account(marketplace, ada).await?;
    let grace = open_account(marketplace, grace).await?;
    let alan = open_account(marketplace, alan).await?;
    let mut listed = Vec::new();
    for ticket in ADAS_TICKETS {
        listed.push(list(marketplace, ada, ticket).await?);
    }
    list(marketplace, alan, ALANS_TICKET).await?;
    if let [held, given_up, .., bought] = listed[..] {
        let order = reserve(marketplace, grace, bought).await?;
        pay(marketplace, grace, order).await?;
        reserve(marketplace, grace, held).await?;
        let order = reserve(marketplace, grace, given_up).await?;
        marketplace.orders.cancel(grace, order).await?;
    }
    Ok((ACCOUNTS.to_vec(), true))
}

async fn is_there(marketplace: &Marketplace, account: Account) -> Result<bool, DemoError> {
    let form = SignInForm {
        email: account.email.to_owned(),
        password: account.password.to_owned(),
    };
    match marketplace.auth.sign_in(form, None).await {
        Ok(_) => Ok(true),
        Err(auth::AuthError::InvalidCredentials) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn open_account(marketplace: &Marketplace, account: Account) -> Result<UserId, DemoError> {
    let form = SignUpForm {
        email: account.email.to_owned(),
        password: account.password.to_owned(),
    };
    Ok(marketplace.auth.sign_up(form, None).await?.user.id)
}

async fn list(
    marketplace: &Marketplace,
    seller: UserId,
    (title, price): (&str, &str),
) -> Result<TicketId, DemoError> {
    let form = TicketForm {
        title: title.to_owned(),
        price: price.to_owned(),
        ..TicketForm::default()
    };
    let ticket = form.parse().map_err(DemoError::Refused)?;
    Ok(marketplace.tickets.create(seller, ticket).await?.id)
}

/// Reserves a ticket that was just listed: the orders service consumes its event a moment later.
async fn reserve(marketplace: &Marketplace, buyer: UserId, ticket: TicketId) -> Result<OrderId, DemoError> {
    let mut waited = Duration::ZERO;
    loop {
        match marketplace.orders.reserve(buyer, ticket).await {
            Ok(order) => return Ok(order.id),
            Err(orders::OrdersError::TicketNotFound) if waited < DELIVERY_LIMIT => {
                tokio::time::sleep(DELIVERY_PAUSE).await;
                waited += DELIVERY_PAUSE;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Pays for an order that was just made, as its buyer does, and waits until the ticket is theirs. With a real payment
/// provider nothing is paid.
async fn pay(marketplace: &Marketplace, buyer: UserId, order: OrderId) -> Result<(), DemoError> {
    if marketplace.test_provider().is_none() {
        return Ok(());
    }
    let mut waited = Duration::ZERO;
    loop {
        let method = Method::Token("tok_visa".to_owned());
        match marketplace.payments.pay(buyer, order, method).await {
            Ok(_) => break,
            Err(PaymentsError::OrderNotFound) if waited < DELIVERY_LIMIT => {
                tokio::time::sleep(DELIVERY_PAUSE).await;
                waited += DELIVERY_PAUSE;
            }
            Err(error) => return Err(error.into()),
        }
    }
    while marketplace.orders.find(buyer, order).await?.status != OrderStatus::Complete
        && waited < DELIVERY_LIMIT
    {
        tokio::time::sleep(DELIVERY_PAUSE).await;
        waited += DELIVERY_PAUSE;
    }
    Ok(())
}
