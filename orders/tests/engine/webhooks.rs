use std::{collections::HashSet, time::Duration as Real};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::Duration;
use hmac::{Hmac, KeyInit, Mac};
use orders::{
    Addressee, Caller, Delivery, DeliveryFilter, DeliveryState, DisabledBecause, EventType,
    Identity, NewWebhook, OrderError, PageRequest, Refusal, Role, WebhookId,
    engine::{Deliveries, MIGRATOR},
    services::webhooks::{Reach, Webhooks},
};
use serde_json::json;
use sha2::Sha256;
use sqlx::PgPool;

use crate::{
    receiver::{Arrived, Receiver, Reply, sender, tell},
    shop::{Shop, customer, guest, staff},
};

/// An order of a mug, which makes one event, relayed.
async fn order(shop: &Shop) {
    let items = json!([{"sku": "MUG", "quantity": 1}]);
    shop.placed(items).await;
    while shop.engine.deliveries.relay().await.unwrap() > 0 {}
}

async fn send(shop: &Shop) -> usize {
    let webhooks = sender(shop);
    let mut sent = 0;
    loop {
        match shop
            .engine
            .deliveries
            .send_due_webhooks(&webhooks)
            .await
            .unwrap()
        {
            0 => return sent,
            some => sent += some,
        }
    }
}

async fn list(shop: &Shop) -> Vec<Delivery> {
    let (filter, page) = (DeliveryFilter::default(), PageRequest::first(100));
    let deliveries = &shop.engine.deliveries;
    deliveries.list(&staff(), filter, page).await.unwrap().data
}

