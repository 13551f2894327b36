//! The URL of a PostgreSQL database.

use std::fmt;
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

/// A database of PostgreSQL, and how to connect to it. It may contain a password, so that it is never shown.
#[derive(Clone)]
pub struct DatabaseUrl(PgConnectOptions);

/// The name that PostgreSQL shows for the connections.
const APPLICATION: &str = "ticketing";

impl DatabaseUrl {
    /// Reads a URL as libpq does (<https://www.postgresql.org/docs/current/libpq-connect.html>), TLS included.
    ///
    /// # Errors
    /// A sentence that describes the error, without the URL.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err("a database URL starts with postgres:// or postgresql://".to_owned());
        }
        let options = PgConnectOptions::from_str(text)
            .map_err(|problem| format!("not a valid database URL: {problem}"))?;
        Ok(Self(options.application_name(APPLICATION)))
    }

    /// How to connect.
    #[must_use]
    pub fn options(&self) -> &PgConnectOptions {
        &self.0
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseUrl").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_names_server_database_and_role() {
        let url =
            DatabaseUrl::parse("postgres://ada:secret@db.example.com:5433/shop?sslmode=require").unwrap();
        let options = url.options();
        assert_eq!(
            (options.get_host(), options.get_port(), options.get_username()),
            ("db.example.com", 5433, "ada")
        );
        assert_eq!(options.get_database(), Some("shop"));
        assert!(!format!("{url:?}").contains("secret"));
    }

    #[test]
    fn anything_else_is_refused_with_a_reason_that_does_not_repeat_it() {
        for text in [
            "",
            "mysql://ada:secret@db/shop",
            "ada:secret@db",
            "postgres://ada:secret@db:port/shop",
        ] {
            let problem = DatabaseUrl::parse(text).unwrap_err();
            assert!(!problem.contains("secret"), "{problem}");
        }
    }
}
