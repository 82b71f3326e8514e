//! Refunds of orders with everything: a discount, delivery, tax in the prices or on top, in dollars, euros and yen. Whatever
//! the way, each part is right to the last minor unit, and all parts together are the order.

use orders::{
    LineQuantity, NewRefund, NewReturn, Order, OrderCommand, OrderState, PaymentStatus,
    ReturnCommand, StorefrontDocument, engine::MIGRATOR,
};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::shop::{PAYS, Shop, ada, guest, staff};

/// Europe: mugs for €20.00 at 19 %, lamps for €15.00 at 7 %, the post €4.90. Japan: mugs for ¥1,980, delivery ¥600, all at
/// 10 % on top. Dollars: mugs for $18.00, the post $5.99, all at 10 % on top. Each with a code.
async fn open(pool: PgPool) -> Shop {
    let shop = Shop::open(pool).await;
    let (catalogue, admin) = (&shop.engine.catalogue, staff());
    for storefront in [
        json!({"code": "eu", "name": "Europe", "path": "eu", "currency": "EUR", "languages": ["de"],
            "tax_basis_points": 1_900, "tax_rates": {"books": 700}, "prices_include_tax": true}),
        json!({"code": "jp", "name": "Japan", "path": "jp", "currency": "JPY", "languages": ["en"],
            "tax_basis_points": 1_000, "prices_include_tax": false}),
    ] {
        let document: StorefrontDocument = serde_json::from_value(storefront).unwrap();
        catalogue.create_storefront(&admin, document).await.unwrap();
    }
    for (storefront, flat) in [("eu", 490), ("jp", 600), ("default", 599)] {
        let method = json!({
            "code": "post", "names": {"en": "Post"}, "price": {"flat": flat}, "days_least": 1, "days_most": 3,
        });
        let method = serde_json::from_value(method).unwrap();
        (catalogue
            .add_delivery_method(&admin, storefront, method)
            .await)
            .unwrap();
    }
    let books = serde_json::from_value(json!({"tax_class": "books"})).unwrap();
    catalogue.change_product(&admin, "2", books).await.unwrap();
    let prices = [
        ("eu", "MUG", 2_000),
        ("eu", "LAMP", 1_500),
        ("jp", "MUG", 1_980),
    ];
    let prices = prices.map(|(storefront, sku, minor)| orders::PriceChange {
        storefront: storefront.to_owned(),
        sku: sku.to_owned(),
        price_minor: Some(minor),
    });
    catalogue.set_prices(&admin, &prices).await.unwrap();
    shop.give_out(json!({"code": "DANKE", "kind": {"amount": 333}, "storefront": "eu"}))
        .await;
    shop.give_out(json!({"code": "ARIGATO", "kind": {"percent": 1_500}}))
        .await;
    shop
}

async fn buy(shop: &Shop, storefront: &str, items: Value, code: &str) -> Order {
    let order = json!({
        "storefront": storefront, "items": items, "discount_code": code, "customer": ada(), "payment": {"token": PAYS},
    });
    let order = shop.place(&guest(&[]), order).await.unwrap();
    assert_eq!(order.status, OrderState::Confirmed);
    order
}

/// Two mugs and a lamp: €56.57, of it €7.58 tax. By hand in `worked_examples.rs`.
async fn in_euros(shop: &Shop) -> Order {
    let items = json!([{"sku": "MUG", "quantity": 2}, {"sku": "LAMP", "quantity": 1}]);
    let order = buy(shop, "eu", items, "DANKE").await;
    assert_eq!((order.total_minor, order.tax_minor), (5_657, 758));
    order
}

/// Three mugs: ¥5,940 less 15 % (¥891), ¥600 for delivery, 10 % of 5,649 on top: ¥565.
async fn in_yen(shop: &Shop) -> Order {
    let order = buy(
        shop,
        "jp",
        json!([{"sku": "MUG", "quantity": 3}]),
        "ARIGATO",
    )
    .await;
    assert_eq!((order.total_minor, order.tax_minor), (6_214, 565));
    order
}

/// Three mugs: $54.00 less 15 % ($8.10), $5.99 for delivery, 10 % of 51.89 on top: $5.19.
async fn in_dollars(shop: &Shop) -> Order {
    let items = json!([{"sku": "MUG", "quantity": 3}]);
    let order = buy(shop, "default", items, "ARIGATO").await;
    assert_eq!((order.total_minor, order.tax_minor), (5_708, 519));
    order
}

async fn refund(shop: &Shop, order: &Order, refund: NewRefund) -> Order {
    let orders = &shop.engine.orders;
    orders.refund(&staff(), order.id, refund).await.unwrap()
}

fn of(line: u32, quantity: u32) -> NewRefund {
    NewRefund {
        items: Some(vec![LineQuantity { line, quantity }]),
        ..NewRefund::default()
    }
}

/// What each refund came to, and how much of it is tax.
fn parts(order: &Order) -> Vec<(i64, i64)> {
    let refunds = order.refunds.iter();
    refunds.map(|it| (it.amount_minor, it.tax_minor)).collect()
}

