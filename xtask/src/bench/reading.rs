//! The list of tickets, and the landing page that shows it.

use std::time::Duration;

use anyhow::Result;

use super::client::Client;
use super::oha::Load;
use super::table::{Table, ms, per_second};

/// How many tickets are on sale.
const LISTED: u64 = 100;

/// Lists the tickets, then requests them again and again.
pub(super) fn measure(load: &Load, seller: &Client, time: Duration, table: &mut Table) -> Result<()> {
    for number in 0..LISTED {
        seller.list_ticket(&format!("Bench ticket {number}"))?;
    }
    let rows = [
        (format!("GET /api/tickets, {LISTED} tickets"), "/api/tickets"),
        ("GET / (landing page, server-rendered)".to_owned(), "/"),
    ];
    for (what, path) in rows {
        let answers = load.get(path, time)?;
        answers.ensure_only(&["200"])?;
        table.row(
            &what,
            format!("{}, p99 {}", per_second(answers.rate), ms(answers.p99)),
        );
    }
    Ok(())
}
