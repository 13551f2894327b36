//! Listing and reserving tickets under load.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::oha::{Body, Load};
use super::table::{Table, ms, per_second};
use crate::local_server::Client;

/// How many tickets are on sale. For every request oha draws one of a half of them at random, so that of
/// [`RESERVATIONS`] requests about one in ten is for a ticket that is reserved already, and is rejected.
const TICKETS: u64 = 80_000;
/// How many requests each of the two loads sends.
const RESERVATIONS: u64 = 8_000;
/// The share of the highest rate at which the latency is measured, too.
const OPEN_LOOP: f64 = 0.7;
/// The statuses of a reservation: created, or rejected because the ticket is reserved already.
const EXPECTED: [&str; 2] = ["201", "400"];

/// Lists tickets, then reserves those of one half at the highest rate and those of the other at a lower one.
pub(super) fn measure(
    load: &Load,
    seller: &Client,
    buyer: &Client,
    folder: &Path,
    table: &mut Table,
) -> Result<()> {
    println!("bench: listing {TICKETS} tickets");
    let body = Body::Same(r#"{"title":"Bench ticket","price":"25.00"}"#);
    let listing = load.post("/api/tickets", seller.cookie(), body, TICKETS, None)?;
    listing.ensure_only(&["201"])?;
    let clients = load.clients;
    table.row(
        &format!("POST /api/tickets, {clients} clients"),
        format!("{}, p99 {}", per_second(listing.rate), ms(listing.p99)),
    );

    let tickets = buyer.all_tickets()?;
    ensure!(
        tickets.len() as u64 >= TICKETS,
        "only {} of {TICKETS} tickets are on sale",
        tickets.len()
    );
    let (newest, tickets) = tickets.split_last().context("no ticket is on sale")?;
    buyer.wait_until_orderable(newest)?;
    let (first, second) = tickets.split_at(tickets.len() / 2);

    let orders = lines(folder.join("first.jsonl"), first)?;
    let closed = load.post(
        "/api/orders",
        buyer.cookie(),
        Body::Lines(&orders),
        RESERVATIONS,
        None,
    )?;
    closed.ensure_only(&EXPECTED)?;
    table.row(
        &format!("Reservations, {clients} clients, distinct tickets, synchronous=FULL"),
        format!("{}, p99 {}", per_second(closed.rate_of("201")), ms(closed.p99)),
    );
    let orders = lines(folder.join("second.jsonl"), second)?;
    let rate = closed.rate * OPEN_LOOP;
    let open = load.post(
        "/api/orders",
        buyer.cookie(),
        Body::Lines(&orders),
        RESERVATIONS,
        Some(rate),
    )?;
    open.ensure_only(&EXPECTED)?;
    table.row(
        "Reservations at 70% of that rate, open loop",
        format!("p50 {}, p99 {}", ms(open.p50), ms(open.p99)),
    );
    Ok(())
}

/// Writes a file with the request body of an order per line.
fn lines(file: PathBuf, tickets: &[String]) -> Result<PathBuf> {
    let bodies: Vec<String> = tickets
        .iter()
        .map(|ticket| format!("{{\"ticketId\":\"{ticket}\"}}\n"))
        .collect();
    fs::write(&file, bodies.concat()).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ticket_becomes_the_body_of_an_order() {
        let folder = tempfile::tempdir().unwrap();
        let file = lines(folder.path().join("orders"), &["a".to_owned(), "b".to_owned()]).unwrap();
        assert_eq!(
            fs::read_to_string(file).unwrap(),
            "{\"ticketId\":\"a\"}\n{\"ticketId\":\"b\"}\n"
        );
    }
}
