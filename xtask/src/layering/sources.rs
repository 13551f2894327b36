//! Rules that only the sources can show, and not the dependencies: what a crate names of another one.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Verdict;

/// What can write into a database, or read from it by SQL.
const HANDLES: [&str; 3] = ["Database", "SqlitePool", "Transaction"];

/// A Rust file.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// Its path from the root.
    path: String,
    text: String,
}

/// The Rust files of the crates, without their tests.
///
/// # Errors
/// When one cannot be read.
pub(super) fn read(root: &Path, folders: &[String]) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for folder in folders {
        let mut paths = Vec::new();
        files(&root.join(folder).join("src"), &mut paths)?;
        for path in paths {
            let text =
                fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            let path = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            sources.push(Source { path, text });
        }
    }
    Ok(sources)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            files(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(())
}

/// Every rule about the sources.
pub(super) fn check(sources: &[Source]) -> Vec<Verdict> {
    vec![
        services_keep_their_databases(sources),
        only_owners_name_databases(sources),
        pages_see_views(sources),
    ]
}

/// No public function of a service gives a database, so that nothing outside of it writes there.
fn services_keep_their_databases(sources: &[Source]) -> Verdict {
    let of_a_service =
        |path: &str| path.starts_with("services/") || path.starts_with("crates/test-provider/");
    let breaches = sources
        .iter()
        .filter(|source| of_a_service(&source.path))
        .flat_map(|source| {
            let given =
                results(&source.text).filter(|result| words(result).any(|word| HANDLES.contains(&word)));
            given.map(|result| {
                format!(
                    "{} gives `{}` to everybody; make the function pub(crate), or give an `EventSource`",
                    source.path,
                    result.trim()
                )
            })
        })
        .collect();
    Verdict {
        rule: "no service hands out its database",
        breaches,
    }
}

/// The server and the pages have no database in their hands: the services have.
fn only_owners_name_databases(sources: &[Source]) -> Verdict {
    let is_bound = |path: &str| path.starts_with("app/") || path.starts_with("server/");
    let breaches = sources
        .iter()
        .filter(|source| is_bound(&source.path))
        .flat_map(|source| {
            let named = imported(&source.text, "event_log::")
                .filter(|names| words(names).any(|word| HANDLES.contains(&word) || word == "*"));
            named.map(|names| {
                format!(
                    "{} names event_log::{names}; ask the service instead",
                    source.path
                )
            })
        })
        .collect();
    Verdict {
        rule: "app and server name no database of a service",
        breaches,
    }
}

/// Payments are public for providers, and providers for the server, which chooses one. Every other service keeps its domain private.
fn pages_see_views(sources: &[Source]) -> Verdict {
    let hidden = ["Payment", "Provider"];
    let breaches = sources
        .iter()
        .filter(|source| source.path.starts_with("app/"))
        .flat_map(|source| {
            let named = imported(&source.text, "payments::")
                .filter(|names| words(names).any(|word| hidden.contains(&word) || word == "*"));
            named.map(|names| {
                format!(
                    "{} names payments::{names}; see services/payments/src/views.rs",
                    source.path
                )
            })
        })
        .collect();
    Verdict {
        rule: "app sees payments as views",
        breaches,
    }
}

/// What each public function of a file results in, as it is written.
fn results(text: &str) -> impl Iterator<Item = &str> {
    let functions = ["pub fn ", "pub async fn "];
    let starts = functions.into_iter().flat_map(|start| text.split(start).skip(1));
    starts.filter_map(|function| {
        let signature = function.split(['{', ';']).next()?;
        let (_, result) = signature.rsplit_once("->")?;
        Some(result)
    })
}

/// What a file names under a path: one name, or those in braces.
fn imported<'t>(text: &'t str, path: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(path).skip(1).filter_map(|rest| {
        if rest.starts_with('{') {
            return rest
                .split_once('}')
                .map(|(names, _)| names.trim_start_matches('{'));
        }
        let end = rest.find(|character: char| !is_of_a_word(character) && character != '*');
        rest.get(..end.unwrap_or(rest.len()))
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !is_of_a_word(character) && character != '*')
}

fn is_of_a_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches(path: &str, text: &str) -> Vec<String> {
        let source = Source {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let verdicts = check(&[source]);
        verdicts
            .into_iter()
            .flat_map(|verdict| verdict.breaches)
            .collect()
    }

    #[test]
    fn service_that_hands_out_its_database_is_found() {
        let service = |text| breaches("services/orders/src/operations.rs", text).len();
        assert_eq!(service("pub fn database(&self) -> &Database {"), 1);
        assert_eq!(
            service("pub async fn open(\n    path: &Path,\n) -> Result<Database, OpenError> {"),
            1
        );
        assert_eq!(service("pub fn readers(&self) -> &SqlitePool {"), 1);
        assert_eq!(service("pub(crate) fn database(&self) -> &Database {"), 0);
        assert_eq!(service("pub fn new(db: Database) -> Self {"), 0);
        assert_eq!(service("pub fn events(&self) -> EventSource {"), 0);
        assert_eq!(service("pub fn check(&self) -> Result<(), DatabaseError> {"), 0);
        assert_eq!(
            breaches("crates/service/src/databases.rs", "pub fn find() -> &Database {"),
            [""; 0]
        );
    }

    #[test]
    fn page_or_a_server_that_names_a_database_is_found() {
        for path in ["app/src/context.rs", "server/src/live/mod.rs"] {
            assert_eq!(breaches(path, "use event_log::Database;").len(), 1);
            assert_eq!(
                breaches(path, "use event_log::{DatabaseError, Database};").len(),
                1
            );
            assert_eq!(breaches(path, "fn f(database: &event_log::Database) {}").len(), 1);
            assert_eq!(breaches(path, "use event_log::*;").len(), 1);
            assert_eq!(
                breaches(path, "use event_log::{DatabaseError, EventSource};"),
                [""; 0]
            );
        }
        assert_eq!(
            breaches("services/orders/src/operations.rs", "use event_log::Database;"),
            [""; 0]
        );
    }

    #[test]
    fn page_that_names_a_payment_of_the_domain_is_found() {
        let page = |text| breaches("app/src/pages/pay.rs", text).len();
        assert_eq!(page("use ::payments::{Checkout, Payment};"), 1);
        assert_eq!(page("fn form(provider: &dyn payments::Provider) {}"), 1);
        assert_eq!(
            page("use ::payments::{Checkout, PaymentDetails, PaymentsError};"),
            0
        );
    }
}
