//! The real binary as a separate process, which a test can kill.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;

/// A key that tests also sign tokens with.
pub const SIGNING_KEY: &str = "YSBrZXkgdGhhdCBpcyBvbmx5IGV2ZXIgdXNlZCBieSB0ZXN0cw==";

const DELIVERY_TRIES: usize = 600;
const DELIVERY_PAUSE: Duration = Duration::from_millis(50);

pub struct Process {
    pub base: String,
    child: Child,
    output: Output,
}

/// The output of the process, and whether it is read.
enum Output {
    Read(JoinHandle<()>),
    Unread(Lines<BufReader<ChildStdout>>),
    Closed,
}

impl Process {
    /// Starts `ticketing serve` on a free port and waits until it is ready.
    pub async fn start(data_dir: &Path, arguments: &[&str]) -> Self {
        Self::spawn_read(serve(data_dir, data_dir).args(arguments)).await
    }

    /// Starts it with its log in a file.
    pub async fn start_logging_to(log: &Path, data_dir: &Path) -> Self {
        let log = std::fs::File::create(log).unwrap();
        Self::spawn_read(serve(data_dir, data_dir).stderr(log)).await
    }

    /// Starts it with this log filter and format.
    pub async fn start_saying_all_to(log: &Path, data_dir: &Path, filter: &str, format: &str) -> Self {
        let log = std::fs::File::create(log).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_ticketing"));
        let command = with_settings(&mut command, data_dir, data_dir, "127.0.0.1:0", filter);
        Self::spawn_read(command.args(["--log-format", format]).stderr(log)).await
    }

