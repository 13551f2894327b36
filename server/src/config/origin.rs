//! The public origin: scheme, host and port under which browsers see the site.

use std::fmt;

use url::{Host, Url};

/// A web origin, as browsers write it in the `Origin` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebOrigin {
    text: String,
    is_https: bool,
}

impl WebOrigin {
    /// Reads an origin. One that browsers would never send is refused, because every form of the site would then come from
    /// elsewhere.
    ///
    /// # Errors
    /// A sentence that describes the error.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").unwrap_or_default();
        let is_https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err("an origin starts with https:// or http://".to_owned()),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        check_authority(authority)?;
        let url = Url::parse(text).map_err(|problem| format!("not a valid origin: {problem}"))?;
        check_host(&url)?;
        // As browsers write it: in lower case and ASCII, without the default port of the scheme.
        let text = url.origin().ascii_serialization();
        Ok(Self { text, is_https })
    }

    /// The origin as browsers send it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the site is reached over TLS.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.is_https
    }
}

/// Checks the part after the scheme, before the parser normalizes it like a browser.
fn check_authority(authority: &str) -> Result<(), String> {
    if authority.is_empty() {
        return Err("an origin needs a host".to_owned());
    }
    if authority.contains(['/', '\\', '?', '#', '@']) {
        return Err(
            "an origin is a scheme, a host and an optional port; remove user, path, query or fragment"
                .to_owned(),
        );
    }
    if authority.contains(|character: char| character.is_whitespace() || character.is_control()) {
        return Err("an origin has no spaces".to_owned());
    }
    if authority.ends_with(':') {
        return Err("the port after the colon is missing".to_owned());
    }
    Ok(())
}

fn check_host(url: &Url) -> Result<(), String> {
    if url.port() == Some(0) {
        return Err("the port must be between 1 and 65535".to_owned());
    }
    let is_label = |label: &str| {
        let is_of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        !label.is_empty() && label.bytes().all(is_of_a_name)
    };
    match url.host() {
        Some(Host::Domain(name)) if !name.split('.').all(is_label) => {
            Err(format!("{name} is not a host name"))
        }
        Some(_) => Ok(()),
        None => Err("an origin needs a host".to_owned()),
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_browsers_write_them() {
        let table = [
            ("https://Tickets.example.com/", "https://tickets.example.com"),
            ("HTTPS://tickets.example.com", "https://tickets.example.com"),
            ("https://tickets.example.com:443", "https://tickets.example.com"),
            ("http://tickets.example.com:80/", "http://tickets.example.com"),
            ("https://tickets.example.com:80", "https://tickets.example.com:80"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("http://[::1]:3000", "http://[::1]:3000"),
            ("http://localhost:65535", "http://localhost:65535"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
        ];
        for (text, origin) in table {
            assert_eq!(WebOrigin::parse(text).unwrap().to_string(), origin, "{text:?}");
        }
        assert!(WebOrigin::parse("https://a.example").unwrap().is_https());
        assert!(!WebOrigin::parse("http://a.example").unwrap().is_https());
    }

    #[test]
    fn invalid_origins_are_refused() {
        for text in [
            "",
            "tickets.example.com",
            "ftp://a.example",
            "https:a.example",
            "https:/a.example",
            "https://",
            "https:///",
            "https://a.example/shop",
            "https://a.example//",
            "https://a.example/?",
            "https://a.example?q=1",
            "https://a.example#x",
            "https://a.example/#",
            "https://me@a.example",
            "https://me:secret@a.example",
            "https://@a.example",
            "https://a b",
            "https://a\t.example",
            "https://a.example\\x",
            "https://a.example:",
            "https://a.example:/",
            "https://a.example:0",
            "https://a.example:99999",
            "https://a.example:65536",
            "https://a.example:-1",
            "https://a.example:https",
            "https://:443",
            "https://a..example",
            "https://a.example.",
            "https://*.example",
            "https://a.example,https://b.example",
            "https://[::1",
            "null",
        ] {
            assert!(WebOrigin::parse(text).is_err(), "{text:?}");
        }
    }
}
