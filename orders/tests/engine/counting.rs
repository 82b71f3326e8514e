//! Numbered pages, and how many orders there are on them.

use orders::{CustomerId, OrderCommand, OrderState, PageNumber, Refusal, engine::MIGRATOR};
use serde_json::json;
use sqlx::PgPool;

use crate::shop::{PAYS, Shop, customer, guest, staff};

/// How many there are, and how many of them the first page shows.
async fn listed(shop: &Shop, of: Option<CustomerId>, states: &[OrderState]) -> (u64, usize) {
    let caller = of.map_or_else(staff, customer);
    let page = PageNumber { page: 1, limit: 3 };
    let page = shop
        .engine
        .orders
        .list_numbered(&caller, states, page)
        .await
        .unwrap();
    (page.total, page.data.len())
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_total_is_right_before_and_after_the_relay_has_counted(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let ada = shop.register("ada@example.com").await;
    let mug = || json!([{"sku": "MUG", "quantity": 1}]);
    let own = json!({"items": mug(), "payment": {"token": PAYS}});
    let own = shop.place(&customer(ada), own).await.unwrap();
    for _ in 0..3 {
        shop.placed(mug()).await;
    }
    let gone = shop.paid(mug()).await;
    shop.engine.orders.archive(&staff(), gone.id).await.unwrap();

    for _ in 0..2 {
        assert_eq!(listed(&shop, None, &[]).await, (4, 3));
        assert_eq!(listed(&shop, None, &[OrderState::Pending]).await, (3, 3));
        assert_eq!(listed(&shop, None, &[OrderState::Refunded]).await, (0, 0));
        assert_eq!(listed(&shop, Some(ada), &[]).await, (1, 1));
        let states = [OrderState::Pending, OrderState::Confirmed];
        assert_eq!(listed(&shop, Some(ada), &states).await, (1, 1));
        assert_eq!(listed(&shop, Some(ada), &states[..1]).await, (0, 0));
        shop.settle().await;
        assert_eq!(shop.violated().await, Vec::<String>::new());
    }
    let change = async |command| {
        let orders = &shop.engine.orders;
        orders.change(&staff(), own.id, command, None, None).await
    };
    change(OrderCommand::Process).await.unwrap();
    assert_eq!(
        listed(&shop, Some(ada), &[OrderState::Processing]).await,
        (1, 1)
    );
    assert_eq!(
        listed(&shop, Some(ada), &[OrderState::Confirmed]).await,
        (0, 0)
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn pages_are_numbered_from_one_and_newest_first(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let mut placed = Vec::new();
    for _ in 0..5 {
        placed.push(shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await.id);
    }
    placed.reverse();
    let ids = async |page, limit| {
        let page = PageNumber { page, limit };
        let page = shop.engine.orders.list_numbered(&staff(), &[], page).await;
        let page = page.unwrap();
        let ids: Vec<_> = page.data.iter().map(|it| it.id).collect();
        (ids, page.page, page.pages())
    };

    assert_eq!(ids(1, 2).await.0, placed[..2]);
    assert_eq!(
        ids(3, 2).await,
        (placed[4..].to_vec(), PageNumber { page: 3, limit: 2 }, 3)
    );
    assert_eq!(ids(4, 2).await.0, []);
    assert_eq!(
        ids(0, 0).await,
        (placed[..1].to_vec(), PageNumber { page: 1, limit: 1 }, 5)
    );
    assert_eq!(ids(1, 1_000).await.1.limit, 100);
    let refused = shop
        .engine
        .orders
        .list_numbered(&guest(&[]), &[], PageNumber { page: 1, limit: 1 })
        .await;
    assert!(matches!(
        refused,
        Err(orders::OrderError::Refused(Refusal::SignInNeeded))
    ));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn seeded_orders_are_counted(pool: PgPool) {
    let shop = Shop::open(pool).await;

    shop.engine.orders.seed(&staff(), 40).await.unwrap();

    assert_eq!(listed(&shop, None, &[]).await.0, 40);
    assert_eq!(shop.violated().await, Vec::<String>::new());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn counts_that_drifted_are_made_anew_while_nobody_writes(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let mug = || json!([{"sku": "MUG", "quantity": 1}]);
    shop.placed(mug()).await;
    shop.settle().await;
    let told_later = shop.placed(mug()).await;
    let run = async |sql: &'static str| sqlx::query(sql).execute(&pool).await;
    run("update order_counts set count = count + 7")
        .await
        .unwrap();
    assert_eq!(shop.violated().await, ["counts_fit_orders"]);

    run("select count_orders_anew()").await.unwrap();
    assert_eq!(shop.violated().await, Vec::<String>::new());
    assert_eq!(listed(&shop, None, &[]).await.0, 2);
    shop.settle().await;
    assert_eq!(listed(&shop, None, &[]).await.0, 2);

    // Somebody is about to tell of an order.
    let mut writing = pool.begin().await.unwrap();
    sqlx::query("update outbox set at = at where order_id = $1")
        .bind(told_later.id)
        .execute(&mut *writing)
        .await
        .unwrap();
    let mut impatient = pool.begin().await.unwrap();
    sqlx::query("set local lock_timeout = '50ms'")
        .execute(&mut *impatient)
        .await
        .unwrap();
    let counted = sqlx::query("select count_orders_anew()");
    let counted = counted.execute(&mut *impatient).await.unwrap_err();
    let code = counted.as_database_error().and_then(|it| it.code());
    assert_eq!(code.as_deref(), Some("55P03"), "it has to wait");
}
