//! The identity of a client for limits.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::{HeaderMap, HeaderName};

use super::TrustedProxies;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// An IPv4 address, or the /64 of an IPv6 address: every IPv6 client has at least that many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// The client with this address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        const NETWORK: u128 = !(u64::MAX as u128);
        Self(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & NETWORK).into(),
            address @ IpAddr::V4(_) => address,
        })
    }

    /// The client of a request that `peer` sent. `X-Forwarded-For` is read only from trusted proxies: the client is the last hop
    /// that is not one.
    #[must_use]
    pub fn of_request(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> Self {
        let mut hop = peer;
        // Proxies add to the end, so the header is read from there.
        for value in headers.get_all(FORWARDED_FOR).iter().rev() {
            let Ok(text) = value.to_str() else { break };
            for before in text.rsplit(',') {
                if !trusted.contains(hop) {
                    return Self::of(hop);
                }
                // If a proxy sends no usable address, the proxy counts as the client.
                let Some(before) = address(before.trim()) else {
                    return Self::of(hop);
                };
                hop = before;
            }
        }
        Self::of(hop)
    }
}

/// An address as proxies write it: some add the port.
fn address(text: &str) -> Option<IpAddr> {
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    if let Some((address, _port)) = bracketed {
        return address.parse().ok();
    }
    text.parse().ok().or_else(|| {
        let (address, _port) = text.split_once(':')?;
        address.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str], trusted: &str) -> ClientAddress {
        let headers = forwarded
            .iter()
            .map(|value| (FORWARDED_FOR, value.parse().unwrap()))
            .collect();
        let trusted = TrustedProxies::parse(trusted).unwrap();
        ClientAddress::of_request(peer.parse().unwrap(), &headers, &trusted)
    }

    fn of(text: &str) -> ClientAddress {
        ClientAddress::of(text.parse().unwrap())
    }

    #[test]
    fn ipv6_client_is_its_network() {
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:203.0.113.9"), of("203.0.113.9"));
        assert_ne!(of("203.0.113.9"), of("203.0.113.8"));
    }

    #[test]
    fn without_a_trusted_proxy_the_header_is_not_looked_at() {
        for trusted in ["", "10.0.0.0/8"] {
            assert_eq!(
                client("203.0.113.9", &["198.51.100.1"], trusted),
                of("203.0.113.9")
            );
        }
    }

    #[test]
    fn client_is_the_last_untrusted_hop() {
        let trusted = "10.0.0.0/8, 2001:db8:ffff::/48";
        for (forwarded, expected) in [
            (&["198.51.100.1"][..], "198.51.100.1"),
            // Values written by the client precede those that the proxy appends.
            (&["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
            (&["1.2.3.4", "198.51.100.1"], "198.51.100.1"),
            (&["198.51.100.1, 10.0.0.7, 2001:db8:ffff::2"], "198.51.100.1"),
            (&["198.51.100.1:4711"], "198.51.100.1"),
            (&["[2001:db8:9::1]:4711, 10.0.0.7"], "2001:db8:9::2"),
            (&["10.0.0.8, 10.0.0.7"], "10.0.0.8"),
            // Nothing of use: the proxy itself, which then shares one allowance with all its clients.
            (&[], "10.1.1.1"),
            (&["unknown"], "10.1.1.1"),
            (&["198.51.100.1, ,10.0.0.7"], "10.0.0.7"),
        ] {
            assert_eq!(
                client("10.1.1.1", forwarded, trusted),
                of(expected),
                "{forwarded:?}"
            );
        }
        assert_eq!(
            client("::ffff:10.1.1.1", &["198.51.100.1"], trusted),
            of("198.51.100.1")
        );
    }
}
