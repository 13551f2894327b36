//! Reserving a ticket and paying for it through the test provider.

use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};

use super::lag::quantile;
use super::stock::Stock;
use super::table::{Table, ms, per_second};
use super::{Bench, CLIENTS};
use crate::local_server::Client;

/// How many tickets are bought.
const PURCHASES: usize = 2_000;
/// How long after its reservation an order may become payable.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Buys tickets of the stock concurrently. The measured time is from the request to reserve until the response to
/// the payment, which is requested as soon as the payments service has a replica of the order.
///
/// # Errors
/// When a ticket cannot be bought.
pub(super) fn measure(bench: &Bench<'_>, stock: &Stock, table: &mut Table) -> Result<()> {
    let shop = stock.open(bench)?;
    let buyer = &shop.buyer;
    let tickets = stock.tickets.iter().take(PURCHASES).cloned().collect();
    let queue = Mutex::new(tickets);
    let started = Instant::now();
    let times = thread::scope(|scope| {
        let buyers: Vec<_> = (0..CLIENTS)
            .map(|_| scope.spawn(|| buy_all(buyer, &queue)))
            .collect();
        let mut times = Vec::new();
        for bought in buyers {
            let bought = bought.join().map_err(|_| anyhow!("a buyer panicked"))?;
            times.extend(bought?);
        }
        anyhow::Ok(times)
    });
    let (mut times, elapsed) = (times?, started.elapsed());
    times.sort();
    #[expect(clippy::cast_precision_loss, reason = "the figure is rounded to a few digits")]
    let rate = times.len() as f64 / elapsed.as_secs_f64();
    table.row(
        &format!("Reserve and pay, test provider, {CLIENTS} clients"),
        format!(
            "{}, p50 {}, p99 {}",
            per_second(rate),
            ms(quantile(&times, 50)),
            ms(quantile(&times, 99))
        ),
    );
    shop.server.stop()
}

fn buy_all(buyer: &Client, queue: &Mutex<Vec<String>>) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    loop {
        let next = queue.lock().map_err(|_| anyhow!("a buyer panicked"))?.pop();
        let Some(ticket) = next else { return Ok(times) };
        let started = Instant::now();
        let order = buyer
            .order(&ticket)?
            .ok_or_else(|| anyhow!("ticket {ticket} cannot be reserved"))?;
        while buyer.pay(&order.id)?.is_none() {
            ensure!(
                started.elapsed() < TIMEOUT,
                "order {} cannot be paid {} s after it was created",
                order.id,
                TIMEOUT.as_secs()
            );
        }
        times.push(started.elapsed());
    }
}
