//! The time from the expiry of a hold until its ticket is free, with and without the expiry worker.

use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Result, ensure};
use contracts::Timestamp;

use super::lag::figure;
use super::table::Table;
use crate::build::Build;
use crate::local_server::{Client, Order, Server};

/// How many holds expire.
const HOLDS: usize = 50;
/// The time between two deadlines, so that the server is idle at each.
const SPACING: Duration = Duration::from_millis(30);
/// How long after its deadline a ticket may become free.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Lets holds expire and reserves their tickets as soon as possible. Then measures when the public view shows others free.
///
/// # Errors
/// When a ticket does not become free.
pub(super) fn measure(built: &Build, folder: &Path, table: &mut Table) -> Result<()> {
    for worker in ["on", "off"] {
        let folder = folder.join(format!("worker-{worker}"));
        std::fs::create_dir(&folder)?;
        let server = Server::start(built, &folder, &["--hold", "3s", "--expiry-worker", worker])?;
        let seller = Client::sign_up(server.address(), "seller@example.org")?;
        let first = Client::sign_up(server.address(), "first@example.org")?;
        let second = Client::sign_up(server.address(), "second@example.org")?;
        let reservable = delays(&seller, &first, |ticket| Ok(second.order(ticket)?.is_some()))?;
        let seen = delays(&seller, &first, |ticket| Ok(second.holder(ticket)?.is_none()))?;
        server.stop()?;
        table.row(
            &format!("From a deadline until another buyer has the ticket, worker {worker}"),
            figure(&reservable),
        );
        table.row(
            &format!("From a deadline until the ticket is shown as available, worker {worker}"),
            figure(&seen),
        );
    }
    Ok(())
}

/// How long after its deadline each ticket was free according to `is_free`, sorted.
fn delays(seller: &Client, buyer: &Client, is_free: impl Fn(&str) -> Result<bool>) -> Result<Vec<Duration>> {
    let mut holds: Vec<(String, Order)> = Vec::with_capacity(HOLDS);
    for number in 0..HOLDS {
        let ticket = seller.list_ticket(&format!("Held ticket {number}"))?;
        let order = loop {
            if let Some(order) = buyer.order(&ticket)? {
                break order;
            }
        };
        holds.push((ticket, order));
        thread::sleep(SPACING);
    }
    let mut delays = Vec::with_capacity(HOLDS);
    for (ticket, order) in &holds {
        thread::sleep(order.expires_at.since(now()));
        while !is_free(ticket)? {
            ensure!(
                now().since(order.expires_at) < TIMEOUT,
                "ticket {ticket} is not free {} s after its deadline",
                TIMEOUT.as_secs()
            );
        }
        delays.push(now().since(order.expires_at));
    }
    delays.sort();
    Ok(delays)
}

/// The time of the machine's clock, which the server uses, too.
#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn now() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
