//! Folding titles and searches: case, accents, the width of characters and their normalization form make no difference.
//! Beyond that a search consists of words, each of which is the prefix of a word of the title.

use icu_normalizer::DecomposingNormalizer;
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, WordBreak};
use icu_properties::{CodePointMapData, CodePointSetData};

/// The version of the folding in the rows. It is incremented whenever a title may fold differently, also with newer tables of
/// Unicode: earlier rows are then refolded.
pub(crate) const FOLD_VERSION: i64 = 1;

/// The most characters of a search that count: twice as many as a title has.
const MAX_SEARCH: usize = 400;

/// The text that is searched: every word of the title with a space before it, and after a line feed the title itself,
/// for searches without words.
pub(crate) fn folded_title(title: &str) -> String {
    let folded = fold(title);
    let words = words(&folded).map(|(word, _)| format!(" {word}"));
    let mut text: String = words.collect();
    text.push('\n');
    text.push_str(&folded);
    text
}

/// The texts that a folded title must contain, the longest first; none for an empty search.
///
/// A word must be the prefix of a word of the title. In a script without spaces between words it may be anywhere, because
/// word boundaries are unknown there. A search without any word (`%`, an emoji) is matched verbatim.
pub(crate) fn search_terms(search: Option<&str>) -> Vec<String> {
    let search: String = search.unwrap_or_default().chars().take(MAX_SEARCH).collect();
    let folded = fold(&search);
    let mut terms: Vec<String> = words(&folded)
        .map(|(word, spacing)| match spacing {
            Spacing::Spaces => format!(" {word}"),
            Spacing::None => word.to_owned(),
        })
        .collect();
    if terms.is_empty() {
        terms = folded.split_whitespace().map(ToOwned::to_owned).collect();
    }
    terms.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    // A prefix of another term is redundant.
    let mut needed: Vec<String> = Vec::new();
    for term in terms {
        if !needed.iter().any(|longer| longer.starts_with(&term)) {
            needed.push(term);
        }
    }
    needed
}

/// Compatibility decomposition and case folding until nothing changes, then removal of marks and ignorable
/// characters: `Opéra`, `ＯＰＥＲＡ` and `opéra` are `opera`, and ß and SS the same.
fn fold(text: &str) -> String {
    let decomposing = DecomposingNormalizer::new_nfkd();
    let once = case_fold(&decomposing.normalize(text));
    let twice = case_fold(&decomposing.normalize(&once));
    let categories = CodePointMapData::<GeneralCategory>::new();
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let is_kept = |character: &char| {
        categories.get(*character) != GeneralCategory::NonspacingMark && !ignorable.contains(*character)
    };
    decomposing
        .normalize_iter(twice.chars())
        .filter(is_kept)
        .collect()
}

/// Without case, by the tables of the standard library.
fn case_fold(text: &str) -> String {
    // Character by character, because `str::to_lowercase` takes the context of a sigma into account: a text would fold
    // differently alone than inside a title. Three times, because ẞ becomes ss only by way of ß.
    text.chars()
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether a script separates words by spaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spacing {
    Spaces,
    None,
}

/// The words of a folded text: runs of letters and digits, which end where the script changes between one with spaces and one
/// without.
fn words(folded: &str) -> impl Iterator<Item = (&str, Spacing)> {
    let mut rest = folded;
    std::iter::from_fn(move || {
        let start = rest.find(char::is_alphanumeric)?;
        rest = rest.get(start..)?;
        let mut of_word = None;
        let end = rest.find(|character: char| {
            let spacing = spacing(character, of_word);
            let is_other = spacing.is_none() || of_word.is_some_and(|of_word| spacing != Some(of_word));
            of_word = of_word.or(spacing);
            is_other
        });
        let (word, behind) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        rest = behind;
        Some((word, of_word?))
    })
}

/// How the script of a letter or a digit separates words; `None` for other characters.
///
/// Unicode's segmentation has no class for letters of scripts without spaces: where words begin there is a matter of
/// dictionaries (UAX #29, 6.3). Katakana has one, and is written without spaces all the same.
fn spacing(character: char, of_word: Option<Spacing>) -> Option<Spacing> {
    if !character.is_alphanumeric() {
        return None;
    }
    match CodePointMapData::<WordBreak>::new().get(character) {
        WordBreak::Other | WordBreak::Katakana => Some(Spacing::None),
        // A vowel sign goes with its letter.
        WordBreak::Extend => of_word.or(Some(Spacing::Spaces)),
        _ => Some(Spacing::Spaces),
    }
}

#[cfg(test)]
mod tests;