    /// Starts it under an umask, in a data directory that it creates, and with its own signing key.
    pub async fn start_under(umask: &str, data_dir: &Path, site: &Path) -> Self {
        let serving = serve(data_dir, site);
        let serving = serving.as_std();
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &format!("umask {umask}; exec \"$0\" \"$@\"")])
            .arg(serving.get_program())
            .args(serving.get_args())
            .envs(
                serving
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .env_remove("TICKETING_SIGNING_KEY");
        Self::spawn_read(&mut shell).await
    }

    /// Starts a copy of the program in a folder that has nothing else.
    pub async fn start_alone(program: &Path, data_dir: &Path) -> Self {
        let mut command = Command::new(program);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "warn", "--data-dir"])
            .arg(data_dir)
            .env_remove("LEPTOS_SITE_ROOT");
        Self::spawn_read(&mut command).await
    }

    /// Starts `ticketing serve` where it must refuse to, and returns its output.
    pub async fn refused(data_dir: &Path) -> String {
        Self::refused_with(data_dir, &[]).await
    }

    /// The same with these arguments.
    pub async fn refused_with(data_dir: &Path, arguments: &[&str]) -> String {
        let site = tempfile::tempdir().unwrap();
        let mut serving = serve(data_dir, site.path());
        let running = serving.args(arguments).kill_on_drop(true).output();
        let ended = tokio::time::timeout(Duration::from_mins(1), running).await;
        let output = ended.expect("it serves all the same").unwrap();
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Starts a command that becomes `ticketing` when it gets its arguments, and reads its standard output only up to the address where it
    /// listens.
    pub async fn started(mut command: Command, data_dir: &Path, log: &str, arguments: &[&str]) -> Self {
        Self::spawn(with_settings(&mut command, data_dir, data_dir, "127.0.0.1:0", log).args(arguments)).await
    }

    /// Starts a command whose output is not read, and waits until it responds on that address.
    pub async fn started_silently(mut command: Command, data_dir: &Path, listen: &str) -> Self {
        let mut child = with_settings(&mut command, data_dir, data_dir, listen, "trace")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let base = format!("http://{listen}");
        while reqwest::get(format!("{base}/livez")).await.is_err() {
            assert_eq!(
                child.try_wait().unwrap(),
                None,
                "the server ended before it was ready"
            );
            tokio::time::sleep(DELIVERY_PAUSE).await;
        }
        Self {
            base,
            child,
            output: Output::Closed,
        }
    }

    async fn spawn_read(command: &mut Command) -> Self {
        let mut process = Self::spawn(command).await;
        process.read_output();
        process
    }

    async fn spawn(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let base = loop {
            let line = lines
                .next_line()
                .await
                .unwrap()
                .expect("the server ended before it was ready");
            if let Some(base) = line.strip_prefix("Ticketing is ready: ") {
                break base.to_owned();
            }
        };
        Self {
            base,
            child,
            output: Output::Unread(lines),
        }
    }

    /// Reads the standard output of the process from now on.
    fn read_output(&mut self) {
        if let Output::Unread(mut lines) = std::mem::replace(&mut self.output, Output::Closed) {
            self.output = Output::Read(tokio::spawn(async move {
                while let Ok(Some(_)) = lines.next_line().await {}
            }));
        }
    }

    /// Closes the reading end of the output: writing fails from now on.
    pub fn close_output(&mut self) {
        if let Output::Read(reading) = std::mem::replace(&mut self.output, Output::Closed) {
            reading.abort();
        }
        drop(self.child.stderr.take());
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id().expect("the server runs")
    }

    /// Where it listens, as `127.0.0.1:41234`.
    pub fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// What it says of its readiness.
    pub async fn readiness(&self) -> Value {
        let response = reqwest::get(format!("{}/readyz", self.base)).await.unwrap();
        response.json().await.unwrap()
    }

    /// Waits until every event was delivered to every consumer.
    pub async fn wait_until_delivered(&self) {
        let mut last = Value::Null;
        for _ in 0..DELIVERY_TRIES {
            last = self.readiness().await;
            let relays = last["relays"].as_array().unwrap();
            let waiting = relays
                .iter()
                .flat_map(|relay| [&relay["lag"], &relay["retrying"], &relay["parked"]]);
            if waiting.into_iter().all(|count| count == 0) {
                return;
            }
            tokio::time::sleep(DELIVERY_PAUSE).await;
        }
        panic!("events stay undelivered: {last}");
    }

    /// SIGKILL: no destructor runs, nothing is flushed.
    pub async fn kill(mut self) {
        self.child.start_kill().unwrap();
        self.child.wait().await.unwrap();
    }

    /// SIGTERM, as a service manager sends it; the exit must be clean.
    pub async fn terminate(self) {
        self.stop_by("TERM").await;
    }

    /// A signal after which the server must stop, cleanly.
    pub async fn stop_by(mut self, signal: &str) {
        let id = self.id().to_string();
        let signal = format!("-{signal}");
        let sent = Command::new("kill").args([&signal, &id]).status().await.unwrap();
        assert!(sent.success());
        let ended = tokio::time::timeout(Duration::from_mins(1), self.child.wait()).await;
        let status = ended.expect("the server did not stop").unwrap();
        assert!(status.success(), "{status}");
    }
}

/// `ticketing serve` on a free port, with a site in a directory.
fn serve(data_dir: &Path, above_site: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ticketing"));
    with_settings(&mut command, data_dir, above_site, "127.0.0.1:0", "warn");
    command
}

/// The arguments and variables of a server of these tests.
fn with_settings<'c>(
    command: &'c mut Command,
    data_dir: &Path,
    above_site: &Path,
    listen: &str,
    log: &str,
) -> &'c mut Command {
    let site = above_site.join("site");
    std::fs::create_dir_all(site.join("pkg")).unwrap();
    std::fs::write(site.join("pkg/ticketing.css"), "").unwrap();
    command
        .args(["serve", "--listen", listen, "--log", log, "--data-dir"])
        .arg(data_dir)
        .env("TICKETING_SIGNING_KEY", SIGNING_KEY)
        // Tests make many orders with few users, all from one address. A flag among the arguments takes precedence.
        .env("TICKETING_HOLDS_PER_BUYER", "0")
        .env("TICKETING_CLIENT_RATE", "0")
        .env("LEPTOS_SITE_ROOT", &site)
}
