//! The command line.

use clap::builder::Command;
use clap::{Arg, ArgAction, value_parser};
use std::ffi::OsString;
use std::path::PathBuf;

use crate::config::setting::{self, Setting};

/// The command line of `ticketing`.
#[must_use]
pub fn command() -> Command {
    Command::new("ticketing")
        .about("A ticket marketplace: list tickets, reserve one for a while, pay, own it")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(serve())
}

/// The arguments to read: those given, and `serve` besides when there are none under `cargo leptos watch`, which starts
/// the program by its name alone.
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
        .about("Serve the marketplace: pages, REST API and workers, until Ctrl-C or SIGTERM")
        .after_help(
            "Every setting can be a flag, a variable, or a key of the file; the first of these that says something counts.\n\
             No setting is needed to start.",
        )
        .args(setting::ALL.map(argument))
        .arg(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .env("TICKETING_CONFIG")
                .value_parser(value_parser!(PathBuf))
                .help("TOML file with any of these settings, as in: hold = \"15m\""),
        )
        .arg(
            Arg::new("demo")
                .long("demo")
                .action(ArgAction::SetTrue)
                .help("Fill an empty marketplace with a few people, tickets and orders, and print how to sign in"),
        )
}

fn argument(setting: &'static Setting) -> Arg {
    let default = setting
        .default
        .map_or_else(String::new, |default| format!(" [default: {default}]"));
    Arg::new(setting.key)
        .long(setting.key)
        .value_name(setting.value_name)
        .env(setting.variable())
        .hide_env_values(true)
        .help(format!(
            "{}{default} [example: {}]",
            setting.help, setting.example
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_leptos_need_not_say_serve_and_nobody_else_is_served_unasked() {
        let words = |text: &str| text.split_whitespace().map(OsString::from).collect::<Vec<_>>();
        assert_eq!(arguments(words("ticketing"), true), words("ticketing serve"));
        assert_eq!(
            arguments(words("ticketing --version"), true),
            words("ticketing --version")
        );
        assert_eq!(arguments(words("ticketing"), false), words("ticketing"));
    }

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn help_names_every_setting_and_its_variable() {
        let help = serve().render_long_help().to_string();
        for setting in setting::ALL {
            assert!(help.contains(&format!("--{}", setting.key)), "{}", setting.key);
            assert!(help.contains(&setting.variable()), "{}", setting.key);
        }
    }
}
