//! The replication lag: the time from the commit of a ticket until it can be ordered.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::table::{Table, ms};
use crate::local_server::Client;

/// How long after its commit a ticket may become orderable.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The pause between two tickets, so that the server is idle at each.
const PAUSE: Duration = Duration::from_millis(2);

/// How many tickets are measured.
const TIMED: usize = 500;

/// Lists tickets and orders each as soon as possible. The measured time is from the one response to the other, which
/// includes a request and its commit besides the replication.
///
/// # Errors
/// When a ticket never becomes orderable.
pub(super) fn measure(seller: &Client, buyer: &Client, table: &mut Table) -> Result<()> {
    let mut lags = Vec::with_capacity(TIMED);
    for number in 0..TIMED {
        let ticket = seller.list_ticket(&format!("Timed ticket {number}"))?;
        let committed = Instant::now();
        while !buyer.reserve(&ticket)? {
            ensure!(
                committed.elapsed() < TIMEOUT,
                "ticket {ticket} cannot be ordered {} s after it was listed",
                TIMEOUT.as_secs()
            );
        }
        lags.push(committed.elapsed());
        thread::sleep(PAUSE);
    }
    lags.sort();
    let figure = format!("p50 {}, p99 {}", ms(quantile(&lags, 50)), ms(quantile(&lags, 99)));
    table.row("Ticket creation to confirmed order", figure);
    Ok(())
}

/// The quantile of sorted values, by the nearest rank.
pub(super) fn quantile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_of_the_sample() {
        let values: Vec<_> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(quantile(&values, 50), Duration::from_millis(100));
        assert_eq!(quantile(&values, 99), Duration::from_millis(198));
        assert_eq!(quantile(&values[..1], 99), Duration::from_millis(1));
        assert_eq!(quantile(&[], 99), Duration::ZERO);
    }
}
