//! What the payment service tells of its own accord, sent by its process to a real server.

use chrono::Duration;
use orders::{Order, OrderState, engine::MIGRATOR};
use serde_json::{Value, json};
use sqlx::PgPool;
use test_services::Behaviour;

use crate::{
    door::Door,
    shop::{DECLINED, PAYS, RUNNING, Shop, mug_and_seat},
};

const PATH: &str = "/api/v1/payments/service/callback";

impl Door<'_> {
    /// Lets the service decide a charge and say so.
    async fn decide(&self, order: &Order, status: &str, times: usize) -> Vec<u16> {
        let key = order.payments.last().unwrap().id.to_string();
        let word = if status == "SUCCESS" {
            "captured"
        } else {
            "declined"
        };
        self.shop.services.settle(&key, word).await;
        self.hear(PATH, said(order, status), times).await
    }
}

/// What the service says of the order's last payment.
fn said(order: &Order, status: &str) -> Value {
    let payment = order.payments.last().unwrap();
    let id = payment.id;
    json!({
        "payment_id": id, "charge_id": format!("ch_{id}"), "status": status, "amount_minor": payment.amount_minor,
    })
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_callback_confirms_once_however_often_and_in_whatever_order_it_comes(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let door = Door::open(&shop).await;
    let order = shop.place(mug_and_seat(Some(RUNNING))).await.unwrap();

    let answers = door.decide(&order, "SUCCESS", 5).await;
    let late = door.hear(PATH, said(&order, "FAILED"), 2).await;
    shop.work_for(Duration::minutes(6)).await;

    assert_eq!((answers, late), (vec![200; 5], vec![200; 2]));
    let order = shop.find(order.id).await;
    assert_eq!(
        (order.status, order.captured_minor()),
        (OrderState::Confirmed, order.total_minor)
    );
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn money_that_comes_after_a_refusal_confirms_if_everything_can_be_had_again(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let door = Door::open(&shop).await;
    let order = shop.place(mug_and_seat(Some(DECLINED))).await.unwrap();
    assert_eq!(order.status, OrderState::PaymentFailed);
    shop.assert_consistent(order.id).await;
    // What is held again takes more than one try.
    shop.services.behave("reserve", Behaviour::Down, 3).await;

    door.decide(&order, "SUCCESS", 3).await;
    shop.work_for(Duration::minutes(2)).await;

    let order = shop.find(order.id).await;
    assert_eq!(order.status, OrderState::Confirmed);
    assert_eq!(order.tickets.len(), 1);
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn money_that_comes_when_the_goods_are_gone_goes_back(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let door = Door::open(&shop).await;
    let order = shop.place(mug_and_seat(Some(DECLINED))).await.unwrap();
    shop.services.stock("MUG", 0).await;

    door.decide(&order, "SUCCESS", 1).await;
    shop.work_for(Duration::minutes(2)).await;

    let order = shop.find(order.id).await;
    assert_eq!(
        (order.status, order.refunded_minor),
        (OrderState::PaymentFailed, order.total_minor)
    );
    shop.assert_consistent(order.id).await;
    // And it still expires like any other.
    shop.work_for(Duration::minutes(20)).await;
    assert_eq!(shop.find(order.id).await.status, OrderState::Refunded);
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn money_that_comes_after_a_cancellation_goes_back(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let door = Door::open(&shop).await;
    let order = shop.place(mug_and_seat(Some(RUNNING))).await.unwrap();
    shop.cancel(&order).await;

    door.decide(&order, "SUCCESS", 2).await;
    shop.work_for(Duration::minutes(2)).await;

    assert_eq!(shop.find(order.id).await.status, OrderState::Refunded);
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn money_for_an_earlier_try_pays_the_order_and_the_later_one_s_goes_back(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let door = Door::open(&shop).await;
    let order = shop.place(mug_and_seat(Some(DECLINED))).await.unwrap();
    let first = order.clone();
    let second = shop.pay(&order, RUNNING).await.unwrap();
    assert_eq!(second.status, OrderState::PaymentPending);

    door.decide(&first, "SUCCESS", 1).await;
    door.decide(&second, "SUCCESS", 1).await;
    shop.work_for(Duration::minutes(6)).await;

    let order = shop.find(order.id).await;
    assert_eq!(
        (order.status, order.refunded_minor),
        (OrderState::Confirmed, order.total_minor)
    );
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_second_capture_of_the_same_payment_is_given_back_or_shown_to_a_person(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let door = Door::open(&shop).await;
    let order = shop.place(mug_and_seat(Some(PAYS))).await.unwrap();
    let mut again = said(&order, "SUCCESS");
    again["charge_id"] = json!("ch_another");

    // It is a lie: the service has taken the money once, and refuses to give it back twice.
    assert_eq!(door.hear(PATH, again, 3).await, [200; 3]);
    shop.work_for(Duration::minutes(2)).await;

    let order = shop.find(order.id).await;
    assert_eq!(order.status, OrderState::Confirmed);
    assert_eq!(order.payments.len(), 2);
    assert_eq!(order.refunds.len(), 1);
    assert_eq!(order.refunds[0].amount_minor, order.total_minor);
    assert!(order.needs_attention.unwrap().contains("refuses"));
    assert_eq!(
        shop.books().await.kept(&order.id.to_string()),
        order.total_minor
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_amount_than_was_asked_for_is_shown_to_a_person(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let door = Door::open(&shop).await;
    let order = shop.place(mug_and_seat(Some(RUNNING))).await.unwrap();
    let mut more = said(&order, "SUCCESS");
    more["amount_minor"] = json!(order.total_minor + 100);

    door.hear(PATH, more, 1).await;
    shop.work_for(Duration::seconds(20)).await;

    let order = shop.find(order.id).await;
    assert_eq!(order.status, OrderState::Confirmed);
    assert_eq!(order.refunds[0].amount_minor, 100);
    assert!(order.needs_attention.is_some());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_callback_that_overtakes_the_answer_to_the_charge_is_one_fact_with_it(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let door = Door::open(&shop).await;
    // The money is taken, the answer lost, and the callback there first.
    shop.services.behave("charge", Behaviour::Lost, 2).await;
    let order = shop.place(mug_and_seat(Some(PAYS))).await.unwrap();
    assert_eq!(order.status, OrderState::PaymentPending);

    door.hear(PATH, said(&order, "SUCCESS"), 2).await;
    shop.work_for(Duration::minutes(6)).await;

    let order = shop.find(order.id).await;
    assert_eq!(
        (order.status, order.captured_minor(), order.refunds.len()),
        (OrderState::Confirmed, order.total_minor, 0)
    );
    shop.assert_consistent(order.id).await;
}
