//! The initial state of the requests: a buyer with a paid order.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::bench::Client;

/// How long an event may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// A buyer, and the ids of their resources.
pub(super) struct Stage {
    pub(super) buyer: Client,
    pub(super) order: String,
    pub(super) payment: String,
}

/// Has one user list a ticket, and another one buy it.
pub(super) fn set(address: SocketAddr) -> Result<Stage> {
    let seller = Client::sign_up(address, "seller@example.com")?;
    let buyer = Client::sign_up(address, "buyer@example.com")?;
    let ticket = seller.list_ticket("A ticket that is sold")?;
    let order = until_known(|| buyer.order(&ticket))?.id;
    let payment = until_known(|| buyer.pay(&order))?;
    Ok(Stage {
        buyer,
        order,
        payment,
    })
}

/// Retries while the service does not know the resource yet.
fn until_known<T>(mut attempt: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(done) = attempt()? {
            return Ok(done);
        }
        if Instant::now() > deadline {
            bail!("the services do not consume each other's events");
        }
        thread::sleep(Duration::from_millis(10));
    }
}
