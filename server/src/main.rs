//! The `ticketing` command.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::ArgMatches;
use event_log::SystemClock;
use server::commands::{Report, backup, check, copy, events, health};
use server::config::{Config, command_storage};
use server::demo::Account;
use server::output::{self, Output};
use server::serve::{StartupReporter, serve};
use server::stop_signal::stop_signal;
use server::{cli, telemetry};
use tokio::runtime::Runtime;

/// Requests and rows are many small allocations that one thread makes and another frees.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The exit code of a check that could not be made, or whose report could not be written.
const NOT_CHECKED: u8 = 2;

/// How much of what has arrived is taken in at once. The rest waits in the kernel, in the order of its arrival. Queues inside of the
/// runtime are not that fair: with the default of 1,024 some of a thousand clients wait for several times as long as others.
const ARRIVALS_AT_ONCE: usize = 32;

fn main() -> ExitCode {
    let is_watched = std::env::var_os("LEPTOS_WATCH").is_some();
    let matches = cli::command().get_matches_from(cli::arguments(std::env::args_os(), is_watched));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_io_events_per_tick(ARRIVALS_AT_ONCE)
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match matches.subcommand() {
        Some(("serve", matches)) => start_server(matches, &runtime),
        Some(("check", matches)) => {
            let checked = command_storage(matches)
                .map_err(|problem| problem.to_string())
                .and_then(|storage| {
                    let checking = check::run(&storage, cli::report_format(matches));
                    runtime.block_on(checking).map_err(|error| error.to_string())
                });
            match checked {
                Ok(report) => print(&report, ExitCode::from(NOT_CHECKED)),
                Err(error) => {
                    let _failure = fail(&error);
                    ExitCode::from(NOT_CHECKED)
                }
            }
        }
        Some(("copy", matches)) => match cli::copy_request(matches) {
            Ok((from, to)) => ended(runtime.block_on(copy::run(&from, &to))),
            Err(problem) => fail(&problem),
        },
        Some(("health", matches)) => match cli::health_request(matches) {
            Ok((listen, is_ready_asked)) => ended(runtime.block_on(health::run(listen, is_ready_asked))),
            Err(problem) => fail(&problem),
        },
        Some(("backup", matches)) => {
            let (folder, target) = (cli::data_dir(matches), cli::backup_dir(matches));
            ended(runtime.block_on(backup::create(&folder, &target)))
        }
        Some(("restore", matches)) => {
            let (folder, restore) = (cli::data_dir(matches), cli::restore_request(matches));
            ended(runtime.block_on(backup::restore(&folder, &restore)))
        }
        Some(("events", matches)) => match matches.subcommand() {
            Some(("replay", matches)) => match command_storage(matches) {
                Ok(storage) => ended(runtime.block_on(events::replay(&storage, &cli::replay(matches)))),
                Err(problem) => fail(&problem),
            },
            _ => match command_storage(matches) {
                Ok(storage) => ended(runtime.block_on(events::list(&storage))),
                Err(problem) => fail(&problem),
            },
        },
        _ => ExitCode::FAILURE,
    }
}

fn start_server(matches: &ArgMatches, runtime: &Runtime) -> ExitCode {
    let config = match Config::load(matches) {
        Ok(config) => config,
        Err(error) => return fail(&error),
    };
    let _logs = telemetry::start(&config.settings);
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
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn ended<E: std::error::Error>(outcome: Result<Report, E>) -> ExitCode {
    match outcome {
        Ok(report) => print(&report, ExitCode::FAILURE),
        Err(error) => fail(&error),
    }
}

/// Prints a report; `unwritten` is the exit code if that cannot be done.
fn print(report: &Report, unwritten: ExitCode) -> ExitCode {
    match output::print(&report.text) {
        Ok(()) if report.is_success => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
        Err(error) => {
            output::print_final_error(format!("ticketing: cannot write to standard output: {error}"));
            unwritten
        }
    }
}

/// Prints to the parent process, if it still reads.
struct Terminal(Output);

impl StartupReporter for Terminal {
    fn listening(&self, address: SocketAddr) {
        self.0.line(&format!("Ticketing is ready: http://{address}"));
    }

    fn demo(&self, accounts: &[Account], is_new: bool) {
        self.0.line(if is_new {
            "Demo data created. Sign in as:"
        } else {
            "Demo data already exists. Sign in as:"
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

/// The command failed before or after logging was available.
fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    output::print_final_error(format!("ticketing: {error}"));
    ExitCode::FAILURE
}
