//! `cargo xtask`: the project's command-line tasks. One file or directory per subcommand.
//!
//! It builds with any Rust from 1.95 on and needs nothing but cargo itself, because it is what installs the rest.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks through its standard streams"
)]

mod bench;
mod build;
mod layering;
mod prepare;
mod process;
mod run;
mod setup;
mod sizes;
mod test;
mod toolchain;
mod tools;
mod watch;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use crate::workspace::Workspace;

/// Set up, run, test and measure Ticketing.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", arg_required_else_help = true)]
enum Cli {
    Setup(setup::Args),
    Run(run::Args),
    Watch(watch::Args),
    Test(test::Args),
    Bench(bench::Args),
    Prepare(prepare::Args),
    Layering(layering::Args),
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::locate()?;
    match cli {
        Cli::Setup(args) => setup::run(&workspace, &args),
        Cli::Run(args) => run::run(&workspace, &args),
        Cli::Watch(args) => watch::run(&workspace, &args),
        Cli::Test(args) => test::run(&workspace, &args),
        Cli::Bench(args) => bench::run(&workspace, &args),
        Cli::Layering(layering::Args {}) => layering::run(&workspace),
        Cli::Prepare(args) => prepare::run(&workspace, &args),
    }
}