async fn assert_all_is_back(shop: &Shop, order: &Order) {
    let order = shop.find(order.id).await;
    assert_eq!(order.status, OrderState::Refunded);
    assert_eq!(order.payment_status, PaymentStatus::Refunded);
    assert_eq!(
        (order.refunded_minor, order.refundable_minor()),
        (order.total_minor, 0)
    );
    let tax: i64 = parts(&order).iter().map(|it| it.1).sum();
    assert_eq!(tax, order.tax_minor);
    shop.settle().await;
    assert!(shop.violated().await.is_empty());
}

async fn change(shop: &Shop, order: &Order, command: OrderCommand) {
    let orders = &shop.engine.orders;
    (orders.change(&staff(), order.id, command, None, None).await).unwrap();
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn unit_by_unit_euros_go_back_with_their_discount_delivery_and_tax(pool: PgPool) {
    let shop = open(pool).await;
    let order = in_euros(&shop).await;

    for part in [of(1, 1), of(2, 1), of(1, 1)] {
        refund(&shop, &order, part).await;
    }

    // The mugs were paid with 41.14, 6.57 of it tax; the lamp with 15.43 and 1.01.
    let order = shop.find(order.id).await;
    assert_eq!(parts(&order), [(2_057, 329), (1_543, 101), (2_057, 328)]);
    assert_all_is_back(&shop, &order).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn dollars_go_back_by_amount_by_item_and_the_rest(pool: PgPool) {
    let shop = open(pool).await;
    let order = in_dollars(&shop).await;

    let amount = NewRefund {
        amount_minor: Some(1_000),
        ..NewRefund::default()
    };
    refund(&shop, &order, amount).await;
    refund(&shop, &order, of(1, 1)).await;
    let order = refund(&shop, &order, NewRefund::default()).await;

    // Of the $10.00, 519 · 1,000 / 5,708 = 90.92… cents are tax. A mug is 5,708 / 3 = 1,902.6… cents, 173 of them tax.
    assert_eq!(parts(&order), [(1_000, 91), (1_903, 173), (2_805, 255)]);
    assert_all_is_back(&shop, &order).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn yen_go_back_by_item_by_amount_and_the_rest(pool: PgPool) {
    let shop = open(pool).await;
    let order = in_yen(&shop).await;

    refund(&shop, &order, of(1, 1)).await;
    let amount = NewRefund {
        amount_minor: Some(1_000),
        ..NewRefund::default()
    };
    refund(&shop, &order, amount).await;
    let order = refund(&shop, &order, NewRefund::default()).await;

    // A mug is 6,214 / 3 = 2,071.3… and the first has the odd yen; its tax is 565 / 3, and so again. Of the 1,000 yen
    // 565 · 1,000 / 6,214 = 90.92… are tax.
    assert_eq!(parts(&order), [(2_072, 189), (1_000, 91), (3_142, 285)]);
    assert_all_is_back(&shop, &order).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_cancelled_order_gives_all_of_its_tax_back_also_after_a_part(pool: PgPool) {
    let shop = open(pool).await;
    let (whole, partly) = (in_yen(&shop).await, in_euros(&shop).await);
    refund(&shop, &partly, of(1, 1)).await;

    change(&shop, &whole, OrderCommand::Cancel).await;
    change(&shop, &partly, OrderCommand::Cancel).await;

    assert_eq!(parts(&shop.find(whole.id).await), [(6_214, 565)]);
    assert_eq!(
        parts(&shop.find(partly.id).await),
        [(2_057, 329), (3_600, 429)]
    );
    assert_all_is_back(&shop, &whole).await;
    assert_all_is_back(&shop, &partly).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_sent_back_is_paid_back_with_all_that_belongs_to_it(pool: PgPool) {
    let shop = open(pool).await;
    let order = in_yen(&shop).await;
    for command in [
        OrderCommand::Process,
        OrderCommand::Ship,
        OrderCommand::Deliver,
    ] {
        change(&shop, &order, command).await;
    }

    for quantity in [1, 2] {
        let asked = json!({"items": [{"line": 1, "quantity": quantity}]});
        let asked: NewReturn = serde_json::from_value(asked).unwrap();
        let orders = &shop.engine.orders;
        let asked = orders
            .ask_return(&guest(&[&order]), order.id, asked)
            .await
            .unwrap();
        let id = asked.returns.last().unwrap().id;
        for command in [
            ReturnCommand::Accept,
            ReturnCommand::Receive {
                restock: true,
                refund: true,
            },
        ] {
            (orders
                .change_return(&staff(), order.id, id, command, None)
                .await)
                .unwrap();
        }
    }

    let order = shop.find(order.id).await;
    assert_eq!(parts(&order), [(2_072, 189), (4_142, 376)]);
    assert_eq!(shop.stock("MUG").await, (10, 0));
    assert_all_is_back(&shop, &order).await;
}
