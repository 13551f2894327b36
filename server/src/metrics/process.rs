//! The metrics of the process, by the names that all programs have for them.

use std::time::Duration;

use service::metrics::{Reading, Readings, Registry, number};

const BYTES_PER_KIBIBYTE: u64 = 1024;

/// What the operating system says of this process. What it does not say is left out.
pub(super) async fn registry(started_at_ms: i64) -> Registry {
    // These reads block, although the files are virtual.
    let of_system = tokio::task::spawn_blocking(of_system).await;
    let started = Duration::from_millis(started_at_ms.unsigned_abs()).as_secs_f64();
    let mut readings = Readings::default();
    readings.add(vec![Reading::gauge(
        "process_start_time_seconds",
        "Start time of the process since unix epoch in seconds",
        started,
    )]);
    readings.add(of_system.unwrap_or_default());
    let mut registry = Registry::default();
    readings.register(&mut registry);
    registry
}

fn of_system() -> Vec<Reading> {
    let memory = resident_bytes().map(|bytes| {
        let help = "Resident memory size in bytes";
        Reading::gauge("process_resident_memory_bytes", help, number(bytes))
    });
    let open = open_files().map(|files| {
        let help = "Number of open file descriptors";
        Reading::gauge("process_open_fds", help, number(files))
    });
    let limit = rlimit::Resource::NOFILE.get().ok().map(|(soft, _)| {
        let help = "Maximum number of open file descriptors";
        Reading::gauge("process_max_fds", help, number(soft))
    });
    [memory, open, limit].into_iter().flatten().collect()
}

fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    resident_bytes_in(&status)
}

/// `VmRSS:    21508 kB`, which are kibibytes.
fn resident_bytes_in(status: &str) -> Option<u64> {
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = resident.trim().strip_suffix(" kB")?.parse().ok()?;
    kibibytes.checked_mul(BYTES_PER_KIBIBYTE)
}

/// Reading the directory opens a file descriptor itself.
fn open_files() -> Option<usize> {
    let files = std::fs::read_dir("/proc/self/fd").ok()?.count();
    Some(files.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_as_the_kernel_writes_it() {
        let status = "Name:\tticketing\nVmHWM:\t   30000 kB\nVmRSS:\t   21508 kB\nThreads:\t4\n";
        assert_eq!(resident_bytes_in(status), Some(21_508 * 1024));
        assert_eq!(resident_bytes_in("VmRSS:\t21508 pages\n"), None);
        assert_eq!(resident_bytes_in(""), None);
    }
}
