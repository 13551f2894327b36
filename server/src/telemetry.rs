//! Logs: one line per event, self-contained, with dotted fields; never a password, a token or an address.

use std::io::IsTerminal;
use std::panic;

use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, Settings};
use crate::output::Output;

/// Starts logging to standard error. Lines are written until the returned value is dropped; a line that is not taken is lost, and the
/// request or task that logged it continues.
#[must_use]
pub fn start(settings: &Settings) -> Output {
    let output = Output::to(std::io::stderr());
    let filter = EnvFilter::new(&settings.log);
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        // It would report a failure by a macro that panics when standard error is closed.
        .log_internal_errors(false)
        .with_writer(output.writer());
    // A second start, as tests in one process do, keeps the first.
    let _already_started = match settings.log_format {
        LogFormat::Text => builder.compact().try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    log_panics();
    output
}

/// Panics are logged like all lines. The hook of the standard library writes to standard error itself, and blocks there for as long
/// as it is not read.
fn log_panics() {
    panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string);
        tracing::error!(
            panic.message = panic.payload_as_str().unwrap_or("no message"),
            panic.location = location.as_deref().unwrap_or_default(),
            thread.name = std::thread::current().name().unwrap_or_default(),
            "a thread panicked"
        );
    }));
}
