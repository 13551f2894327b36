//! How much one client or one buyer may do.

use web::TrustedProxies;

use super::reader::Reader;
use super::{parse, setting};

/// How much one client or one buyer may do; 0 is no limit.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Sign-ins and sign-ups per minute and client.
    pub client_rate: u32,
    /// Who is believed about where a request comes from.
    pub trusted_proxies: TrustedProxies,
    /// Unpaid orders per buyer.
    pub holds_per_buyer: u32,
}

pub(super) fn read(reader: &mut Reader<'_>) -> Option<Limits> {
    let client_rate = reader.read(&setting::CLIENT_RATE, parse::number);
    let holds_per_buyer = reader.read(&setting::HOLDS_PER_BUYER, parse::number);
    // Nothing said is no proxy; something wrong is a mistake that was noted.
    let trusted_proxies = reader.read(&setting::TRUSTED_PROXIES, parse::proxies);
    Some(Limits {
        client_rate: client_rate?,
        trusted_proxies: trusted_proxies.unwrap_or_default(),
        holds_per_buyer: holds_per_buyer?,
    })
}
