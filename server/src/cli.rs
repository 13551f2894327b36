//! The command line.

use clap::builder::Command;
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use service::Storage;

use crate::commands::backup::Restore;
use crate::commands::check::ReportFormat;
use crate::commands::events;
use crate::config::{Setting, parse_storage, settings};

/// The command line of `ticketing`.
#[must_use]
pub fn command() -> Command {
    Command::new("ticketing")
        .about("Self-hosted ticket marketplace")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(serve())
        .subcommand(check())
        .subcommand(events())
        .subcommand(backup())
        .subcommand(restore())
        .subcommand(copy())
        .subcommand(health())
}

/// The arguments to parse: the given ones, or `serve` if there are none under `cargo leptos watch`, which starts
/// the program without arguments.
#[must_use]
pub fn arguments(given: impl IntoIterator<Item = OsString>, is_watched: bool) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = given.into_iter().collect();
    if is_watched && arguments.len() == 1 {
        arguments.push("serve".into());
    }
    arguments
}

fn serve() -> Command {
    Command::new("serve")
        .about("Run the server: pages, REST API and background workers, until Ctrl-C, SIGTERM or SIGHUP")
        .after_help(
            "Set each option with a flag, an environment variable or a key in the config file, in this order of precedence.\n\
             An empty environment variable counts as unset.\n\
             The server starts without any settings.",
        )
        .args(settings::all().map(argument))
        .arg(
            variable(Arg::new("config"), "TICKETING_CONFIG")
                .long("config")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("TOML file with any of these settings, for example: hold = \"15m\""),
        )
        .arg(
            Arg::new("demo")
                .long("demo")
                .action(ArgAction::SetTrue)
                .help("Add demo users, tickets and orders to an empty marketplace, and print how to sign in"),
        )
}

fn check() -> Command {
    Command::new("check")
        .about("Check a marketplace for consistency; exits with status 1 if a check fails")
        .long_about(
            "Check a marketplace for consistency: intact files, event logs without gaps, replicas that match their sources, databases \
             from the same point in time, one live order per ticket, one payment per complete order, no payment without an order \
             or a refund, no undelivered events. Read-only, and works on a directory without write permission. The summary comes \
             first. While a server is running, the check waits for events in transit and does not count them as failures. \
             On PostgreSQL the schemas of all services must be in one database, and damage is found by PostgreSQL's \
             own pg_amcheck. Exits 0 if every check passed, 1 if one failed, 2 if the check was not possible or the report could not be \
             written, with the reason on standard error.",
        )
        .after_help(
            "--json prints one object on one line:\n  \
             {\"sound\":true,\"passed\":34,\"failed\":0,\"inTransit\":0,\n   \
             \"checks\":[{\"name\":\"…\",\"passed\":true,\"violations\":[]}],\n   \
             \"look\":[{\"name\":\"…\",\"entries\":[\"…\"]}]}\n\
             inTransit counts the events that a running server delivered during the check; violations lists the first 20 of a \
             failed check; look lists what needs attention even though no check failed.",
        )
        .arg(data_dir_arg())
        .arg(database_arg())
        .arg(
            Arg::new("quiet")
                .long("quiet")
                .short('q')
                .action(ArgAction::SetTrue)
                .help("Print only the summary"),
        )
        .arg(
            Arg::new("json")
                .long("json")
                .action(ArgAction::SetTrue)
                .conflicts_with("quiet")
                .help("Print the report as JSON"),
        )
}

/// The report format of `ticketing check`.
#[must_use]
pub fn report_format(matches: &ArgMatches) -> ReportFormat {
    if matches.get_flag("json") {
        ReportFormat::Json
    } else if matches.get_flag("quiet") {
        ReportFormat::Quiet
    } else {
        ReportFormat::Full
    }
}

