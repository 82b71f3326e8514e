//! Orders that get their money otherwise than by a card which may be tried again.

use chrono::Duration;
use orders::{
    Caller, Identity, LineQuantity, NewShipment, OrderCommand, OrderState, PaymentStatus, Refusal,
    Role, Settlement, Way, engine::MIGRATOR,
};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::shop::{DECLINED, DELAYED, PAYS, Shop, ada, customer, guest, refusal, staff};

fn mugs(quantity: u32, card: Option<&str>) -> Value {
    let mut order = json!({"items": [{"sku": "MUG", "quantity": quantity}], "customer": ada()});
    if let Some(card) = card {
        order["payment"] = json!({"token": card});
    }
    order
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_paid_elsewhere_is_confirmed_as_it_is_placed(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let wanted =
        json!({"items": [{"sku": "MUG", "quantity": 2}, {"product": "NIGHT", "seat_id": 1}]});

    let order = shop
        .settle_by(&staff(), Settlement::Elsewhere, wanted)
        .await
        .unwrap();

    assert_eq!(
        (order.status, order.payment_status, order.expires_at),
        (OrderState::Confirmed, PaymentStatus::None, None)
    );
    assert_eq!((shop.stock("MUG").await, order.tickets.len()), ((8, 0), 1));
    shop.wait(Duration::days(30));
    shop.settle().await;
    assert_eq!(shop.find(order.id).await.status, OrderState::Confirmed);
    assert_eq!(shop.violated().await, Vec::<String>::new());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_to_be_paid_at_once_fails_with_its_card_and_gives_its_stock_back(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let place = async |card| {
        shop.settle_by(&guest(&[]), Settlement::AtOnce, mugs(3, Some(card)))
            .await
            .unwrap()
    };

    let paid = place(PAYS).await;
    let declined = place(DECLINED).await;
    let slow = place(DELAYED).await;

    assert_eq!(paid.status, OrderState::Confirmed);
    assert_eq!(
        (declined.status, declined.payment_status),
        (OrderState::Failed, PaymentStatus::Failed)
    );
    assert_eq!(slow.status, OrderState::PaymentPending);
    assert_eq!(shop.stock("MUG").await, (7, 3));
    assert!(matches!(
        refusal(shop.pay(&declined, PAYS).await),
        Refusal::NotAllowed(_)
    ));
    let history = shop.engine.orders.history(&staff(), declined.id).await;
    let states: Vec<_> = history.unwrap().into_iter().map(|it| it.to).collect();
    assert_eq!(
        states,
        [
            OrderState::Pending,
            OrderState::PaymentPending,
            OrderState::PaymentFailed,
            OrderState::Failed
        ]
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_that_waits_for_a_person_does_not_expire(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop
        .settle_by(&guest(&[]), Settlement::AtOnce, mugs(4, None))
        .await
        .unwrap();

    shop.wait(Duration::days(30));
    shop.settle().await;

    assert_eq!(
        (shop.find(order.id).await.status, shop.stock("MUG").await),
        (OrderState::Pending, (10, 4))
    );
    assert_eq!(shop.violated().await, Vec::<String>::new());
    let orders = &shop.engine.orders;
    let confirm = OrderCommand::Confirm;
    let confirmed = orders
        .change(&staff(), order.id, confirm, None, None)
        .await
        .unwrap();
    assert_eq!(
        (confirmed.status, shop.stock("MUG").await),
        (OrderState::Confirmed, (6, 0))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn packing_confirms_what_nobody_paid_but_not_while_a_payment_runs(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let orders = &shop.engine.orders;
    let mug = || json!([{"sku": "MUG", "quantity": 1}]);
    let (unpaid, paid, slow) = (
        shop.placed(mug()).await,
        shop.paid(mug()).await,
        shop.placed(mug()).await,
    );
    shop.pay(&slow, DELAYED).await.unwrap();
    let pack = async |id| orders.lead(&staff(), id, Way::ToPacking, None).await;

    assert_eq!(
        pack(unpaid.id).await.unwrap().status,
        OrderState::Processing
    );
    assert_eq!(pack(paid.id).await.unwrap().status, OrderState::Processing);
    assert_eq!(refusal(pack(slow.id).await), Refusal::PaymentRunning);
    assert!(matches!(
        refusal(pack(paid.id).await),
        Refusal::NotAllowed(_)
    ));
    assert_eq!(shop.stock("MUG").await, (8, 1));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn completing_goes_through_every_state_on_its_way_or_none(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let orders = &shop.engine.orders;
    let mug = || json!([{"sku": "MUG", "quantity": 1}]);
    let (order, unpaid) = (shop.paid(mug()).await, shop.placed(mug()).await);
    let complete = async |id| {
        orders
            .lead(&staff(), id, Way::ToTheEnd, Some("handed over"))
            .await
    };

    let completed = complete(order.id).await.unwrap();
    let refused = refusal(complete(unpaid.id).await);

    assert_eq!(completed.status, OrderState::Completed);
    assert!(completed.shipments[0].delivered_at.is_some());
    let history = orders.history(&staff(), order.id).await.unwrap();
    let states: Vec<_> = history.iter().skip(2).map(|it| it.to).collect();
    assert_eq!(
        states,
        [
            OrderState::Confirmed,
            OrderState::Processing,
            OrderState::Shipped,
            OrderState::Delivered,
            OrderState::Completed
        ]
    );
    assert!(matches!(refused, Refusal::NotAllowed(_)));
    let stranger = guest(&[&unpaid]);
    assert_eq!(
        refusal(
            orders
                .lead(&stranger, unpaid.id, Way::ToPacking, None)
                .await
        ),
        Refusal::SignInNeeded
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_label_is_kept_for_the_next_parcel_and_put_right_until_it_arrives(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let orders = &shop.engine.orders;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    let label = async |number: &str| {
        let parcel = NewShipment {
            carrier: "DHL".to_owned(),
            tracking_number: number.to_owned(),
            ..NewShipment::default()
        };
        orders.label(&staff(), order.id, parcel).await
    };
    let change = async |command| {
        orders
            .change(&staff(), order.id, command, None, None)
            .await
            .unwrap()
    };

    let told = label("JD1").await.unwrap();
    assert_eq!(
        (told.status, told.shipments.len(), told.version),
        (order.status, 0, order.version + 1)
    );
    assert_eq!(told.next_parcel.unwrap().tracking_number, "JD1");
    change(OrderCommand::Process).await;
    let sent = change(OrderCommand::Ship).await;
    assert_eq!(sent.shipments[0].tracking_number, "JD1");
    assert_eq!(sent.next_parcel, None);
    let put_right = label("JD2").await.unwrap();
    assert_eq!(put_right.shipments.len(), 1);
    assert_eq!(put_right.shipments[0].tracking_number, "JD2");
    assert!(put_right.shipments[0].tracking_url.is_some());
    change(OrderCommand::Deliver).await;
    assert!(matches!(
        refusal(label("JD3").await),
        Refusal::NotAllowed(_)
    ));
    assert!(matches!(refusal(label(" ").await), Refusal::Invalid(_)));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_label_is_for_one_parcel_and_none_that_follows_it(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let orders = &shop.engine.orders;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 2}])).await;
    let parcel = |number: &str, quantity| NewShipment {
        carrier: "DHL".to_owned(),
        tracking_number: number.to_owned(),
        items: Some(vec![LineQuantity { line: 1, quantity }]),
        ..NewShipment::default()
    };
    let told = orders.label(&staff(), order.id, parcel("JD1", 1)).await;
    assert!(told.unwrap().next_parcel.is_some());

    let sent = orders.ship(&staff(), order.id, parcel("JD2", 1)).await;
    assert_eq!(sent.unwrap().next_parcel, None);
    let ship = OrderCommand::Ship;
    let rest = orders.change(&staff(), order.id, ship, None, None).await;

    let numbers: Vec<_> = (rest.unwrap().shipments.into_iter())
        .map(|it| it.tracking_number)
        .collect();
    assert_eq!(numbers, ["JD2", ""]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_another_system_names_is_one_customer_before_and_after_they_come(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let wanted =
        || json!({"items": [{"sku": "MUG", "quantity": 1}], "customer": {"external_ref": 4711}});

    let before = shop.place(&staff(), wanted()).await.unwrap();
    let id = shop.engine.people.find_subject("4711").await.unwrap();
    let after = shop.place(&staff(), wanted()).await.unwrap();
    let theirs = shop.place(&customer(id), wanted()).await.unwrap();
    let others =
        json!({"items": [{"sku": "MUG", "quantity": 1}], "customer": {"external_ref": 4712}});

    for order in [&before, &after, &theirs] {
        assert_eq!(order.customer.id, Some(id));
        assert_eq!(order.customer.external_ref.as_deref(), Some("4711"));
        let found = shop.engine.orders.find(&customer(id), order.id).await;
        assert!(found.is_ok());
    }
    assert_eq!(
        refusal(shop.place(&customer(id), others).await),
        Refusal::Forbidden
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_admin_who_names_nobody_buys_for_themselves(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let id = shop.register("ada@example.com").await;
    let admin = Caller {
        identity: Identity::Person {
            id,
            role: Role::Admin,
        },
        ..guest(&[])
    };
    let mug = json!([{"sku": "MUG", "quantity": 1}]);

    let own = shop.place(&admin, json!({"items": mug})).await.unwrap();
    let named = shop
        .place(&admin, json!({"items": mug, "customer": {"name": "Grace"}}))
        .await
        .unwrap();

    assert_eq!(own.customer.id, Some(id));
    assert_eq!(
        (named.customer.id, named.customer.name.as_deref()),
        (None, Some("Grace"))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_variant_of_another_product_than_was_named_is_refused(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let place = async |item: Value| {
        let order = json!({"items": [item], "customer": ada()});
        shop.place(&guest(&[]), order).await
    };

    let other = json!({"product": "2", "sku": "MUG", "quantity": 1});
    let own = json!({"product": 1, "sku": "MUG", "quantity": 1});
    let mixed_up = json!({"product": "MUG", "sku": "1", "quantity": 1});

    assert_eq!(
        refusal(place(other).await),
        Refusal::field("/items/0", "names a variant of another product")
    );
    assert!(place(own).await.is_ok());
    assert!(place(mixed_up).await.is_ok());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_shortage_names_its_seat(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.placed(json!([{"product": "NIGHT", "seat_id": 2}]))
        .await;
    let wanted = json!({"items": [
        {"product": "NIGHT", "seat_id": 1}, {"product": "NIGHT", "seat_id": 2},
    ], "customer": ada()});

    let Refusal::OutOfStock(short) = refusal(shop.place(&guest(&[]), wanted).await) else {
        panic!("seat 2 is taken")
    };

    let seat = short[0].seat.as_ref().unwrap();
    assert_eq!(
        (short.len(), seat.seat_id, seat.seat_code.as_str()),
        (1, 2, "A2")
    );
    assert_eq!(shop.stock("NIGHT-1").await, (1, 0));
}
