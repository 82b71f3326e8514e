use chrono::Duration;
use orders::{
    NewNote, NewRefund, NewReturn, Order, OrderCommand, OrderError, OrderState, Refusal,
    ReturnCommand, ReturnState, engine::MIGRATOR,
};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::shop::{Shop, guest, refusal, staff};

async fn delivered(shop: &Shop, items: Value) -> Order {
    let order = shop.paid(items).await;
    for command in [
        OrderCommand::Process,
        OrderCommand::Ship,
        OrderCommand::Deliver,
    ] {
        shop.engine
            .orders
            .change(&staff(), order.id, command, None, None)
            .await
            .unwrap();
    }
    order
}

fn asked(quantity: u32) -> NewReturn {
    let asked = json!({"items": [{"line": 1, "quantity": quantity}], "reason": "the wrong colour"});
    serde_json::from_value(asked).unwrap()
}

async fn change(shop: &Shop, order: &Order, command: ReturnCommand) -> Result<Order, OrderError> {
    let id = order.returns.last().unwrap().id;
    shop.engine
        .orders
        .change_return(&staff(), order.id, id, command, None)
        .await
}

const RECEIVE: ReturnCommand = ReturnCommand::Receive {
    restock: true,
    refund: true,
};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_buyer_sends_goods_back_and_gets_their_money(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = delivered(&shop, json!([{"sku": "MUG", "quantity": 3}])).await;

    let order = shop
        .engine
        .orders
        .ask_return(&guest(&[&order]), order.id, asked(2))
        .await
        .unwrap();
    assert_eq!(order.returns[0].status, ReturnState::Requested);
    assert_eq!(order.returns[0].reason.as_deref(), Some("the wrong colour"));
    let order = change(&shop, &order, ReturnCommand::Accept).await.unwrap();
    assert_eq!(shop.stock("MUG").await, (7, 0));
    let order = change(&shop, &order, RECEIVE).await.unwrap();

    assert_eq!(order.returns[0].status, ReturnState::Received);
    assert_eq!(
        (order.status, order.refunded_minor, shop.stock("MUG").await),
        (OrderState::Delivered, 2 * 1_980, (9, 0))
    );
    let history = shop
        .engine
        .orders
        .history(&staff(), order.id)
        .await
        .unwrap();
    let changes: Vec<_> = history.iter().map(|it| it.change.as_str()).collect();
    assert_eq!(
        changes[changes.len() - 4..],
        [
            "return_requested",
            "return_accepted",
            "return_received",
            "refund_sent"
        ]
    );
    assert_eq!(
        refusal(change(&shop, &order, RECEIVE).await),
        Refusal::ReturnDecided {
            state: ReturnState::Received
        }
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_what_has_arrived_and_is_not_coming_already_may_come_back(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let sent = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    let order = delivered(&shop, json!([{"sku": "MUG", "quantity": 3}])).await;
    let ask = |order: &Order, quantity| {
        let (orders, caller, id) = (shop.engine.orders.clone(), guest(&[order]), order.id);
        async move { orders.ask_return(&caller, id, asked(quantity)).await }
    };

    assert!(matches!(refusal(ask(&sent, 1).await), Refusal::Invalid(_)));
    assert!(matches!(refusal(ask(&order, 4).await), Refusal::Invalid(_)));
    assert!(matches!(refusal(ask(&order, 0).await), Refusal::Invalid(_)));
    let first = ask(&order, 2).await.unwrap();
    assert!(matches!(refusal(ask(&order, 2).await), Refusal::Invalid(_)));
    // What was refused may be asked for again.
    change(&shop, &first, ReturnCommand::Refuse).await.unwrap();
    assert!(ask(&order, 3).await.is_ok());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_buyer_does_not_decide_about_their_return(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = delivered(&shop, json!([{"sku": "MUG", "quantity": 1}])).await;
    let buyer = guest(&[&order]);
    let order = shop
        .engine
        .orders
        .ask_return(&buyer, order.id, asked(1))
        .await
        .unwrap();

    let accepted = shop
        .engine
        .orders
        .change_return(
            &buyer,
            order.id,
            order.returns[0].id,
            ReturnCommand::Accept,
            None,
        )
        .await;
    let unaccepted = change(&shop, &order, RECEIVE).await;

    assert_eq!(refusal(accepted), Refusal::SignInNeeded);
    assert!(matches!(refusal(unaccepted), Refusal::ReturnDecided { .. }));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_refunded_before_it_came_back_is_paid_and_shelved_once(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = delivered(&shop, json!([{"sku": "MUG", "quantity": 2}])).await;
    let order = shop
        .engine
        .orders
        .ask_return(&guest(&[&order]), order.id, asked(2))
        .await
        .unwrap();
    change(&shop, &order, ReturnCommand::Accept).await.unwrap();
    let one = json!({"items": [{"line": 1, "quantity": 1}], "restock": true});
    let one: NewRefund = serde_json::from_value(one).unwrap();
    shop.engine
        .orders
        .refund(&staff(), order.id, one)
        .await
        .unwrap();

    let order = change(&shop, &order, RECEIVE).await.unwrap();

    assert_eq!(
        (order.status, order.refunded_minor, shop.stock("MUG").await),
        (OrderState::Refunded, order.total_minor, (10, 0))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_of_several_that_was_refunded_while_it_travelled_is_paid_and_shelved_once(
    pool: PgPool,
) {
    let shop = Shop::open(pool).await;
    let order = delivered(&shop, json!([{"sku": "MUG", "quantity": 3}])).await;
    let orders = &shop.engine.orders;
    let refund = async || {
        let one = json!({"items": [{"line": 1, "quantity": 1}], "restock": true});
        let one: NewRefund = serde_json::from_value(one).unwrap();
        orders.refund(&staff(), order.id, one).await.unwrap()
    };
    // For one that nobody sends back.
    refund().await;
    assert_eq!(shop.stock("MUG").await, (8, 0));
    shop.wait(Duration::seconds(1));
    let buyer = guest(&[&order]);
    let returning = orders.ask_return(&buyer, order.id, asked(1)).await.unwrap();
    let accepted = change(&shop, &returning, ReturnCommand::Accept).await;
    refund().await;

    let order = change(&shop, &accepted.unwrap(), RECEIVE).await.unwrap();

    assert_eq!(order.returns[0].status, ReturnState::Received);
    assert_eq!(
        (order.refunded_minor, shop.stock("MUG").await),
        (2 * 1_980, (9, 0))
    );
    assert!(shop.violated().await.is_empty());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_a_line_no_more_is_shelved_than_was_bought(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = delivered(&shop, json!([{"sku": "MUG", "quantity": 2}])).await;
    let orders = &shop.engine.orders;
    let one = json!({"items": [{"line": 1, "quantity": 1}], "restock": true});
    let one: NewRefund = serde_json::from_value(one).unwrap();
    orders.refund(&staff(), order.id, one).await.unwrap();
    shop.wait(Duration::seconds(1));
    let buyer = guest(&[&order]);
    let returning = orders.ask_return(&buyer, order.id, asked(2)).await.unwrap();
    let accepted = change(&shop, &returning, ReturnCommand::Accept).await;

    let order = change(&shop, &accepted.unwrap(), RECEIVE).await.unwrap();

    assert_eq!(
        (order.refunded_minor, shop.stock("MUG").await),
        (order.total_minor, (10, 0))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn goods_paid_elsewhere_go_back_on_the_shelf_without_money(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    for command in [
        OrderCommand::Confirm,
        OrderCommand::Process,
        OrderCommand::Ship,
        OrderCommand::Deliver,
    ] {
        shop.engine
            .orders
            .change(&staff(), order.id, command, None, None)
            .await
            .unwrap();
    }
    let order = shop
        .engine
        .orders
        .ask_return(&staff(), order.id, asked(1))
        .await
        .unwrap();
    change(&shop, &order, ReturnCommand::Accept).await.unwrap();

    let order = change(&shop, &order, RECEIVE).await.unwrap();

    assert_eq!(
        (order.status, order.refunds.len(), shop.stock("MUG").await),
        (OrderState::Delivered, 0, (10, 0))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn notes_stay_among_staff_and_stay_as_they_are(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    let note = |text: &str| NewNote {
        text: text.to_owned(),
    };
    let orders = &shop.engine.orders;

    orders
        .add_note(&staff(), order.id, &note(" Called.\r\nNobody there. "))
        .await
        .unwrap();
    orders
        .add_note(&staff(), order.id, &note("Called again."))
        .await
        .unwrap();

    let notes = orders.notes(&staff(), order.id).await.unwrap();
    let texts: Vec<_> = notes.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["Called.\nNobody there.", "Called again."]);
    assert_eq!(notes[0].author, "system");
    let buyer = guest(&[&order]);
    assert!(orders.notes(&buyer, order.id).await.is_err());
    assert!(
        orders
            .add_note(&buyer, order.id, &note("Hello"))
            .await
            .is_err()
    );
    assert!(
        orders
            .add_note(&staff(), order.id, &note(" \n "))
            .await
            .is_err()
    );
    let seen = serde_json::to_string(&orders.find(&buyer, order.id).await.unwrap()).unwrap();
    assert!(!seen.contains("Called"));
    for statement in [
        "update order_notes set text = ''",
        "delete from order_notes",
    ] {
        assert!(sqlx::query(statement).execute(&pool).await.is_err());
    }
}