fn events() -> Command {
    Command::new("events")
        .about("Show event delivery: the position and lag of every consumer, and dead-lettered events")
        .long_about(
            "Show event delivery: the position and lag of every consumer, and dead-lettered events. Opens the databases as the \
             server does, migrating older ones.",
        )
        .arg(data_dir_arg())
        .arg(database_arg())
        .subcommand(
            Command::new("replay")
                .about("Retry dead-lettered events, in the running server or at its next start")
                .arg(data_dir_arg())
                .arg(database_arg())
                .arg(
                    Arg::new("consumer")
                        .required(true)
                        .value_parser(events::consumers())
                        .help("Service whose dead-lettered events are retried"),
                )
                .arg(
                    Arg::new("aggregate")
                        .value_name("ID")
                        .help("Retry only the events of this aggregate, as listed by `ticketing events`"),
                ),
        )
}

fn backup() -> Command {
    Command::new("backup")
        .about("Back up a data directory, even while the server is running")
        .long_about(
            "Back up a data directory, whether or not the server is running: all databases at the same point in time, and the \
             signing key. Back up PostgreSQL with its own pg_dump or pg_basebackup instead. Writes pause for a few milliseconds while the copies start. The copies are checked; exits 1 if a check \
             fails. Keep backups secret: they contain password hashes and the key that signs sessions.",
        )
        .arg(data_dir_arg())
        .arg(
            Arg::new("backup")
                .value_name("DIR")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("Directory to create, for example /var/backups/ticketing-2026-01-31"),
        )
}

fn restore() -> Command {
    Command::new("restore")
        .about("Restore a backup into a data directory that no server is using, and check it")
        .long_about(
            "Restore a backup into a data directory that no server is using, and check it. Refuses, changing nothing, if the backup \
             is incomplete, damaged, inconsistent, or has unusable signing keys. Exits 1 if a check fails.",
        )
        .arg(data_dir_arg())
        .arg(
            Arg::new("backup")
                .value_name("DIR")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("Directory created by `ticketing backup`"),
        )
        .arg(
            Arg::new("replace")
                .long("replace")
                .action(ArgAction::SetTrue)
                .help("Replace an existing marketplace; its files are moved to a subdirectory, not deleted"),
        )
}

fn copy() -> Command {
    let place = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("DIR|URL")
            .required(true)
            .help(help)
    };
    Command::new("copy")
        .about("Copy a marketplace from a data directory to PostgreSQL, or back")
        .long_about(
            "Copy a marketplace from a data directory to a PostgreSQL database, or back, while no server is running on either side. Every \
             row is copied as it is, so that servers on the copy continue where the others stopped. The copy appears as a whole or not at \
             all, and is checked. Refuses a source that is not consistent, and a target that is not empty. Databases of an older version \
             are migrated first, as a server does. Exits 1 if a check fails.",
        )
        .after_help(
            "For example:\n  \
             ticketing copy --from data --to postgres://ticketing@db.example.com/ticketing\n\
             A URL with a password is visible to other users of the machine; set PGPASSWORD, or use a password file \
             (https://www.postgresql.org/docs/current/libpq-pgpass.html).",
        )
        .arg(place("from", "Data directory or URL of the marketplace"))
        .arg(place("to", "New data directory, or URL of an empty PostgreSQL database"))
}

fn health() -> Command {
    let listen = settings::listen();
    let default = listen.default.unwrap_or_default();
    Command::new("health")
        .about("Ask the server on this machine whether it is alive; exits with status 1 if it is not, for health checks of containers")
        .arg(argument(listen).help(format!(
            "Address on which the server listens [default: {default}] [example: {}]",
            listen.example
        )))
        .arg(
            Arg::new("ready")
                .long("ready")
                .action(ArgAction::SetTrue)
                .help("Ask whether it can serve requests, which needs its databases, and print its readiness"),
        )
}

