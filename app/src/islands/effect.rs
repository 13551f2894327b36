//! Effects of islands.

use leptos::prelude::Effect;

/// Runs once the island is in the page, and again whenever a signal changes that it read. An `Effect` is compiled for every
/// type of closure, into 2 kB each; a boxed closure is one type.
pub(super) fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}
