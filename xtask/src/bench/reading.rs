//! The list of tickets, and the landing page that shows it.

use std::time::Duration;

use anyhow::Result;

use super::oha::Load;
use super::table::{Table, ms, per_second};
use crate::local_server::Client;

/// How many tickets are on sale.
const LISTED: u64 = 100;

/// Lists tickets, then requests the list and the landing page repeatedly.
pub(super) fn measure(load: &Load, seller: &Client, time: Duration, table: &mut Table) -> Result<()> {
    for number in 0..LISTED {
        seller.list_ticket(&format!("Bench ticket {number}"))?;
    }
    let rows = [
        (format!("GET /api/tickets, {LISTED} tickets"), "/api/tickets"),
        ("GET / (landing page, server-rendered)".to_owned(), "/"),
    ];
    for (name, path) in rows {
        let responses = load.get(path, time)?;
        responses.ensure_only(&["200"])?;
        table.row(
            &name,
            format!("{}, p99 {}", per_second(responses.rate), ms(responses.p99)),
        );
    }
    Ok(())
}