/// The address that `ticketing health` asks, and whether it asks for readiness.
///
/// # Errors
/// When the address is not one.
pub fn health_request(matches: &ArgMatches) -> Result<(SocketAddr, bool), String> {
    let setting = settings::listen();
    let given = matches.get_one::<String>(&setting.key()).map(String::as_str);
    let text = given.or(setting.default).unwrap_or_default();
    let address = text.parse().map_err(|problem| {
        format!(
            "--{}: {problem} (given: {text:?}). Example: --{0} {}",
            setting.key(),
            setting.example
        )
    })?;
    Ok((address, matches.get_flag("ready")))
}

/// The two sides of `ticketing copy`.
///
/// # Errors
/// A sentence that names the flag.
pub fn copy_request(matches: &ArgMatches) -> Result<(Storage, Storage), String> {
    let place = |name: &str| {
        let text = matches.get_one::<String>(name).map_or("", String::as_str);
        parse_storage(text).map_err(|problem| {
            let example = settings::database().example;
            format!("--{name}: {problem}. Example: --{name} {example}")
        })
    };
    Ok((place("from")?, place("to")?))
}

/// The target directory of `ticketing backup`.
#[must_use]
pub fn backup_dir(matches: &ArgMatches) -> PathBuf {
    matches.get_one("backup").cloned().unwrap_or_default()
}

/// The arguments of `ticketing restore`.
#[must_use]
pub fn restore_request(matches: &ArgMatches) -> Restore {
    Restore {
        backup: backup_dir(matches),
        replace: matches.get_flag("replace"),
    }
}

/// The data directory argument of a command.
#[must_use]
pub fn data_dir(matches: &ArgMatches) -> PathBuf {
    let setting = settings::data_dir();
    let given = matches.get_one::<String>(&setting.key()).map(String::as_str);
    PathBuf::from(given.or(setting.default).unwrap_or_default())
}

/// The arguments of `ticketing events replay`.
#[must_use]
pub fn replay(matches: &ArgMatches) -> events::Replay {
    let text = |name| matches.get_one::<String>(name).cloned();
    events::Replay {
        consumer: text("consumer").unwrap_or_default(),
        aggregate: text("aggregate"),
    }
}

fn argument(setting: &'static Setting) -> Arg {
    let default = setting
        .default
        .map_or_else(String::new, |default| format!(" [default: {default}]"));
    variable(Arg::new(setting.key()), &setting.variable())
        .long(setting.key())
        .value_name(setting.value_name)
        .help(format!(
            "{}{default} [example: {}]",
            setting.help(),
            setting.example
        ))
}

/// An argument that an environment variable can also set. An empty variable counts as absent: container and systemd unit files
/// omit a setting that way.
fn variable(argument: Arg, name: &str) -> Arg {
    if std::env::var_os(name).is_some_and(|value| value.is_empty()) {
        return argument;
    }
    argument.env(name.to_owned()).hide_env_values(true)
}

/// The data directory, for commands that only read one and never create it.
fn data_dir_arg() -> Arg {
    let setting = settings::data_dir();
    let default = setting.default.unwrap_or_default();
    argument(setting).help(format!("Data directory of the server [default: {default}]"))
}

/// The PostgreSQL database argument of a command.
fn database_arg() -> Arg {
    let setting = settings::database();
    argument(setting).help(format!(
        "PostgreSQL database of the servers, instead of a data directory [example: {}]",
        setting.example
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serve_is_implied_under_cargo_leptos_only() {
        let words = |text: &str| text.split_whitespace().map(OsString::from).collect::<Vec<_>>();
        assert_eq!(arguments(words("ticketing"), true), words("ticketing serve"));
        assert_eq!(
            arguments(words("ticketing --version"), true),
            words("ticketing --version")
        );
        assert_eq!(arguments(words("ticketing"), false), words("ticketing"));
    }

    #[test]
    fn command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn help_names_every_setting_and_its_variable() {
        let help = serve().render_long_help().to_string();
        for setting in settings::all() {
            let key = setting.key();
            assert!(help.contains(&format!("--{key}")), "{key}");
            assert!(help.contains(&setting.variable()), "{key}");
        }
    }
}
