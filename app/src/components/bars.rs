//! The bars along the edge of a ticket, drawn from its id, so that every ticket looks different.

use std::fmt::Write;

use leptos::prelude::*;

/// The width of the whole drawing, in units of the thinnest bar.
const WIDTH: u32 = 120;

/// Bars for an id. They are decorative, so they are hidden from assistive technology.
#[component]
pub(crate) fn Bars(
    /// The id.
    id: String,
) -> impl IntoView {
    view! {
        <svg
            class="bars"
            viewBox=format!("0 0 {WIDTH} 20")
            preserveAspectRatio="none"
            aria-hidden="true"
            focusable="false"
        >
            <path d=outline(&id) />
        </svg>
    }
}

/// A rectangle for each bar: every digit of the id determines the width of a bar and of the gap after it.
fn outline(id: &str) -> String {
    let mut path = String::new();
    let mut x = 0;
    for digit in id.chars().rev().filter_map(|digit| digit.to_digit(16)) {
        let (width, gap) = (digit % 4 + 1, digit / 4 % 3 + 1);
        if x + width > WIDTH {
            break;
        }
        // Writing to a string does not fail.
        let _ = write!(path, "M{x} 0h{width}v20h-{width}z");
        x += width + gap;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_ids_look_different() {
        let one = outline("01890a5d-ac96-774b-bcce-b302099a8057");
        assert_ne!(one, outline("01890a5d-ac96-774b-bcce-b302099a8058"));
        assert!(one.starts_with("M0 0h4v20h-4zM6 "), "{one}");
    }
}
