//! Client addresses and rate limits.

mod address;
mod clock;
mod proxies;
mod rate;

pub use address::ClientAddress;
pub use clock::SteadyClock;
pub use proxies::{InvalidProxy, TrustedProxies};
pub use rate::ClientRate;
