//! The sections of the program that are counted.

use std::hint::black_box;

/// How often an operation is executed before it is counted: at least once on each connection of a database, which takes turns
/// with the others, so that its statements are prepared.
const UNCOUNTED: usize = 8;

/// Executes an operation `times` times, after a few executions that fill caches, and prints its name and `times`.
///
/// # Errors
/// Those of the operation.
pub(crate) async fn count<E>(
    name: &str,
    times: usize,
    mut operation: impl AsyncFnMut() -> Result<(), E>,
) -> Result<(), E> {
    for _ in 0..UNCOUNTED {
        operation().await?;
    }
    section_boundary();
    for _ in 0..times {
        operation().await?;
    }
    section_boundary();
    println!("{name}\t{times}");
    Ok(())
}

/// How often [`count`] executes an operation that it counts this many times.
pub(crate) fn executions(times: usize) -> usize {
    times + UNCOUNTED
}

/// Callgrind writes what it has counted since the last call, and starts at zero. One function for both ends of a section: two
/// would have the same code, and the linker would make one of them.
#[inline(never)]
fn section_boundary() {
    black_box(());
}
