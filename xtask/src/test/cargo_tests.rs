//! `cargo test`, counted while it is shown.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use xtask_setup::{Toolchain, Workspace};

use super::report::Tally;
use crate::build::Build;

const NOT_STARTED: &str = "cannot start cargo; is it on PATH?";

/// Compiles the tests.
///
/// # Errors
/// When cargo cannot be started.
pub(super) fn compile(workspace: &Workspace, toolchain: &Toolchain) -> Result<Tally> {
    let mut cargo = toolchain.cargo(workspace);
    let status = cargo
        .args(["test", "--locked", "--no-run"])
        .status()
        .context(NOT_STARTED)?;
    Ok(Tally::of([status.success()]))
}

/// Runs the unit, integration and documentation tests of all crates that are not WASM only.
///
/// `TICKETING_BIN` is the path of the release, for tests that kill the server. `TICKETING_LOCALSTRIPE` is the path of a
/// Python that can run localstripe, for tests of payments with Stripe. `TICKETING_POSTGRES` is the folder of PostgreSQL's programs,
/// for tests that start a server of it, and `TICKETING_NGINX` the path of nginx, which some of them put in front of their servers.
///
/// # Errors
/// When cargo cannot be started.
pub(super) fn run(workspace: &Workspace, toolchain: &Toolchain, built: Option<&Build>) -> Result<Tally> {
    let mut cargo = toolchain.cargo(workspace);
    cargo.args(["test", "--locked", "--no-fail-fast"]);
    set_up(&mut cargo, workspace, built);
    counted(&mut cargo)
}

/// The tests that run again on PostgreSQL: the targets of these names, of all crates. Whole crates would be compiled anew, because those
/// that are tested together share the features of their dependencies.
const ON_POSTGRES: [&str; 3] = ["suite", "stripe", "idempotency"];

/// What of them does not: what is about a file, or makes rows or breaks a guard with SQLite's own SQL; what runs on PostgreSQL anyway; and
/// what reads the readiness of a server whose clock stands still, which differs from that of the database. The beginning of a name stands
/// for all that contain it.
const NOT_ON_POSTGRES: [&str; 54] = [
    "after_a_stop_every_check_passes_despite_events_in_transit",
    "all_of_many_tickets_are_loaded",
    "backup::",
    "binary_alone::",
    "buyer_seller_and_operator_see_a_dispute_and_its_end",
    "check_command::",
    "check_damaged::",
    "check_under_load::",
    "command_line::",
    "connections::",
    "constraints_reject_invalid_rows",
    "copy::",
    "crash_in_a_batch_leaves_all_of_it_or_nothing",
    "crash_under_load::",
    "data_folder::",
    "dead_letters::",
    "draining::",
    "expired_orders_are_found_by_index",
    "files::",
    "full_disk::",
    "full_disk_fails_what_does_not_fit",
    "guarantees::",
    "hashing_memory::",
    "health::",
    "hostile_paths::",
    "lists_in_memory_equal_the_database_after_every_step",
    "log::every_line_of",
    "log::secrets_and_personal_data_are_never_logged",
    "metrics::",
    "neither_password_nor_token_is_in_the_file",
    "nothing_is_recorded_for_anonymous_requests",
    "order_keeps_what_it_reserved_in_every_interleaving",
    "orders_from_before_payments_are_kept",
    "output::",
    "overload::",
    "page_has_at_most_1000_tickets",
    "page_of_a_buyer_has_the_newest_first_and_a_bound",
    "page_of_own_tickets_is_bounded",
    "password_is_not_stored_in_plain_text",
    "poisoned_request_harms_no_other",
    "postgres::",
    "processes::",
    "query_plans::",
    "rows_of_an_earlier_release_are_refolded_once_and_resumed",
    "session_ends_once",
    "snapshot_consistency::",
    "ticket_never_has_two_live_orders_and_the_replica_converges",
    "tickets_of_a_commit_in_doubt_are_read_again",
    "unusable_backups::",
    "upgrade::",
    "where_live_orders_are_hidden",
    "without_the_constraint_several_sign_ups_win",
    "without_the_inbox_a_repeated_message_has_its_effect_every_time",
    "without_the_unique_index_an_order_is_paid_twice",
];

/// Runs the tests of the services and of the server again, on PostgreSQL.
///
/// # Errors
/// When cargo cannot be started.
pub(super) fn run_on_postgres(
    workspace: &Workspace,
    toolchain: &Toolchain,
    built: Option<&Build>,
) -> Result<Tally> {
    let mut cargo = toolchain.cargo(workspace);
    cargo
        .args(["test", "--locked", "--no-fail-fast"])
        .args(ON_POSTGRES.iter().flat_map(|target| ["--test", target]))
        .arg("--")
        .args(NOT_ON_POSTGRES.iter().flat_map(|name| ["--skip", name]))
        .env("TICKETING_TEST_DATABASE", "postgres");
    set_up(&mut cargo, workspace, built);
    counted(&mut cargo)
}

/// What tests need from their environment.
fn set_up(cargo: &mut Command, workspace: &Workspace, built: Option<&Build>) {
    // A snapshot that differs is a failure, not a new file.
    cargo.env("INSTA_UPDATE", "no");
    if let Some(built) = built {
        cargo.env("TICKETING_BIN", &built.binary);
    }
    match xtask_setup::LOCALSTRIPE.ensure(workspace) {
        Ok(python) => {
            cargo.env("TICKETING_LOCALSTRIPE", python);
        }
        // Only the tests that need it fail.
        Err(error) => eprintln!("error: {error:#}"),
    }
    match xtask_setup::ensure_postgres() {
        Ok(programs) => {
            cargo.env("TICKETING_POSTGRES", programs);
        }
        Err(error) => eprintln!("error: {error:#}"),
    }
    match xtask_setup::ensure_nginx() {
        Ok(program) => {
            cargo.env("TICKETING_NGINX", program);
        }
        Err(error) => eprintln!("error: {error:#}"),
    }
}

/// Runs `cargo test` and counts what it reports, while it is shown.
fn counted(cargo: &mut Command) -> Result<Tally> {
    let mut child = cargo.stdout(Stdio::piped()).spawn().context(NOT_STARTED)?;
    let mut tally = Tally::default();
    let output = child.stdout.take().context("cannot read the output of cargo")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = line.context("cannot read the output of cargo")?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        tally += counts(&line).unwrap_or_default();
    }
    let status = child.wait().context("cannot wait for cargo")?;
    Ok(tally.confirmed_by(status.success()))
}

/// The counts in a line such as `test result: ok. 12 passed; 0 failed; 1 ignored; …`.
fn counts(line: &str) -> Option<Tally> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |name: &str| {
        let mut parts = counts.split(';').map(str::trim);
        parts.find_map(|part| part.strip_suffix(name)?.trim().parse().ok())
    };
    Some(Tally {
        passed: count("passed")?,
        failed: count("failed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_line_is_counted() {
        let ok =
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.02s";
        assert_eq!(
            counts(ok),
            Some(Tally {
                passed: 12,
                failed: 0
            })
        );
        let failed = "test result: FAILED. 11 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s";
        assert_eq!(
            counts(failed),
            Some(Tally {
                passed: 11,
                failed: 2
            })
        );
    }

    #[test]
    fn other_lines_are_not_counted() {
        for line in [
            "",
            "test a::b ... ok",
            "running 3 tests",
            "note: test result: ok. 1 passed; 0 failed",
        ] {
            assert_eq!(counts(line), None, "{line}");
        }
    }
}
