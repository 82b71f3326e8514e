//! How services are called.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Duration};
use orders::{
    OrderId,
    engine::Clock,
    services::{
        client::{Called, Client, Limits, Observer, Service},
        reservations::{Reserved, Settled},
    },
};
use test_services::{Behaviour, TestServices};
use uuid::Uuid;

use crate::shop::{TOO_SLOW, process};

/// Remembers what it is told.
#[derive(Default)]
struct Notes(Mutex<Vec<Called>>);

impl Observer for Notes {
    fn called(&self, call: &Called) {
        self.0.lock().unwrap().push(call.clone());
    }
}

struct Line {
    services: TestServices,
    service: Service,
    clock: Clock,
    notes: Arc<Notes>,
}

impl Line {
    fn open() -> Self {
        let (services, clock) = (process(), Clock::set(DateTime::UNIX_EPOCH));
        let limits = Limits {
            attempt: std::time::Duration::from_millis(TOO_SLOW / 2),
            pause: std::time::Duration::from_millis(1),
            ..Limits::default()
        };
        let notes = Arc::<Notes>::default();
        let client = Client::new(clock.clone(), limits)
            .unwrap()
            .observed_by(notes.clone());
        Self {
            service: client.service("inventory", services.url()).unwrap(),
            services,
            clock,
            notes,
        }
    }

    async fn reserve(&self, key: Uuid) -> Reserved {
        let order = OrderId(Uuid::from_u128(1));
        self.service.reserve(key, order, &[], "test").await
    }

    /// Outcome and attempts of every call.
    fn outcomes(&self) -> Vec<(&'static str, u32)> {
        let notes = self.notes.0.lock().unwrap();
        notes.iter().map(|it| (it.outcome, it.attempts)).collect()
    }
}

#[tokio::test]
async fn a_call_is_tried_again_with_the_same_key_until_it_is_answered() {
    let line = Line::open();
    line.services.behave("reserve", Behaviour::Lost, 2).await;

    assert_eq!(line.reserve(Uuid::from_u128(7)).await, Reserved::Held);

    assert_eq!(line.outcomes(), [("answered", 3)]);
    let books = line.services.books().await;
    assert_eq!(books.reservations.len(), 1);
    let key = Uuid::from_u128(7).to_string();
    assert_eq!(books.seen.iter().filter(|it| it.key == key).count(), 3);
}

#[tokio::test]
async fn what_may_have_been_done_is_unknown_and_what_never_arrived_is_not() {
    let line = Line::open();
    for way in [
        Behaviour::Lost,
        Behaviour::Slow(TOO_SLOW),
        Behaviour::Broken,
        Behaviour::Endless,
    ] {
        line.services.behave("reserve", way, 3).await;
        let answer = line.reserve(Uuid::from_u128(8)).await;
        assert_eq!(answer, Reserved::Unknown, "{way:?}");
        line.services.behave("reserve", Behaviour::Fine, 0).await;
        assert_eq!(line.reserve(Uuid::from_u128(8)).await, Reserved::Held);
    }
    let unknown = Uuid::from_u128(9);
    assert_eq!(
        line.service.confirm(unknown, "test").await,
        Settled::NotFound
    );

    let Line {
        services, service, ..
    } = Line::open();
    drop(services);
    let order = OrderId(Uuid::from_u128(1));
    let answer = service.reserve(Uuid::from_u128(10), order, &[], "test");
    assert_eq!(answer.await, Reserved::Unavailable);
}

#[tokio::test]
async fn a_service_that_keeps_failing_is_left_alone_for_a_while() {
    let line = Line::open();
    line.services.behave("reserve", Behaviour::Down, 6).await;
    let key = Uuid::from_u128(7);

    for outcome in [Reserved::Unknown, Reserved::Unknown, Reserved::Unavailable] {
        assert_eq!(line.reserve(key).await, outcome);
    }
    assert_eq!(
        line.outcomes(),
        [("unknown", 3), ("unknown", 2), ("unavailable", 0)]
    );
    assert_eq!(line.services.books().await.calls("reserve"), 5);
    // The trial fails, the next one does not.
    line.clock.advance(Duration::seconds(10));
    assert_eq!(line.reserve(key).await, Reserved::Unknown);
    assert_eq!(line.reserve(key).await, Reserved::Unavailable);
    line.clock.advance(Duration::seconds(10));

    assert_eq!(line.reserve(key).await, Reserved::Held);
    assert_eq!(line.reserve(key).await, Reserved::Held);
}
