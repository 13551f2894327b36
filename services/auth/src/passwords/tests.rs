use std::num::NonZeroUsize;

use argon2::{PasswordHasher, PasswordVerifier};

use super::*;

fn fast() -> Passwords {
    Passwords::new(AuthConfig::fast_for_tests())
}

fn password(text: &str) -> Password {
    Password::parse(text).unwrap()
}

async fn check(passwords: &Passwords, text: &str, hash: &str) -> PasswordCheck {
    passwords
        .verify(TypedPassword::read(text), Some(hash.to_owned()))
        .await
        .unwrap()
}

#[tokio::test]
async fn only_the_same_password_matches() {
    let passwords = fast();
    let hash = passwords.hash(password("correct horse")).await.unwrap();
    assert_eq!(
        check(&passwords, "correct horse", &hash).await,
        PasswordCheck::Match
    );
    for wrong in [
        "correct horsf",
        "Correct horse",
        "correct horse ",
        "\0correct horse",
        "correct horse\0",
    ] {
        assert_eq!(
            check(&passwords, wrong, &hash).await,
            PasswordCheck::Mismatch,
            "{wrong:?}"
        );
    }
}

#[tokio::test]
async fn normalized_password_matches_and_unnormalized_hash_needs_rehash() {
    let (composed, decomposed) = ("un café noir", "un cafe\u{301}\u{a0}noir");
    let passwords = fast();
    let kept = passwords.hash(password(composed)).await.unwrap();
    assert_eq!(check(&passwords, composed, &kept).await, PasswordCheck::Match);
    assert_eq!(check(&passwords, decomposed, &kept).await, PasswordCheck::Match);
    let of_before = passwords.hash(password(decomposed)).await.unwrap();
    assert_eq!(
        check(&passwords, decomposed, &of_before).await,
        PasswordCheck::MatchNeedsRehash
    );
    assert_eq!(
        check(&passwords, "un cafe\u{301} noir", &of_before).await,
        PasswordCheck::Mismatch
    );
}

#[tokio::test]
async fn hashes_are_salted() {
    let passwords = fast();
    let first = passwords.hash(password("correct horse")).await.unwrap();
    assert_ne!(first, passwords.hash(password("correct horse")).await.unwrap());
    assert!(!first.contains("horse"));
}

#[tokio::test]
async fn server_hashes_with_the_strength_of_the_contract() {
    let passwords = Passwords::new(AuthConfig::default());
    let hash = passwords.hash(password("correct horse")).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    assert_eq!(
        check(&passwords, "correct horse", &hash).await,
        PasswordCheck::Match
    );
    assert_eq!(
        check(&passwords, "correct horsf", &hash).await,
        PasswordCheck::Mismatch
    );
}

#[tokio::test]
async fn missing_account_costs_the_same_work() {
    let passwords = fast();
    let hash = passwords.hash(password("correct horse")).await.unwrap();
    let hash_of_nothing = Argon2::from(&passwords.0.params)
        .hash_password(b"")
        .unwrap()
        .to_string();
    // The last is one text as it was typed and another one as it is kept.
    for (typed, hash, comparisons) in [
        ("correct horse", None, 1),
        ("", Some(hash.clone()), 1),
        ("", None, 1),
        ("", Some(hash_of_nothing), 1),
        ("correct cafe\u{301}", None, 2),
        ("correct cafe\u{301}", Some(hash), 2),
    ] {
        let before = passwords.verified();
        let typed = TypedPassword::read(typed);
        assert_eq!(
            passwords.verify(typed, hash).await.unwrap(),
            PasswordCheck::Mismatch
        );
        assert_eq!(passwords.verified(), before + comparisons);
    }
}

#[test]
fn dummy_hash_costs_as_much_as_a_real_one() {
    let passwords = Passwords::new(AuthConfig::default());
    let dummy = PasswordHash::new(&passwords.0.dummy).unwrap();
    assert!(passwords.0.has_current_params(&dummy));
    let real = Argon2::from(&passwords.0.params)
        .hash_password(b"correct horse")
        .unwrap();
    assert_eq!(dummy.hash.unwrap().len(), real.hash.unwrap().len());
    assert_eq!(dummy.salt.unwrap().len(), real.salt.unwrap().len());
}

