//! The `ticketing` command.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::ArgMatches;
use event_log::SystemClock;
use server::commands::{backup, check, events};
use server::config::Config;
use server::demo::Account;
use server::output::{self, Output};
use server::serve::{Announce, serve};
use server::{cli, telemetry};
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    let is_watched = std::env::var_os("LEPTOS_WATCH").is_some();
    let matches = cli::command().get_matches_from(cli::arguments(std::env::args_os(), is_watched));
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match matches.subcommand() {
        Some(("serve", matches)) => start_server(matches, &runtime),
        Some(("check", matches)) => ended(runtime.block_on(check::run(&cli::data_dir(matches)))),
        Some(("backup", matches)) => {
            let (folder, target) = (cli::data_dir(matches), cli::backup_dir(matches));
            ended(runtime.block_on(backup::create(&folder, &target)))
        }
        Some(("restore", matches)) => {
            let (folder, restore) = (cli::data_dir(matches), cli::restore_request(matches));
            ended(runtime.block_on(backup::restore(&folder, &restore)))
        }
        Some(("events", matches)) => match matches.subcommand() {
            Some(("replay", matches)) => {
                ended(runtime.block_on(events::replay(&cli::data_dir(matches), &cli::replay(matches))))
            }
            _ => ended(runtime.block_on(events::list(&cli::data_dir(matches)))),
        },
        _ => ExitCode::FAILURE,
    }
}

fn start_server(matches: &ArgMatches, runtime: &Runtime) -> ExitCode {
    let config = match Config::load(matches) {
        Ok(config) => config,
        Err(error) => return fail(&error),
    };
    let _logs = telemetry::start(&config);
    let terminal = Terminal(Output::to(std::io::stdout()));
    let with_demo = matches.get_flag("demo");
    let stop = {
        let _in_runtime = runtime.enter();
        match stop_signal() {
            Ok(stop) => stop,
            Err(error) => return fail(&error),
        }
    };
    let served = runtime.block_on(serve(config, with_demo, Arc::new(SystemClock), &terminal, stop));
    ended(served.map(|()| ExitCode::SUCCESS))
}

fn ended<E: std::error::Error>(outcome: Result<ExitCode, E>) -> ExitCode {
    outcome.unwrap_or_else(|error| fail(&error))
}

/// Listens for Ctrl-C and SIGTERM from now on, so that a signal that comes while the server starts is not lost; the
/// future resolves at the first.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Whoever started the server, if they still read.
struct Terminal(Output);

impl Announce for Terminal {
    fn listening(&self, address: SocketAddr) {
        self.0.line(&format!("Ticketing is ready: http://{address}"));
    }

    fn demo(&self, accounts: &[Account], is_new: bool) {
        self.0.line(if is_new {
            "Demo data was made. Sign in as:"
        } else {
            "The demo data is there. Sign in as:"
        });
        for account in accounts {
            let Account {
                email,
                password,
                shows,
            } = account;
            self.0
                .line(&format!("  {email}  password: {password}  ({shows})"));
        }
    }
}

/// The command failed before or after there are logs.
fn fail(error: &dyn std::error::Error) -> ExitCode {
    output::last_word(format!("ticketing: {error}"));
    ExitCode::FAILURE
}
