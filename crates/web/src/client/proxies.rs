//! Trusted proxies.

use std::net::IpAddr;

use ipnet::IpNet;

/// The addresses whose `X-Forwarded-For` is believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

/// A part of the list is neither an address nor a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither an IP address nor a network such as 10.0.0.0/8")]
pub struct InvalidProxy(String);

impl TrustedProxies {
    /// Parses addresses and networks, separated by commas. The list may be empty.
    ///
    /// # Errors
    /// The first part that is neither.
    pub fn parse(text: &str) -> Result<Self, InvalidProxy> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(network).collect::<Result<_, _>>().map(Self)
    }

    /// Whether this is the address of one of them.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

fn network(text: &str) -> Result<IpNet, InvalidProxy> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    address
        .or_else(|_| text.parse())
        .map_err(|_| InvalidProxy(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks_are_read() {
        let proxies = TrustedProxies::parse("127.0.0.1, 10.0.0.0/8,fd00::/8 ,").unwrap();
        for (address, is_trusted) in [
            ("127.0.0.1", true),
            ("127.0.0.2", false),
            ("10.9.8.7", true),
            ("::ffff:10.9.8.7", true),
            ("fd12::1", true),
            ("2001:db8::1", false),
        ] {
            assert_eq!(
                proxies.contains(address.parse().unwrap()),
                is_trusted,
                "{address}"
            );
        }
        assert_eq!(TrustedProxies::parse(" ").unwrap(), TrustedProxies::default());
        for text in ["proxy.example.com", "10.0.0.0/33", "10.0.0.0/8 127.0.0.1"] {
            assert!(TrustedProxies::parse(text).is_err(), "{text}");
        }
    }
}
