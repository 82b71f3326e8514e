use orders::{
    FulfilmentStatus, LineQuantity, NewShipment, OrderCommand, OrderFilter, OrderState,
    PageRequest, Refusal, engine::MIGRATOR,
};
use serde_json::json;
use sqlx::PgPool;

use crate::shop::{Shop, guest, refusal, staff};

fn parcel(number: &str, items: Option<Vec<LineQuantity>>) -> NewShipment {
    NewShipment {
        carrier: "DHL".to_owned(),
        tracking_number: number.to_owned(),
        estimated_delivery: None,
        items,
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_parcel_with_everything_ships_the_order_and_is_found_by_its_number(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 2}])).await;

    let order = shop
        .engine
        .orders
        .ship(&staff(), order.id, parcel("JD0146", None))
        .await
        .unwrap();

    assert_eq!(
        (order.status, order.fulfilment_status),
        (OrderState::Shipped, FulfilmentStatus::Shipped)
    );
    assert_eq!(
        order.shipments[0].items,
        [LineQuantity {
            line: 1,
            quantity: 2
        }]
    );
    let filter = OrderFilter {
        q: Some("jd01".to_owned()),
        ..OrderFilter::default()
    };
    let found = shop
        .engine
        .orders
        .list(&staff(), &filter, PageRequest::first(5))
        .await
        .unwrap();
    assert_eq!(found.data[0].id, order.id);
    let order = shop
        .engine
        .orders
        .change(&staff(), order.id, OrderCommand::Deliver, None, None)
        .await
        .unwrap();
    assert_eq!(
        (order.status, order.fulfilment_status),
        (OrderState::Delivered, FulfilmentStatus::Delivered)
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn parts_of_lines_travel_in_parcels_of_their_own(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop
        .paid(json!([{"sku": "MUG", "quantity": 3}, {"sku": "LAMP", "quantity": 1}]))
        .await;
    let some = vec![LineQuantity {
        line: 1,
        quantity: 2,
    }];

    let order = shop
        .engine
        .orders
        .ship(&staff(), order.id, parcel("ONE", Some(some.clone())))
        .await
        .unwrap();

    assert_eq!(
        (order.status, order.fulfilment_status),
        (OrderState::Processing, FulfilmentStatus::PartiallyShipped)
    );
    let too_many = shop
        .engine
        .orders
        .ship(&staff(), order.id, parcel("TWO", Some(some)))
        .await;
    assert!(matches!(refusal(too_many), Refusal::Invalid(_)));
    assert!(!order.allows(OrderCommand::Cancel));
    let order = shop
        .engine
        .orders
        .ship(&staff(), order.id, parcel("TWO", None))
        .await
        .unwrap();
    assert_eq!(
        (order.status, order.shipments.len()),
        (OrderState::Shipped, 2)
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_is_sent_before_it_is_paid_nor_by_its_buyer(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;

    let unpaid = shop
        .engine
        .orders
        .ship(&staff(), order.id, parcel("ONE", None))
        .await;
    let buyer = shop
        .engine
        .orders
        .ship(&guest(&[&order]), order.id, parcel("ONE", None))
        .await;

    assert!(matches!(refusal(unpaid), Refusal::NotAllowed(_)));
    assert_eq!(refusal(buyer), Refusal::SignInNeeded);
}
