//! The `ticketing` command.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::ArgMatches;
use event_log::SystemClock;
use server::commands::{check, events};
use server::config::Config;
use server::demo::Account;
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
    telemetry::start(&config);
    let with_demo = matches.get_flag("demo");
    let stop = {
        let _in_runtime = runtime.enter();
        match stop_signal() {
            Ok(stop) => stop,
            Err(error) => return fail(&error),
        }
    };
    let served = runtime.block_on(serve(config, with_demo, Arc::new(SystemClock), &Terminal, stop));
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

struct Terminal;

#[expect(
    clippy::print_stdout,
    reason = "what the person who started the server asked for"
)]
impl Announce for Terminal {
    fn listening(&self, address: SocketAddr) {
        println!("Ticketing is ready: http://{address}");
    }

    fn demo(&self, accounts: &[Account], is_new: bool) {
        println!(
            "{}",
            if is_new {
                "Demo data was made. Sign in as:"
            } else {
                "The demo data is there. Sign in as:"
            }
        );
        for account in accounts {
            println!(
                "  {}  password: {}  ({})",
                account.email, account.password, account.shows
            );
        }
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the command failed before or after there are logs"
)]
fn fail(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("ticketing: {error}");
    ExitCode::FAILURE
}
