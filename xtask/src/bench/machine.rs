//! What was measured where.

use std::fs;

use xtask_setup::process;

use super::{Bench, CLIENTS};
use crate::digits::grouped;

/// Sentences about several processes.
pub(super) fn processes_sentence(bench: &Bench<'_>) -> String {
    format!(
        "Measured with `cargo xtask bench --processes …` on {}, which servers, PostgreSQL and the load \
         ([oha](https://github.com/hatoo/oha) {}, {CLIENTS} connections in all, over loopback) share. Every write is on disk before the \
         response, with either database. {} tickets are listed and a fifth of them reserved.",
        place(),
        xtask_setup::oha().version,
        grouped(bench.tickets)
    )
}

/// The day and the machine.
fn place() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .and_then(|rest| rest.split_once(':'));
    let model = model.map_or("unknown processor", |(_, name)| name.trim());
    let said = |program, arguments: &[&str]| {
        process::try_stdout(&mut process::command(program, arguments)).unwrap_or_default()
    };
    let (kernel, day) = (said("uname", &["-sr"]), said("date", &["-u", "+%F"]));
    format!("{day} on {cores} cores ({model}, {kernel})")
}

/// Sentences about the machine, the load and the day.
pub(super) fn sentence(bench: &Bench<'_>, is_beside: bool) -> String {
    let oha = xtask_setup::oha().version;
    let option = if is_beside { " --beside" } else { "" };
    let mut text = format!(
        "Measured with `cargo xtask bench{option}` on {}, which the server shares with \
         the load ([oha](https://github.com/hatoo/oha) {oha}, {CLIENTS} connections unless noted, over loopback). Every write \
         of Ticketing is on disk before the response (`synchronous=FULL`).",
        place()
    );
    if is_beside {
        text += &format!(
            " The systems ran in turn; rounds of each load, of which the medians count: {}. Express is the Node system that \
             Ticketing replaces, reduced to its hot paths, with SQLite and `synchronous=NORMAL`; Next.js renders a list of 100 \
             tickets from memory. Both are in the folder [bench](bench/README.md).",
            bench.rounds
        );
    }
    text
}
