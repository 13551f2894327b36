//! `cargo xtask prepare`: updates the committed `.sqlx` folders, so that queries can be checked without a database.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail, ensure};
use cargo_metadata::MetadataCommand;
use postgres_cluster::{Cluster, TestDatabase};
use xtask_setup::{Toolchain, Workspace, process};

/// The crate whose tables are in the database of every service.
const EVENT_LOG: &str = "event-log";

/// Update the .sqlx folder of each crate from its migrations.
///
/// For each crate with a sqlx.toml, creates a database of SQLite and one of PostgreSQL, applies the migrations of the event log
/// and of the crate, and compiles the crate's queries against each. Commit what changes.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The crates to update [default: all].
    crates: Vec<String>,
    /// Only check that the committed folders are up to date.
    #[arg(long)]
    check: bool,
}

/// A crate with queries.
#[derive(Debug, PartialEq, Eq)]
struct Crate {
    name: String,
    folder: PathBuf,
    /// The environment variable with the URL of its database.
    variable: String,
}

impl Crate {
    /// The argument for cargo that turns on a feature of the event log.
    fn feature(&self, feature: &str) -> String {
        if self.name == EVENT_LOG {
            feature.to_owned()
        } else {
            format!("{EVENT_LOG}/{feature}")
        }
    }
}

/// Runs the subcommand.
///
/// # Errors
/// When a migration or a query does not compile, or a folder is not up to date.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<ExitCode> {
    let toolchain = Toolchain::complete_or_active();
    let all = crates_with_queries(workspace)?;
    let event_log = all
        .iter()
        .find(|found| found.name == EVENT_LOG)
        .context("crates/event-log has no sqlx.toml")?;
    let chosen = select(&all, &args.crates)?;
    xtask_setup::sqlx_cli().ensure(workspace, &toolchain)?;
    xtask_setup::ensure_postgres()?;

    for found in chosen {
        let databases =
            tempfile::tempdir().context("cannot create a temporary folder; is TMPDIR writable?")?;
        let database = databases.path().join("prepare.sqlite");
        migrate(workspace, &toolchain, event_log, &database)?;
        if found != event_log {
            migrate(workspace, &toolchain, found, &database)?;
        }
        prepare(workspace, &toolchain, found, &database, args.check)?;
        let database = Cluster::shared().database();
        migrate_postgres(workspace, event_log, &database)?;
        if found != event_log {
            migrate_postgres(workspace, found, &database)?;
        }
        prepare_postgres(workspace, &toolchain, found, &database, args.check)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn crates_with_queries(workspace: &Workspace) -> Result<Vec<Crate>> {
    let metadata = MetadataCommand::new()
        .manifest_path(workspace.root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("cargo cannot read the workspace")?;
    let mut crates = Vec::new();
    for package in metadata.workspace_packages() {
        let Some(folder) = package
            .manifest_path
            .parent()
            .map(|folder| folder.as_std_path().to_path_buf())
        else {
            continue;
        };
        let Ok(config) = fs::read_to_string(folder.join("sqlx.toml")) else {
            continue;
        };
        let variable =
            database_variable(&config).with_context(|| format!("in {}/sqlx.toml", folder.display()))?;
        crates.push(Crate {
            name: package.name.to_string(),
            folder,
            variable,
        });
    }
    // The services depend on the others, and compile only once the queries of those are described.
    let shared = workspace.root().join("crates");
    crates.sort_by_key(|found| (found.name != EVENT_LOG, !found.folder.starts_with(&shared)));
    Ok(crates)
}

/// The name of the variable that a `sqlx.toml` sets for the URL of the database.
fn database_variable(config: &str) -> Result<String> {
    let table: toml::Table = config.parse().context("it is not valid TOML")?;
    let variable = table
        .get("common")
        .and_then(|common| common.get("database-url-var"))
        .and_then(|value| value.as_str());
    variable
        .map(str::to_owned)
        .context("it needs database-url-var under [common], for example \"ORDERS_DATABASE_URL\"")
}

fn select<'c>(all: &'c [Crate], names: &[String]) -> Result<Vec<&'c Crate>> {
    for name in names {
        let known: Vec<_> = all.iter().map(|found| found.name.as_str()).collect();
        ensure!(
            known.contains(&name.as_str()),
            "there is no crate {name} with a sqlx.toml; the crates are {}",
            known.join(", ")
        );
    }
    Ok(all
        .iter()
        .filter(|found| names.is_empty() || names.contains(&found.name))
        .collect())
}

