use std::net::Ipv4Addr;

use event_log::ManualClock;

use super::*;

struct World {
    clock: ManualClock,
    guesses: Guesses,
}

fn world() -> World {
    let clock = ManualClock::at(0);
    let guesses = Guesses::new(
        GuessLimits {
            pause: Duration::ZERO,
            ..GuessLimits::default()
        },
        SteadyClock::following(clock.shared()),
    );
    World { clock, guesses }
}

fn client(number: u32) -> Option<ClientAddress> {
    Some(ClientAddress::of(Ipv4Addr::from_bits(number).into()))
}

fn ada() -> Email {
    Email::parse("ada@example.com").unwrap()
}

impl World {
    async fn wrong(&self, from: u32) -> bool {
        self.guesses.attempt(&ada(), client(from)).await.is_ok()
    }

    async fn right(&self, from: u32) -> bool {
        match self.guesses.attempt(&ada(), client(from)).await {
            Ok(attempt) => {
                attempt.right();
                true
            }
            Err(_) => false,
        }
    }

    fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

#[tokio::test]
async fn one_client_has_ten_wrong_passwords_and_then_one_every_twenty_seconds() {
    let world = world();
    for _ in 0..10 {
        assert!(world.wrong(1).await);
    }
    let refused = world.guesses.attempt(&ada(), client(1)).await.map(|_| ());
    assert!(matches!(refused, Err(AuthError::TooManyAttempts(wait)) if wait == Duration::from_secs(20)));
    world.advance(20);
    assert!(world.wrong(1).await && !world.wrong(1).await);
    // Being refused costs nothing, so the wait is bounded however often one asks.
    world.advance(20);
    assert!(world.right(1).await);
    // The right password is forgiven everything.
    for _ in 0..10 {
        assert!(world.wrong(1).await);
    }
    assert!(!world.wrong(1).await);
}

#[tokio::test]
async fn who_guesses_elsewhere_keeps_nobody_out() {
    let world = world();
    let mut tried = 0;
    for attacker in 10..1_000 {
        while world.wrong(attacker).await {
            tried += 1;
        }
    }
    // 50 that are normal, by five of them, and three by each of the others.
    assert_eq!(tried, 50 + 3 * (990 - 5));
    assert!(world.wrong(1).await && world.wrong(1).await && world.right(1).await);
    assert_eq!(
        world.guesses.admission(&ada(), client(2)),
        Admission::At(Duration::ZERO)
    );
}

#[tokio::test]
async fn under_attack_every_attempt_waits_and_an_account_is_quiet_again_soon_after() {
    let clock = ManualClock::at(0);
    let steady = SteadyClock::following(clock.shared());
    let guesses = Guesses::new(GuessLimits::default(), steady);
    for number in 0..50 {
        guesses.queue(&ada(), client(number)).unwrap();
        guesses.count(&ada(), client(number));
    }
    let pause = GuessLimits::default().pause;
    assert_eq!(guesses.admission(&ada(), client(99)), Admission::At(pause));
    let bob = Email::parse("bob@example.com").unwrap();
    assert_eq!(guesses.admission(&bob, client(0)), Admission::At(Duration::ZERO));
    clock.advance(Duration::from_secs(2));
    assert_eq!(
        guesses.admission(&ada(), client(99)),
        Admission::At(Duration::ZERO)
    );
    // However long it went on, it is over when the last of fifty is forgotten.
    for _ in 0..10_000 {
        guesses.count(&ada(), client(0));
    }
    clock.advance(Duration::from_secs(100));
    guesses.counts().forget(guesses.0.clock.now());
    assert!(guesses.counts().accounts.is_empty());
}

#[tokio::test]
async fn one_client_tries_one_password_of_an_account_at_a_time() {
    let world = world();
    let first = world.guesses.attempt(&ada(), client(1)).await.unwrap();
    let account = ada();
    let mut second = Box::pin(world.guesses.attempt(&account, client(1)));
    assert!(futures::poll!(second.as_mut()).is_pending());
    assert!(world.wrong(2).await, "another client is not kept waiting");
    first.right();
    assert!(second.await.is_ok());
}

#[tokio::test]
async fn the_queue_of_a_client_is_bounded_and_leaves_nothing_behind() {
    let world = world();
    let first = world.guesses.attempt(&ada(), client(1)).await.unwrap();
    let account = ada();
    let mut waiting = Vec::new();
    for _ in 1..MAX_WAITING {
        let mut next = Box::pin(world.guesses.attempt(&account, client(1)));
        assert!(futures::poll!(next.as_mut()).is_pending());
        waiting.push(next);
    }
    let refused = world.guesses.attempt(&ada(), client(1)).await.map(|_| ());
    assert!(matches!(refused, Err(AuthError::Busy)));
    drop(waiting);
    first.none();
    world.guesses.counts().forget(Duration::ZERO);
    assert!(world.guesses.counts().pairs.is_empty());
}

#[tokio::test]
async fn what_is_forgotten_is_only_what_counts_for_nothing() {
    let world = world();
    for number in 0..1_000 {
        world.wrong(number).await;
    }
    assert_eq!(world.guesses.counts().pairs.len(), 1_000);
    world.advance(20);
    for _ in 0..FORGET_EVERY {
        world.wrong(1).await;
    }
    assert_eq!(world.guesses.counts().pairs.len(), 1);
}
