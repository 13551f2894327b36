//! A watched development server, and the files it serves.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use ureq::Agent;

use super::Way;
use super::checkout::Checkout;
use crate::process::{self, command, free_address};
use crate::toolchain::{Toolchain, path_with_tools};
use crate::workspace::Workspace;

/// How often the pages are checked.
const POLL: Duration = Duration::from_millis(500);
/// How long everything may take to end.
const STOP: Duration = Duration::from_secs(30);
/// How much of the output is shown after a failure.
const SHOWN_LINES: usize = 60;

/// The command and all its child processes, in their own process group. It is ended when this is dropped.
pub(super) struct Watcher {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
    hashes: PathBuf,
    _data: tempfile::TempDir,
}

impl Watcher {
    /// Starts it in the copy of the checkout, with free ports and an empty data directory.
    ///
    /// # Errors
    /// When there is no free port, or it cannot be started.
    pub(super) fn start(
        workspace: &Workspace,
        toolchain: &Toolchain,
        checkout: &Checkout,
        way: Way,
    ) -> Result<Self> {
        let (address, reload) = (free_address()?, free_address()?);
        let data = tempfile::tempdir()?;
        let log = workspace.target().join("watched.log");
        let output = File::create(&log).with_context(|| format!("cannot make {}", log.display()))?;
        let mut watch = match way {
            Way::CargoLeptos => {
                let mut cargo = toolchain.command("cargo");
                cargo.args(["leptos", "watch", "--", "serve"]);
                cargo
            }
            Way::Xtask => {
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
            // Dependencies built by others are used; the release's site must stay as it is.
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
            .with_context(|| format!("`{}` could not be started", process::line(&watch)))?;
        let hashes = workspace.target().join("debug").join("hash.txt");
        Ok(Self {
            child,
            address,
            log,
            hashes,
            _data: data,
        })
    }

    /// The page for signing in; none while nothing is served.
    pub(super) fn page(&self) -> Option<String> {
        self.get("/auth/signin")
    }

    /// The stylesheet that the page names.
    pub(super) fn stylesheet(&self) -> Option<String> {
        let page = self.page()?;
        let end = page.find(".css\"")? + ".css".len();
        let start = page[..end].rfind('"')? + 1;
        self.get(&page[start..end])
    }

    fn get(&self, path: &str) -> Option<String> {
        let config = Agent::config_builder()
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(10)));
        let agent: Agent = config.build().into();
        let mut response = agent.get(format!("http://{}{path}", self.address)).call().ok()?;
        response.body_mut().read_to_string().ok()
    }

    /// Looks again and again until something holds.
    ///
    /// # Errors
    /// When it does not within the limit, or the command has ended; the end of its output is shown.
    pub(super) fn wait_until(
        &mut self,
        what: &str,
        limit: Duration,
        holds: impl Fn(&Self) -> bool,
    ) -> Result<()> {
        let started = Instant::now();
        while !holds(self) {
            if let Some(status) = self.child.try_wait().context("the watcher was lost")? {
                bail!(
                    "not seen: {what}. The watcher ended with {status}; it said\n{}",
                    self.output()
                );
            }
            if started.elapsed() > limit {
                bail!(
                    "not seen within {} s: {what}. The watcher said\n{}",
                    limit.as_secs(),
                    self.output()
                );
            }
            thread::sleep(POLL);
        }
        println!("watch: {what} after {:.1} s", started.elapsed().as_secs_f64());
        Ok(())
    }

    /// Ends it and all that it started.
    ///
    /// # Errors
    /// When it does not end.
    pub(super) fn stop(mut self) -> Result<()> {
        self.signal("-INT")?;
        let deadline = Instant::now() + STOP;
        while Instant::now() < deadline {
            if self.child.try_wait().context("the watcher was lost")?.is_some() {
                return Ok(());
            }
            thread::sleep(POLL);
        }
        bail!("the watcher did not end within {} s of SIGINT", STOP.as_secs())
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
        // If everything has ended on its own there is nothing left to kill.
        let _already_ended = self.signal("-KILL");
        let _already_ended = self.child.wait();
        // It references files of the watched site, and would be taken for that of the site in this target directory.
        let _never_made = fs::remove_file(&self.hashes);
    }
}
