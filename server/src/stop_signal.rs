//! The signals that stop a server.

use std::fs;
use std::io;

use tokio::signal::unix::{SignalKind, signal};

/// Listens for Ctrl-C, SIGTERM and SIGHUP from now on, so that a signal that comes while the server starts is not lost; the
/// future resolves at the first. A SIGHUP that was ignored when the process was started, as with `nohup`, stays ignored.
///
/// # Errors
/// When the system does not allow it.
pub fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let hangs_up = !is_ignored(SignalKind::hangup());
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = if hangs_up {
        Some(signal(SignalKind::hangup())?)
    } else {
        None
    };
    Ok(async move {
        let hung_up = async {
            match &mut hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hung_up => {}
        }
    })
}

/// Whether the process was started with a signal ignored, according to the kernel.
fn is_ignored(kind: SignalKind) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    ignored_signals(&status).is_some_and(|mask| mask & (1 << (kind.as_raw_value() - 1)) != 0)
}

/// The ignored signals in a `/proc/…/status`: signal 1 is the lowest bit.
fn ignored_signals(status: &str) -> Option<u64> {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mask_of_ignored_signals_is_read() {
        let status = "Name:\tticketing\nSigBlk:\t0000000000000004\nSigIgn:\t0000000000001001\n";
        assert_eq!(ignored_signals(status), Some(0x1001));
        assert_eq!(ignored_signals("Name:\tticketing\n"), None);
    }
}
