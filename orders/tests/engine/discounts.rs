//! Discount codes: rules that change, and uses that are claimed by many at once.

use std::{collections::HashSet, sync::Arc};

use chrono::Duration;
use orders::{
    Caller, DiscountCode, DiscountState, NewDiscountCode, Order, OrderError, OrderState, Refusal,
    StorefrontDocument, engine::MIGRATOR,
};
use serde_json::{Value, json};
use sqlx::{PgPool, postgres::PgPoolOptions};

use crate::shop::{DECLINED, PAYS, Shop, customer, guest, refusal, staff, waits_for_a_lock};

fn mug_with(code: &str, email: &str) -> Value {
    json!({
        "items": [{"sku": "MUG", "quantity": 1}], "customer": {"email": email, "name": "Ada"}, "discount_code": code,
    })
}

async fn buy(shop: &Shop, code: &str) -> Result<Order, OrderError> {
    let order = mug_with(code, "ada@example.com");
    shop.place(&guest(&[]), order).await
}

async fn change(shop: &Shop, code: &str, rules: Value) -> Result<DiscountCode, OrderError> {
    let rules: NewDiscountCode = serde_json::from_value(rules).unwrap();
    shop.engine.discounts.change(&staff(), code, rules).await
}

async fn uses(shop: &Shop, code: &str) -> i64 {
    let code = shop.engine.discounts.find(&staff(), code).await.unwrap();
    code.uses
}

/// What the rows of a code and its customers count, which orders go by.
async fn counted(pool: &PgPool) -> (i64, i64) {
    sqlx::query_as(
        "select (select coalesce(sum(uses), 0) from discount_codes),
            (select coalesce(sum(uses), 0) from discount_customers)",
    )
    .fetch_one(pool)
    .await
    .unwrap()
}

fn pointer<T: std::fmt::Debug>(result: Result<T, OrderError>) -> String {
    match result {
        Err(OrderError::Refused(Refusal::Invalid(errors))) => errors[0].pointer.clone(),
        other => panic!("not invalid: {other:?}"),
    }
}

