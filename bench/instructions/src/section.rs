//! The sections of the program that are counted.

use std::hint::black_box;

/// Executes an operation `times` times, after a few executions that fill caches, and prints its name and `times`.
///
/// # Errors
/// Those of the operation.
pub(crate) async fn count<E>(
    name: &str,
    times: usize,
    mut operation: impl AsyncFnMut() -> Result<(), E>,
) -> Result<(), E> {
    operation().await?;
    operation().await?;
    section_begins(times);
    for _ in 0..times {
        operation().await?;
    }
    section_ends(times);
    println!("{name}\t{times}");
    Ok(())
}

/// How often [`count`] executes an operation that it counts this many times.
pub(crate) fn executions(times: usize) -> usize {
    times + 2
}

/// Callgrind starts to count when this function is called.
#[inline(never)]
fn section_begins(times: usize) {
    black_box(times);
}

/// Callgrind writes what it has counted when this function is called.
#[inline(never)]
fn section_ends(times: usize) {
    black_box(times);
}
