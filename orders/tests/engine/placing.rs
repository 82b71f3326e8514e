use std::sync::Arc;

use orders::{
    OrderFilter, OrderState, PageRequest, PaymentStatus, PriceChange, Refusal, Storefront,
    engine::{IdempotencyKey, MIGRATOR, Placed},
};
use serde_json::json;
use sqlx::PgPool;

use crate::shop::{PAYS, Shop, ada, customer, guest, new_order, refusal, staff, waits_for_a_lock};

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_is_priced_from_the_catalogue_and_holds_its_stock(pool: PgPool) {
    let shop = Shop::open(pool).await;

    let order = shop
        .placed(json!([{"product": 1, "quantity": 2}, {"sku": "LAMP", "quantity": 1}]))
        .await;

    assert_eq!(
        (order.subtotal_minor, order.tax_minor, order.total_minor),
        (13_200, 1_320, 14_520)
    );
    assert_eq!(
        (order.status, order.payment_status),
        (OrderState::Pending, PaymentStatus::None)
    );
    assert_eq!(order.items[0].title, "Mug");
    assert_eq!(
        order
            .explanation
            .iter()
            .map(|it| it.amount_minor)
            .sum::<i64>(),
        order.total_minor
    );
    assert_eq!(
        (shop.stock("MUG").await, shop.stock("LAMP").await),
        ((10, 2), (1, 1))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_takes_all_of_its_lines_or_none(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = json!({"items": [{"sku": "MUG", "quantity": 1}, {"sku": "LAMP", "quantity": 2}], "customer": ada()});

    let refusal = refusal(shop.place(&guest(&[]), order).await);

    let Refusal::OutOfStock(short) = refusal else {
        panic!("{refusal:?}")
    };
    assert_eq!(
        (
            short[0].sku.as_str(),
            short[0].requested,
            short[0].available
        ),
        ("LAMP", 2, 1)
    );
    assert_eq!(shop.stock("MUG").await, (10, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_many_buyers_exactly_as_many_get_the_goods_as_there_are(pool: PgPool) {
    let shop = std::sync::Arc::new(Shop::open(pool).await);
    let buyers: Vec<_> = (0..60)
        .map(|_| {
            let shop = shop.clone();
            tokio::spawn(async move {
                let order = json!({"items": [{"sku": "MUG", "quantity": 1}], "customer": ada()});
                shop.place(&guest(&[]), order).await
            })
        })
        .collect();

    let mut served = 0;
    for buyer in buyers {
        match buyer.await.unwrap() {
            Ok(_) => served += 1,
            refused => assert!(matches!(refusal(refused), Refusal::OutOfStock(_))),
        }
    }

    assert_eq!((served, shop.stock("MUG").await), (10, (10, 10)));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn orders_for_the_same_goods_in_another_order_do_not_deadlock(pool: PgPool) {
    let shop = std::sync::Arc::new(Shop::open(pool).await);
    for sku in ["MUG", "LAMP"] {
        shop.engine
            .catalogue
            .set_stock(&staff(), sku, 1_000)
            .await
            .unwrap();
    }
    let buyers: Vec<_> = (0..40)
        .map(|index| {
            let shop = shop.clone();
            let mut items = vec![
                json!({"sku": "MUG", "quantity": 1}),
                json!({"sku": "LAMP", "quantity": 1}),
            ];
            if index % 2 == 0 {
                items.reverse();
            }
            tokio::spawn(async move { shop.paid(json!(items)).await })
        })
        .collect();

    for buyer in buyers {
        buyer.await.unwrap();
    }

    assert_eq!(
        (shop.stock("MUG").await, shop.stock("LAMP").await),
        ((960, 0), (960, 0))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_total_than_the_buyer_saw_is_refused_with_the_new_one(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = json!({"items": [{"sku": "MUG", "quantity": 1}], "customer": ada(), "expected_total_minor": 1_800});

    let refusal = refusal(shop.place(&guest(&[]), order).await);

    assert_eq!(
        refusal,
        Refusal::TotalChanged {
            expected_minor: 1_800,
            actual_minor: 1_980
        }
    );
    assert_eq!(shop.stock("MUG").await, (10, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_repeated_key_is_one_order_however_many_come_at_once(pool: PgPool) {
    let shop = std::sync::Arc::new(Shop::open(pool).await);
    let repeats: Vec<_> = (0..8)
        .map(|_| {
            let shop = shop.clone();
            tokio::spawn(async move {
                let order =
                    new_order(json!({"items": [{"sku": "MUG", "quantity": 1}], "customer": ada()}));
                let key = IdempotencyKey::new("test", "abc", b"the request");
                shop.engine
                    .orders
                    .place(&guest(&[]), &order, Some(&key))
                    .await
                    .unwrap()
            })
        })
        .collect();

    let mut placed = Vec::new();
    for repeat in repeats {
        placed.push(repeat.await.unwrap());
    }

    assert_eq!(
        placed
            .iter()
            .filter(|it| matches!(it, Placed::Now(_)))
            .count(),
        1
    );
    let ids: std::collections::HashSet<_> = placed.into_iter().map(|it| it.order().id).collect();
    assert_eq!((ids.len(), shop.stock("MUG").await), (1, (10, 1)));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_key_that_comes_with_another_request_is_refused(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = new_order(json!({"items": [{"sku": "MUG", "quantity": 1}], "customer": ada()}));
    let place = |request: &'static [u8]| {
        let key = IdempotencyKey::new("test", "abc", request);
        let (shop, order) = (&shop, &order);
        async move {
            shop.engine
                .orders
                .place(&guest(&[]), order, Some(&key))
                .await
                .map(Placed::order)
        }
    };
    place(b"one").await.unwrap();

    assert_eq!(refusal(place(b"another").await), Refusal::KeyReused);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_guest_opens_their_order_with_its_token_and_nobody_else_does(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let (mine, other) = (
        shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await,
        shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await,
    );
    let stranger = customer(shop.register("eve@example.com").await);
    let find = |caller, id| {
        let orders = shop.engine.orders.clone();
        async move { orders.find(&caller, id).await }
    };

    assert!(find(guest(&[&mine]), mine.id).await.is_ok());
    for caller in [guest(&[]), guest(&[&other]), stranger] {
        assert!(matches!(
            refusal(find(caller, mine.id).await),
            Refusal::NotFound(_)
        ));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_customer_orders_for_themselves_and_lists_only_their_own(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let (ada, eve) = (
        shop.register("ada@example.com").await,
        shop.register("eve@example.com").await,
    );
    let items = json!([{"sku": "MUG", "quantity": 1}]);
    let order = shop
        .place(&customer(ada), json!({"items": items}))
        .await
        .unwrap();

    assert_eq!(
        (order.customer.id, order.customer.email.as_deref()),
        (Some(ada), Some("ada@example.com"))
    );
    let for_another = json!({"items": items, "customer": {"id": ada}});
    assert_eq!(
        refusal(shop.place(&customer(eve), for_another).await),
        Refusal::Forbidden
    );
    let list = |caller| {
        let orders = shop.engine.orders.clone();
        async move {
            orders
                .list(&caller, &OrderFilter::default(), PageRequest::first(10))
                .await
                .unwrap()
                .data
        }
    };
    assert_eq!(
        (
            list(customer(ada)).await.len(),
            list(customer(eve)).await.len()
        ),
        (1, 0)
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_list_pages_without_gaps_or_repeats_and_finds_by_words(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let mut placed = Vec::new();
    for _ in 0..5 {
        placed.push(shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await);
    }
    placed.reverse();
    let list = |filter: OrderFilter, page| {
        let orders = shop.engine.orders.clone();
        async move { orders.list(&staff(), &filter, page).await.unwrap() }
    };

    let first = list(OrderFilter::default(), PageRequest::first(3)).await;
    let rest = list(
        OrderFilter::default(),
        PageRequest {
            limit: 3,
            after: first.next,
        },
    )
    .await;

    let listed: Vec<_> = first
        .data
        .iter()
        .chain(&rest.data)
        .map(|it| it.id)
        .collect();
    assert_eq!(listed, placed.iter().map(|it| it.id).collect::<Vec<_>>());
    assert_eq!(rest.next, None);
    for (words, found) in [
        ("ada", 5),
        ("LOVE ada@", 5),
        ("mug", 5),
        ("lamp", 0),
        ("it's '& | \\", 0),
    ] {
        let filter = OrderFilter {
            q: Some(words.to_owned()),
            ..OrderFilter::default()
        };
        assert_eq!(
            list(filter, PageRequest::first(10)).await.data.len(),
            found,
            "{words}"
        );
    }
    let number = OrderFilter {
        q: Some(format!("#{}", placed[2].number)),
        ..OrderFilter::default()
    };
    assert_eq!(
        list(number, PageRequest::first(10)).await.data[0].id,
        placed[2].id
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_guest_has_to_say_who_they_are(pool: PgPool) {
    let shop = Shop::open(pool).await;

    let refusal = refusal(
        shop.place(
            &guest(&[]),
            json!({"items": [{"sku": "MUG", "quantity": 1}]}),
        )
        .await,
    );

    let Refusal::Invalid(errors) = refusal else {
        panic!("{refusal:?}")
    };
    assert_eq!(
        errors
            .iter()
            .map(|it| it.pointer.as_str())
            .collect::<Vec<_>>(),
        ["/customer/email", "/customer/name"]
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_answer_to_placing_is_the_order_as_everybody_reads_it(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop
        .place(
            &staff(),
            json!({
                "items": [{"product": 1, "quantity": 2}, {"product": "NIGHT", "seat_id": 2}, {"sku": "MUG", "quantity": 1}],
                "customer": {"email": "ada@example.com", "name": "Ada", "phone": "+44 1", "external_ref": "a-1"},
                "shipping_address": {"street": "1 Post Lane", "city": "Bath", "postal_code": "BA1 1AA", "country": "GB"},
                "note": "Ring twice",
            }),
        )
        .await
        .unwrap();

    let found = shop.engine.orders.find(&staff(), order.id).await.unwrap();

    assert_eq!(order, found);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_price_that_changed_since_the_last_order_is_the_price_of_the_next(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let mugs = json!([{"sku": "MUG", "quantity": 1}]);
    assert_eq!(shop.placed(mugs.clone()).await.total_minor, 1_980);

    sqlx::raw_sql("update variants set price_minor = 2000 where sku = 'MUG'")
        .execute(&pool)
        .await
        .unwrap();
    let as_seen = json!({"items": mugs.clone(), "customer": ada(), "expected_total_minor": 1_980});
    let refused = refusal(shop.place(&guest(&[]), as_seen).await);

    assert_eq!(
        refused,
        Refusal::TotalChanged {
            expected_minor: 1_980,
            actual_minor: 2_200
        }
    );
    assert_eq!(shop.placed(mugs).await.total_minor, 2_200);
    assert_eq!(shop.stock("MUG").await, (10, 2));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_twin_whose_first_took_the_last_one_gets_the_order_and_no_refusal(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = new_order(json!({"items": [{"sku": "LAMP", "quantity": 1}], "customer": ada()}));
    let key = IdempotencyKey::new("guest", "one", b"lamp");
    let caller = guest(&[]);
    let place = || shop.engine.orders.place(&caller, &order, Some(&key));

    let first = place().await.unwrap().order();
    let again = place().await.unwrap();

    assert!(matches!(again, Placed::Before(order) if order.id == first.id));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_that_cannot_be_written_keeps_no_other_from_it(pool: PgPool) {
    let shop = std::sync::Arc::new(Shop::open(pool).await);
    let buyers: Vec<_> = (0..10)
        .map(|number| {
            let shop = shop.clone();
            tokio::spawn(async move {
                let items = json!([{"sku": "MUG", "quantity": 1}]);
                let mut order = new_order(json!({"items": items, "customer": ada()}));
                // No request brings this: it is what the database refuses to keep.
                order.note = (number == 5).then(|| "\0".to_owned());
                let placed = shop.engine.orders.place(&guest(&[]), &order, None).await;
                placed.map(Placed::order)
            })
        })
        .collect();

    let mut placed = 0;
    for buyer in buyers {
        match buyer.await.unwrap() {
            Ok(_) => placed += 1,
            refused => assert!(matches!(refusal(refused), Refusal::Invalid(_))),
        }
    }

    assert_eq!(placed, 9);
    assert_eq!(shop.stock("MUG").await, (10, 9));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_that_is_refused_leaves_its_key_free(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let key = IdempotencyKey::new("guest", "one", b"lamps");
    let caller = guest(&[]);
    let lamps = new_order(json!({"items": [{"sku": "LAMP", "quantity": 2}], "customer": ada()}));
    let place = || shop.engine.orders.place(&caller, &lamps, Some(&key));
    assert!(place().await.is_err());

    shop.engine
        .catalogue
        .set_stock(&staff(), "LAMP", 2)
        .await
        .unwrap();

    assert!(matches!(place().await, Ok(Placed::Now(_))));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_comes_free_while_an_order_waits_for_it_is_its_own(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    shop.placed(json!([{"sku": "LAMP", "quantity": 1}])).await;
    let mut giving_back = pool.begin().await.unwrap();
    sqlx::query("update stock set reserved = 0 where sku = 'LAMP'")
        .execute(&mut *giving_back)
        .await
        .unwrap();

    let waiting = async {
        let is_waiting = "select exists (select 1 from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock')";
        while !sqlx::query_scalar::<_, bool>(is_waiting)
            .fetch_one(&pool)
            .await
            .unwrap()
        {}
        giving_back.commit().await.unwrap();
    };
    let (order, ()) = tokio::join!(
        shop.placed(json!([{"sku": "LAMP", "quantity": 1}])),
        waiting
    );

    assert_eq!(order.status, OrderState::Pending);
    assert_eq!(shop.stock("LAMP").await, (1, 1));
}

/// What the statement that waits for the stock knows of the catalogue is from before it waited.
#[sqlx::test(migrator = "MIGRATOR")]
async fn a_price_that_changes_while_an_order_waits_for_its_stock_is_the_one_it_gets(pool: PgPool) {
    let shop = Arc::new(Shop::open(pool.clone()).await);
    for (payment, price_minor) in [(json!(null), 2_000), (json!({"token": PAYS}), 2_200)] {
        let mut holder = pool.begin().await.unwrap();
        sqlx::query("select from stock where sku = 'MUG' for update")
            .execute(&mut *holder)
            .await
            .unwrap();
        let items = json!([{"sku": "MUG", "quantity": 1}]);
        let order = json!({"items": items, "customer": ada(), "payment": payment});
        let buying = shop.clone();
        let order = tokio::spawn(async move { buying.place(&guest(&[]), order).await });
        waits_for_a_lock(&pool).await;
        let change = PriceChange {
            storefront: Storefront::DEFAULT.to_owned(),
            sku: "MUG".to_owned(),
            price_minor: Some(price_minor),
        };
        let catalogue = &shop.engine.catalogue;
        catalogue.set_prices(&staff(), &[change]).await.unwrap();
        holder.rollback().await.unwrap();

        let order = order.await.unwrap().unwrap();
        assert_eq!(order.subtotal_minor, price_minor);
    }
    assert!(shop.violated().await.is_empty());
}
