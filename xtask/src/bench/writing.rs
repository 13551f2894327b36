//! Reserving tickets under load.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow};

use super::oha::{Body, Load, Responses};
use super::rounds::{Figure, Target, take_turns};
use super::stock::{Stock, lines};
use super::table::{Table, ms, per_second};
use super::{Bench, CLIENTS, lag, memory};
use crate::digits::grouped;
use crate::local_server::Client;

/// The share of the tickets that a load reserves. For every request oha draws a ticket at random, so that about one request
/// in ten is for a ticket that is reserved already, and is rejected.
const SHARE: u64 = 5;
/// The share of the highest rate at which the latency is measured, too.
const OPEN_LOOP: f64 = 0.7;
/// A rate at which the latency is measured, whatever the highest is.
const FIXED_RATE: f64 = 5_000.0;
/// The statuses of a reservation: created, or rejected because the ticket is reserved already.
const EXPECTED: [&str; 2] = ["201", "400"];

/// Reserves tickets of the stock at the highest rate, beside Express, and at two lower ones.
pub(super) fn measure(bench: &Bench<'_>, stock: &Stock, table: &mut Table) -> Result<()> {
    let orders = stock.orders(bench)?;
    let of_express = lines(
        bench.folder.join("express.jsonl"),
        (0..bench.tickets).map(|number| format!("{number:024x}")),
    )?;
    let mut peak = None;
    let mut targets = vec![Target::ours(|| {
        let shop = stock.open(bench)?;
        let load = bench.load(shop.server.address());
        let responses = reserve(bench, &load, &shop.buyer, &orders, None)?;
        peak = peak.max(shop.server.peak_memory()?);
        shop.server.stop()?;
        Ok(created(&responses))
    })];
    if bench.references.has_express() {
        targets.push(Target::new("Express", || {
            let express = bench.references.express(bench.folder, bench.tickets)?;
            let express = express.ok_or_else(|| anyhow!("Express is not installed"))?;
            let buyer = Client::sign_up(express.address(), "buyer@example.org")?;
            let load = bench.load(express.address());
            Ok(created(&reserve(bench, &load, &buyer, &of_express, None)?))
        }));
    }
    let figures = take_turns(bench.rounds, &mut targets)?;
    let name = format!("Reservations, {CLIENTS} clients, distinct tickets, synchronous=FULL");
    table.turns(&name, &targets, &figures);
    drop(targets);
    memory::row(table, "Resident memory, peak under load", peak);

    let highest = figures.first().map_or(0.0, |figure| figure.rate);
    let name = format!(
        "Reservations at {:.0}% of that rate, open loop",
        OPEN_LOOP * 100.0
    );
    table.row(&name, open_loop(bench, stock, &orders, highest * OPEN_LOOP)?.0);
    let (figure, lags) = open_loop(bench, stock, &orders, FIXED_RATE)?;
    let rate = per_second(FIXED_RATE);
    table.row(&format!("Reservations at {rate}, open loop"), figure);
    table.row(
        &format!("Ticket creation to confirmed order, beside reservations at {rate}"),
        lags,
    );
    Ok(())
}

/// Reserves at a rate per second regardless of the responses, in each round on a new copy of the stock. Returns the medians
/// of the latencies, and the lags of tickets that are listed and ordered meanwhile.
fn open_loop(bench: &Bench<'_>, stock: &Stock, orders: &Path, rate: f64) -> Result<(String, String)> {
    let (mut p50s, mut p99s, mut rates, mut lags) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.rounds {
        let shop = stock.open(bench)?;
        let load = bench.load(shop.server.address());
        let ends = AtomicBool::new(false);
        let (responses, lag) = thread::scope(|scope| {
            let timed =
                scope.spawn(|| lag::lags(&shop.seller, &shop.buyer, || !ends.load(Ordering::Relaxed)));
            let responses = reserve(bench, &load, &shop.buyer, orders, Some(rate));
            ends.store(true, Ordering::Relaxed);
            let lag = timed.join().map_err(|_| anyhow!("measuring the lag panicked"))?;
            anyhow::Ok((responses?, lag?))
        })?;
        shop.server.stop()?;
        p50s.push(responses.p50);
        p99s.push(responses.p99);
        rates.push(responses.rate);
        lags.extend(lag);
    }
    lags.sort();
    let achieved = median(&mut rates, f64::total_cmp);
    let mut text = format!(
        "p50 {}, p99 {}",
        ms(median(&mut p50s, Duration::cmp)),
        ms(median(&mut p99s, Duration::cmp))
    );
    if achieved < rate * 0.95 {
        text += &format!(" (reached {})", per_second(achieved));
    }
    Ok((
        text,
        format!("{} ({} tickets)", lag::figure(&lags), grouped(lags.len() as u64)),
    ))
}

fn reserve(
    bench: &Bench<'_>,
    load: &Load,
    buyer: &Client,
    orders: &Path,
    rate: Option<f64>,
) -> Result<Responses> {
    let count = bench.tickets / SHARE;
    let responses = load.post("/api/orders", buyer.cookie(), Body::Lines(orders), count, rate)?;
    responses.ensure_only(&EXPECTED)?;
    Ok(responses)
}

/// The reservations among the responses.
fn created(responses: &Responses) -> Figure {
    Figure {
        rate: responses.rate_of("201"),
        p99: responses.p99,
    }
}

fn median<T: Copy + Default>(values: &mut [T], order: impl FnMut(&T, &T) -> std::cmp::Ordering) -> T {
    values.sort_by(order);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
