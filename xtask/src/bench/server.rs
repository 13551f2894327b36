//! A separate server for the measurements: release build, free port, databases in a temporary directory.

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::client;
use crate::build::Build;
use crate::process;

/// How long a start or a stop may take before it counts as failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server. It is ended when this is dropped.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    ready_after: Duration,
}

impl Server {
    /// Starts one with these additional settings and waits until it is ready.
    pub(crate) fn start(built: &Build, data: &Path, arguments: &[&str]) -> Result<Self> {
        let address = process::free_address()?;
        let mut serve = Command::new(&built.binary);
        serve
            .args(["serve", "--listen", &address.to_string(), "--data-dir"])
            .arg(data.join("data"));
        // Only what goes wrong is of interest here.
        serve
            .args(["--log", "warn"])
            // One buyer orders everything, and the load has one address.
            .args(["--holds-per-buyer", "0", "--client-rate", "0"])
            .args(arguments)
            .stdout(Stdio::null())
            .current_dir(data);
        let started = Instant::now();
        let child = serve
            .spawn()
            .with_context(|| format!("`{}` could not be started", process::line(&serve)))?;
        let mut server = Self {
            child,
            address,
            ready_after: Duration::ZERO,
        };
        server.wait_until_ready(started)?;
        Ok(server)
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// How long it took from the start of its process until it was ready.
    pub(super) fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// Its current resident memory in bytes; `None` if the system does not report it.
    pub(super) fn resident(&self) -> Result<Option<u64>> {
        self.status("VmRSS")
    }

    /// Its peak resident memory in bytes so far; `None` if the system does not report it.
    pub(super) fn highest_resident(&self) -> Result<Option<u64>> {
        self.status("VmHWM")
    }

    /// Asks it to stop and waits until it has.
    pub(crate) fn stop(mut self) -> Result<()> {
        process::run(&mut process::command(
            "kill",
            &["-TERM", &self.child.id().to_string()],
        ))?;
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().context("the server was lost")? {
                ensure!(status.success(), "the server stopped with {status}");
                return Ok(());
            }
            thread::sleep(Duration::from_millis(5));
        }
        bail!(
            "the server did not stop within {} s of SIGTERM",
            PATIENCE.as_secs()
        )
    }

    fn wait_until_ready(&mut self, started: Instant) -> Result<()> {
        while started.elapsed() < PATIENCE {
            if client::is_ready(self.address) {
                self.ready_after = started.elapsed();
                return Ok(());
            }
            if let Some(status) = self.child.try_wait().context("the server was lost")? {
                bail!("the server ended with {status} before it was ready; its message is above");
            }
            thread::sleep(Duration::from_millis(1));
        }
        bail!("the server was not ready after {} s", PATIENCE.as_secs())
    }

    fn status(&self, field: &str) -> Result<Option<u64>> {
        match fs::read_to_string(format!("/proc/{}/status", self.child.id())) {
            Ok(status) => Ok(bytes_of(&status, field)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).context("cannot read the server's memory"),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After an orderly stop there is nothing left to kill or to wait for.
        let _already_ended = self.child.kill();
        let _already_waited_for = self.child.wait();
    }
}

/// The bytes in a line such as `VmRSS:     24680 kB`.
fn bytes_of(status: &str, field: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_the_status() {
        let status = "Name:\tticketing\nVmHWM:\t   2000 kB\nVmRSS:\t   1000 kB\n";
        assert_eq!(bytes_of(status, "VmRSS"), Some(1_024_000));
        assert_eq!(bytes_of(status, "VmHWM"), Some(2_048_000));
        assert_eq!(bytes_of(status, "VmSwap"), None);
    }
}
