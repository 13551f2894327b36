use std::net::Ipv4Addr;

use event_log::ManualClock;

use super::*;

struct World {
    clock: ManualClock,
    throttle: LoginThrottle,
}

fn world() -> World {
    let clock = ManualClock::at(0);
    let throttle = LoginThrottle::new(
        ThrottleLimits {
            pause: Duration::ZERO,
            ..ThrottleLimits::default()
        },
        SteadyClock::following(clock.shared()),
    );
    World { clock, throttle }
}

fn client(number: u32) -> Option<ClientAddress> {
    Some(ClientAddress::of(Ipv4Addr::from_bits(number).into()))
}

fn ada() -> Email {
    Email::parse("ada@example.com").unwrap()
}

impl World {
    async fn wrong(&self, from: u32) -> bool {
        self.throttle.attempt(&ada(), client(from)).await.is_ok()
    }

    async fn right(&self, from: u32) -> bool {
        match self.throttle.attempt(&ada(), client(from)).await {
            Ok(attempt) => {
                attempt.succeeded();
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
async fn client_may_try_ten_wrong_passwords_then_one_every_twenty_seconds() {
    let world = world();
    for _ in 0..10 {
        assert!(world.wrong(1).await);
    }
    let refused = world.throttle.attempt(&ada(), client(1)).await.map(|_| ());
    assert!(matches!(refused, Err(AuthError::TooManyAttempts(wait)) if wait == Duration::from_secs(20)));
    world.advance(20);
    assert!(world.wrong(1).await && !world.wrong(1).await);
    // A refusal costs nothing, so the wait is bounded however often a client retries.
    world.advance(20);
    assert!(world.right(1).await);
    // The right password clears all counts.
    for _ in 0..10 {
        assert!(world.wrong(1).await);
    }
    assert!(!world.wrong(1).await);
}

#[tokio::test]
async fn guessing_elsewhere_locks_nobody_out() {
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
        world.throttle.admission(&ada(), client(2)),
        Admission::After(Duration::ZERO)
    );
}

#[tokio::test]
async fn attacked_account_delays_attempts_and_recovers_soon() {
    let clock = ManualClock::at(0);
    let steady = SteadyClock::following(clock.shared());
    let throttle = LoginThrottle::new(ThrottleLimits::default(), steady);
    for number in 0..50 {
        throttle.queue(&ada(), client(number)).unwrap();
        throttle.count(&ada(), client(number));
    }
    let pause = ThrottleLimits::default().pause;
    assert_eq!(throttle.admission(&ada(), client(99)), Admission::After(pause));
    let bob = Email::parse("bob@example.com").unwrap();
    assert_eq!(
        throttle.admission(&bob, client(0)),
        Admission::After(Duration::ZERO)
    );
    clock.advance(Duration::from_secs(2));
    assert_eq!(
        throttle.admission(&ada(), client(99)),
        Admission::After(Duration::ZERO)
    );
    // However long it went on, it is over when the last of fifty is forgotten.
    for _ in 0..10_000 {
        throttle.count(&ada(), client(0));
    }
    clock.advance(Duration::from_secs(100));
    throttle.counts().remove_empty(throttle.0.clock.now());
    assert!(throttle.counts().accounts.is_empty());
}

#[tokio::test]
async fn client_attempts_on_one_account_are_serialized() {
    let world = world();
    let first = world.throttle.attempt(&ada(), client(1)).await.unwrap();
    let account = ada();
    let mut second = Box::pin(world.throttle.attempt(&account, client(1)));
    assert!(futures::poll!(second.as_mut()).is_pending());
    assert!(world.wrong(2).await, "another client is not kept waiting");
    first.succeeded();
    assert!(second.await.is_ok());
}

#[tokio::test]
async fn client_queue_is_bounded_and_cleaned_up() {
    let world = world();
    let first = world.throttle.attempt(&ada(), client(1)).await.unwrap();
    let account = ada();
    let mut waiting = Vec::new();
    for _ in 1..MAX_QUEUED {
        let mut next = Box::pin(world.throttle.attempt(&account, client(1)));
        assert!(futures::poll!(next.as_mut()).is_pending());
        waiting.push(next);
    }
    let refused = world.throttle.attempt(&ada(), client(1)).await.map(|_| ());
    assert!(matches!(refused, Err(AuthError::Busy)));
    drop(waiting);
    first.not_made();
    world.throttle.counts().remove_empty(Duration::ZERO);
    assert!(world.throttle.counts().pairs.is_empty());
}

#[tokio::test]
async fn only_empty_buckets_are_forgotten() {
    let world = world();
    for number in 0..1_000 {
        world.wrong(number).await;
    }
    assert_eq!(world.throttle.counts().pairs.len(), 1_000);
    world.advance(20);
    for _ in 0..CLEANUP_INTERVAL {
        world.wrong(1).await;
    }
    assert_eq!(world.throttle.counts().pairs.len(), 1);
}
