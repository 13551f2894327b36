//! Text that changes while a page is open.

use leptos::html::P;
use leptos::prelude::*;

use super::effect::effect;

/// Updates the text of a paragraph. It replaces the whole text, because a translation extension replaces text nodes with its
/// own elements, and later changes to the original nodes would not be visible.
pub(super) fn follow(text: impl Fn() -> String + 'static) -> NodeRef<P> {
    follow_boxed(Box::new(text))
}

/// Compiled once, whatever the text is made of.
fn follow_boxed(text: Box<dyn Fn() -> String>) -> NodeRef<P> {
    let paragraph = NodeRef::<P>::new();
    effect(move || {
        let text = text();
        if let Some(paragraph) = paragraph.get()
            && paragraph.text_content().as_deref() != Some(&text)
        {
            paragraph.set_text_content(Some(&text));
        }
    });
    paragraph
}
