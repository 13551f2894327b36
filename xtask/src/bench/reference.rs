//! Other systems that are measured beside Ticketing: how they are installed, started and stopped.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use xtask_setup::{InstallScripts, Workspace, process};

use crate::loopback::{free_address, http_client};

/// How long a start may take.
const TIMEOUT: Duration = Duration::from_mins(1);
/// How often a starting server is polled.
const POLL: Duration = Duration::from_millis(50);

/// The systems that could be installed, by their folders.
pub(super) struct References {
    express: Option<PathBuf>,
    next: Option<PathBuf>,
}

impl References {
    /// None at all.
    pub(super) fn none() -> Self {
        Self {
            express: None,
            next: None,
        }
    }

    /// Installs and builds each. One that cannot be installed is left out, and the reason is printed.
    pub(super) fn install(workspace: &Workspace) -> Self {
        let folder = workspace.root().join("bench");
        // Its packages include the bindings of SQLite, which are compiled by an install script.
        let express = xtask_setup::ensure_packages(&folder.join("express"), InstallScripts::Run);
        let next = xtask_setup::ensure_packages(&folder.join("next"), InstallScripts::Skip)
            .and_then(|()| process::run(&mut next(&folder.join("next"), &["build"])));
        let installed = |name: &str, result: Result<()>| match result {
            Ok(()) => Some(folder.join(name)),
            Err(error) => {
                eprintln!("bench: going on without {name}: {error:#}");
                None
            }
        };
        Self {
            express: installed("express", express),
            next: installed("next", next),
        }
    }

    /// Whether Express is installed.
    pub(super) fn has_express(&self) -> bool {
        self.express.is_some()
    }

    /// Starts Express with so many tickets on sale, on a new database in `folder`; none if it is not installed.
    ///
    /// # Errors
    /// When it does not start.
    pub(super) fn express(&self, folder: &Path, tickets: u64) -> Result<Option<Reference>> {
        let Some(program) = &self.express else {
            return Ok(None);
        };
        let address = free_address()?;
        let folder = tempfile::tempdir_in(folder).context("cannot make a temporary folder")?;
        let mut node = process::command("node", &["server.js"]);
        node.current_dir(program)
            .env("NODE_ENV", "production")
            .env("PORT", address.port().to_string())
            .env("DATABASE", folder.path().join("express.sqlite"))
            .env("TICKETS", tickets.to_string());
        Reference::start(node, address, "/api/tickets", Some(folder)).map(Some)
    }

    /// Starts Next.js; none if it is not installed.
    ///
    /// # Errors
    /// When it does not start.
    pub(super) fn next(&self) -> Result<Option<Reference>> {
        let Some(folder) = &self.next else {
            return Ok(None);
        };
        let address = free_address()?;
        let port = address.port().to_string();
        let serve = next(folder, &["start", "--hostname", "127.0.0.1", "--port", &port]);
        Reference::start(serve, address, "/", None).map(Some)
    }
}

/// The command line of Next.js. Not through npx, which would be killed in place of the server.
fn next(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = process::command("node", &["node_modules/next/dist/bin/next"]);
    command
        .args(arguments)
        .current_dir(folder)
        .env("NODE_ENV", "production")
        .env("NEXT_TELEMETRY_DISABLED", "1");
    command
}

/// A running system. It is killed on drop.
pub(super) struct Reference {
    child: Child,
    address: SocketAddr,
    /// The folder of its database, which is removed with it.
    _folder: Option<tempfile::TempDir>,
}

impl Reference {
    /// The address it listens on.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    fn start(
        mut command: Command,
        address: SocketAddr,
        path: &str,
        folder: Option<tempfile::TempDir>,
    ) -> Result<Self> {
        let child = command
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start `{}`", process::command_line(&command)))?;
        let mut reference = Self {
            child,
            address,
            _folder: folder,
        };
        let agent = http_client(TIMEOUT);
        let started = Instant::now();
        while started.elapsed() < TIMEOUT {
            let response = agent.get(format!("http://{address}{path}")).call();
            if response.is_ok_and(|response| response.status() == 200) {
                return Ok(reference);
            }
            if let Some(status) = reference.child.try_wait()? {
                bail!("`{}` exited with {status}", process::command_line(&command));
            }
            thread::sleep(POLL);
        }
        bail!(
            "`{}` was not ready after {} s",
            process::command_line(&command),
            TIMEOUT.as_secs()
        )
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        // If it has exited already, there is nothing to kill or to wait for.
        let _already_exited = self.child.kill();
        let _already_reaped = self.child.wait();
    }
}
