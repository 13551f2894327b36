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
pub(super) const TIMED: usize = 500;

/// Measures it on a server without other load.
///
/// # Errors
/// When a ticket never becomes orderable.
pub(super) fn measure(seller: &Client, buyer: &Client, table: &mut Table) -> Result<()> {
    let mut remaining = TIMED;
    let lags = lags(seller, buyer, || {
        let is_more = remaining > 0;
        remaining = remaining.saturating_sub(1);
        is_more
    })?;
    table.row("Ticket creation to confirmed order", figure(&lags));
    Ok(())
}

/// The quantiles as a text.
pub(super) fn figure(sorted: &[Duration]) -> String {
    format!(
        "p50 {}, p99 {}",
        ms(quantile(sorted, 50)),
        ms(quantile(sorted, 99))
    )
}

/// Lists tickets and orders each as soon as possible, while `goes_on`. Returns the times from the one response to the other,
/// sorted. They include a request and its commit besides the replication.
///
/// # Errors
/// When a ticket never becomes orderable.
pub(super) fn lags(
    seller: &Client,
    buyer: &Client,
    mut goes_on: impl FnMut() -> bool,
) -> Result<Vec<Duration>> {
    let mut lags = Vec::new();
    while goes_on() {
        let number = lags.len();
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
    Ok(lags)
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
