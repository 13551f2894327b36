//! Child processes: run one, read its output, bound it in time. Every error names the command.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often a child is polled while it is waited for.
const POLL: Duration = Duration::from_millis(10);

/// A command of this program and these arguments.
pub fn command<S: AsRef<OsStr>>(program: S, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// The command as one would type it, for messages.
#[must_use]
pub fn command_line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Runs the command with the terminal's own streams.
///
/// # Errors
/// When it cannot be started or exits with a failure.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| not_started(command))?;
    ensure_success(command, status)
}

/// Runs the command and returns its standard output, trimmed. Its standard error is shown.
///
/// # Errors
/// When it cannot be started, exits with a failure, or writes something that is not UTF-8.
pub fn stdout(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| not_started(command))?;
    ensure_success(command, output.status)?;
    let text = String::from_utf8(output.stdout)
        .with_context(|| format!("the output of `{}` is not UTF-8", command_line(command)))?;
    Ok(text.trim().to_owned())
}

/// Runs the command quietly and returns its standard output, trimmed; none when it cannot be started or fails. For
/// probes such as `--version`, where a failure is an answer.
pub fn try_stdout(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// How a command with a time limit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It exited with this code (none: by a signal).
    Exited(Option<i32>),
    /// It ran longer than the limit and was killed.
    TimedOut,
    /// There is no such program.
    NotFound,
}

impl Outcome {
    /// Whether the command exited with success.
    #[must_use]
    pub fn is_success(self) -> bool {
        self == Self::Exited(Some(0))
    }
}

/// Runs the command for at most `limit`, then kills it.
///
/// # Errors
/// When it cannot be started although the program exists, or cannot be waited for.
pub fn run_bounded(command: &mut Command, limit: Duration) -> Result<Outcome> {
    let mut child = match command.stdin(Stdio::null()).spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Outcome::NotFound),
        Err(error) => return Err(error).with_context(|| not_started(command)),
    };
    let cannot_wait = || format!("cannot wait for `{}`", command_line(command));
    if let Some(status) = wait_bounded(&mut child, limit).with_context(cannot_wait)? {
        return Ok(Outcome::Exited(status.code()));
    }
    // It may exit between the poll and the signal; then there is nothing left to kill.
    let _already_exited = child.kill();
    child.wait().with_context(cannot_wait)?;
    Ok(Outcome::TimedOut)
}

/// Waits for a child for at most `limit`; none when it is still running then.
///
/// # Errors
/// When the system cannot say whether it has exited.
pub fn wait_bounded(child: &mut Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    loop {
        let status = child.try_wait()?;
        if status.is_some() || Instant::now() >= deadline {
            return Ok(status);
        }
        thread::sleep(POLL);
    }
}

/// Whether a program of this name is on PATH.
pub(crate) fn is_on_path(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

fn ensure_success(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!(
            "`{}` failed ({status}); its output is above",
            command_line(command)
        );
    }
    Ok(())
}

fn not_started(command: &Command) -> String {
    format!(
        "cannot start `{}`; is {} installed and on PATH?",
        command_line(command),
        command.get_program().to_string_lossy()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_that_exceeds_its_limit_is_killed() {
        let outcome = run_bounded(&mut command("sleep", &["60"]), Duration::from_millis(100)).unwrap();
        assert_eq!(outcome, Outcome::TimedOut);
    }

    #[test]
    fn bounded_command_reports_its_exit_code() {
        let minute = Duration::from_mins(1);
        assert!(
            run_bounded(&mut command("true", &[]), minute)
                .unwrap()
                .is_success()
        );
        assert_eq!(
            run_bounded(&mut command("false", &[]), minute).unwrap(),
            Outcome::Exited(Some(1))
        );
        assert_eq!(
            run_bounded(&mut command("no-such-program", &[]), minute).unwrap(),
            Outcome::NotFound
        );
    }

    #[test]
    fn waiting_ends_at_the_limit_and_leaves_the_child_running() {
        let mut child = command("sleep", &["60"]).spawn().unwrap();
        assert_eq!(wait_bounded(&mut child, Duration::from_millis(50)).unwrap(), None);
        assert_eq!(child.try_wait().unwrap(), None);
        child.kill().unwrap();
        let status = wait_bounded(&mut child, Duration::from_mins(1)).unwrap();
        assert!(!status.unwrap().success());
    }

    #[test]
    fn error_names_the_command() {
        let error = run(&mut command("false", &["--really"])).unwrap_err().to_string();
        assert!(error.contains("`false --really` failed"), "{error}");
    }
}
