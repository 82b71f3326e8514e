//! A shop that has its goods held and its money taken by services outside.

use std::path::Path;

use chrono::{DateTime, Duration, Utc};
use orders::{
    Caller, Engine, Identity, NewOrderDocument, NewPayment, Order, OrderError, OrderFilter,
    OrderId, OrderLine, OrderState, PageRequest, Refusal, Settlement,
    engine::{Clock, Database, Secrets},
    services::{
        client::{Client, Limits, Service},
        payment::{PaymentService, Provider},
        reservations::Reservations,
    },
};
use serde_json::{Value, json};
use sqlx::PgPool;
use test_services::{Books, HeldState, TestServices};

pub(crate) const PAYS: &str = "4242424242424242";
pub(crate) const DECLINED: &str = "4000000000000002";
pub(crate) const RUNNING: &str = "4000000000000259";

/// Longer than one attempt of a call may take, in milliseconds.
pub(crate) const TOO_SLOW: u64 = 400;

pub(crate) struct Shop {
    pub(crate) engine: Engine,
    pub(crate) services: TestServices,
    pub(crate) clock: Clock,
}

impl Shop {
    /// MUG costs $18.00, LAMP $96.00, the event NIGHT has seats 1 to 3 at $30.00. Waybill itself has 100 of each of the
    /// goods; what the services have is up to the test.
    pub(crate) async fn open(pool: PgPool) -> Self {
        let services = TestServices::start(Path::new(env!("CARGO_BIN_EXE_test_services"))).unwrap();
        let clock = noon();
        let engine = server(pool, &clock, services.url());
        let system = Caller::system("test");
        engine
            .catalogue
            .set_up_storefront(&system, 1_000, None)
            .await
            .unwrap();
        for product in [
            json!({"ref": "1", "title": "Mug", "variants": [{"sku": "MUG", "price_minor": 1800, "on_hand": 100}]}),
            json!({"ref": "2", "title": "Lamp", "variants": [{"sku": "LAMP", "price_minor": 9600, "on_hand": 100}]}),
            json!({"ref": "NIGHT", "title": "Night", "kind": "event", "seats": [
                {"seat_id": 1, "seat_code": "A1", "price_minor": 3000},
                {"seat_id": 2, "seat_code": "A2", "price_minor": 3000},
                {"seat_id": 3, "seat_code": "A3", "price_minor": 3000},
            ]}),
        ] {
            let product = serde_json::from_value(product).unwrap();
            engine
                .catalogue
                .create_product(&system, product)
                .await
                .unwrap();
        }
        Self {
            engine,
            services,
            clock,
        }
    }

    /// A server that starts anew, at the time at which the first one did.
    pub(crate) fn restart(&mut self, pool: PgPool) {
        self.clock = noon();
        self.engine = server(pool, &self.clock, self.services.url());
    }

    pub(crate) async fn place(&self, order: Value) -> Result<Order, OrderError> {
        place(&self.engine, order).await
    }

    pub(crate) async fn pay(&self, order: &Order, card: &str) -> Result<Order, OrderError> {
        let payment = NewPayment {
            method: "card".to_owned(),
            token: card.to_owned(),
        };
        let caller = guest(&[order]);
        self.engine.orders.pay(&caller, order.id, &payment).await
    }

    pub(crate) async fn cancel(&self, order: &Order) -> Order {
        let system = Caller::system("test");
        self.engine
            .orders
            .cancel(&system, order.id, None)
            .await
            .unwrap()
    }

    pub(crate) async fn find(&self, id: OrderId) -> Order {
        let system = Caller::system("test");
        self.engine.orders.find(&system, id).await.unwrap()
    }

    /// The only order that keeps its money.
    pub(crate) async fn only_unrefunded(&self) -> Order {
        let mut orders = self.list().await;
        orders.retain(|it| it.status != OrderState::Refunded);
        assert_eq!(orders.len(), 1);
        orders.remove(0)
    }

    /// The only order there is.
    pub(crate) async fn only(&self) -> Order {
        let mut orders = self.list().await;
        assert_eq!(orders.len(), 1);
        orders.remove(0)
    }

    async fn list(&self) -> Vec<Order> {
        let system = Caller::system("test");
        let (filter, page) = (OrderFilter::default(), PageRequest::first(10));
        let orders = &self.engine.orders;
        orders.list(&system, &filter, page).await.unwrap().data
    }

    /// On hand, and reserved, here.
    pub(crate) async fn stock(&self, sku: &str) -> (i32, i32) {
        let system = Caller::system("test");
        let level = self.engine.catalogue.stock(&system, sku).await.unwrap();
        (level.on_hand, level.reserved)
    }

    /// What workers do in the next `duration`, in steps of 20 seconds.
    pub(crate) async fn work_for(&self, duration: Duration) {
        let end = self.clock.now() + duration;
        loop {
            while self.engine.orders.advance_due(10).await.unwrap() > 0 {}
            if self.clock.now() >= end {
                return;
            }
            self.clock.advance(Duration::seconds(20));
        }
    }

    pub(crate) async fn books(&self) -> Books {
        self.services.books().await
    }

