//! The process is killed at every step of an event's delivery, many times, under load, and restarted. Afterwards every event
//! has had its effect once.
//!
//! Each round is a separate process: this test binary, called with the one test that is ignored otherwise. It writes and relays
//! until it kills itself with SIGKILL, so nothing of it can clean up.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(
    clippy::print_stdout,
    reason = "a process reports to its parent, and the parent prints the seeds"
)]

mod child;
mod parent;
#[path = "../suite/support/mod.rs"]
mod support;
mod unsound;
mod verify;

use event_log::Step;
use parent::Killing;

/// How often a process is killed at each step.
const KILLS: u32 = 4;

/// How often a process may reach a step before it is killed there. Some steps are rare.
fn most(step: Step) -> u32 {
    match step {
        Step::EventQueued | Step::EventRetried => 8,
        Step::BatchRead => 12,
        _ => 60,
    }
}

#[test]
fn crash_at_any_step_neither_loses_nor_repeats_an_effect() {
    let mut killing = Killing::new("sound");
    for _ in 0..KILLS {
        for step in Step::ALL {
            killing.kill_at(&format!("{step:?}"), most(step));
        }
    }
    assert_eq!(killing.problems(), Vec::<String>::new());
}

#[test]
fn effect_that_commits_before_its_cursor_is_repeated() {
    let mut killing = Killing::new("effect-first");
    for _ in 0..3 {
        killing.kill_at("Between", 20);
    }
    let problems = killing.problems();
    assert!(
        problems
            .iter()
            .any(|problem| problem.ends_with("had its effect 2 times")),
        "{problems:?}"
    );
}

#[test]
fn effect_that_commits_after_its_cursor_is_lost() {
    let mut killing = Killing::new("cursor-first");
    for _ in 0..3 {
        killing.kill_at("Between", 20);
    }
    let problems = killing.problems();
    assert!(
        problems
            .iter()
            .any(|problem| problem.ends_with("had its effect 0 times")),
        "{problems:?}"
    );
}

#[test]
#[ignore = "a process that the other tests start and that kills itself"]
fn child_process() {
    if let Some(plan) = child::Plan::from_environment() {
        child::run(&plan);
    }
}
