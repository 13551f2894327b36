//! Several processes on one PostgreSQL, beside one process with SQLite.

mod shop;
mod table;

use std::thread;

use anyhow::{Context, Result, anyhow};
use postgres_cluster::Cluster;

use self::shop::Shop;
use self::table::Comparison;
use super::lag;
use super::oha::{Body, Load, Responses};
use super::rounds::Figure;
use super::stock::lines;
use super::table::ms;
use super::{Bench, CLIENTS};
use crate::digits::grouped;

/// Every so many of the tickets on sale, one is reserved: an order is for a ticket that was drawn at random, so that most are free.
const SHARE: u64 = 5;
const LIST: &str = "/api/tickets?limit=100";
const LANDING: &str = "/";

/// Measures one process with SQLite, and then so many processes on PostgreSQL, for each number. Returns the table in Markdown.
///
/// PostgreSQL runs on this machine and syncs each commit to the disk. Each process has its own load generator and its share of the
/// connections: a balancer would take its part of the processor.
///
/// # Errors
/// When a server does not start, or a request gets an unexpected response.
pub(super) fn measure(bench: &Bench<'_>, processes: &[usize]) -> Result<String> {
    let mut comparison = Comparison::default();
    println!("bench: one process with SQLite");
    one_form(
        bench,
        &Shop::on_sqlite(bench)?,
        "SQLite, 1 process",
        &mut comparison,
    )?;
    let cluster = Cluster::durable();
    for count in processes {
        println!("bench: {count} processes with PostgreSQL");
        let database = cluster.database();
        let name = format!(
            "PostgreSQL, {count} {}",
            if *count == 1 { "process" } else { "processes" }
        );
        one_form(
            bench,
            &Shop::on_postgres(bench, &database, *count)?,
            &name,
            &mut comparison,
        )?;
    }
    Ok(comparison.markdown())
}

/// Measures servers that have one empty marketplace.
fn one_form(bench: &Bench<'_>, shop: &Shop, name: &str, comparison: &mut Comparison) -> Result<()> {
    let mut column = comparison.column(name);
    let cookie = shop.seller.cookie();
    let body = Body::Same(r#"{"title":"Bench ticket","price":"25.00"}"#);
    let listed = on_all(bench, shop, |load, share| {
        load.post("/api/tickets", cookie, body, bench.tickets / share, None)
    })?;
    column.rate("POST /api/tickets", all_of(&listed, &["201"])?);
    shop.wait_until_all_are_orderable()?;

    for (name, path) in [
        ("GET /api/tickets, a page of 100", LIST),
        ("GET /, anonymous", LANDING),
    ] {
        let read = on_all(bench, shop, |load, _| load.get(path, None, bench.time))?;
        column.rate(name, all_of(&read, &["200"])?);
    }

    let tickets = shop.buyer.all_tickets()?;
    let orders = lines(bench.folder.join("orders.jsonl"), tickets.iter())?;
    let cookie = shop.buyer.cookie();
    let count = bench.tickets / SHARE;
    let reserved = on_all(bench, shop, |load, share| {
        load.post("/api/orders", cookie, Body::Lines(&orders), count / share, None)
    })?;
    let mut figure = all_of(&reserved, &["201", "400"])?;
    figure.rate = reserved.iter().map(|responses| responses.rate_of("201")).sum();
    column.rate(&format!("Reservations, {CLIENTS} clients"), figure);

    let mut remaining = lag::TIMED;
    let lags = lag::lags(&shop.seller, &shop.last_buyer(), || {
        let is_more = remaining > 0;
        remaining = remaining.saturating_sub(1);
        is_more
    })?;
    column.text(
        "Ticket creation at the first process to confirmed order at the last, p99",
        ms(lag::quantile(&lags, 99)),
    );
    println!("bench: {name}: {} tickets", grouped(tickets.len() as u64));
    Ok(())
}

/// Sends a load to each process at the same time. The load gets the number of processes.
fn on_all<F>(bench: &Bench<'_>, shop: &Shop, load: F) -> Result<Vec<Responses>>
where
    F: Fn(&Load, u64) -> Result<Responses> + Sync,
{
    let share = shop.servers.len() as u64;
    thread::scope(|scope| {
        let running: Vec<_> = shop
            .servers
            .iter()
            .map(|server| {
                let one = Load {
                    program: bench.oha.clone(),
                    address: server.address(),
                    clients: CLIENTS / share,
                };
                let load = &load;
                scope.spawn(move || load(&one, share))
            })
            .collect();
        let ended = running.into_iter().map(|one| {
            let responses = one.join().map_err(|_| anyhow!("a load panicked"))?;
            responses.context("a load failed")
        });
        ended.collect()
    })
}

/// The sum of the rates, and the longest of the times.
fn all_of(all: &[Responses], statuses: &[&str]) -> Result<Figure> {
    for responses in all {
        responses.ensure_only(statuses)?;
    }
    Ok(Figure {
        rate: all.iter().map(|responses| responses.rate).sum(),
        p99: all
            .iter()
            .map(|responses| responses.p99)
            .max()
            .unwrap_or_default(),
    })
}
