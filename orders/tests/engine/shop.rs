//! A small shop to test in.

use chrono::{DateTime, Duration, Utc};
use orders::{
    Caller, Credentials, CustomerId, DiscountCode, Engine, Identity, NewDiscountCode, NewOrder,
    NewOrderDocument, NewPayment, NewProduct, Order, OrderError, OrderId, OrderState, Refusal,
    Role, Settlement,
    engine::{Clock, Database, Secrets},
    services::payment::{Provider, Sandbox},
};
use serde_json::{Value, json};
use sqlx::PgPool;

/// The sandbox's cards.
pub(crate) const PAYS: &str = "4242424242424242";
pub(crate) const DECLINED: &str = "4000000000000002";
pub(crate) const DELAYED: &str = "4000000000000259";

/// An engine with a clock that stands still, and some goods to sell.
pub(crate) struct Shop {
    pub(crate) engine: Engine,
    pool: PgPool,
}

/// Somebody who works here.
pub(crate) fn staff() -> Caller {
    Caller::system("test")
}

/// Somebody with no account, and the tokens of these orders.
pub(crate) fn guest(orders: &[&Order]) -> Caller {
    Caller {
        identity: Identity::Guest,
        order_tokens: orders
            .iter()
            .filter_map(|it| it.access_token.clone())
            .collect(),
        request_id: "test".to_owned(),
    }
}

/// A signed-in customer.
pub(crate) fn customer(id: CustomerId) -> Caller {
    Caller {
        identity: Identity::Person {
            id,
            role: Role::Customer,
        },
        order_tokens: Vec::new(),
        request_id: "test".to_owned(),
    }
}

impl Shop {
    /// MUG costs $18.00 (10 of them), LAMP $96.00 (1), the event NIGHT has seats 1 to 3 at $30.00. Tax is 10 %.
    pub(crate) async fn open(pool: PgPool) -> Self {
        let shop = Self::open_another(pool);
        shop.engine
            .catalogue
            .set_up_storefront(&staff(), 1_000, None)
            .await
            .unwrap();
        shop.sell(json!({"ref": "1", "title": "Mug", "variants": [{"sku": "MUG", "price_minor": 1800, "on_hand": 10}]}))
            .await;
        shop.sell(json!({"ref": "2", "title": "Lamp", "variants": [{"sku": "LAMP", "price_minor": 9600, "on_hand": 1}]}))
            .await;
        shop.sell(
            json!({"ref": "NIGHT", "title": "Night", "kind": "event", "seats": [
                {"seat_id": 1, "seat_code": "A1", "price_minor": 3000},
                {"seat_id": 2, "seat_code": "A2", "price_minor": 3000},
                {"seat_id": 3, "seat_code": "A3", "price_minor": 3000},
            ]}),
        )
        .await;
        shop
    }

    /// Another server on the same database, with a clock of its own.
    pub(crate) fn open_another(pool: PgPool) -> Self {
        let clock = Clock::set("2026-12-01T12:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let database = Database::new(
            pool.clone(),
            clock.clone(),
            Secrets {
                order_tokens: [7; 32],
            },
        );
        let provider = Provider::Sandbox(Sandbox::new(pool.clone(), clock));
        Self {
            engine: Engine::new(database, provider),
            pool,
        }
    }

    pub(crate) async fn sell(&self, product: Value) {
        let product: NewProduct = serde_json::from_value(product).unwrap();
        self.engine
            .catalogue
            .create_product(&staff(), product)
            .await
            .unwrap();
    }

    /// A discount code for everybody.
    pub(crate) async fn give_out(&self, code: Value) -> DiscountCode {
        let code: NewDiscountCode = serde_json::from_value(code).unwrap();
        let discounts = &self.engine.discounts;
        discounts.create(&staff(), code).await.unwrap()
    }

    pub(crate) async fn place(&self, caller: &Caller, order: Value) -> Result<Order, OrderError> {
        Ok(self
            .engine
            .orders
            .place(caller, &new_order(order), None)
            .await?
            .order())
    }

    /// Places an order whose money comes in its own way.
    pub(crate) async fn settle_by(
        &self,
        caller: &Caller,
        settlement: Settlement,
        order: Value,
    ) -> Result<Order, OrderError> {
        let new = NewOrder {
            settlement,
            ..new_order(order)
        };
        Ok(self.engine.orders.place(caller, &new, None).await?.order())
    }

    /// An order that a guest places and does not pay.
    pub(crate) async fn placed(&self, items: Value) -> Order {
        self.place(&guest(&[]), json!({"items": items, "customer": ada()}))
            .await
            .unwrap()
    }

    /// An order that a guest places and pays.
    pub(crate) async fn paid(&self, items: Value) -> Order {
        let order = json!({"items": items, "customer": ada(), "payment": {"token": PAYS}});
        let order = self.place(&guest(&[]), order).await.unwrap();
        assert_eq!(order.status, OrderState::Confirmed);
        order
    }

    pub(crate) async fn pay(&self, order: &Order, card: &str) -> Result<Order, OrderError> {
        let payment = NewPayment {
            method: "card".to_owned(),
            token: card.to_owned(),
        };
        self.engine
            .orders
            .pay(&guest(&[order]), order.id, &payment)
            .await
    }

    pub(crate) async fn find(&self, id: OrderId) -> Order {
        self.engine.orders.find(&staff(), id).await.unwrap()
    }

    /// On hand, and reserved.
    pub(crate) async fn stock(&self, sku: &str) -> (i32, i32) {
        let level = self.engine.catalogue.stock(&staff(), sku).await.unwrap();
        (level.on_hand, level.reserved)
    }

    pub(crate) fn wait(&self, duration: Duration) {
        self.engine.database().clock.advance(duration);
    }

    /// What a worker does, until nothing is due.
    pub(crate) async fn run_until_idle(&self) {
        // A refused request's rollback may still be on its way, and a worker passes locked orders by.
        sqlx::query("select 1 from orders for update")
            .execute(&self.pool)
            .await
            .unwrap();
        while self.engine.orders.advance_due(10).await.unwrap() > 0 {}
    }

    /// Lets workers and relay do what is due.
    pub(crate) async fn settle(&self) {
        self.run_until_idle().await;
        while self.engine.deliveries.relay().await.unwrap() > 0 {}
    }

    /// The names of the invariants that are violated.
    pub(crate) async fn violated(&self) -> Vec<String> {
        let checked = self.engine.checks.run(&staff()).await.unwrap();
        checked
            .into_iter()
            .filter(|it| !it.holds())
            .map(|it| it.name)
            .collect()
    }

    pub(crate) async fn register(&self, email: &str) -> CustomerId {
        let credentials = Credentials {
            email: email.to_owned(),
            password: "long enough".to_owned(),
        };
        self.engine
            .people
            .register("Ada Lovelace", &credentials)
            .await
            .unwrap()
            .id
    }
}

pub(crate) fn new_order(order: Value) -> NewOrder {
    serde_json::from_value::<NewOrderDocument>(order)
        .unwrap()
        .parse()
        .unwrap()
}

pub(crate) fn ada() -> Value {
    json!({"email": "ada@example.com", "name": "Ada Lovelace"})
}

pub(crate) fn refusal(result: Result<Order, OrderError>) -> Refusal {
    match result {
        Err(OrderError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// Until a statement waits for another transaction.
pub(crate) async fn waits_for_a_lock(pool: &PgPool) {
    loop {
        let waiting: i64 = sqlx::query_scalar(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
        .fetch_one(pool)
        .await
        .unwrap();
        if waiting > 0 {
            return;
        }
    }
}
