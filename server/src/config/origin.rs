//! The public origin: scheme, host and port under which browsers see the site.

use std::fmt;

/// A web origin, as browsers write it in the `Origin` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebOrigin {
    text: String,
    is_https: bool,
}

impl WebOrigin {
    /// Reads an origin.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim().trim_end_matches('/');
        let uri: axum::http::Uri = text.parse().map_err(|_| "this is not an origin".to_owned())?;
        let is_https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err("an origin starts with https:// or http://".to_owned()),
        };
        let has_path = uri.path_and_query().is_some_and(|path| path.as_str() != "/");
        let authority = uri.authority().ok_or("an origin names a host")?;
        if has_path || authority.as_str().contains('@') {
            return Err("an origin is only a scheme, a host and perhaps a port".to_owned());
        }
        // Browsers leave the default port of the scheme away.
        let default_port = if is_https { ":443" } else { ":80" };
        let text = text
            .strip_suffix(default_port)
            .unwrap_or(text)
            .to_ascii_lowercase();
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
        let origin = |text| WebOrigin::parse(text).unwrap().to_string();
        assert_eq!(
            origin("https://Tickets.example.com/"),
            "https://tickets.example.com"
        );
        assert_eq!(
            origin("https://tickets.example.com:443"),
            "https://tickets.example.com"
        );
        assert_eq!(origin("http://127.0.0.1:3000"), "http://127.0.0.1:3000");
        assert!(WebOrigin::parse("https://a.example").unwrap().is_https());
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "",
            "tickets.example.com",
            "ftp://a.example",
            "https://",
            "https://a.example/shop",
            "https://me@a.example",
            "https://a b",
        ] {
            assert!(WebOrigin::parse(text).is_err(), "{text:?}");
        }
    }
}
