//! Lists, pages and files, with few tickets on sale and with many.

use anyhow::{Context, Result};

use super::Bench;
use super::oha::Load;
use super::rounds::{Figure, Target, take_turns};
use super::table::{Table, ms, per_second};
use crate::digits::grouped;
use crate::local_server::{Client, Server};

/// How many tickets are on sale at first.
const FEW: u64 = 100;
/// The page that a browser asks for in its first request.
const LANDING: &str = "/";

/// Lists a few tickets, then requests the list, one of them, the landing page and a file of the site.
pub(super) fn measure_small(
    bench: &Bench<'_>,
    server: &Server,
    seller: &Client,
    buyer: &Client,
    table: &mut Table,
) -> Result<()> {
    let mut one = String::new();
    for number in 0..FEW {
        one = format!(
            "/api/tickets/{}",
            seller.list_ticket(&format!("Bench ticket {number}"))?
        );
    }
    let ours = bench.load(server.address());
    let express = bench.references.express(bench.folder, FEW)?;
    let express = express.as_ref().map(|express| bench.load(express.address()));

    let name = format!("GET /api/tickets, {FEW} tickets");
    let list = format!("/api/tickets?limit={FEW}");
    beside(
        bench,
        table,
        &name,
        (&ours, &list, None),
        ("Express", express.as_ref(), &list),
    )?;
    let theirs = format!("/api/tickets/{:024x}", 0);
    let name = "GET /api/tickets/{id}";
    beside(
        bench,
        table,
        name,
        (&ours, &one, None),
        ("Express", express.as_ref(), &theirs),
    )?;
    measure_landing(bench, &ours, buyer, FEW, table)?;

    let stylesheet = stylesheet(&seller.page(LANDING)?)?;
    let brotli = Some("Accept-Encoding: br");
    let name = "GET the stylesheet, brotli";
    beside(
        bench,
        table,
        name,
        (&ours, &stylesheet, brotli),
        ("Express", None, ""),
    )
}

/// Requests a page of the list, the landing page and a search in a catalogue of many tickets.
pub(super) fn measure_large(
    bench: &Bench<'_>,
    server: &Server,
    buyer: &Client,
    table: &mut Table,
) -> Result<()> {
    let ours = bench.load(server.address());
    let many = grouped(bench.tickets);
    {
        let express = bench.references.express(bench.folder, bench.tickets)?;
        let express = express.as_ref().map(|express| bench.load(express.address()));
        let name = format!("GET /api/tickets, a page of 1,000 of {many} tickets");
        let page = "/api/tickets?limit=1000";
        beside(
            bench,
            table,
            &name,
            (&ours, page, None),
            ("Express", express.as_ref(), page),
        )?;
    }
    measure_landing(bench, &ours, buyer, bench.tickets, table)?;

    let search = "/api/tickets?q=ticket%207&limit=24";
    let alone = Load {
        clients: 1,
        ..bench.load(server.address())
    };
    let responses = alone.get(search, None, bench.time)?;
    responses.ensure_only(&["200"])?;
    table.row(
        &format!("Search in {many} tickets, 1 connection"),
        format!(
            "{}, p50 {}, p99 {}",
            per_second(responses.rate),
            ms(responses.p50),
            ms(responses.p99)
        ),
    );
    Ok(())
}

/// The landing page shows the newest of the tickets on sale, so that its cost need not depend on how many there are.
fn measure_landing(
    bench: &Bench<'_>,
    ours: &Load,
    buyer: &Client,
    tickets: u64,
    table: &mut Table,
) -> Result<()> {
    let next = bench.references.next()?;
    let next = next.as_ref().map(|next| bench.load(next.address()));
    let cookie = format!("Cookie: {}", buyer.cookie());
    for (visitor, header) in [("anonymous", None), ("signed in", Some(cookie.as_str()))] {
        let name = format!("GET / of {} tickets, {visitor}", grouped(tickets));
        beside(
            bench,
            table,
            &name,
            (ours, LANDING, header),
            ("Next.js", next.as_ref(), LANDING),
        )?;
    }
    Ok(())
}

/// Adds a row of a path of ours beside a path of a reference, if that is there.
fn beside(
    bench: &Bench<'_>,
    table: &mut Table,
    name: &str,
    (ours, path, header): (&Load, &str, Option<&str>),
    (other_name, other, other_path): (&str, Option<&Load>, &str),
) -> Result<()> {
    let get = |load: &Load, path: &str, header| {
        let responses = load.get(path, header, bench.time)?;
        responses.ensure_only(&["200"])?;
        anyhow::Ok(Figure::of(&responses))
    };
    let mut targets = vec![Target::ours(|| get(ours, path, header))];
    if let Some(other) = other {
        targets.push(Target::new(other_name, move || get(other, other_path, None)));
    }
    let figures = take_turns(bench.rounds, &mut targets)?;
    table.turns(name, &targets, &figures);
    Ok(())
}

/// The path of the stylesheet that a page links to.
fn stylesheet(page: &str) -> Result<String> {
    let end = page
        .find(".css\"")
        .context("the landing page has no stylesheet")?;
    let start = page[..end].rfind('"').map_or(0, |quote| quote + 1);
    Ok(format!("{}.css", &page[start..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stylesheet_is_found_in_a_page() {
        let page = r#"<script src="/pkg/a.js"></script><link rel="stylesheet" href="/pkg/b.css"/>"#;
        assert_eq!(stylesheet(page).unwrap(), "/pkg/b.css");
        assert!(stylesheet("<p>").is_err());
    }
}
