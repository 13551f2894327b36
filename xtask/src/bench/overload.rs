//! More requests than the server can serve in time.

use std::time::Duration;

use anyhow::{Context, Result};

use super::Bench;
use super::oha::{Body, Load, Responses};
use super::stock::Stock;
use super::table::{Table, ms, per_second};
use crate::digits::grouped;

/// How many clients ask, each again as soon as it has a response, although a refusal asks it to wait. Were all served, each would wait
/// for as long as all of them take.
const CLIENTS: u64 = 1_000;

/// Requests a page and reservations for more clients than can be served in time.
///
/// # Errors
/// When a request gets another response than its own or 503.
pub(super) fn measure(bench: &Bench<'_>, stock: &Stock, table: &mut Table) -> Result<()> {
    let orders = stock.orders(bench)?;
    row(bench, table, "GET / signed in", || {
        let shop = stock.open(bench)?;
        let cookie = format!("Cookie: {}", shop.buyer.cookie());
        let responses = crowd(bench, shop.server.address()).get("/", Some(&cookie), bench.time)?;
        responses.ensure_only(&["200", "503"])?;
        shop.server.stop()?;
        Ok(responses)
    })?;
    row(bench, table, "Reservations", || {
        let shop = stock.open(bench)?;
        let load = crowd(bench, shop.server.address());
        let (cookie, body) = (shop.buyer.cookie(), Body::Lines(&orders));
        let responses = load.post("/api/orders", cookie, body, bench.tickets / 2, None)?;
        responses.ensure_only(&["201", "400", "503"])?;
        shop.server.stop()?;
        Ok(responses)
    })
}

fn crowd(bench: &Bench<'_>, address: std::net::SocketAddr) -> Load {
    Load {
        clients: CLIENTS,
        ..bench.load(address)
    }
}

/// Adds a row: of several rounds the one with the middle response time counts.
fn row(
    bench: &Bench<'_>,
    table: &mut Table,
    name: &str,
    load: impl FnMut() -> Result<Responses>,
) -> Result<()> {
    let mut rounds: Vec<_> = std::iter::repeat_with(load)
        .take(bench.rounds)
        .collect::<Result<_>>()?;
    rounds.sort_by_key(|round| round.success_p99);
    let middle = rounds.get(rounds.len() / 2).context("there was no round")?;
    let refused = middle.rate_of("503");
    let accepted = per_second(middle.rate - refused);
    let mut figure = format!("{accepted} accepted, p99 {}", ms(middle.success_p99));
    if middle.failure_p99 > Duration::ZERO && refused > 0.0 {
        figure += &format!(
            "; {} refused, p99 {}",
            per_second(refused),
            ms(middle.failure_p99)
        );
    }
    table.row(
        &format!("{name}, {} clients that ask again at once", grouped(CLIENTS)),
        figure,
    );
    Ok(())
}