/// Everybody buys a mug with the code at once. How many did; the others were told that the code is used up.
async fn rush(shop: &Arc<Shop>, orders: impl Iterator<Item = Value>) -> Vec<Order> {
    let buyers: Vec<_> = orders
        .map(|order| {
            let shop = shop.clone();
            tokio::spawn(async move { shop.place(&guest(&[]), order).await })
        })
        .collect();
    let mut placed = Vec::new();
    for buyer in buyers {
        match buyer.await.unwrap() {
            Ok(order) => placed.push(order),
            refused => assert!(matches!(refusal(refused), Refusal::CodeUsedUp(_))),
        }
    }
    placed
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_500_buyers_exactly_50_use_a_code_of_50_uses(pool: PgPool) {
    let shop = Arc::new(Shop::open(pool.clone()).await);
    let stock = shop.engine.catalogue.set_stock(&staff(), "MUG", 500).await;
    stock.unwrap();
    shop.give_out(json!({"code": "FIFTY", "kind": {"percent": 1_000}, "use_limit": 50}))
        .await;

    let buyers = (0..500).map(|buyer| {
        let mut order = mug_with("fifty", &format!("buyer{buyer}@example.com"));
        if buyer % 2 == 0 {
            order["payment"] = json!({"token": PAYS});
        }
        order
    });
    let placed = rush(&shop, buyers).await;

    assert_eq!(placed.len(), 50);
    assert!(placed.iter().all(|it| it.discount_minor == 180));
    assert_eq!(
        (uses(&shop, "FIFTY").await, counted(&pool).await.0),
        (50, 50)
    );
    let (orders, with_code): (i64, i64) = sqlx::query_as(
        "select count(*), count(*) filter (where discount_code = 'FIFTY') from orders",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(
        (orders, with_code),
        (50, 50),
        "who was refused left nothing behind"
    );
    shop.settle().await;
    assert!(shop.violated().await.is_empty());
}

/// Orders with a code are written alone, others together at the desk, on the same stock.
#[sqlx::test(migrator = "MIGRATOR")]
async fn orders_with_and_without_a_code_get_through_side_by_side(pool: PgPool) {
    let shop = Arc::new(Shop::open(pool.clone()).await);
    for sku in ["MUG", "LAMP"] {
        let stock = shop.engine.catalogue.set_stock(&staff(), sku, 1_000).await;
        stock.unwrap();
    }
    shop.give_out(
        json!({"code": "TEN", "kind": {"percent": 1_000}, "use_limit": 30, "customer_limit": 20}),
    )
    .await;

    let buyers = (0..150).map(|buyer| {
        let mut order = mug_with("TEN", &format!("buyer{}@example.com", buyer % 2));
        let mut items = [
            json!({"sku": "MUG", "quantity": 1}),
            json!({"sku": "LAMP", "quantity": 1}),
        ];
        items.rotate_left(buyer % 2);
        order["items"] = json!(items);
        if buyer % 3 == 0 {
            order["discount_code"] = Value::Null;
        }
        order
    });
    let placed = rush(&shop, buyers).await;

    let with_code = placed
        .iter()
        .filter(|it| it.discount_code.is_some())
        .count();
    assert_eq!((with_code, placed.len() - with_code), (30, 50));
    assert_eq!(counted(&pool).await, (30, 30));
    assert_eq!(shop.stock("MUG").await, (1_000, 80));
    assert!(shop.violated().await.is_empty());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_customer_uses_a_code_as_often_as_one_may_however_many_hands_they_have(pool: PgPool) {
    let shop = Arc::new(Shop::open(pool.clone()).await);
    let stock = shop.engine.catalogue.set_stock(&staff(), "MUG", 500).await;
    stock.unwrap();
    shop.give_out(json!({"code": "TWICE", "kind": {"percent": 1_000}, "customer_limit": 2}))
        .await;

    // Three people, each writing their address in two ways.
    let buyers = (0..60).map(|buyer| {
        let name = ["ada", "ADA", "eve", "Eve", "mel", "mEl"][buyer % 6];
        mug_with("twice", &format!("{name}@example.com"))
    });
    let placed = rush(&shop, buyers).await;

    assert_eq!((placed.len(), uses(&shop, "TWICE").await), (6, 6));
    assert_eq!(counted(&pool).await, (0, 6), "the code itself has no limit");
    let nameless = json!({"items": [{"sku": "MUG", "quantity": 1}], "customer": {"name": "Ada"}, "discount_code": "TWICE"});
    assert_eq!(
        pointer(shop.place(&staff(), nameless).await),
        "/discount_code"
    );
    assert!(shop.violated().await.is_empty());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_use_comes_back_when_its_order_is_cancelled_or_expires_and_only_then(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    shop.give_out(
        json!({"code": "ONCE", "kind": {"percent": 1_000}, "use_limit": 1, "customer_limit": 1}),
    )
    .await;
    let orders = &shop.engine.orders;

    let first = buy(&shop, "ONCE").await.unwrap();
    assert_eq!(
        refusal(buy(&shop, "ONCE").await),
        Refusal::CodeUsedUp("ONCE".to_owned())
    );
    orders.cancel(&staff(), first.id, None).await.unwrap();
    assert_eq!(counted(&pool).await, (0, 0));

    let second = buy(&shop, "ONCE").await.unwrap();
    // A declined card keeps the order waiting, and the code with it.
    let declined = shop.pay(&second, DECLINED).await.unwrap();
    assert_eq!(declined.status, OrderState::PaymentFailed);
    assert!(matches!(
        refusal(buy(&shop, "ONCE").await),
        Refusal::CodeUsedUp(_)
    ));
    shop.wait(Duration::minutes(16));
    shop.settle().await;
    assert_eq!(shop.find(second.id).await.status, OrderState::Cancelled);
    assert_eq!(counted(&pool).await, (0, 0));

    let third = buy(&shop, "ONCE").await.unwrap();
    shop.pay(&third, PAYS).await.unwrap();
    // Sent, delivered and paid back: it was used.
    for command in [
        orders::OrderCommand::Process,
        orders::OrderCommand::Ship,
        orders::OrderCommand::Refund,
    ] {
        shop.engine
            .orders
            .change(&staff(), third.id, command, None, None)
            .await
            .unwrap();
    }
    assert_eq!(shop.find(third.id).await.status, OrderState::Refunded);
    assert!(matches!(
        refusal(buy(&shop, "ONCE").await),
        Refusal::CodeUsedUp(_)
    ));
    assert_eq!(counted(&pool).await, (1, 1));
    shop.settle().await;
    assert!(shop.violated().await.is_empty());
}

/// Those who buy and those who give up lock the same rows: in one order, or they wait for each other in a circle.
#[sqlx::test(migrator = "MIGRATOR")]
async fn buying_and_cancelling_with_one_code_at_once_neither_deadlocks_nor_miscounts(pool: PgPool) {
    Shop::open(pool.clone()).await;
    let shop = Arc::new(Shop::open_another(without_deadlock_detection(&pool).await));
    let stock = shop
        .engine
        .catalogue
        .set_stock(&staff(), "MUG", 1_000)
        .await;
    stock.unwrap();
    shop.give_out(json!({"code": "FLUX", "kind": {"percent": 1_000}, "use_limit": 200, "customer_limit": 200})).await;
    let mut waiting = Vec::new();
    for _ in 0..40 {
        waiting.push(buy(&shop, "FLUX").await.unwrap());
    }
    let mut tasks = Vec::new();
    for order in waiting {
        let cancelling = shop.clone();
        tasks.push(tokio::spawn(async move {
            let orders = &cancelling.engine.orders;
            orders.cancel(&staff(), order.id, None).await.map(drop)
        }));
        let buying = shop.clone();
        tasks.push(tokio::spawn(
            async move { buy(&buying, "FLUX").await.map(drop) },
        ));
    }
    for task in tasks {
        let done = tokio::time::timeout(std::time::Duration::from_secs(60), task).await;
        done.expect("no deadlock").unwrap().unwrap();
    }

    assert_eq!(counted(&pool).await, (40, 40));
    assert!(shop.violated().await.is_empty());
}

/// Connections on which those who wait for each other in a circle wait for ever.
async fn without_deadlock_detection(pool: &PgPool) -> PgPool {
    let options = pool.connect_options().as_ref().clone();
    PgPoolOptions::new()
        .max_connections(20)
        .acquire_timeout(std::time::Duration::from_secs(60))
        .connect_with(options.options([("deadlock_timeout", "1h")]))
        .await
        .unwrap()
}

/// An order that holds the code's old rules in its hands while they change is priced again.
#[sqlx::test(migrator = "MIGRATOR")]
async fn rules_that_change_while_an_order_waits_for_its_stock_are_the_ones_it_gets(pool: PgPool) {
    let shop = Arc::new(Shop::open(pool.clone()).await);
    for (code, limit) in [("OPEN", None), ("LIMITED", Some(5))] {
        let rules =
            |percent: i32| json!({"code": code, "kind": {"percent": percent}, "use_limit": limit});
        shop.give_out(rules(1_000)).await;
        let mut holder = pool.begin().await.unwrap();
        sqlx::query("select from stock where sku = 'MUG' for update")
            .execute(&mut *holder)
            .await
            .unwrap();

        let buying = shop.clone();
        let order = tokio::spawn(async move { buy(&buying, code).await });
        waits_for_a_lock(&pool).await;
        change(&shop, code, rules(2_500)).await.unwrap();
        holder.rollback().await.unwrap();

        let order = order.await.unwrap().unwrap();
        assert_eq!(
            (order.discount_minor, order.total_minor),
            (450, 1_485),
            "{code}"
        );
    }
    assert!(shop.violated().await.is_empty());
}

/// A limit that comes later counts what was used before it, also by orders that are being placed or given up just then.
#[sqlx::test(migrator = "MIGRATOR")]
async fn a_limit_that_comes_and_goes_counts_every_use(pool: PgPool) {
    let shop = Arc::new(Shop::open(pool.clone()).await);
    let stock = shop
        .engine
        .catalogue
        .set_stock(&staff(), "MUG", 1_000)
        .await;
    stock.unwrap();
    shop.give_out(json!({"code": "OPEN", "kind": {"percent": 1_000}}))
        .await;
    let mut waiting = Vec::new();
    for _ in 0..20 {
        waiting.push(buy(&shop, "OPEN").await.unwrap());
    }
    assert_eq!(
        (counted(&pool).await, uses(&shop, "OPEN").await),
        ((0, 0), 20)
    );

    let mut tasks = Vec::new();
    for (round, order) in waiting.into_iter().enumerate() {
        let cancelling = shop.clone();
        tasks.push(tokio::spawn(async move {
            let cancelled = cancelling
                .engine
                .orders
                .cancel(&staff(), order.id, None)
                .await;
            cancelled.unwrap();
        }));
        let buying = shop.clone();
        tasks.push(tokio::spawn(async move {
            match buy(&buying, "OPEN").await {
                Ok(_) | Err(OrderError::Busy) => {}
                Err(error) => panic!("{error:?}"),
            }
        }));
        if round % 2 == 0 {
            let changing = shop.clone();
            let limit = (round % 4 == 0).then_some(100);
            tasks.push(tokio::spawn(async move {
                let rules = json!({"kind": {"percent": 1_000}, "use_limit": limit, "customer_limit": limit});
                change(&changing, "OPEN", rules).await.unwrap();
            }));
        }
    }
    for task in tasks {
        task.await.unwrap();
    }

    let rules = json!({"kind": {"percent": 1_000}, "use_limit": 100, "customer_limit": 100});
    change(&shop, "OPEN", rules).await.unwrap();
    let held = uses(&shop, "OPEN").await;
    assert_eq!(counted(&pool).await, (held, held));
    assert!(shop.violated().await.is_empty());
    let below = json!({"kind": {"percent": 1_000}, "use_limit": held - 1});
    if held > 1 {
        assert_eq!(pointer(change(&shop, "OPEN", below).await), "/use_limit");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_that_is_switched_off_or_not_for_here_and_now_is_refused(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let discounts = &shop.engine.discounts;
    let europe: StorefrontDocument = serde_json::from_value(json!({
        "code": "eu", "name": "Europe", "path": "eu", "currency": "EUR", "languages": ["de"],
    }))
    .unwrap();
    (shop
        .engine
        .catalogue
        .create_storefront(&staff(), europe)
        .await)
        .unwrap();
    shop.give_out(json!({"code": "off", "kind": "free_delivery"}))
        .await;
    shop.give_out(json!({"code": "DANKE", "kind": {"amount": 500}, "storefront": "eu"}))
        .await;
    shop.give_out(
        json!({"code": "SOON", "kind": "free_delivery", "starts_at": "2026-12-01T12:30:00Z"}),
    )
    .await;
    shop.give_out(
        json!({"code": "OVER", "kind": "free_delivery", "ends_at": "2026-12-01T12:00:00Z"}),
    )
    .await;
    shop.give_out(json!({"code": "BIG", "kind": {"percent": 100}, "minimum_minor": 1_801, "storefront": "default"}))
        .await;
    assert_eq!(
        buy(&shop, " Off ").await.unwrap().discount_code.as_deref(),
        Some("OFF")
    );

    let off = discounts.activate(&staff(), "off", false).await.unwrap();

    assert_eq!((off.state, off.uses), (DiscountState::Off, 1));
    for code in ["OFF", "DANKE", "SOON", "OVER", "BIG", "NEVER"] {
        assert_eq!(pointer(buy(&shop, code).await), "/discount_code", "{code}");
    }
    discounts.activate(&staff(), "OFF", true).await.unwrap();
    shop.wait(Duration::minutes(30));
    for code in ["OFF", "SOON"] {
        assert!(buy(&shop, code).await.is_ok(), "{code}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn codes_are_listed_newest_first_with_what_became_of_them(pool: PgPool) {
    let shop = Shop::open(pool).await;
    for code in ["ONE", "TWO", "THREE"] {
        shop.give_out(json!({"code": code, "kind": {"percent": 500}, "use_limit": 1}))
            .await;
        shop.wait(Duration::seconds(1));
    }
    buy(&shop, "TWO").await.unwrap();
    let discounts = &shop.engine.discounts;

    let (first, next) = discounts.list(&staff(), None, 2).await.unwrap();
    let (rest, end) = discounts.list(&staff(), next.as_deref(), 2).await.unwrap();

    let shown: Vec<_> = (first.iter().chain(&rest))
        .map(|it| (it.rules.code.as_str(), it.uses, it.state))
        .collect();
    assert_eq!(
        shown,
        [
            ("THREE", 0, DiscountState::Active),
            ("TWO", 1, DiscountState::UsedUp),
            ("ONE", 0, DiscountState::Active)
        ]
    );
    assert_eq!((next.as_deref(), end), (Some("TWO"), None));
    let again: NewDiscountCode =
        serde_json::from_value(json!({"code": "one", "kind": "free_delivery"})).unwrap();
    let again = discounts.create(&staff(), again).await;
    assert!(matches!(
        again,
        Err(OrderError::Refused(Refusal::Exists(_)))
    ));
    let unknown = json!({"code": "MARS", "kind": "free_delivery", "storefront": "mars"});
    let unknown: NewDiscountCode = serde_json::from_value(unknown).unwrap();
    assert_eq!(
        pointer(discounts.create(&staff(), unknown).await),
        "/storefront"
    );
    let missing = change(&shop, "FOUR", json!({"kind": "free_delivery"})).await;
    assert!(matches!(
        missing,
        Err(OrderError::Refused(Refusal::NotFound(_)))
    ));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_admins_see_to_discount_codes(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.give_out(json!({"code": "MINE", "kind": "free_delivery"}))
        .await;
    let stranger = customer(shop.register("eve@example.com").await);
    let discounts = &shop.engine.discounts;
    let rules = || {
        serde_json::from_value::<NewDiscountCode>(json!({"code": "YOURS", "kind": "free_delivery"}))
            .unwrap()
    };
    let refused = async |caller: Caller| {
        let mut refusals = HashSet::new();
        let mut note = |refused: Result<(), OrderError>| match refused {
            Err(OrderError::Refused(refusal)) => refusals.insert(refusal.code()),
            other => panic!("not refused: {other:?}"),
        };
        note(discounts.create(&caller, rules()).await.map(drop));
        note(discounts.change(&caller, "MINE", rules()).await.map(drop));
        note(discounts.activate(&caller, "MINE", false).await.map(drop));
        note(discounts.list(&caller, None, 9).await.map(drop));
        note(discounts.find(&caller, "MINE").await.map(drop));
        refusals.into_iter().collect::<Vec<_>>()
    };

    assert_eq!(refused(stranger).await, ["forbidden"]);
    assert_eq!(refused(guest(&[])).await, ["sign_in_needed"]);
}

/// An account that another system made has no address of its own: whatever is named beside it, it is one customer.
#[sqlx::test(migrator = "MIGRATOR")]
async fn an_account_without_an_address_is_one_customer_whatever_it_names(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.give_out(json!({"code": "FIRST", "kind": {"percent": 1_000}, "customer_limit": 1}))
        .await;
    let people = &shop.engine.people;
    let account = people.find_subject("from elsewhere").await.unwrap();
    let buy = async |email: &str| {
        shop.place(&customer(account), mug_with("FIRST", email))
            .await
    };

    assert_eq!(buy("a@example.com").await.unwrap().discount_minor, 180);
    let refused = refusal(buy("b@example.com").await);
    assert!(matches!(refused, Refusal::CodeUsedUp(_)));
    assert!(shop.violated().await.is_empty());
}
