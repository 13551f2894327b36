//! One ticket that many want.

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::Bench;
use super::oha::{Body, Load};
use super::stock::Stock;
use super::table::{Table, ms};
use crate::digits::grouped;

/// How many requests there are for one ticket, each on a connection of its own.
const REQUESTS: u64 = 1_000;
/// How many tickets are contested, one after the other.
const TICKETS: usize = 5;

/// Requests a ticket on many connections at once, several times. One request wins, the others are rejected.
///
/// # Errors
/// When a ticket is reserved not once, or a request gets another response.
pub(super) fn measure(bench: &Bench<'_>, stock: &Stock, table: &mut Table) -> Result<()> {
    let shop = stock.open(bench)?;
    let load = Load {
        clients: REQUESTS,
        ..bench.load(shop.server.address())
    };
    let mut slowest = Duration::ZERO;
    for number in 0..TICKETS {
        let ticket = stock.tickets.get(number).context("too few tickets are on sale")?;
        let body = format!(r#"{{"ticketId":"{ticket}"}}"#);
        let cookie = shop.buyer.cookie();
        let responses = load.post("/api/orders", cookie, Body::Same(&body), REQUESTS, None)?;
        responses.ensure_only(&["201", "400"])?;
        let winners = responses.count_of("201");
        ensure!(winners == 1, "ticket {ticket} was reserved {winners} times");
        slowest = slowest.max(responses.slowest);
    }
    table.row(
        &format!(
            "{} requests for one ticket, each on its own connection",
            grouped(REQUESTS)
        ),
        format!(
            "1 winner, all answered within {} ({TICKETS} tickets)",
            ms(slowest)
        ),
    );
    shop.server.stop()
}
