//! The data that exists before the requests: a buyer with a paid order.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::local_server::Client;

/// How long the replication of a ticket or an order may take.
const REPLICATION_TIMEOUT: Duration = Duration::from_secs(20);
/// How often a request is repeated until then.
const POLL: Duration = Duration::from_millis(10);

/// A buyer, and the ids of their order and payment.
pub(super) struct Fixture {
    pub(super) buyer: Client,
    pub(super) order: String,
    pub(super) payment: String,
}

impl Fixture {
    /// Signs up a seller and a buyer, lists a ticket and buys it.
    ///
    /// # Errors
    /// When a request fails, or an event is not replicated in time.
    pub(super) fn create(address: SocketAddr) -> Result<Self> {
        let seller = Client::sign_up(address, "seller@example.com")?;
        let buyer = Client::sign_up(address, "buyer@example.com")?;
        let ticket = seller.list_ticket("A ticket that is sold")?;
        let order = retry_until_replicated(|| buyer.order(&ticket))?.id;
        let payment = retry_until_replicated(|| buyer.pay(&order))?;
        Ok(Self {
            buyer,
            order,
            payment,
        })
    }
}

fn retry_until_replicated<T>(mut request: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + REPLICATION_TIMEOUT;
    loop {
        if let Some(response) = request()? {
            return Ok(response);
        }
        if Instant::now() > deadline {
            bail!("a service does not consume the events of another");
        }
        thread::sleep(POLL);
    }
}
