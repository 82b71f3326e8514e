use chrono::Duration;
use orders::{
    Fact, NewRefund, OrderCommand, OrderState, Refusal,
    engine::{MIGRATOR, ProviderFact},
};
use serde_json::json;
use sqlx::PgPool;

use crate::shop::{DECLINED, DELAYED, PAYS, Shop, ada, customer, staff};

/// A shop with an order of every kind, at rest.
async fn busy_shop(pool: PgPool) -> Shop {
    let shop = Shop::open(pool).await;
    let mug = || json!([{"sku": "MUG", "quantity": 1}]);
    shop.placed(mug()).await;
    let declined = shop.placed(mug()).await;
    shop.pay(&declined, DECLINED).await.unwrap();
    let slow = shop.placed(mug()).await;
    shop.pay(&slow, DELAYED).await.unwrap();
    shop.paid(json!([{"product": "NIGHT", "seat_id": 1}])).await;
    shop.paid(mug()).await;
    let cancelled = shop.paid(json!([{"product": "NIGHT", "seat_id": 2}])).await;
    let refunded = shop.paid(mug()).await;
    for (order, command) in [
        (&cancelled, OrderCommand::Cancel),
        (&refunded, OrderCommand::Refund),
    ] {
        change(&shop, order, command).await;
    }
    for steps in 1..=4 {
        let order = shop.paid(mug()).await;
        let steps = [
            OrderCommand::Process,
            OrderCommand::Ship,
            OrderCommand::Deliver,
            OrderCommand::Complete,
        ]
        .into_iter()
        .take(steps);
        for command in steps {
            change(&shop, &order, command).await;
        }
    }
    let partly = shop
        .paid(json!([{"product": "NIGHT", "seat_id": 3}, {"sku": "MUG", "quantity": 1}]))
        .await;
    let seat = json!({"items": [{"line": 1, "quantity": 1}], "restock": true});
    let seat: NewRefund = serde_json::from_value(seat).unwrap();
    let orders = &shop.engine.orders;
    orders.refund(&staff(), partly.id, seat).await.unwrap();
    shop.give_out(
        json!({"code": "SPRING", "kind": {"percent": 1_000}, "use_limit": 9, "customer_limit": 9}),
    )
    .await;
    let with_code = || json!({"items": mug(), "customer": ada(), "discount_code": "spring", "payment": {"token": PAYS}});
    let stopped = shop.place(&staff(), with_code()).await.unwrap();
    change(&shop, &stopped, OrderCommand::Cancel).await;
    shop.place(&staff(), with_code()).await.unwrap();
    shop.settle().await;
    shop
}

async fn change(shop: &Shop, order: &orders::Order, command: OrderCommand) {
    shop.engine
        .orders
        .change(&staff(), order.id, command, None, None)
        .await
        .unwrap();
}

/// What is reported once `damage` is done to a healthy shop, with every trigger and foreign key asleep.
async fn violated_by(pool: PgPool, damage: &str) -> Vec<String> {
    let shop = busy_shop(pool.clone()).await;
    assert!(shop.violated().await.is_empty(), "healthy before");
    let damage =
        format!("set session_replication_role = replica; {damage}; reset session_replication_role");
    sqlx::raw_sql(sqlx::AssertSqlSafe(damage))
        .execute(&pool)
        .await
        .unwrap();
    shop.violated().await
}

macro_rules! damage {
    ($($test:ident: $($name:literal),+ by $sql:literal;)*) => {$(
        #[sqlx::test(migrator = "MIGRATOR")]
        async fn $test(pool: PgPool) {
            assert_eq!(violated_by(pool, $sql).await, [$($name),+]);
        }
    )*};
}

