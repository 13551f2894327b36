//! Starts the processes that kill themselves, and collects their reports.

use std::collections::HashMap;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::support::Scratch;
use crate::verify::{self, Written};

const SIGKILL: i32 = 9;

/// Processes that are started to reach a step.
const TRIES: usize = 20;

/// The databases of one test, and how often a process was killed over them.
pub(crate) struct Killing {
    scratch: Scratch,
    relay: &'static str,
    random: StdRng,
    kills: HashMap<String, u32>,
    written: Vec<Written>,
}

impl Killing {
    pub(crate) fn new(relay: &'static str) -> Self {
        let seed = rand::random();
        println!("{relay}: seed {seed}");
        let random = StdRng::seed_from_u64(seed);
        Self {
            scratch: Scratch::new(),
            relay,
            random,
            kills: HashMap::new(),
            written: Vec::new(),
        }
    }

    /// Runs a process that kills itself when it reaches `step` for the n-th time, n being at most `most`.
    pub(crate) fn kill_at(&mut self, step: &str, most: u32) {
        let mut after = self.random.random_range(1..=most);
        // A process may finish before it reaches the step that often, or by chance have nothing to do there at all.
        let mut tries = 0;
        loop {
            let output = self.process(step, after);
            if output.status.signal() == Some(SIGKILL) {
                *self.kills.entry(step.to_owned()).or_default() += 1;
                return;
            }
            assert_finished(&output);
            tries += 1;
            assert!(tries < TRIES, "no process comes to {step}");
            after = (after / 2).max(1);
        }
    }

    /// Lets a last process finish all pending work, and returns the violations.
    pub(crate) fn problems(mut self) -> Vec<String> {
        assert_finished(&self.process("never", 1));
        println!(
            "{}: {} events acknowledged, killed {:?}",
            self.relay,
            self.written.len(),
            self.kills
        );
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(verify::problems(&self.scratch, &self.written))
    }

    fn process(&mut self, step: &str, after: u32) -> Output {
        let seed: u64 = self.random.random();
        println!("{}: kill at {step} {after}, seed {seed}", self.relay);
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "child_process", "--nocapture"])
            .env("CRASH_FOLDER", self.scratch.folder.path())
            .env("CRASH_RELAY", self.relay)
            .env("CRASH_STEP", step)
            .env("CRASH_AFTER", after.to_string())
            .env("CRASH_SEED", seed.to_string())
            .output()
            .unwrap();
        let lines = String::from_utf8_lossy(&output.stdout);
        self.written.extend(lines.lines().filter_map(Written::parse));
        output
    }
}

fn assert_finished(output: &Output) {
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success() && out.contains("finished"),
        "{}\n{err}",
        output.status
    );
}
