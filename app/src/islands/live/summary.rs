//! Changes as text for screen readers.

use crate::messages::ticket_count;

/// How a ticket changed while the page was open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AvailabilityChange {
    /// Its title.
    pub(super) title: String,
    /// Whether it can be bought now.
    pub(super) is_available: bool,
}

/// A sentence for a single change and counts for several, so that busy times are not read out title by title.
pub(super) fn summary(changes: &[AvailabilityChange]) -> String {
    if let [AvailabilityChange { title, is_available }] = changes {
        let what = if *is_available {
            "is available again"
        } else {
            "was just reserved"
        };
        return format!("{title} {what}.");
    }
    let freed = changes.iter().filter(|change| change.is_available).count();
    let counts = [(changes.len() - freed, "reserved"), (freed, "available again")];
    let parts = counts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, what)| format!("{} {what}", ticket_count(count)))
        .collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!("{}.", parts.join(", "))
    }
}

/// The text of the link to the updated list.
pub(super) fn link_text(listed: usize) -> String {
    match listed {
        0 => "The list has changed. Refresh".to_owned(),
        1 => "Show 1 new ticket".to_owned(),
        _ => format!("Show {listed} new tickets"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(title: &str, is_available: bool) -> AvailabilityChange {
        AvailabilityChange {
            title: title.to_owned(),
            is_available,
        }
    }

    #[test]
    fn single_change_is_announced_by_its_title() {
        assert_eq!(summary(&[change("Opera", false)]), "Opera was just reserved.");
        assert_eq!(summary(&[change("Opera", true)]), "Opera is available again.");
    }

    #[test]
    fn several_changes_are_counted() {
        let changes = [change("a", false), change("b", true), change("c", false)];
        assert_eq!(summary(&changes), "2 tickets reserved, 1 ticket available again.");
        assert_eq!(summary(&changes[1..2]), "b is available again.");
        assert_eq!(
            summary(&[change("a", true), change("b", true)]),
            "2 tickets available again."
        );
        assert_eq!(summary(&[]), "");
    }

    #[test]
    fn new_tickets_are_counted() {
        assert_eq!(link_text(1), "Show 1 new ticket");
        assert_eq!(link_text(12), "Show 12 new tickets");
        assert_eq!(link_text(0), "The list has changed. Refresh");
    }
}
