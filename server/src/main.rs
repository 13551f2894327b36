//! The `ticketing` command.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use event_log::SystemClock;
use server::config::Config;
use server::demo::Account;
use server::serve::{Announce, serve};
use server::{cli, telemetry};

fn main() -> ExitCode {
    let is_watched = std::env::var_os("LEPTOS_WATCH").is_some();
    let matches = cli::command().get_matches_from(cli::arguments(std::env::args_os(), is_watched));
    let Some(("serve", matches)) = matches.subcommand() else {
        return ExitCode::FAILURE;
    };
    let config = match Config::load(matches) {
        Ok(config) => config,
        Err(error) => return fail(&error),
    };
    telemetry::start(&config);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let with_demo = matches.get_flag("demo");
    let served = runtime.block_on(serve(
        config,
        with_demo,
        Arc::new(SystemClock),
        &Terminal,
        stop_signal(),
    ));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// Resolves at Ctrl-C or SIGTERM.
async fn stop_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
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
