//! Standard output and standard error. The server keeps working even if they are not read.

use std::io::{self, ErrorKind, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};

/// Lines that wait for earlier ones to be read; more are dropped.
const WAITING_LINES: usize = 8_192;

/// How long to wait for lines to be written when there is nothing else left to do.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(2);

/// A stream that is written by its own thread. Writing to it neither fails nor blocks: lines that are not taken, because the
/// reader has gone or does not read, are dropped.
pub struct Output {
    writer: NonBlocking,
    guard: Option<WorkerGuard>,
}

impl Output {
    /// An output to a stream.
    pub fn to(stream: impl Write + Send + 'static) -> Self {
        let (writer, guard) = NonBlockingBuilder::default()
            .lossy(true)
            .buffered_lines_limit(WAITING_LINES)
            .thread_name("output")
            .finish(stream);
        Self {
            writer,
            guard: Some(guard),
        }
    }

    /// A handle for writers. What they write after this output was dropped is lost.
    #[must_use]
    pub fn writer(&self) -> NonBlocking {
        self.writer.clone()
    }

    /// Writes a line.
    pub fn line(&self, line: &str) {
        // It does not fail, see above.
        let _written = writeln!(self.writer.clone(), "{line}");
    }
}

/// Waits a moment until everything is written.
impl Drop for Output {
    fn drop(&mut self) {
        let guard = self.guard.take();
        within(FLUSH_TIMEOUT, move || drop(guard));
    }
}

/// Writes a requested report to standard output. A reader that closes the pipe early, as in `ticketing check | head -1`,
/// is not an error.
///
/// # Errors
/// When it cannot be written, as on a disk that is full.
pub fn print(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

/// Writes a last line to standard error, and waits briefly for it.
pub fn print_final_error(line: String) {
    within(FLUSH_TIMEOUT, move || {
        let _written = writeln!(std::io::stderr(), "{line}");
    });
}

/// Runs something that may block forever, on its own thread, and waits for it only this long.
fn within(limit: Duration, work: impl FnOnce() + Send + 'static) {
    let (done, wait) = mpsc::channel();
    let spawned = thread::Builder::new().spawn(move || {
        work();
        let _nobody_waits = done.send(());
    });
    if spawned.is_ok() {
        let _in_time_or_not = wait.recv_timeout(limit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes nothing, like a full pipe that is not read.
    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            loop {
                thread::park();
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Fails, like a pipe whose reader has gone.
    struct Broken;

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn unread_stream_does_not_block() {
        for output in [Output::to(Full), Output::to(Broken)] {
            for _ in 0..2 * WAITING_LINES {
                output.line("a line");
            }
        }
    }

    #[test]
    fn lines_arrive_complete_and_in_order() {
        struct Taken(mpsc::Sender<u8>);
        impl Write for Taken {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                for byte in bytes {
                    self.0.send(*byte).map_err(io::Error::other)?;
                }
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (sender, receiver) = mpsc::channel();
        let output = Output::to(Taken(sender));
        output.line("first");
        output.line("second");
        drop(output);
        let bytes: Vec<u8> = receiver.try_iter().collect();
        assert_eq!(String::from_utf8(bytes).unwrap(), "first\nsecond\n");
    }
}
