use chrono::Duration;
use orders::{NewNote, NewReturn, NewShipment, OrderCommand, ReturnCommand, engine::MIGRATOR};
use serde_json::json;
use sqlx::PgPool;

use crate::shop::{DECLINED, PAYS, Shop, guest, staff};

#[sqlx::test(migrator = "MIGRATOR")]
async fn history_and_events_tell_the_whole_story(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    shop.pay(&order, DECLINED).await.unwrap();
    shop.pay(&order, PAYS).await.unwrap();
    let parcel = NewShipment {
        carrier: "DHL".to_owned(),
        tracking_number: "1".to_owned(),
        ..NewShipment::default()
    };
    shop.engine
        .orders
        .ship(&staff(), order.id, parcel)
        .await
        .unwrap();
    shop.engine
        .orders
        .change(
            &staff(),
            order.id,
            OrderCommand::Deliver,
            Some("left with a neighbour"),
            None,
        )
        .await
        .unwrap();

    let history: Vec<_> = shop
        .engine
        .orders
        .history(&staff(), order.id)
        .await
        .unwrap()
        .into_iter()
        .map(|it| {
            format!(
                "{} {} -> {} by {}{}",
                it.change,
                it.from.map_or("", |from| from.as_str()),
                it.to,
                it.actor,
                it.reason.map_or(String::new(), |why| format!(": {why}"))
            )
        })
        .collect();

    insta::assert_snapshot!(history.join("\n"), @r"
    placed  -> pending by guest
    payment_started pending -> payment_pending by guest
    payment_declined payment_pending -> payment_failed by system
    payment_started payment_failed -> payment_pending by guest
    payment_captured payment_pending -> confirmed by system
    processing confirmed -> processing by system
    shipped processing -> shipped by system
    delivered shipped -> delivered by system: left with a neighbour
    ");
    let events: Vec<String> = sqlx::query_scalar(
        "select sequence || ' ' || type || ' ' || (data->>'status') from outbox where order_id = $1 order by sequence",
    )
    .bind(order.id.0)
    .fetch_all(&pool)
    .await
    .unwrap();
    insta::assert_snapshot!(events.join("\n"), @r"
    1 order.created pending
    2 order.status_changed payment_pending
    3 order.status_changed payment_failed
    4 order.payment_failed payment_failed
    5 order.status_changed payment_pending
    6 order.status_changed confirmed
    7 order.payment_successful confirmed
    8 order.status_changed processing
    9 order.status_changed shipped
    10 order.shipped shipped
    11 order.status_changed delivered
    12 order.delivered delivered
    ");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_has_no_event_of_its_own_is_told_as_an_update_in_its_turn(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let items = json!([{"sku": "MUG", "quantity": 1}, {"product": "NIGHT", "seat_id": 1}]);
    let order = shop.paid(items).await;
    let (orders, id) = (&shop.engine.orders, order.id);
    for command in [
        OrderCommand::Process,
        OrderCommand::Ship,
        OrderCommand::Deliver,
    ] {
        let changed = orders.change(&staff(), id, command, None, None).await;
        changed.unwrap();
    }
    let told = async || -> Vec<(String, String)> {
        let events = "delete from outbox where order_id = $1 returning type, data->>'status'";
        let events = sqlx::query_as(events).bind(id.0).fetch_all(&pool).await;
        events.unwrap()
    };
    told().await;

    let note = NewNote {
        text: "Called.".to_owned(),
    };
    orders.add_note(&staff(), id, &note).await.unwrap();
    let mug = json!({"items": [{"line": 1, "quantity": 1}]});
    let mug: NewReturn = serde_json::from_value(mug).unwrap();
    let asked = orders.ask_return(&guest(&[&order]), id, mug).await.unwrap();
    let refuse = ReturnCommand::Refuse;
    orders
        .change_return(&staff(), id, asked.returns[0].id, refuse, None)
        .await
        .unwrap();
    let code = &asked.tickets[0].ticket_code;
    orders.check_in(&staff(), code).await.unwrap();
    sqlx::query("delete from sandbox_charges")
        .execute(&pool)
        .await
        .unwrap();
    shop.wait(Duration::minutes(5));
    // Twice, as it finds the same: that is news once.
    for _ in 0..2 {
        orders.reconcile(10).await.unwrap();
        sqlx::query("update payments set audited_at = null")
            .execute(&pool)
            .await
            .unwrap();
    }
    let marked = orders.resolve_attention(&staff(), id).await.unwrap();

    assert_eq!(marked.needs_attention, None);
    let update = ("order.updated".to_owned(), "delivered".to_owned());
    assert_eq!(told().await, vec![update; 6]);
    let sequence: i32 = sqlx::query_scalar("select event_sequence from orders where id = $1")
        .bind(id.0)
        .fetch_one(&pool)
        .await
        .unwrap();
    // Placed, paid (3), packed, sent (2), arrived (2), and these six.
    assert_eq!(sequence, 4 + 5 + 6);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_rewrites_history(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;

    for statement in [
        "update order_history set actor = 'nobody'",
        "delete from order_history",
        "truncate order_history",
        "delete from payment_facts",
        "update orders set state = 'delivered'",
    ] {
        assert!(
            sqlx::query(statement).execute(&pool).await.is_err(),
            "{statement}"
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_event_is_relayed_once_by_one_relay_at_a_time(pool: PgPool) {
    let shop = Shop::open(pool).await;
    for _ in 0..3 {
        shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    }
    let (one, two) = (
        &shop.engine.deliveries,
        orders::engine::Deliveries::new(shop.engine.database().clone()),
    );

    let first = one.relay().await.unwrap();
    shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;

    assert_eq!(first, 3 * 4);
    assert_eq!(two.relay().await.unwrap(), 0, "another relay has the lease");
    assert_eq!(one.relay().await.unwrap(), 1);
    shop.wait(Duration::seconds(11));
    shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    assert_eq!(two.relay().await.unwrap(), 1, "the lease ran out");
}
