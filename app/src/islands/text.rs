//! Text that changes while a page is open.

use leptos::html::P;
use leptos::prelude::*;

/// Keeps the text of a paragraph. It is set as a whole: a translator puts elements of its own in the place of the text that it
/// finds, and what is changed in that text afterwards is seen by nobody.
pub(super) fn follow(text: impl Fn() -> String + 'static) -> NodeRef<P> {
    let paragraph = NodeRef::<P>::new();
    Effect::new(move || {
        let text = text();
        if let Some(paragraph) = paragraph.get()
            && paragraph.text_content().as_deref() != Some(&text)
        {
            paragraph.set_text_content(Some(&text));
        }
    });
    paragraph
}
