//! The operations that are counted, in an order in which each finds what it needs.

use std::path::Path;

use anyhow::{Context, Result};
use futures::future::try_join_all;

use crate::marketplace::InProcess;
use crate::section::{count, executions};
use crate::visitor::{Encoding, Visitor};

/// How many tickets are on sale when pages and lists are counted.
const ON_SALE: usize = 100;
/// How many reservations are requested at once.
const BATCH: usize = 64;
/// How often something is counted that takes about a million instructions.
const DEAR: usize = 48;
/// How often something is counted that takes less.
const CHEAP: usize = 128;
/// How often a batch is counted.
const BATCHES: usize = 4;

/// Executes every operation in a marketplace in this folder.
///
/// # Errors
/// When an operation does not succeed.
pub(crate) async fn execute(folder: &Path) -> Result<()> {
    let marketplace = InProcess::open(folder).await?;
    let seller = marketplace.signed_in("seller@example.org")?;
    let buyer = marketplace.signed_in("buyer@example.org")?;
    open_connections(&marketplace, &seller, &buyer).await?;
    reading(&marketplace, &seller, &buyer).await?;
    count("list a ticket", DEAR, async || {
        seller.list("Another ticket").await.map(drop)
    })
    .await?;
    one_at_a_time(&marketplace, &seller, &buyer).await?;
    at_once(&marketplace, &seller, &buyer).await
}

/// Does everything many times at once, so that every connection to a database is open before something is counted: to open one
/// takes as many instructions as several operations.
async fn open_connections(marketplace: &InProcess, seller: &Visitor, buyer: &Visitor) -> Result<()> {
    let titles: Vec<_> = (0..BATCH)
        .map(|number| format!("Early ticket {number}"))
        .collect();
    let tickets = try_join_all(titles.iter().map(|title| seller.list(title))).await?;
    marketplace.deliver().await?;
    let orders = try_join_all(tickets.iter().map(|ticket| buyer.reserve(ticket))).await?;
    marketplace.deliver().await?;
    try_join_all(orders.iter().map(|order| buyer.pay(order))).await?;
    marketplace.deliver().await?;
    for path in [
        "/",
        "/api/users/currentuser",
        "/api/tickets",
        "/api/tickets?q=early",
        "/api/orders",
    ] {
        try_join_all((0..BATCH).map(|_| buyer.get(path, Encoding::None))).await?;
    }
    Ok(())
}

async fn reading(marketplace: &InProcess, seller: &Visitor, buyer: &Visitor) -> Result<()> {
    let tickets = listed(seller, ON_SALE).await?;
    marketplace.deliver().await?;
    let anonymous = marketplace.anonymous();
    let one = format!("/api/tickets/{}", tickets[0]);
    let landing = anonymous.get("/", Encoding::None).await?;
    let stylesheet = stylesheet(&String::from_utf8_lossy(&landing))?;
    for (name, times, visitor, path) in [
        ("verify a session", CHEAP, buyer, "/api/users/currentuser"),
        ("one ticket", CHEAP, &anonymous, &one),
        ("100 tickets as JSON", DEAR, &anonymous, "/api/tickets?limit=100"),
        ("search", DEAR, &anonymous, "/api/tickets?q=ticket%207"),
        ("landing page, anonymous", DEAR, &anonymous, "/"),
        ("landing page, signed in", DEAR, buyer, "/"),
    ] {
        count(name, times, async || {
            visitor.get(path, Encoding::None).await.map(drop)
        })
        .await?;
    }
    count("a file of the site", CHEAP, async || {
        anonymous.get(&stylesheet, Encoding::Brotli).await.map(drop)
    })
    .await
}

/// Reserves and pays, each request a batch of its own.
async fn one_at_a_time(marketplace: &InProcess, seller: &Visitor, buyer: &Visitor) -> Result<()> {
    let mut tickets = listed(seller, executions(DEAR)).await?;
    marketplace.deliver().await?;
    let mut orders = Vec::new();
    count("reserve a ticket", DEAR, async || {
        let ticket = tickets.pop().context("no ticket is left")?;
        orders.push(buyer.reserve(&ticket).await?);
        anyhow::Ok(())
    })
    .await?;
    marketplace.deliver().await?;
    count("pay for an order", DEAR, async || {
        let order = orders.pop().context("no order is left")?;
        buyer.pay(&order).await.map(drop)
    })
    .await?;
    marketplace.deliver().await
}

/// Reserves many tickets at once, and delivers the events of that.
async fn at_once(marketplace: &InProcess, seller: &Visitor, buyer: &Visitor) -> Result<()> {
    let mut tickets = listed(seller, BATCH * 2 * executions(BATCHES)).await?;
    marketplace.deliver().await?;
    count("reserve 64 tickets at once", BATCHES, async || {
        reserve_at_once(&mut tickets, buyer).await
    })
    .await?;
    marketplace.deliver().await?;
    count("the same, and its effects", BATCHES, async || {
        reserve_at_once(&mut tickets, buyer).await?;
        marketplace.deliver().await
    })
    .await
}

async fn reserve_at_once(tickets: &mut Vec<String>, buyer: &Visitor) -> Result<()> {
    let batch = tickets.split_off(tickets.len().saturating_sub(BATCH));
    try_join_all(batch.iter().map(|ticket| buyer.reserve(ticket))).await?;
    Ok(())
}

async fn listed(seller: &Visitor, tickets: usize) -> Result<Vec<String>> {
    let mut ids = Vec::with_capacity(tickets);
    for number in 0..tickets {
        ids.push(seller.list(&format!("Bench ticket {number}")).await?);
    }
    Ok(ids)
}

/// The path of the stylesheet that a page links to.
fn stylesheet(page: &str) -> Result<String> {
    let end = page
        .find(".css\"")
        .context("the landing page has no stylesheet")?;
    let start = page[..end].rfind('"').map_or(0, |quote| quote + 1);
    Ok(format!("{}.css", &page[start..end]))
}