    /// Both sides agree on what has become of the order: all of it, or nothing. Every invariant holds.
    pub(crate) async fn assert_consistent(&self, id: OrderId) {
        while self.engine.deliveries.relay().await.unwrap() > 0 {}
        let checked = self
            .engine
            .checks
            .run(&Caller::system("test"))
            .await
            .unwrap();

        let violated: Vec<_> = checked.iter().filter(|it| !it.holds()).collect();
        assert!(violated.is_empty(), "{violated:?}");
        let (order, books) = (self.find(id).await, self.books().await);
        let key = id.to_string();
        let kept = order.captured_minor() - order.refunded_minor;
        assert_eq!(books.kept(&key), kept, "the money of {order:?}");
        assert!(!order.payment_runs(), "{order:?}");
        let has_goods = order.items.iter().any(|it| it.seat.is_none());
        let has_seats = order.items.iter().any(|it| it.seat.is_some());
        let stands = !order.status.is_stopped() && !order.status.is_unpaid();
        let expected = if stands {
            vec![HeldState::Confirmed; usize::from(has_goods) + usize::from(has_seats)]
        } else {
            Vec::new()
        };
        assert_eq!(books.held(&key), expected, "what is held for {order:?}");
        let given = order.refunds.iter().filter(|it| !it.is_surplus);
        let given: i64 = given.map(|it| it.amount_minor).sum();
        let due = if stands { order.total_minor - given } else { 0 };
        assert_eq!(kept, due, "{order:?}");
        for line in order.items.iter().filter(|_| stands) {
            let (theirs, ours) = (
                books.quantity(&key, &line.sku),
                line.quantity - line.restocked,
            );
            assert_eq!(theirs, i64::from(ours), "{order:?}");
        }
        let is_sold = |it: &&OrderLine| it.seat.is_some() && it.restocked == 0;
        let seats = order.items.iter().filter(is_sold).count();
        assert_eq!(order.tickets.len(), if stands { seats } else { 0 });
    }

    /// How often money was taken for the order.
    pub(crate) async fn captures(&self, id: OrderId) -> usize {
        let books = self.books().await;
        let of_order = |it: &&test_services::Charge| it.order_id == id.to_string();
        let charges = books.charges.values().filter(of_order);
        charges.filter(|it| it.status == "captured").count()
    }
}

/// When every shop opens.
pub(crate) fn noon() -> Clock {
    Clock::set("2026-12-01T12:00:00Z".parse::<DateTime<Utc>>().unwrap())
}

/// The process that plays the services.
pub(crate) fn process() -> TestServices {
    TestServices::start(Path::new(env!("CARGO_BIN_EXE_test_services"))).unwrap()
}

/// An engine as a server has it, with all services at `url`, and little patience.
pub(crate) fn server(pool: PgPool, clock: &Clock, url: &str) -> Engine {
    let limits = Limits {
        attempt: std::time::Duration::from_millis(200),
        call: std::time::Duration::from_millis(500),
        attempts: 2,
        pause: std::time::Duration::from_millis(5),
        ..Limits::default()
    };
    server_with(limits, pool, clock, url)
}

/// The same, as patient as `limits`.
pub(crate) fn server_with(limits: Limits, pool: PgPool, clock: &Clock, url: &str) -> Engine {
    let client = Client::new(clock.clone(), limits).unwrap();
    let service = |name| -> Service { client.service(name, url).unwrap() };
    let secrets = Secrets {
        order_tokens: [7; 32],
    };
    let database = Database::new(pool, clock.clone(), secrets);
    let provider = Provider::Http(PaymentService(service("payment")));
    let mut engine = Engine::new(database, provider);
    engine.orders = engine.orders.clone().reserving_at(Reservations {
        inventory: Some(service("inventory")),
        seating: Some(service("seating")),
    });
    engine
}

pub(crate) async fn place(engine: &Engine, order: Value) -> Result<Order, OrderError> {
    settle_by(engine, Settlement::InTime, order).await
}

/// Places an order whose money comes in its own way.
pub(crate) async fn settle_by(
    engine: &Engine,
    settlement: Settlement,
    order: Value,
) -> Result<Order, OrderError> {
    let document = serde_json::from_value::<NewOrderDocument>(order).unwrap();
    let new = NewOrderDocument {
        settlement,
        ..document
    };
    let new = new.parse().unwrap();
    let placed = engine.orders.place(&guest(&[]), &new, None).await?;
    Ok(placed.order())
}

/// An order of a mug and a seat, paid with `card` if there is one.
pub(crate) fn mug_and_seat(card: Option<&str>) -> Value {
    order(
        json!([{"sku": "MUG", "quantity": 1}, {"product": "NIGHT", "seat_id": 2}]),
        card,
    )
}

pub(crate) fn order(items: Value, card: Option<&str>) -> Value {
    let mut order = json!({
        "items": items,
        "customer": {"email": "ada@example.com", "name": "Ada Lovelace"},
    });
    if let Some(card) = card {
        order["payment"] = json!({"method": "card", "token": card});
    }
    order
}

pub(crate) fn system() -> Caller {
    Caller::system("test")
}

pub(crate) fn guest(orders: &[&Order]) -> Caller {
    Caller {
        identity: Identity::Guest,
        order_tokens: orders
            .iter()
            .filter_map(|it| it.access_token.clone())
            .collect(),
        request_id: "01936b6e-1111-7222-8333-444455556666".to_owned(),
    }
}

pub(crate) fn refusal(result: Result<Order, OrderError>) -> Refusal {
    match result {
        Err(OrderError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}
