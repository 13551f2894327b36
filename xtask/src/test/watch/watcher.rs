//! A development server in watch mode.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use xtask_setup::process::{self, command};
use xtask_setup::{Toolchain, Workspace, path_with_tools};

use super::WatchCommand;
use super::checkout::Checkout;
use crate::loopback::{free_address, http_client};

/// How often the pages are requested.
const POLL: Duration = Duration::from_millis(500);
/// How long one request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the watcher may take to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);
/// How many lines of the output are shown after a failure.
const SHOWN_LINES: usize = 60;

/// The watch command and all that it started, in a process group of their own. It is killed on drop.
pub(super) struct Watcher {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
    hashes: PathBuf,
    _data: tempfile::TempDir,
}

impl Watcher {
    /// Starts the command in the copy of the checkout, with free ports and an empty data directory.
    ///
    /// # Errors
    /// When there is no free port, or the command cannot be started.
    pub(super) fn start(
        workspace: &Workspace,
        toolchain: &Toolchain,
        checkout: &Checkout,
        watch_command: WatchCommand,
    ) -> Result<Self> {
        let (address, reload) = (free_address()?, free_address()?);
        let data = tempfile::tempdir()?;
        let log = workspace.target().join("watched.log");
        let output = File::create(&log).with_context(|| format!("cannot create {}", log.display()))?;
        let mut watch = match watch_command {
            WatchCommand::CargoLeptos => {
                let mut cargo = toolchain.command("cargo");
                cargo.args(["leptos", "watch", "--", "serve"]);
                cargo
            }
            WatchCommand::Xtask => {
                let mut xtask = Command::new(std::env::current_exe()?);
                toolchain.apply(&mut xtask);
                xtask.args(["watch", "--"]);
                xtask.env("CARGO_MANIFEST_DIR", checkout.root().join("xtask"));
                xtask
            }
        };
        watch
            .args(["--listen", &address.to_string(), "--data-dir"])
            .arg(data.path().join("data"))
            .current_dir(checkout.root())
            .env("PATH", path_with_tools(workspace))
            // The target folder is shared, for its built dependencies. The site is separate, to keep that of the release.
            .env("CARGO_TARGET_DIR", workspace.target())
            .env("LEPTOS_SITE_ROOT", "CARGO_TARGET_DIR/watched-site")
            .env("LEPTOS_SITE_ADDR", address.to_string())
            .env("LEPTOS_RELOAD_PORT", reload.port().to_string())
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .process_group(0);
        let child = watch
            .spawn()
            .with_context(|| format!("cannot start `{}`", process::command_line(&watch)))?;
        let hashes = workspace.target().join("debug").join("hash.txt");
        Ok(Self {
            child,
            address,
            log,
            hashes,
            _data: data,
        })
    }

    /// The sign-in page; none while the server does not respond.
    pub(super) fn page(&self) -> Option<String> {
        self.get("/auth/signin")
    }

    /// The stylesheet that the page links to.
    pub(super) fn stylesheet(&self) -> Option<String> {
        let page = self.page()?;
        let end = page.find(".css\"")? + ".css".len();
        let start = page[..end].rfind('"')? + 1;
        self.get(&page[start..end])
    }

    fn get(&self, path: &str) -> Option<String> {
        let url = format!("http://{}{path}", self.address);
        let mut response = http_client(REQUEST_TIMEOUT).get(url).call().ok()?;
        let body = response.body_mut().read_to_string().ok()?;
        response.status().is_success().then_some(body)
    }

    /// Polls until a condition holds.
    ///
    /// # Errors
    /// When it does not hold within the limit, or the command has exited. The error has the end of its output.
    pub(super) fn wait_until(
        &mut self,
        condition: &str,
        limit: Duration,
        holds: impl Fn(&Self) -> bool,
    ) -> Result<()> {
        let started = Instant::now();
        while !holds(self) {
            if let Some(status) = self.child.try_wait().context("cannot wait for the watcher")? {
                bail!(
                    "the watcher exited with {status} before {condition}. Its output:\n{}",
                    self.output()
                );
            }
            if started.elapsed() > limit {
                bail!(
                    "timed out after {} s before {condition}. The watcher's output:\n{}",
                    limit.as_secs(),
                    self.output()
                );
            }
            thread::sleep(POLL);
        }
        println!(
            "watch: {condition} after {:.1} s",
            started.elapsed().as_secs_f64()
        );
        Ok(())
    }

    /// Stops the command and all that it started.
    ///
    /// # Errors
    /// When it does not stop in time.
    pub(super) fn stop(mut self) -> Result<()> {
        self.signal("-INT")?;
        process::wait_bounded(&mut self.child, STOP_TIMEOUT)
            .context("cannot wait for the watcher")?
            .with_context(|| {
                format!(
                    "the watcher did not stop within {} s of SIGINT",
                    STOP_TIMEOUT.as_secs()
                )
            })?;
        Ok(())
    }

    fn signal(&self, signal: &str) -> Result<()> {
        let group = format!("-{}", self.child.id());
        process::run(command("kill", &[signal, "--", &group]).stderr(Stdio::null()))
    }

    fn output(&self) -> String {
        let output = fs::read(&self.log).unwrap_or_default();
        let output = String::from_utf8_lossy(&output);
        let lines: Vec<&str> = output.lines().collect();
        lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n")
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        // After an orderly stop there is nothing left to kill.
        let _already_exited = self.signal("-KILL");
        let _already_reaped = self.child.wait();
        // It names the files of the watched site, and a server beside this target folder would read it.
        let _never_created = fs::remove_file(&self.hashes);
    }
}
