//! A set of small numbers, a bit each.

/// A set of numbers from 0. It grows to the greatest one.
#[derive(Debug, Default, Clone)]
pub(crate) struct Bits(Vec<u64>);

const BITS: usize = u64::BITS as usize;

impl Bits {
    /// Adds a number.
    pub(crate) fn insert(&mut self, number: usize) {
        let word = number / BITS;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << (number % BITS);
        }
    }

    /// Removes a number.
    pub(crate) fn remove(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / BITS) {
            *word &= !(1 << (number % BITS));
        }
    }

    /// Whether a number is in it.
    pub(crate) fn contains(&self, number: usize) -> bool {
        self.0
            .get(number / BITS)
            .is_some_and(|word| word & (1 << (number % BITS)) != 0)
    }

    /// The numbers, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        let words = self.0.iter().enumerate();
        words.flat_map(|(index, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = usize::try_from(rest.trailing_zeros())
                    .ok()
                    .filter(|bit| *bit < BITS)?;
                rest &= rest - 1;
                Some(index * BITS + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_has_what_was_added_and_not_removed() {
        let mut bits = Bits::default();
        for number in [0, 63, 64, 1_000, 5] {
            bits.insert(number);
        }
        bits.remove(5);
        bits.remove(7_000);
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 63, 64, 1_000]);
        assert!(bits.contains(64) && !bits.contains(5) && !bits.contains(7_000));
    }
}
