//! Advisory locks (<https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS>): numbers, per database.

/// What a lock is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum LockKind {
    /// One process writes.
    Write = 1,
    /// One process runs relays and workers.
    Lead = 2,
}

/// The number of a lock. Another program that uses advisory locks in the same database meets one of them only by a coincidence of 64 bits.
///
/// FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>): its value is the same in every version of this program, as that of a hash of
/// the standard library need not be.
pub(super) fn lock_key(schema: &str, kind: LockKind) -> i64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let text = format!("ticketing {schema} {}", kind as u8);
    let hash = text
        .bytes()
        .fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    hash.cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_locks_never_change() {
        assert_eq!(lock_key("orders", LockKind::Write), 1_056_902_008_202_587_011);
        assert_ne!(
            lock_key("orders", LockKind::Write),
            lock_key("orders", LockKind::Lead)
        );
        assert_ne!(
            lock_key("orders", LockKind::Write),
            lock_key("tickets", LockKind::Write)
        );
    }
}
