//! The time from a ticket's commit until it can be ordered.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::client::Client;

/// A ticket that cannot be ordered for this long was lost.
const PATIENCE: Duration = Duration::from_secs(10);
/// The pause between two tickets, so that each meets a server that is idle.
const PAUSE: Duration = Duration::from_millis(2);

/// Two of the quantiles of what was timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lags {
    /// Half were at most this.
    pub(super) p50: Duration,
    /// All but one in a hundred were at most this.
    pub(super) p99: Duration,
}

/// Lists tickets and orders each as soon as it can be. Timed is from the answer to the one until the answer to the
/// other: longer than the replication itself, by a request and its commit.
///
/// # Errors
/// When a ticket never becomes orderable.
pub(super) fn measure(seller: &Client, buyer: &Client, count: usize) -> Result<Lags> {
    let mut lags = Vec::with_capacity(count);
    for number in 0..count {
        let ticket = seller.list_ticket(&format!("Timed ticket {number}"))?;
        let committed = Instant::now();
        while !buyer.reserve(&ticket)? {
            ensure!(
                committed.elapsed() < PATIENCE,
                "ticket {ticket} cannot be ordered {} s after it was listed",
                PATIENCE.as_secs()
            );
        }
        lags.push(committed.elapsed());
        thread::sleep(PAUSE);
    }
    lags.sort();
    Ok(Lags {
        p50: quantile(&lags, 50),
        p99: quantile(&lags, 99),
    })
}

/// The smallest of the sorted values that this many per cent of them do not exceed.
fn quantile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_the_values_themselves() {
        let values: Vec<_> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(quantile(&values, 50), Duration::from_millis(100));
        assert_eq!(quantile(&values, 99), Duration::from_millis(198));
        assert_eq!(quantile(&values[..1], 99), Duration::from_millis(1));
        assert_eq!(quantile(&[], 99), Duration::ZERO);
    }
}