#[tokio::test]
async fn hash_with_other_parameters_matches_and_needs_rehash() {
    let hash = fast().hash(password("correct horse")).await.unwrap();
    let stronger = AuthConfig {
        hash: Params::new(16, 2, 1, None).unwrap(),
        ..AuthConfig::fast_for_tests()
    };
    let stronger = Passwords::new(stronger);
    assert_eq!(
        check(&stronger, "correct horse", &hash).await,
        PasswordCheck::MatchNeedsRehash
    );
    assert_eq!(
        check(&stronger, "correct horsf", &hash).await,
        PasswordCheck::Mismatch
    );
}

#[tokio::test]
async fn malformed_stored_hash_is_an_error() {
    for hash in ["", "correct horse", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv"] {
        let verified = fast()
            .verify(TypedPassword::read("correct horse"), Some(hash.to_owned()))
            .await;
        assert!(matches!(verified, Err(AuthError::Hash(_))), "{hash}");
    }
}

#[tokio::test]
async fn full_hash_queue_is_busy() {
    let one = NonZeroUsize::MIN;
    let config = AuthConfig {
        parallel_hashes: one,
        waiting_hashes: 1,
        ..AuthConfig::fast_for_tests()
    };
    let passwords = Passwords::new(config);
    let turn = passwords.0.turns.clone().acquire_owned().await.unwrap();
    let mut first = Box::pin(passwords.hash(password("correct horse")));
    let mut second = Box::pin(passwords.hash(password("correct horse")));
    assert!(futures::poll!(first.as_mut()).is_pending() && futures::poll!(second.as_mut()).is_pending());
    let third = passwords.hash(password("correct horse")).await;
    assert!(matches!(third, Err(AuthError::Busy)));
    // A waiter that gives up returns its place, and all that wait have their turn.
    drop(first);
    let mut fourth = Box::pin(passwords.hash(password("correct horse")));
    assert!(futures::poll!(fourth.as_mut()).is_pending());
    drop(turn);
    assert!(second.await.is_ok() && fourth.await.is_ok());
}

/// The memory of one hash is reused by the next: a thousand of them take the memory of as many as run concurrently.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hashing_uses_bounded_memory() {
    let hash_memory = |hashes| AuthConfig {
        parallel_hashes: NonZeroUsize::new(16).unwrap(),
        hash_memory: hashes * memory::bytes_of(&AuthConfig::fast_for_tests().hash),
        ..AuthConfig::fast_for_tests()
    };
    for (hashes, buffers) in [(3, 3), (0, 1), (1_000, 16)] {
        let passwords = Passwords::new(hash_memory(hashes));
        assert_eq!(passwords.0.turns.available_permits(), buffers);
        let all = (0..1_000).map(|_| {
            tokio::spawn({
                let passwords = passwords.clone();
                async move { passwords.hash(password("correct horse")).await }
            })
        });
        for hash in futures::future::join_all(all).await {
            assert!(hash.unwrap().is_ok());
        }
        let kept = passwords.0.memory.kept();
        assert!((1..=buffers).contains(&kept), "{kept} of {buffers}");
    }
}

/// The library's default, which allocates memory for each hash, returns the same.
#[tokio::test]
async fn hashes_are_those_of_the_library() {
    let passwords = fast();
    let hash = passwords.hash(password("correct horse")).await.unwrap();
    let parsed = PasswordHash::new(&hash).unwrap();
    let library = Argon2::from(&passwords.0.params);
    assert!(library.verify_password(b"correct horse", &parsed).is_ok());
    assert!(library.verify_password(b"correct horsf", &parsed).is_err());
    let theirs = library.hash_password(b"correct horse").unwrap().to_string();
    assert_eq!(
        check(&passwords, "correct horse", &theirs).await,
        PasswordCheck::Match
    );
    // One that needs more than a buffer has.
    let large = Argon2::from(Params::new(64, 2, 1, None).unwrap());
    let large = large.hash_password(b"correct horse").unwrap().to_string();
    assert_eq!(
        check(&passwords, "correct horse", &large).await,
        PasswordCheck::MatchNeedsRehash
    );
    assert_eq!(
        check(&passwords, "correct horsf", &large).await,
        PasswordCheck::Mismatch
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn thousand_concurrent_hashes_all_complete() {
    let passwords = fast();
    let hashes = (0..1_000).map(|_| passwords.hash(password("correct horse")));
    let hashes = futures::future::join_all(hashes).await;
    assert!(hashes.iter().all(Result::is_ok));
}
