//! Searching the catalog.

use memchr::memmem::Finder;

use super::Catalog;
use super::slots::SlotSet;

/// The tickets that can be bought and match a search, in one generation of the catalog.
#[derive(Debug)]
pub(crate) struct Matches(pub(super) SlotSet);

impl Catalog {
    /// Finds the tickets whose folded titles contain each of these [`search_terms`](crate::fold::search_terms). The first one is
    /// checked first: it is the most selective one.
    pub(crate) fn search(&self, terms: &[String]) -> Matches {
        let terms: Vec<_> = terms.iter().map(Finder::new).collect();
        Matches(
            self.slots
                .available_where(|folded| terms.iter().all(|term| term.find(folded.as_bytes()).is_some())),
        )
    }

    /// How many tickets can be bought, of those that match if there is a search.
    pub(crate) fn count(&self, matches: Option<&Matches>) -> u64 {
        let count = matches.map_or(self.available.len(), |matches| matches.0.len());
        u64::try_from(count).unwrap_or(u64::MAX)
    }
}
