use orders::{CartId, Market, OrderError, Refusal, engine::MIGRATOR};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use crate::shop::{Shop, customer, guest, staff};

#[sqlx::test(migrator = "MIGRATOR")]
async fn stock_cannot_go_below_what_orders_hold(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.placed(json!([{"sku": "MUG", "quantity": 4}])).await;
    let staff = staff();
    let set = |on_hand| shop.engine.catalogue.set_stock(&staff, "MUG", on_hand);

    assert!(matches!(
        set(3).await,
        Err(OrderError::Refused(Refusal::Reserved { reserved: 4 }))
    ));
    assert_eq!(set(4).await.unwrap().available, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_seat_is_there_once(pool: PgPool) {
    let shop = Shop::open(pool).await;

    let result = shop
        .engine
        .catalogue
        .set_stock(&staff(), "NIGHT-1", 2)
        .await;

    assert!(matches!(
        result,
        Err(OrderError::Refused(Refusal::Invalid(_)))
    ));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_those_who_work_here_see_and_set_stock(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let person = customer(shop.register("ada@example.com").await);

    let guest = shop.engine.catalogue.set_stock(&guest(&[]), "MUG", 1).await;
    let person = shop.engine.catalogue.stock(&person, "MUG").await;

    assert!(matches!(
        guest,
        Err(OrderError::Refused(Refusal::SignInNeeded))
    ));
    assert!(matches!(
        person,
        Err(OrderError::Refused(Refusal::Forbidden))
    ));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_cart_is_priced_like_the_order_it_becomes(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let (id, carts) = (CartId(Uuid::new_v4()), &shop.engine.carts);
    carts.add(id, "MUG", 2).await.unwrap();
    carts.add(id, "MUG", 1).await.unwrap();
    carts.add(id, "NIGHT-1", 1).await.unwrap();
    carts.add(id, "NIGHT-1", 1).await.unwrap();

    let cart = carts.find(id, &Market::default()).await.unwrap();

    assert_eq!(
        (
            cart.lines.iter().map(|it| it.quantity).sum::<u32>(),
            cart.total_minor
        ),
        (4, (3 * 1_800 + 3_000) * 110 / 100)
    );
    let items: Vec<_> = cart
        .lines
        .iter()
        .map(|it| json!({"sku": it.sku, "quantity": it.quantity}))
        .collect();
    let order = shop.placed(json!(items)).await;
    assert_eq!(
        (order.total_minor, order.explanation),
        (cart.total_minor, cart.explanation)
    );
    assert!(matches!(
        carts.add(id, "NOTHING", 1).await,
        Err(OrderError::Refused(Refusal::NotFound(_)))
    ));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_seat_that_somebody_has_the_ticket_for_is_not_put_on_sale_again(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.paid(json!([{"sku": "NIGHT-1", "quantity": 1}])).await;
    let staff = staff();
    let set = |on_hand| shop.engine.catalogue.set_stock(&staff, "NIGHT-1", on_hand);

    let refused = set(1).await;
    assert!(matches!(
        refused,
        Err(OrderError::Refused(Refusal::Invalid(_)))
    ));
    assert!(set(0).await.is_ok());
    let orders = &shop.engine.orders;
    orders.cancel(&staff, order.id, None).await.unwrap();
    assert_eq!(set(1).await.unwrap().available, 1);
}

/// What comes back to a shelf is counted on top.
#[sqlx::test(migrator = "MIGRATOR")]
async fn a_shelf_is_never_so_full_that_nothing_can_come_back(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let staff = staff();
    let set = |on_hand| shop.engine.catalogue.set_stock(&staff, "MUG", on_hand);

    assert!(set(i32::MAX).await.is_err());
    set(1_000_000_000).await.unwrap();
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    set(1_000_000_000).await.unwrap();
    let orders = &shop.engine.orders;
    orders.cancel(&staff, order.id, None).await.unwrap();
    assert_eq!(shop.stock("MUG").await, (1_000_000_001, 0));
}
