use std::num::NonZeroUsize;

use super::*;

fn fast() -> Passwords {
    Passwords::new(AuthConfig::fast_for_tests())
}

fn password(text: &str) -> Password {
    Password::parse(text).unwrap()
}

async fn verdict(passwords: &Passwords, text: &str, hash: &str) -> Verdict {
    passwords
        .verify(Some(password(text)), Some(hash.to_owned()))
        .await
        .unwrap()
}

#[tokio::test]
async fn only_the_same_password_is_right() {
    let passwords = fast();
    let hash = passwords.hash(password("correct horse")).await.unwrap();
    assert_eq!(verdict(&passwords, "correct horse", &hash).await, Verdict::Right);
    for wrong in [
        "correct horsf",
        "Correct horse",
        "correct horse ",
        "\0correct horse",
        "correct horse\0",
    ] {
        assert_eq!(
            verdict(&passwords, wrong, &hash).await,
            Verdict::Wrong,
            "{wrong:?}"
        );
    }
}

#[tokio::test]
async fn no_two_hashes_are_alike() {
    let passwords = fast();
    let first = passwords.hash(password("correct horse")).await.unwrap();
    assert_ne!(first, passwords.hash(password("correct horse")).await.unwrap());
    assert!(!first.contains("horse"));
}

#[tokio::test]
async fn a_server_hashes_with_the_strength_of_the_contract() {
    let passwords = Passwords::new(AuthConfig::default());
    let hash = passwords.hash(password("correct horse")).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    assert_eq!(verdict(&passwords, "correct horse", &hash).await, Verdict::Right);
    assert_eq!(verdict(&passwords, "correct horsf", &hash).await, Verdict::Wrong);
}

#[tokio::test]
async fn where_there_is_nothing_to_compare_the_same_work_is_done() {
    let passwords = fast();
    let hash = passwords.hash(password("correct horse")).await.unwrap();
    let hash_of_nothing = Argon2::from(&passwords.0.params)
        .hash_password(b"")
        .unwrap()
        .to_string();
    let right = || Some(password("correct horse"));
    for (password, hash) in [
        (right(), None),
        (None, Some(hash)),
        (None, None),
        (None, Some(hash_of_nothing)),
    ] {
        let before = passwords.verified();
        assert_eq!(passwords.verify(password, hash).await.unwrap(), Verdict::Wrong);
        assert_eq!(passwords.verified(), before + 1);
    }
}

#[test]
fn the_dummy_costs_what_a_real_hash_costs() {
    let passwords = Passwords::new(AuthConfig::default());
    let dummy = PasswordHash::new(&passwords.0.dummy).unwrap();
    assert!(passwords.0.is_present(&dummy));
    let real = Argon2::from(&passwords.0.params)
        .hash_password(b"correct horse")
        .unwrap();
    assert_eq!(dummy.hash.unwrap().len(), real.hash.unwrap().len());
    assert_eq!(dummy.salt.unwrap().len(), real.salt.unwrap().len());
}

#[tokio::test]
async fn a_hash_of_other_parameters_is_right_but_old() {
    let hash = fast().hash(password("correct horse")).await.unwrap();
    let stronger = AuthConfig {
        hash: Params::new(16, 2, 1, None).unwrap(),
        ..AuthConfig::fast_for_tests()
    };
    let stronger = Passwords::new(stronger);
    assert_eq!(
        verdict(&stronger, "correct horse", &hash).await,
        Verdict::RightButOld
    );
    assert_eq!(verdict(&stronger, "correct horsf", &hash).await, Verdict::Wrong);
}

#[tokio::test]
async fn a_stored_hash_that_is_none_is_an_error_and_no_match() {
    for hash in ["", "correct horse", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv"] {
        let verified = fast()
            .verify(Some(password("correct horse")), Some(hash.to_owned()))
            .await;
        assert!(matches!(verified, Err(AuthError::Hash(_))), "{hash}");
    }
}

#[tokio::test]
async fn beyond_the_queue_the_server_is_busy() {
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
    // Who gives up gives the place back, and all who wait have their turn.
    drop(first);
    let mut fourth = Box::pin(passwords.hash(password("correct horse")));
    assert!(futures::poll!(fourth.as_mut()).is_pending());
    drop(turn);
    assert!(second.await.is_ok() && fourth.await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_at_once_all_have_their_turn() {
    let passwords = fast();
    let hashes = (0..1_000).map(|_| passwords.hash(password("correct horse")));
    let hashes = futures::future::join_all(hashes).await;
    assert!(hashes.iter().all(Result::is_ok));
}