fn migrate(workspace: &Workspace, toolchain: &Toolchain, of: &Crate, database: &Path) -> Result<()> {
    for step in [["database", "create"], ["migrate", "run"]] {
        let mut sqlx = toolchain.cargo(workspace);
        sqlx.args(["sqlx"])
            .args(step)
            .arg("--no-dotenv")
            .current_dir(&of.folder)
            .env(&of.variable, url(database));
        process::run(&mut sqlx).with_context(|| format!("the migrations of {} do not apply", of.name))?;
    }
    Ok(())
}

fn prepare(
    workspace: &Workspace,
    toolchain: &Toolchain,
    of: &Crate,
    database: &Path,
    check: bool,
) -> Result<()> {
    println!("{}: {} of SQLite", of.name, doing(check));
    let mut sqlx = toolchain.cargo(workspace);
    sqlx.args(["sqlx", "prepare"])
        .current_dir(&of.folder)
        .env(&of.variable, url(database))
        .env("SQLX_OFFLINE", "false");
    if check {
        sqlx.arg("--check");
    }
    sqlx.args(["--no-dotenv", "--", "--features"])
        .arg(of.feature("prepare-sqlite"));
    if process::run(&mut sqlx).is_err() {
        bail!(
            "{}: {}",
            of.name,
            if check {
                OUT_OF_DATE
            } else {
                "the queries do not compile; the errors are above"
            }
        );
    }
    Ok(())
}

const OUT_OF_DATE: &str = ".sqlx is out of date; run `cargo xtask prepare` and commit what changes";

fn doing(check: bool) -> &'static str {
    if check {
        "checking the queries"
    } else {
        "updating the queries"
    }
}

/// Applies the migrations of a crate in a schema with its name, as the program does.
fn migrate_postgres(workspace: &Workspace, of: &Crate, database: &TestDatabase<'_>) -> Result<()> {
    let folder = workspace
        .root()
        .join("migrations")
        .join(&of.name)
        .join("postgres");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<Result<_, _>>())
        .with_context(|| format!("cannot read {}", folder.display()))?;
    files.sort();
    for file in files {
        let statements = fs::read_to_string(&file)?;
        database
            .execute(&statements)
            .map_err(|error| anyhow!("{} does not apply: {error}", file.display()))?;
    }
    Ok(())
}

/// Compiles the queries of a crate against a database of PostgreSQL. `cargo sqlx prepare` keeps the descriptions of one database only, so
/// these are added to those of SQLite.
fn prepare_postgres(
    workspace: &Workspace,
    toolchain: &Toolchain,
    of: &Crate,
    database: &TestDatabase<'_>,
    check: bool,
) -> Result<()> {
    println!("{}: {} of PostgreSQL", of.name, doing(check));
    let described = tempfile::tempdir().context("cannot create a temporary folder; is TMPDIR writable?")?;
    // Cargo does not know that the descriptions are missing.
    let source = of.folder.join("src/lib.rs");
    fs::read(&source)
        .and_then(|text| fs::write(&source, text))
        .with_context(|| format!("cannot touch {}", source.display()))?;
    let mut cargo = toolchain.cargo(workspace);
    cargo
        .args(["check", "--features"])
        .arg(of.feature("prepare-postgres"))
        .current_dir(&of.folder)
        .env(&of.variable, database.url())
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", described.path());
    if process::run(&mut cargo).is_err() {
        bail!(
            "{}: the queries do not compile for PostgreSQL; the errors are above",
            of.name
        );
    }
    let committed = of.folder.join(".sqlx");
    for entry in fs::read_dir(described.path())? {
        let entry = entry?;
        let (new, path) = (fs::read(entry.path())?, committed.join(entry.file_name()));
        let is_current = fs::read(&path).is_ok_and(|old| old == new);
        ensure!(is_current || !check, "{}: {OUT_OF_DATE}", of.name);
        if !is_current {
            fs::write(&path, new).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    Ok(())
}

fn url(database: &Path) -> String {
    format!("sqlite:{}", database.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Crate {
        Crate {
            name: name.to_owned(),
            folder: PathBuf::new(),
            variable: String::new(),
        }
    }

    #[test]
    fn variable_comes_from_sqlx_toml() {
        let config = "[common]\ndatabase-url-var = \"ORDERS_DATABASE_URL\"\n";
        assert_eq!(database_variable(config).unwrap(), "ORDERS_DATABASE_URL");
        assert!(
            database_variable("[migrate]\n")
                .unwrap_err()
                .to_string()
                .contains("database-url-var")
        );
    }

    #[test]
    fn all_crates_are_the_default_and_an_unknown_one_is_an_error() {
        let all = [named("event-log"), named("orders")];
        assert_eq!(select(&all, &[]).unwrap().len(), 2);
        assert_eq!(select(&all, &["orders".to_owned()]).unwrap(), [&all[1]]);
        let error = select(&all, &["order".to_owned()]).unwrap_err().to_string();
        assert!(error.contains("event-log, orders"), "{error}");
    }
}
