//! A server for one measurement or test: release build, free port, databases in a temporary folder.

mod client;

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use xtask_setup::process;

pub(crate) use self::client::{Client, Order};
use crate::build::Build;
use crate::loopback::free_address;

/// How long a start or a stop may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How often a starting server is polled. Short, because the time to readiness is measured.
const POLL: Duration = Duration::from_millis(1);

/// A running server. It is killed on drop.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    time_to_ready: Duration,
}

impl Server {
    /// Starts a server with these additional arguments and waits until it is ready.
    ///
    /// # Errors
    /// When it does not start, or is not ready in time.
    pub(crate) fn start(built: &Build, folder: &Path, arguments: &[&str]) -> Result<Self> {
        let address = free_address()?;
        let mut serve = Command::new(&built.binary);
        serve
            .args(["serve", "--listen", &address.to_string(), "--data-dir"])
            .arg(folder.join("data"))
            .args(["--log", "warn"])
            // One buyer orders everything, and all requests come from one address.
            .args(["--holds-per-buyer", "0", "--client-rate", "0"])
            .args(arguments)
            .stdout(Stdio::null())
            .current_dir(folder);
        let started = Instant::now();
        let child = serve
            .spawn()
            .with_context(|| format!("cannot start `{}`", process::command_line(&serve)))?;
        let mut server = Self {
            child,
            address,
            time_to_ready: Duration::ZERO,
        };
        server.wait_until_ready(started)?;
        Ok(server)
    }

    /// The address it listens on.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The time from the start of the process until it was ready.
    pub(crate) fn time_to_ready(&self) -> Duration {
        self.time_to_ready
    }

    /// Its current resident memory in bytes; none where the system does not report it.
    pub(crate) fn resident_memory(&self) -> Result<Option<u64>> {
        self.memory("VmRSS")
    }

    /// Its peak resident memory in bytes; none where the system does not report it.
    pub(crate) fn peak_memory(&self) -> Result<Option<u64>> {
        self.memory("VmHWM")
    }

    /// Stops it with SIGTERM and waits until it has exited.
    ///
    /// # Errors
    /// When it exits with a failure, or not in time.
    pub(crate) fn stop(mut self) -> Result<()> {
        let pid = self.child.id().to_string();
        process::run(&mut process::command("kill", &["-TERM", &pid]))?;
        let status = process::wait_bounded(&mut self.child, TIMEOUT)
            .context("cannot wait for the server")?
            .with_context(|| {
                format!(
                    "the server did not stop within {} s of SIGTERM",
                    TIMEOUT.as_secs()
                )
            })?;
        ensure!(status.success(), "the server stopped with {status}");
        Ok(())
    }

    fn wait_until_ready(&mut self, started: Instant) -> Result<()> {
        while started.elapsed() < TIMEOUT {
            if client::is_ready(self.address) {
                self.time_to_ready = started.elapsed();
                return Ok(());
            }
            if let Some(status) = self.child.try_wait().context("cannot wait for the server")? {
                bail!("the server exited with {status} before it was ready; its output is above");
            }
            thread::sleep(POLL);
        }
        bail!("the server was not ready after {} s", TIMEOUT.as_secs())
    }

    fn memory(&self, field: &str) -> Result<Option<u64>> {
        match fs::read_to_string(format!("/proc/{}/status", self.child.id())) {
            Ok(status) => Ok(bytes_of(&status, field)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).context("cannot read the server's memory usage"),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After an orderly stop there is nothing left to kill or to wait for.
        let _already_exited = self.child.kill();
        let _already_reaped = self.child.wait();
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
