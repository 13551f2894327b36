//! Child processes: run one, read what it says, bound it in time. Every failure names the command.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often a bounded child is looked at.
const POLL: Duration = Duration::from_millis(50);

/// The command as one would type it, for messages.
pub(crate) fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Runs the command with the terminal's own streams.
///
/// # Errors
/// When it cannot be started or ends with a failure.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| not_started(command))?;
    succeeded(command, status)
}

/// Runs the command and returns what it wrote to standard output, trimmed. Its standard error is shown.
///
/// # Errors
/// When it cannot be started, ends with a failure, or writes what is not UTF-8.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| not_started(command))?;
    succeeded(command, output.status)?;
    let text =
        String::from_utf8(output.stdout).with_context(|| format!("`{}` wrote no UTF-8", line(command)))?;
    Ok(text.trim().to_owned())
}

/// What the command wrote to standard output, trimmed; none when it cannot be run or fails. For questions such as
/// «is it installed», where a failure is an answer.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// How a bounded command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It ended by itself, with this exit code (none: by a signal).
    Ended(Option<i32>),
    /// It took longer than it was given, and was ended.
    TimedOut,
    /// There is no such program.
    Missing,
}

impl Outcome {
    /// Whether the command ended by itself and well.
    pub(crate) fn is_success(self) -> bool {
        self == Self::Ended(Some(0))
    }
}

/// Runs the command for at most `limit`, then kills it.
///
/// # Errors
/// When it cannot be started for another reason than that there is no such program, or cannot be waited for.
pub(crate) fn run_bounded(command: &mut Command, limit: Duration) -> Result<Outcome> {
    let mut child = match command.stdin(Stdio::null()).spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Outcome::Missing),
        Err(error) => return Err(error).with_context(|| not_started(command)),
    };
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child
            .try_wait()
            .with_context(|| format!("`{}` was lost", line(command)))?
        {
            return Ok(Outcome::Ended(status.code()));
        }
        if Instant::now() >= deadline {
            // It may end between the look and the signal; then there is nothing left to kill.
            let _already_ended = child.kill();
            child
                .wait()
                .with_context(|| format!("`{}` was lost", line(command)))?;
            return Ok(Outcome::TimedOut);
        }
        thread::sleep(POLL);
    }
}

/// Whether a program of this name is on PATH.
pub(crate) fn on_path(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// An address of this machine that nobody listens on.
///
/// # Errors
/// When there is no free port.
pub(crate) fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on 127.0.0.1")?;
    listener.local_addr().context("no free port on 127.0.0.1")
}

/// A shell's words: the program and its arguments.
pub(crate) fn command<S: AsRef<OsStr>>(program: S, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{}` failed ({status}); its own message is above", line(command));
    }
    Ok(())
}

fn not_started(command: &Command) -> String {
    format!(
        "`{}` could not be started; is {} installed and on PATH?",
        line(command),
        command.get_program().to_string_lossy()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bounded_command_that_hangs_is_ended() {
        let outcome = run_bounded(&mut command("sleep", &["60"]), Duration::from_millis(100)).unwrap();
        assert_eq!(outcome, Outcome::TimedOut);
    }

    #[test]
    fn a_bounded_command_tells_how_it_ended() {
        let minute = Duration::from_mins(1);
        assert!(
            run_bounded(&mut command("true", &[]), minute)
                .unwrap()
                .is_success()
        );
        assert_eq!(
            run_bounded(&mut command("false", &[]), minute).unwrap(),
            Outcome::Ended(Some(1))
        );
        assert_eq!(
            run_bounded(&mut command("no-such-program", &[]), minute).unwrap(),
            Outcome::Missing
        );
    }

    #[test]
    fn a_failure_names_the_command() {
        let error = run(&mut command("false", &["--really"])).unwrap_err().to_string();
        assert!(error.contains("`false --really` failed"), "{error}");
    }
}