/// The one delivery there is.
async fn only(shop: &Shop) -> Delivery {
    let mut all = list(shop).await;
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// Whether the request is signed with the secret, computed from the specification's words.
fn is_signed(arrived: &Arrived, secret: &str) -> bool {
    let key = STANDARD
        .decode(secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    let (id, at) = (
        arrived.header("webhook-id"),
        arrived.header("webhook-timestamp"),
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(id.as_bytes());
    mac.update(b".");
    mac.update(at.as_bytes());
    mac.update(b".");
    mac.update(arrived.body.as_bytes());
    let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    let mut signatures = arrived.header("webhook-signature").split(' ');
    signatures.any(|it| it == expected)
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_event_arrives_signed_and_in_its_envelope(pool: PgPool) {
    let (shop, receiver) = (Shop::open(pool).await, Receiver::start().await);
    let webhook = tell(&shop, &receiver.url, Vec::new()).await;

    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    shop.settle().await;
    assert_eq!(send(&shop).await, 4);

    let mut arrived = receiver.arrived();
    arrived.sort_by_key(|it| it.json()["data"]["sequence"].as_i64());
    assert!(arrived.iter().all(|it| is_signed(it, &webhook.secret)));
    assert!(!arrived.iter().any(|it| is_signed(it, "whsec_AAAA")));
    let told: Vec<_> = arrived
        .iter()
        .map(|it| {
            (
                it.json()["data"]["sequence"].clone(),
                it.json()["type"].clone(),
            )
        })
        .collect();
    let events = [
        "created",
        "status_changed",
        "status_changed",
        "payment_successful",
    ];
    let expected = events.iter().zip(1..);
    let expected = expected.map(|(it, place)| (json!(place), json!(format!("order.{it}"))));
    assert_eq!(told, expected.collect::<Vec<_>>());
    let (first, now) = (&arrived[0], shop.engine.database().clock.now());
    assert_eq!(first.header("content-type"), "application/cloudevents+json");
    assert_eq!(
        first.header("webhook-timestamp"),
        now.timestamp().to_string()
    );
    assert_eq!(
        first.json(),
        json!({
            "specversion": "1.0",
            "id": first.header("webhook-id"),
            "source": "test",
            "type": "order.created",
            "subject": order.id,
            "time": "2026-12-01T12:00:00Z",
            "datacontenttype": "application/json",
            "data": {
                "sequence": 1, "number": order.number, "status": "pending",
                "total_minor": 1980, "currency": "USD",
            },
        })
    );
    let states: HashSet<_> = list(&shop)
        .await
        .iter()
        .map(|it| it.state.to_string())
        .collect();
    assert_eq!(states, HashSet::from(["delivered".to_owned()]));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn deliveries_are_planned_only_for_those_who_want_to_hear(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let deliveries = &shop.engine.deliveries;
    order(&shop).await;
    assert_eq!(list(&shop).await, [], "nobody listens");

    let all = tell(&shop, "http://a.example/", Vec::new())
        .await
        .webhook
        .id;
    let some = vec![EventType::Created, EventType::Refunded];
    let some = tell(&shop, "http://b.example/", some).await.webhook.id;
    tell(&shop, "http://c.example/", vec![EventType::Shipped]).await;
    let off = tell(&shop, "http://d.example/", Vec::new())
        .await
        .webhook
        .id;
    deliveries.disable_webhook(&staff(), off).await.unwrap();
    order(&shop).await;

    let planned: Vec<_> = list(&shop).await.iter().map(|it| it.to).collect();
    assert!(planned.contains(&Addressee::WebhookId(all)));
    assert!(planned.contains(&Addressee::WebhookId(some)));
    assert_eq!(list(&shop).await.len(), 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_not_taken_comes_again_later_and_later(pool: PgPool) {
    let (shop, receiver) = (Shop::open(pool).await, Receiver::start().await);
    let elsewhere = Receiver::start().await;
    tell(&shop, &receiver.url, Vec::new()).await;
    receiver.reply([
        Reply::Status(500),
        Reply::Redirect(elsewhere.url.clone()),
        Reply::Status(404),
    ]);
    order(&shop).await;

    let mut seen = Vec::new();
    for attempt in 1..=3_u32 {
        assert_eq!(send(&shop).await, 1);
        let delivery = only(&shop).await;
        assert_eq!(delivery.state, DeliveryState::Waiting);
        let pause = delivery.next_at.unwrap() - shop.engine.database().clock.now();
        let usual = 10_000 << (attempt - 1);
        let range = usual * 8 / 10..=usual * 12 / 10;
        assert!(
            range.contains(&pause.num_milliseconds()),
            "{attempt}: {pause}"
        );
        seen.push(delivery.last_error.unwrap());
        shop.wait(pause - Duration::milliseconds(1));
        assert_eq!(send(&shop).await, 0, "not before its time");
        shop.wait(Duration::milliseconds(1));
    }
    assert_eq!(send(&shop).await, 1);

    assert_eq!(
        seen,
        [
            "answered 500 Internal Server Error",
            "answered 307 Temporary Redirect; redirects are not followed",
            "answered 404 Not Found",
        ]
    );
    let delivery = only(&shop).await;
    assert_eq!(
        (delivery.state, delivery.attempts),
        (DeliveryState::Delivered, 4)
    );
    assert_eq!((delivery.last_status, delivery.next_at), (Some(200), None));
    assert!(elsewhere.arrived().is_empty());
    let arrived = receiver.arrived();
    assert!(
        arrived.iter().all(|it| it.body == arrived[0].body),
        "each time the same"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_never_taken_is_set_aside_until_somebody_sends_it_again(pool: PgPool) {
    let (shop, receiver) = (Shop::open(pool).await, Receiver::start().await);
    let webhook = tell(&shop, &receiver.url, Vec::new()).await.webhook.id;
    receiver.reply(std::iter::repeat_n(Reply::Status(503), 19));
    order(&shop).await;
    let began = shop.engine.database().clock.now();

    while let Some(next) = only(&shop).await.next_at {
        shop.wait(next - shop.engine.database().clock.now());
        assert_eq!(send(&shop).await, 1);
    }

    let aside = only(&shop).await;
    assert_eq!((aside.state, aside.attempts), (DeliveryState::SetAside, 18));
    assert_eq!(
        (aside.last_status, receiver.arrived().len()),
        (Some(503), 18)
    );
    let took = aside.ended_at.unwrap() - began;
    assert!((2..=4).contains(&took.num_days()), "{took}");
    assert_eq!(send(&shop).await, 0);
    let deliveries = &shop.engine.deliveries;
    let again = deliveries.resend(&staff(), aside.id).await.unwrap();
    assert_eq!((again.state, again.attempts), (DeliveryState::Waiting, 0));
    assert_eq!(send(&shop).await, 1);
    let again = only(&shop).await;
    assert_eq!(
        (again.state, again.attempts),
        (DeliveryState::Waiting, 1),
        "it begins anew"
    );
    shop.wait(Duration::minutes(1));
    assert_eq!(send(&shop).await, 1);
    assert_eq!(only(&shop).await.state, DeliveryState::Delivered);
    assert_eq!(
        deliveries
            .resend_set_aside(&staff(), webhook)
            .await
            .unwrap(),
        0
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn everything_that_was_set_aside_is_sent_again_at_once(pool: PgPool) {
    let (shop, receiver) = (Shop::open(pool.clone()).await, Receiver::start().await);
    let webhook = tell(&shop, &receiver.url, Vec::new()).await.webhook.id;
    for _ in 0..6 {
        order(&shop).await;
    }
    sqlx::raw_sql(
        "update deliveries set state = 'set_aside', next_at = null, ended_at = at, attempts = 18 where id % 2 = 0",
    )
    .execute(&pool)
    .await
    .unwrap();
    let deliveries = &shop.engine.deliveries;
    let found = deliveries.webhook(&staff(), webhook).await.unwrap();
    assert_eq!((found.waiting, found.set_aside), (3, 3));

    assert_eq!(
        deliveries
            .resend_set_aside(&staff(), webhook)
            .await
            .unwrap(),
        3
    );

    assert_eq!(send(&shop).await, 6);
    let found = deliveries.webhook(&staff(), webhook).await.unwrap();
    assert_eq!((found.waiting, found.set_aside), (0, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_senders_deliver_each_event_once(pool: PgPool) {
    let (shop, receiver) = (Shop::open(pool).await, Receiver::start().await);
    tell(&shop, &receiver.url, Vec::new()).await;
    for _ in 0..10 {
        order(&shop).await;
    }
    let (one, two) = (
        shop.engine.deliveries.clone(),
        Deliveries::new(shop.engine.database().clone()),
    );
    let webhooks = sender(&shop);
    let all = async |deliveries: Deliveries| {
        let mut sent = 0;
        while let 1.. = deliveries.send_due_webhooks(&webhooks).await.unwrap() {
            sent += 1;
        }
        sent
    };

    tokio::join!(all(one), all(two));

    let arrived = receiver.arrived();
    let ids: HashSet<_> = arrived
        .iter()
        .map(|it| it.header("webhook-id").to_owned())
        .collect();
    assert_eq!((arrived.len(), ids.len()), (10, 10));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_sender_passes_by_what_another_is_claiming(pool: PgPool) {
    let (shop, receiver) = (Shop::open(pool.clone()).await, Receiver::start().await);
    tell(&shop, &receiver.url, Vec::new()).await;
    order(&shop).await;
    order(&shop).await;
    let mut claiming = pool.begin().await.unwrap();
    sqlx::query("update deliveries set claim = gen_random_uuid() where id = (select min(id) from deliveries)")
        .execute(&mut *claiming)
        .await
        .unwrap();

    let sent = tokio::time::timeout(Real::from_secs(10), send(&shop)).await;

    assert_eq!(sent, Ok(1), "it neither waits nor takes");
    claiming.rollback().await.unwrap();
    assert_eq!(send(&shop).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_dead_senders_claim_is_taken_up_after_its_lease(pool: PgPool) {
    let (shop, receiver) = (Shop::open(pool).await, Receiver::start().await);
    tell(&shop, &receiver.url, Vec::new()).await;
    receiver.reply([Reply::Late(200)]);
    order(&shop).await;
    let (deliveries, webhooks) = (shop.engine.deliveries.clone(), sender(&shop));
    let dying = tokio::spawn(async move { deliveries.send_due_webhooks(&webhooks).await });
    receiver.wait_for(1).await;

    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());

    assert_eq!(send(&shop).await, 0, "its claim stands");
    let aside = only(&shop).await;
    let untouched = shop
        .engine
        .deliveries
        .resend(&staff(), aside.id)
        .await
        .unwrap();
    assert_eq!((untouched.attempts, untouched.next_at), (1, aside.next_at));
    shop.wait(Duration::seconds(60));
    assert_eq!(send(&shop).await, 1);
    let delivery = only(&shop).await;
    assert_eq!(
        (delivery.state, delivery.attempts),
        (DeliveryState::Delivered, 2)
    );
    let arrived = receiver.arrived();
    assert_eq!(
        arrived[0].header("webhook-id"),
        arrived[1].header("webhook-id")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_slow_sender_cannot_undo_what_its_follower_did(pool: PgPool) {
    let (shop, receiver) = (Shop::open(pool).await, Receiver::start().await);
    tell(&shop, &receiver.url, Vec::new()).await;
    receiver.reply([Reply::Late(500)]);
    order(&shop).await;
    let (deliveries, webhooks) = (shop.engine.deliveries.clone(), sender(&shop));
    let slow = tokio::spawn(async move { deliveries.send_due_webhooks(&webhooks).await });
    receiver.wait_for(1).await;
    shop.wait(Duration::seconds(60));
    assert_eq!(send(&shop).await, 1);

    receiver.release();
    slow.await.unwrap().unwrap();

    assert_eq!(only(&shop).await.state, DeliveryState::Delivered);
    assert_eq!(send(&shop).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_slow_webhook_holds_up_nobody_else(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let (slow, quick) = (Receiver::start().await, Receiver::start().await);
    slow.reply(std::iter::repeat_n(Reply::Late(200), 10));
    tell(&shop, &slow.url, Vec::new()).await;
    tell(&shop, &quick.url, Vec::new()).await;
    for _ in 0..10 {
        order(&shop).await;
    }
    let (deliveries, webhooks) = (shop.engine.deliveries.clone(), sender(&shop));

    let sending = tokio::spawn(async move { deliveries.send_webhooks(&webhooks).await });

    quick.wait_for(10).await;
    slow.wait_for(4).await;
    assert_eq!(slow.arrived().len(), 4, "no more than four at once");
    slow.release();
    slow.wait_for(10).await;
    sending.abort();
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_is_gone_is_not_told_again(pool: PgPool) {
    let (shop, receiver) = (Shop::open(pool).await, Receiver::start().await);
    let webhook = tell(&shop, &receiver.url, Vec::new()).await.webhook.id;
    receiver.reply([Reply::Status(410)]);
    order(&shop).await;

    assert_eq!(send(&shop).await, 1);

    let deliveries = &shop.engine.deliveries;
    let aside = only(&shop).await;
    assert_eq!(
        (aside.state, aside.last_status),
        (DeliveryState::SetAside, Some(410))
    );
    let found = deliveries.webhook(&staff(), webhook).await.unwrap();
    assert_eq!(found.disabled_because, Some(DisabledBecause::Gone));
    order(&shop).await;
    assert_eq!(list(&shop).await.len(), 1, "nothing more is planned");
    deliveries.resend(&staff(), aside.id).await.unwrap();
    assert_eq!(
        send(&shop).await,
        0,
        "it waits until the webhook is enabled"
    );
    shop.wait(Duration::hours(2));
    shop.settle().await;
    assert_eq!(shop.violated().await, [""; 0], "nor is it late");
    deliveries.enable_webhook(&staff(), webhook).await.unwrap();
    assert_eq!(shop.violated().await, [""; 0], "what waited is not late");
    assert_eq!(send(&shop).await, 1);
    assert_eq!(only(&shop).await.state, DeliveryState::Delivered);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_only_neighbours_can_reach_is_not_reached(pool: PgPool) {
    let (shop, receiver) = (Shop::open(pool).await, Receiver::start().await);
    let by_name = receiver.url.replace("127.0.0.1", "localhost");
    tell(&shop, &receiver.url, Vec::new()).await;
    tell(&shop, &by_name, Vec::new()).await;
    order(&shop).await;
    let clock = shop.engine.database().clock.clone();
    let public = Webhooks::new(clock, "test", Reach::Public).unwrap();

    assert_eq!(
        shop.engine
            .deliveries
            .send_due_webhooks(&public)
            .await
            .unwrap(),
        2
    );

    for delivery in list(&shop).await {
        assert_eq!(delivery.state, DeliveryState::Waiting);
        let why = delivery.last_error.unwrap();
        assert_eq!(why, "the address is not a public one");
    }
    assert!(receiver.arrived().is_empty());
    shop.wait(Duration::minutes(1));
    assert_eq!(send(&shop).await, 2, "elsewhere it would have been");
    assert_eq!(receiver.arrived().len(), 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_answering_is_a_failure_like_any_other(pool: PgPool) {
    let (shop, receiver) = (Shop::open(pool).await, Receiver::start().await);
    receiver.reply([Reply::Late(200)]);
    tell(&shop, &receiver.url, Vec::new()).await;
    tell(&shop, "http://127.0.0.1:9/", Vec::new()).await;
    order(&shop).await;
    let clock = shop.engine.database().clock.clone();
    let patience = Real::from_millis(100);
    let hasty = Webhooks::patient_for(clock, "test", Reach::Everywhere, patience).unwrap();

    assert_eq!(
        shop.engine
            .deliveries
            .send_due_webhooks(&hasty)
            .await
            .unwrap(),
        2
    );

    let mut why: Vec<_> = list(&shop)
        .await
        .into_iter()
        .filter_map(|it| it.last_error)
        .collect();
    why.sort();
    assert!(why[0].starts_with("Connection refused"), "{why:?}");
    assert_eq!(why[1], "did not answer in time");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn for_a_day_the_old_secret_is_signed_with_too(pool: PgPool) {
    let (shop, receiver) = (Shop::open(pool).await, Receiver::start().await);
    let old = tell(&shop, &receiver.url, Vec::new()).await;
    let deliveries = &shop.engine.deliveries;

    let new = deliveries
        .rotate_webhook_secret(&staff(), old.webhook.id)
        .await
        .unwrap();
    order(&shop).await;
    send(&shop).await;
    shop.wait(Duration::hours(24));
    order(&shop).await;
    send(&shop).await;

    let signed: Vec<_> = receiver
        .arrived()
        .iter()
        .map(|it| (is_signed(it, &old.secret), is_signed(it, &new.secret)))
        .collect();
    assert_eq!(signed, [(true, true), (false, true)]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_delivery_outlives_its_event_in_the_outbox(pool: PgPool) {
    let (shop, receiver) = (Shop::open(pool.clone()).await, Receiver::start().await);
    let webhook = tell(&shop, &receiver.url, Vec::new()).await.webhook.id;
    let deliveries = &shop.engine.deliveries;
    order(&shop).await;
    send(&shop).await;
    order(&shop).await;
    deliveries.disable_webhook(&staff(), webhook).await.unwrap();

    shop.wait(Duration::days(8));
    assert_eq!(deliveries.forget_told().await.unwrap(), 2);
    assert_eq!(deliveries.forget_delivered().await.unwrap(), 1);

    assert_eq!(only(&shop).await.state, DeliveryState::Waiting);
    deliveries.enable_webhook(&staff(), webhook).await.unwrap();
    assert_eq!(send(&shop).await, 1);
    assert_eq!(receiver.arrived()[1].json()["data"]["sequence"], 1);
    assert_eq!(deliveries.forget_delivered().await.unwrap(), 0, "not yet");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn deliveries_are_listed_page_by_page(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let one = tell(&shop, "http://a.example/", Vec::new())
        .await
        .webhook
        .id;
    tell(&shop, "http://b.example/", Vec::new()).await;
    for _ in 0..3 {
        order(&shop).await;
    }
    let deliveries = &shop.engine.deliveries;
    let filter = DeliveryFilter {
        webhook: Some(one),
        state: Some(DeliveryState::Waiting),
        ..DeliveryFilter::default()
    };

    let first = deliveries
        .list(&staff(), filter, PageRequest::first(2))
        .await
        .unwrap();
    let rest = PageRequest {
        limit: 2,
        after: first.next,
    };
    let rest = deliveries.list(&staff(), filter, rest).await.unwrap();

    assert_eq!((first.data.len(), rest.data.len(), rest.next), (2, 1, None));
    let all: Vec<_> = first.data.iter().chain(&rest.data).collect();
    assert!(all.is_sorted_by(|a, b| a.id > b.id));
    assert!(all.iter().all(|it| it.to == Addressee::WebhookId(one)));
    let delivered = DeliveryFilter {
        state: Some(DeliveryState::Delivered),
        ..filter
    };
    let none = deliveries
        .list(&staff(), delivered, PageRequest::first(2))
        .await
        .unwrap();
    assert_eq!(none.data, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_address_has_one_webhook_until_it_is_deleted(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let deliveries = &shop.engine.deliveries;
    let id = tell(&shop, "http://a.example/", Vec::new())
        .await
        .webhook
        .id;
    let again = NewWebhook {
        url: "http://a.example/".to_owned(),
        ..NewWebhook::default()
    };

    let twin = deliveries.create_webhook(&staff(), &again).await;
    assert!(matches!(twin, Err(OrderError::Refused(Refusal::Exists(_)))));
    order(&shop).await;
    deliveries.delete_webhook(&staff(), id).await.unwrap();

    assert_eq!(list(&shop).await, []);
    let gone = deliveries.delete_webhook(&staff(), id).await;
    assert!(matches!(
        gone,
        Err(OrderError::Refused(Refusal::NotFound(_)))
    ));
    deliveries.create_webhook(&staff(), &again).await.unwrap();
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_those_who_run_the_shop_see_to_webhooks(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let id = tell(&shop, "http://a.example/", Vec::new())
        .await
        .webhook
        .id;
    order(&shop).await;
    let delivery = only(&shop).await.id;
    let buyer = customer(shop.register("ada@example.com").await);
    let colleague = Caller {
        identity: Identity::Person {
            id: buyer.person().unwrap(),
            role: Role::Staff,
        },
        ..buyer.clone()
    };
    let refusals = [
        (guest(&[]), Refusal::SignInNeeded),
        (buyer, Refusal::Forbidden),
        (colleague, Refusal::Forbidden),
    ];

    for (caller, refusal) in refusals {
        for refused in everything(&shop.engine.deliveries, &caller, id, delivery).await {
            assert_eq!(refused, Some(refusal.clone()));
        }
    }
    assert_eq!(only(&shop).await.id, delivery);
    let done = everything(&shop.engine.deliveries, &staff(), id, delivery).await;
    assert_eq!(done, [const { None }; 10]);
}

/// Every use case, as one caller, and how each was refused.
async fn everything(
    deliveries: &Deliveries,
    caller: &Caller,
    id: WebhookId,
    delivery: orders::DeliveryId,
) -> Vec<Option<Refusal>> {
    let new = NewWebhook {
        url: "http://b.example/".to_owned(),
        ..NewWebhook::default()
    };
    let (filter, page) = (DeliveryFilter::default(), PageRequest::first(1));
    vec![
        refused(deliveries.webhooks(caller).await),
        refused(deliveries.webhook(caller, id).await),
        refused(deliveries.create_webhook(caller, &new).await),
        refused(deliveries.rotate_webhook_secret(caller, id).await),
        refused(deliveries.disable_webhook(caller, id).await),
        refused(deliveries.enable_webhook(caller, id).await),
        refused(deliveries.list(caller, filter, page).await),
        refused(deliveries.resend(caller, delivery).await),
        refused(deliveries.resend_set_aside(caller, id).await),
        refused(deliveries.delete_webhook(caller, id).await),
    ]
}

fn refused<T>(result: Result<T, OrderError>) -> Option<Refusal> {
    match result {
        Ok(_) => None,
        Err(OrderError::Refused(refusal)) => Some(refusal),
        Err(error) => panic!("{error:?}"),
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_delivery_that_is_an_hour_late_is_reported(pool: PgPool) {
    let shop = Shop::open(pool).await;
    tell(&shop, "http://a.example/", Vec::new()).await;
    order(&shop).await;
    shop.wait(Duration::minutes(59));
    shop.settle().await;
    assert_eq!(shop.violated().await, [""; 0]);

    shop.wait(Duration::minutes(3));

    assert_eq!(shop.violated().await, ["deliveries_on_time"]);
}
