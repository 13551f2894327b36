//! Where the user goes after signing in.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::paths;

/// The path and query of one of our pages. It comes from a URL that anyone may have written, so everything else is
/// rejected: a redirect never leaves the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Next(String);

impl Default for Next {
    fn default() -> Self {
        Self(paths::ON_SALE.to_owned())
    }
}

/// The characters that are not escaped in a query string.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.');

impl Next {
    /// The longest path that is accepted.
    const MAX_LENGTH: usize = 1_000;

    /// The text if it is the path of a page, and the landing page otherwise.
    pub(crate) fn parse(text: &str) -> Self {
        if is_page(text) {
            Self(text.to_owned())
        } else {
            Self::default()
        }
    }

    /// The path.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The path of another page that returns here.
    pub(crate) fn after(&self, page: &str) -> String {
        if *self == Self::default() {
            return page.to_owned();
        }
        format!("{page}?next={}", utf8_percent_encode(&self.0, QUERY))
    }
}

fn is_page(text: &str) -> bool {
    // Browsers read `\` as `/`, drop tabs and line breaks, and take `//` for the start of a host name.
    let is_local = text.starts_with('/') && !text.starts_with("//");
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let first = text
        .trim_start_matches('/')
        .split(['/', '?', '#'])
        .next()
        .unwrap_or_default();
    let is_for_programs = matches!(first, "api" | "fn" | "live" | "livez" | "pkg" | "readyz");
    is_local && is_plain && !is_for_programs && text.len() <= Next::MAX_LENGTH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_pages_are_kept() {
        let id = "/tickets/01890a5d-ac96-774b-bcce-b302099a8057";
        for path in [
            "/",
            id,
            "/orders",
            "/?q=rock&sort=newest",
            "/tickets/new#title",
            "/apiary",
            "/fnord",
        ] {
            assert_eq!(Next::parse(path).as_str(), path);
        }
    }

    #[test]
    fn invalid_targets_lead_to_the_landing_page() {
        let long = format!("/{}", "a".repeat(Next::MAX_LENGTH));
        for text in [
            "",
            "orders",
            "https://evil.example/",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/orders\r\nset-cookie: a=b",
            " /orders",
            "javascript:alert(1)",
            "/ä",
            "/fn/auth/signout",
            "/api/users/signout",
            "/api",
            "/fn?x",
            "/live",
            &long,
        ] {
            assert_eq!(Next::parse(text), Next::default(), "{text:?}");
        }
    }

    #[test]
    fn path_returns_to_the_page() {
        assert_eq!(Next::default().after("/auth/signin"), "/auth/signin");
        let next = Next::parse("/?q=a&sort=b");
        assert_eq!(
            next.after("/auth/signin"),
            "/auth/signin?next=/%3Fq%3Da%26sort%3Db"
        );
    }
}