damage! {
    more_reserved_than_on_hand_is_reported: "stock_bounds" by
        "alter table stock drop constraint stock_reserved_check;
        update stock set on_hand = -1 where sku = 'LAMP'";
    stock_that_nobody_holds_is_reported: "stock_claims" by
        "update stock set reserved = 1 where sku = 'LAMP'";
    stock_that_a_paid_order_gave_no_time_to_take_is_reported: "claims_fit_states", "counts_fit_orders" by
        "update orders set state = 'confirmed', due_at = null where state = 'pending';
        update order_history set to_state = 'confirmed'
        where version = 1 and order_id in (select id from orders where state = 'confirmed' and version = 1)";
    stock_held_by_an_expired_order_is_reported: "expired_hold_nothing" by
        "update orders set expires_at = created_at - interval '1 hour' where state = 'pending'";
    captured_money_of_a_stopped_order_is_reported: "captured_has_order" by
        "delete from refunds where order_id in (select id from orders where state = 'refunded' limit 1)";
    a_refund_above_what_was_captured_is_reported: "refunds_within_captured" by
        "update refunds set amount_minor = amount_minor + 1 where id in (select id from refunds limit 1)";
    more_tax_going_back_than_there_was_is_reported: "refunds_within_tax" by
        "update refunds set tax_minor = amount_minor";
    a_total_that_does_not_add_up_is_reported: "totals_add_up" by
        "update order_lines set total_minor = total_minor - 1 where (order_id, line) in (
            select order_id, line from order_lines limit 1
        )";
    an_explanation_of_another_total_is_reported: "totals_add_up" by
        "update orders set explanation = '[]' where state = 'processing'";
    an_order_without_lines_is_reported: "totals_add_up" by
        "delete from order_lines where order_id in (select id from orders where state = 'processing')";
    a_state_that_history_does_not_know_is_reported: "history_replays", "counts_fit_orders" by
        "update orders set state = 'delivered' where state = 'shipped'";
    a_version_missing_from_history_is_reported: "history_replays" by
        "delete from order_history where version = 2";
    a_rewritten_history_is_reported: "history_replays" by
        "update order_history set from_state = 'shipped' where version = 2";
    a_missing_event_is_reported: "events_without_gaps" by
        "delete from outbox where sequence = 2";
    an_order_that_told_nothing_is_reported: "events_without_gaps" by
        "delete from outbox where order_id in (select id from orders where state = 'shipped')";
    an_event_that_waits_is_reported: "outbox_drained" by
        "update outbox set relayed_at = null, at = at - interval '2 minutes' where type = 'order.payment_successful'";
    orders_that_are_counted_wrong_are_reported: "counts_fit_orders" by
        "update order_counts set count = count + 1 where state = 'confirmed'";
    an_order_past_its_time_is_reported: "nobody_stuck" by
        "update orders set due_at = created_at - interval '2 minutes' where state = 'pending'";
    an_order_that_died_in_work_is_reported: "nobody_stuck" by
        "update orders set due_at = created_at - interval '5 minutes', lease_until = created_at - interval '2 minutes'
        where state = 'payment_pending'";
    an_undecided_payment_that_nobody_asks_about_is_reported: "nobody_forgotten" by
        "update orders set due_at = null where state = 'payment_pending'";
    an_unpaid_order_that_will_not_expire_is_reported: "nobody_forgotten" by
        "update orders set due_at = null where state = 'pending'";
    two_undecided_payments_are_reported: "one_open_payment" by
        "drop index payments_open_key;
        insert into payments select gen_random_uuid(), order_id, attempt + 1, provider, method, token, amount_minor,
            state, provider_ref, asked, ask_at, created_at, updated_at
        from payments where state = 'running'";
    a_captured_payment_that_no_provider_told_of_is_reported: "facts_agree" by
        "delete from payment_facts where payment_id in (
            select payments.id from payments join orders on orders.id = order_id
            where payments.state = 'captured' and orders.state = 'shipped'
        )";
    a_capture_that_no_payment_shows_is_reported: "facts_agree" by
        "insert into payment_facts
        select provider, 'another', fact, payment_id, order_id, amount_minor, at
        from payment_facts where fact = 'captured' limit 1";
    a_fact_of_another_amount_is_reported: "facts_agree" by
        "update payment_facts set amount_minor = amount_minor + 1";
    two_tickets_for_a_seat_are_reported: "one_ticket_a_seat" by
        "drop index tickets_seat_key;
        insert into tickets select gen_random_uuid(), gen_random_uuid(), line, sku, seat_id, 'TWIN', issued_at
        from tickets where revoked_at is null";
    a_paid_seat_without_a_ticket_is_reported: "tickets_fit_orders" by
        "delete from tickets where revoked_at is null";
    more_refunded_than_was_bought_is_reported: "lines_fit" by
        "update refund_items set quantity = quantity + 1";
    more_sent_than_was_bought_is_reported: "lines_fit" by
        "update shipment_items set quantity = quantity + 1";
    what_a_service_holds_for_a_stopped_order_is_reported: "reservations_fit_claims" by
        "insert into remote_reservations (id, order_id, service, state, created_at, updated_at)
        select gen_random_uuid(), id, 'seating', 'confirmed', created_at, created_at
        from orders where state = 'refunded'";
    what_a_service_sold_for_an_unpaid_order_is_reported: "reservations_fit_claims" by
        "insert into remote_reservations (id, order_id, service, state, created_at, updated_at)
        select gen_random_uuid(), id, 'inventory', 'confirmed', created_at, created_at
        from orders where state = 'pending'";
    a_sold_order_that_no_service_is_asked_to_hold_is_reported: "nobody_forgotten" by
        "insert into remote_reservations (id, order_id, service, state, created_at, updated_at)
        select gen_random_uuid(), id, 'inventory', 'unknown', created_at, created_at
        from orders where state = 'shipped'";
    a_sold_order_whose_service_does_not_know_it_is_reported: "nobody_forgotten" by
        "insert into remote_reservations (id, order_id, service, state, created_at, updated_at)
        select gen_random_uuid(), id, 'inventory', 'held', created_at, created_at
        from orders where state = 'shipped'";
    a_stopped_order_that_nobody_lets_go_of_is_reported: "nobody_forgotten" by
        "insert into remote_reservations (id, order_id, service, state, created_at, updated_at)
        select gen_random_uuid(), id, 'inventory', 'releasing', created_at, created_at
        from orders where state = 'refunded'";
    goods_that_are_back_and_no_service_knows_of_are_reported: "nobody_forgotten" by
        "insert into remote_returns (id, order_id, reservation_id, items, state, created_at, updated_at)
        select gen_random_uuid(), order_id, gen_random_uuid(), '[]', 'pending', now(), now()
        from order_lines where restocked > 0";
    more_given_back_to_a_service_than_came_back_is_reported: "returns_fit_restocks" by
        "insert into remote_returns (id, order_id, reservation_id, items, state, created_at, updated_at)
        select gen_random_uuid(), order_id, gen_random_uuid(),
            jsonb_build_array(jsonb_build_object('line', line, 'quantity', restocked + 1)), 'done', now(), now()
        from order_lines where restocked > 0";
    uses_of_a_code_that_no_order_holds_are_reported: "discount_uses" by
        "update discount_codes set uses = uses + 1";
    uses_of_a_customer_that_no_order_holds_are_reported: "discount_uses" by
        "update discount_customers set uses = uses + 1";
    a_use_that_a_customer_is_not_known_for_is_reported: "discount_uses" by
        "delete from discount_customers";
    a_stopped_order_that_keeps_its_use_is_reported: "discounts_fit_states" by
        "update discount_claims set returned_at = null; update discount_codes set uses = 2;
        update discount_customers set uses = 2";
    an_order_that_stands_without_its_use_is_reported: "discounts_fit_states" by
        "update discount_claims set returned_at = now(); update discount_codes set uses = 0;
        update discount_customers set uses = 0";
    a_discount_that_nobody_claimed_is_reported: "discounts_fit_states" by
        "delete from discount_claims where returned_at is not null";
    a_use_of_no_order_is_reported: "discounts_fit_states" by
        "update orders set discount_code = null where state = 'refunded'";
    a_ticket_for_a_seat_given_back_is_reported: "tickets_fit_orders" by
        "update tickets set revoked_at = null";
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_shop_with_every_kind_of_order_is_healthy(pool: PgPool) {
    let shop = busy_shop(pool.clone()).await;
    assert!(shop.violated().await.is_empty());

    // Everything unpaid expires, the slow payment comes through.
    shop.wait(Duration::minutes(20));
    shop.settle().await;

    assert!(shop.violated().await.is_empty());
    let states: Vec<String> = sqlx::query_scalar("select distinct state from orders order by 1")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert!(states.len() >= 6, "{states:?}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn seeded_orders_are_of_every_kind_and_healthy_to_their_end(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    shop.engine.orders.seed(&staff(), 2_500).await.unwrap();
    assert!(shop.violated().await.is_empty());
    let states: i64 = sqlx::query_scalar("select count(distinct state) from orders")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(states, 11);

    // What was left open comes to its end like any order's.
    shop.wait(Duration::minutes(20));
    shop.settle().await;
    shop.wait(Duration::minutes(20));
    shop.settle().await;

    assert!(shop.violated().await.is_empty());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn events_told_long_ago_are_forgotten_and_missed_by_nobody(pool: PgPool) {
    let shop = busy_shop(pool.clone()).await;
    let told = async || -> (i64, i64) {
        sqlx::query_as("select count(*), count(*) filter (where relayed_at is null) from outbox")
            .fetch_one(&pool)
            .await
            .unwrap()
    };
    let (before, _) = told().await;
    shop.wait(Duration::days(6));
    assert_eq!(shop.engine.deliveries.forget_told().await.unwrap(), 0);
    shop.run_until_idle().await;
    let (_, waiting) = told().await;

    shop.wait(Duration::days(2));
    let forgotten = shop.engine.deliveries.forget_told().await.unwrap();

    assert_eq!(i64::try_from(forgotten).unwrap(), before);
    assert!(waiting > 0, "expired orders have told it");
    assert_eq!(told().await, (waiting, waiting), "what waits is kept");
    shop.settle().await;
    assert!(shop.violated().await.is_empty());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_violation_names_what_violates(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    sqlx::query("update stock set reserved = 3 where sku = 'MUG'")
        .execute(&pool)
        .await
        .unwrap();

    let checked = shop.engine.checks.run(&staff()).await.unwrap();

    let found = checked.iter().find(|it| !it.holds()).unwrap();
    assert_eq!((found.name.as_str(), found.violations), ("stock_claims", 1));
    assert_eq!(found.examples[0].subject, "MUG");
    assert_eq!(found.examples[0].detail, "3 reserved, 0 held by orders");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_those_who_run_the_shop_see_its_health(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let ada = shop.register("ada@example.com").await;

    let refused = shop.engine.checks.run(&customer(ada)).await;

    assert!(matches!(
        refused,
        Err(orders::OrderError::Refused(Refusal::Forbidden))
    ));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn money_on_its_way_raises_no_alarm(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    shop.pay(&order, DELAYED).await.unwrap();
    shop.engine
        .orders
        .cancel(&staff(), order.id, None)
        .await
        .unwrap();
    let again = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    shop.pay(&again, PAYS).await.unwrap();

    assert!(shop.violated().await.is_empty());
    assert_eq!(shop.find(order.id).await.status, OrderState::Cancelled);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_second_capture_of_a_payment_raises_no_alarm(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    let fact = ProviderFact {
        payment: order.payments[0].id,
        provider_ref: "another".to_owned(),
        fact: Fact::Captured,
        amount_minor: Some(order.total_minor),
    };

    shop.engine
        .orders
        .record_callback(&staff(), "sandbox", &fact)
        .await
        .unwrap();
    shop.settle().await;

    shop.wait(Duration::minutes(5));
    let audit = shop.engine.orders.reconcile(10).await.unwrap();

    assert!(shop.violated().await.is_empty());
    assert_eq!(shop.find(order.id).await.payments.len(), 2);
    assert_eq!((audit.audited, audit.needs_somebody()), (1, false));
}
