//! Rules for listing a ticket, on top of those of the form, which also run in the browser. The Unicode tables that these need
//! would be too large there.

use contracts::forms::TicketFields;
use contracts::{ErrorCode, MinimumPrice, Title};
use icu_properties::props::{BidiControl, DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};

/// A Braille pattern without dots. To Unicode it is a symbol like the others of its block; no property marks it as invisible.
const BLANK_BRAILLE: char = '\u{2800}';

/// Checks the fields of a listing in a marketplace with that minimum price.
pub(crate) fn check(fields: TicketFields, minimum: MinimumPrice) -> TicketFields {
    TicketFields {
        title: fields.title.and_then(|title| listable(&title)),
        price: fields.price.and_then(|price| minimum.check(price)),
        refund_window: fields.refund_window,
    }
}

/// A visible title, without the bidi controls that would reorder it and the text next to it.
///
/// Earlier titles stay readable: this is checked when a ticket is listed or edited, not when a row or an event is read.
fn listable(title: &Title) -> Result<Title, ErrorCode> {
    let controls = CodePointSetData::new::<BidiControl>();
    let characters = title.as_str().chars();
    let text: String = characters
        .filter(|character| !controls.contains(*character))
        .collect();
    if text.chars().any(is_visible) {
        Title::parse(&text)
    } else {
        Err(ErrorCode::TitleMissing)
    }
}

/// Whether a character is visible.
fn is_visible(character: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(character);
    let unseen = GeneralCategoryGroup::Separator
        .union(GeneralCategoryGroup::Mark)
        .union(GeneralCategoryGroup::Control)
        .union(GeneralCategoryGroup::Format);
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    !unseen.contains(category) && !ignorable.contains(character) && character != BLANK_BRAILLE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(text: &str) -> Result<String, ErrorCode> {
        let title = Title::parse(text)?;
        listable(&title).map(|title| title.to_string())
    }

    #[test]
    fn title_must_be_visible() {
        for title in [
            "Concert",
            "コンサート 🎟",
            "1",
            "%",
            "e\u{301}",
            "👩\u{200d}🎤",
            "⠓⠊",
            "\u{e000}",
        ] {
            assert_eq!(listed(title).as_deref(), Ok(title), "{title:?}");
        }
        for unseen in [
            "",
            "\u{3164}",
            "\u{ffa0} \u{115f}",
            "\u{2800}\u{2800}",
            "\u{200b}\u{feff}",
            "\u{ad}",
            "\u{2060}",
            "\u{301}",
            "\u{fe0f}",
            "\u{e0020}",
            "\u{202e}",
            "\u{7f}",
        ] {
            assert_eq!(listed(unseen), Err(ErrorCode::TitleMissing), "{unseen:?}");
        }
    }

    #[test]
    fn bidi_controls_are_removed_from_titles() {
        for (typed, title) in [
            ("\u{202e}trecnoC", "trecnoC"),
            ("Con\u{202d}cert\u{202c}", "Concert"),
            ("\u{2066}Concert\u{2069} ", "Concert"),
            ("\u{200f} Concert \u{200e}", "Concert"),
            ("قطعة\u{61c}1", "قطعة1"),
        ] {
            assert_eq!(listed(typed).as_deref(), Ok(title), "{typed:?}");
        }
    }
}
