//! Mail to customers, through a real SMTP conversation.

use std::{net::IpAddr, time::Duration as Real};

use chrono::Duration;
use orders::{
    Addressee, Delivery, DeliveryFilter, DeliveryState, DeliveryTarget, MailKind, Market,
    NewRefund, NewShipment, Order, OrderCommand, OrderError, PageRequest, Refusal, Settlement,
    Storefront, StorefrontDocument,
    engine::{Deliveries, MIGRATOR},
    services::mail::{Letter, Mails, Notice},
};
use serde_json::json;
use sqlx::PgPool;
use test_services::{Mail, MailReply, MailServer};
use tokio::time::timeout;

use crate::{
    failpoints::{self, ACTIONS},
    faults::clear,
    shop::{DECLINED, DELAYED, PAYS, Shop, ada, guest, staff},
};

/// What sends a shop's mail, with letters that say what the engine gives them.
pub(crate) fn sender(url: &str) -> Mails {
    Mails::new(url, "shop@example.com", "https://shop.example.com", write).unwrap()
}

fn write(notice: &Notice, _: &Storefront) -> Letter {
    let (subject, text) = match notice {
        Notice::Order(notice) => {
            let name = notice.order.customer.name.as_deref();
            assert_ne!(name, Some("Unwritable"), "as the test wants it");
            let parcel = notice.parcel.as_ref().map(|it| &it.tracking_number);
            let refund = notice.refund.as_ref().map(|it| it.amount_minor);
            (
                format!("{} #{}", notice.kind, notice.order.number),
                format!("{parcel:?} {refund:?}\n{}", notice.link),
            )
        }
        Notice::NewPassword(notice) => ("password".to_owned(), notice.link.clone()),
    };
    Letter {
        subject,
        text,
        html: "<p>Grüße</p>".to_owned(),
    }
}

/// A shop that writes to its customers, and their mail server.
struct Post {
    shop: Shop,
    server: MailServer,
    mails: Mails,
}

impl Post {
    async fn open(pool: PgPool) -> Self {
        let mut shop = Shop::open(pool).await;
        shop.engine.deliveries = shop.engine.deliveries.clone().writing_mail();
        let server = MailServer::start().await.unwrap();
        let mails = sender(server.url());
        Self {
            shop,
            server,
            mails,
        }
    }

    fn deliveries(&self) -> &Deliveries {
        &self.shop.engine.deliveries
    }

    /// Lets workers and relay do what is due, and sends the mail that is due then.
    async fn deliver(&self) -> Vec<Mail> {
        self.shop.settle().await;
        while self.deliveries().send_due_mail(&self.mails).await.unwrap() {}
        self.server.mails()
    }

    async fn list(&self) -> Vec<Delivery> {
        let filter = DeliveryFilter {
            target: Some(DeliveryTarget::Mail),
            ..DeliveryFilter::default()
        };
        let (caller, page) = (staff(), PageRequest::first(100));
        let page = self.deliveries().list(&caller, filter, page);
        page.await.unwrap().data
    }

    /// The one mail that was planned.
    async fn only(&self) -> Delivery {
        let mut all = self.list().await;
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    async fn paid(&self) -> Order {
        self.shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await
    }

    async fn placed(&self) -> Order {
        self.shop
            .placed(json!([{"sku": "MUG", "quantity": 1}]))
            .await
    }
}

fn subjects(mails: &[Mail]) -> Vec<&str> {
    mails.iter().map(|it| it.subject.as_str()).collect()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_pays_gets_one_mail_that_says_so(pool: PgPool) {
    let post = Post::open(pool).await;
    let order = post.paid().await;

    let mails = post.deliver().await;
    assert_eq!(subjects(&mails), [format!("confirmed #{}", order.number)]);
    let mail = &mails[0];
    assert_eq!(mail.to, "ada@example.com");
    assert_eq!(mail.from, "Parcel & Post <shop@example.com>");
    assert_eq!(mail.html.trim(), "<p>Grüße</p>");
    assert!(mail.raw.contains("To: ada@example.com"), "{}", mail.raw);
    assert!(mail.raw.contains("Auto-Submitted: auto-generated"));
    let planned = post.list().await;
    let sent = planned
        .iter()
        .find(|it| it.to == Addressee::Mail(MailKind::Confirmed))
        .unwrap();
    assert_eq!(sent.state, DeliveryState::Delivered);
    assert_eq!(sent.order_number, order.number);
    assert_eq!(mail.id, format!("{}@example.com", sent.event_id));

    // That it waits for its money is no news any more.
    post.shop.wait(Duration::minutes(3));
    assert_eq!(post.deliver().await.len(), 1);
    assert_eq!(post.only().await.id, sent.id);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_has_not_paid_after_two_minutes_is_told_where_to(pool: PgPool) {
    let post = Post::open(pool).await;
    let order = post.placed().await;
    let _ = post.shop.pay(&order, DECLINED).await;
    assert_eq!(post.deliver().await, []);

    post.shop.wait(Duration::minutes(2));
    let mails = post.deliver().await;
    assert_eq!(subjects(&mails), [format!("received #{}", order.number)]);

    post.shop.pay(&order, PAYS).await.unwrap();
    let mails = post.deliver().await;
    assert_eq!(mails[1].subject, format!("confirmed #{}", order.number));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_payment_that_comes_late_confirms_by_mail_too(pool: PgPool) {
    let post = Post::open(pool).await;
    let order = post.placed().await;
    let _ = post.shop.pay(&order, DELAYED).await;
    post.shop.wait(Duration::seconds(10));

    let mails = post.deliver().await;
    assert_eq!(subjects(&mails), [format!("confirmed #{}", order.number)]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_link_opens_the_order_for_whoever_has_it(pool: PgPool) {
    let post = Post::open(pool).await;
    let order = post.paid().await;

    let mails = post.deliver().await;
    let link = mails[0].text.lines().nth(1).unwrap();
    let start = format!("https://shop.example.com/order/{}?token=", order.id);
    let token = link.strip_prefix(&start).unwrap();
    let mut holder = guest(&[]);
    holder.order_tokens = vec![orders::OrderToken(token.to_owned())];
    let found = post.shop.engine.orders.find(&holder, order.id).await;
    assert_eq!(found.unwrap().number, order.number);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_parcel_and_each_refund_has_its_own_mail(pool: PgPool) {
    let post = Post::open(pool).await;
    let order = post.shop.paid(json!([{"sku": "MUG", "quantity": 2}])).await;
    let orders = &post.shop.engine.orders;
    for number in ["ONE", "TWO"] {
        let parcel = json!({"carrier": "DHL", "tracking_number": number, "items": [{"line": 1, "quantity": 1}]});
        let parcel: NewShipment = serde_json::from_value(parcel).unwrap();
        orders.ship(&staff(), order.id, parcel).await.unwrap();
    }
    for amount in [100, 250] {
        let refund = NewRefund {
            amount_minor: Some(amount),
            ..NewRefund::default()
        };
        orders.refund(&staff(), order.id, refund).await.unwrap();
    }

    let mut told: Vec<_> = (post.deliver().await.iter())
        .map(|it| {
            let kind = it.subject.split(' ').next().unwrap().to_owned();
            (kind, it.text.lines().next().unwrap().to_owned())
        })
        .collect();
    told.sort();
    let expected = [
        ("confirmed", "None None"),
        ("refunded", "None Some(100)"),
        ("refunded", "None Some(250)"),
        ("shipped", "Some(\"ONE\") None"),
        ("shipped", "Some(\"TWO\") None"),
    ];
    let expected = expected.map(|(kind, text)| (kind.to_owned(), text.to_owned()));
    assert_eq!(told, expected);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_cancels_is_told_and_told_again_when_the_money_is_back(pool: PgPool) {
    let post = Post::open(pool).await;
    let order = post.paid().await;
    post.deliver().await;
    let (orders, cancel) = (&post.shop.engine.orders, OrderCommand::Cancel);
    orders
        .change(&staff(), order.id, cancel, None, None)
        .await
        .unwrap();

    let mails = post.deliver().await;
    let mut news = subjects(&mails)[1..].to_vec();
    news.sort_unstable();
    let expected = ["cancelled", "refunded"].map(|it| format!("{it} #{}", order.number));
    assert_eq!(news, expected);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_does_not_pay_in_time_is_told_that_the_order_is_gone(pool: PgPool) {
    let post = Post::open(pool).await;
    let order = post.placed().await;
    post.shop.wait(Duration::minutes(16));

    let mails = post.deliver().await;
    assert_eq!(subjects(&mails), [format!("cancelled #{}", order.number)]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_is_written_to_without_an_address_or_where_mail_is_off(pool: PgPool) {
    let post = Post::open(pool.clone()).await;
    let items = json!([{"sku": "MUG", "quantity": 1}]);
    let order =
        json!({"items": items, "customer": {"external_ref": "c-1"}, "payment": {"token": PAYS}});
    post.shop.place(&staff(), order).await.unwrap();
    post.deliver().await;
    assert_eq!(post.list().await, []);

    let silent = Shop::open_another(pool);
    silent.paid(items).await;
    silent.settle().await;
    assert_eq!(post.list().await, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_that_was_deleted_is_written_about_no_more(pool: PgPool) {
    let post = Post::open(pool).await;
    let order = post.paid().await;
    post.shop.settle().await;
    assert_eq!(post.list().await.len(), 2);
    let orders = &post.shop.engine.orders;
    orders.archive(&staff(), order.id).await.unwrap();
    post.shop.wait(Duration::minutes(5));

    assert_eq!(post.deliver().await, []);
    assert_eq!(post.list().await, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_storefront_writes_as_itself_and_links_to_itself(pool: PgPool) {
    let post = Post::open(pool).await;
    let catalogue = &post.shop.engine.catalogue;
    for (code, place) in [
        (
            "eu",
            json!({"path": "eu", "sender": {"name": "Paket & Post", "email": "post@example.eu"}}),
        ),
        ("jp", json!({"host": "jp.example.com"})),
    ] {
        let mut document =
            json!({"code": code, "name": code, "currency": "USD", "languages": ["en"]});
        let (document, place) = (
            document.as_object_mut().unwrap(),
            place.as_object().unwrap(),
        );
        document.extend(place.clone());
        let document: StorefrontDocument = serde_json::from_value(json!(document)).unwrap();
        catalogue
            .create_storefront(&staff(), document)
            .await
            .unwrap();
        let order = json!({
            "storefront": code, "items": [{"sku": "MUG", "quantity": 1}], "customer": ada(), "payment": {"token": PAYS},
        });
        post.shop.place(&guest(&[]), order).await.unwrap();
    }

    let mails = post.deliver().await;
    let seen: Vec<_> = mails
        .iter()
        .map(|it| {
            let link = it.text.lines().nth(1).unwrap();
            (it.from.as_str(), link.split("/order/").next().unwrap())
        })
        .collect();
    assert!(
        seen.contains(&(
            "Paket & Post <post@example.eu>",
            "https://shop.example.com/eu"
        )),
        "{seen:?}"
    );
    assert!(
        seen.contains(&("jp <shop@example.com>", "https://jp.example.com")),
        "{seen:?}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_storefront_that_has_closed_is_not_linked_to(pool: PgPool) {
    let post = Post::open(pool).await;
    let catalogue = &post.shop.engine.catalogue;
    let document =
        json!({"code": "eu", "name": "eu", "path": "eu", "currency": "USD", "languages": ["en"]});
    let document: StorefrontDocument = serde_json::from_value(document).unwrap();
    catalogue
        .create_storefront(&staff(), document)
        .await
        .unwrap();
    let order = json!({
        "storefront": "eu", "items": [{"sku": "MUG", "quantity": 1}], "customer": ada(), "payment": {"token": PAYS},
    });
    post.shop.place(&guest(&[]), order).await.unwrap();
    catalogue
        .open_storefront(&staff(), "eu", false)
        .await
        .unwrap();

    let mails = post.deliver().await;
    assert!(
        mails[0].text.contains("https://shop.example.com/order/"),
        "{}",
        mails[0].text
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_is_paying_is_not_asked_to_pay_again(pool: PgPool) {
    let post = Post::open(pool).await;
    let order = post.placed().await;
    post.shop.pay(&order, DELAYED).await.unwrap();
    post.shop.engine.deliveries.relay().await.unwrap();
    post.shop.wait(Duration::minutes(3));

    while post.deliveries().send_due_mail(&post.mails).await.unwrap() {}
    assert_eq!(post.server.mails(), []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_that_was_cancelled_meanwhile_is_not_confirmed(pool: PgPool) {
    let mut post = Post::open(pool).await;
    let there = std::mem::replace(&mut post.mails, sender("smtp://127.0.0.1:1"));
    let order = post.paid().await;
    post.deliver().await;
    post.mails = there;
    post.shop
        .engine
        .orders
        .cancel(&staff(), order.id, None)
        .await
        .unwrap();
    post.shop.wait(Duration::minutes(1));

    let mut news: Vec<_> = (post.deliver().await.into_iter())
        .map(|it| it.subject)
        .collect();
    news.sort_unstable();
    assert_eq!(
        news,
        ["cancelled", "refunded"].map(|it| format!("{it} #{}", order.number))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_that_fails_is_told_of_only_to_those_who_were_told_that_it_stands(pool: PgPool) {
    let post = Post::open(pool).await;
    let fail = async |order: &Order| {
        let orders = &post.shop.engine.orders;
        orders
            .change(&staff(), order.id, OrderCommand::Fail, None, None)
            .await
            .unwrap();
        post.deliver().await
    };
    let unknown = post.placed().await;
    assert_eq!(fail(&unknown).await, []);

    let known = post.placed().await;
    post.shop.settle().await;
    post.shop.wait(Duration::minutes(2));
    post.deliver().await;
    let mails = fail(&known).await;
    let expected = ["received", "cancelled"].map(|it| format!("{it} #{}", known.number));
    assert_eq!(subjects(&mails), expected);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_is_told_of_money_that_does_not_move(pool: PgPool) {
    let post = Post::open(pool).await;
    let items = json!([{"sku": "MUG", "quantity": 1}]);
    let order = json!({"items": items, "customer": ada()});
    let order = post
        .shop
        .settle_by(&staff(), Settlement::Elsewhere, order)
        .await
        .unwrap();
    post.deliver().await;
    let (orders, refund) = (&post.shop.engine.orders, OrderCommand::Refund);
    orders
        .change(&staff(), order.id, refund, None, None)
        .await
        .unwrap();

    let mails = post.deliver().await;
    assert_eq!(subjects(&mails), [format!("confirmed #{}", order.number)]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_mail_that_is_no_news_any_more_stays_among_those_that_were_sent(pool: PgPool) {
    let post = Post::open(pool).await;
    let order = post.placed().await;
    post.shop.settle().await;
    post.shop.wait(Duration::minutes(2));
    post.deliver().await;
    let received = post.only().await;
    post.shop.pay(&order, PAYS).await.unwrap();
    post.deliver().await;

    post.deliveries()
        .resend(&staff(), received.id)
        .await
        .unwrap();
    assert_eq!(post.deliver().await.len(), 2, "nothing was sent again");
    let kept = post
        .list()
        .await
        .into_iter()
        .find(|it| it.id == received.id)
        .unwrap();
    assert_eq!(kept.state, DeliveryState::Delivered);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_letter_that_cannot_be_written_holds_up_no_other(pool: PgPool) {
    let post = Post::open(pool).await;
    let items = json!([{"sku": "MUG", "quantity": 1}]);
    let customer = json!({"email": "ada@example.com", "name": "Unwritable"});
    let order = json!({"items": items, "customer": customer, "payment": {"token": PAYS}});
    let unwritable = post.shop.place(&guest(&[]), order).await.unwrap();
    let order = post.paid().await;

    let mails = post.deliver().await;
    assert_eq!(subjects(&mails), [format!("confirmed #{}", order.number)]);
    let aside = post.list().await;
    let aside = aside
        .iter()
        .find(|it| it.state == DeliveryState::SetAside)
        .unwrap();
    assert_eq!(aside.order_id, unwritable.id);
    assert_eq!(
        aside.last_error.as_deref(),
        Some("the letter cannot be written")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_nobody_sends_for_a_week_is_no_news(pool: PgPool) {
    let post = Post::open(pool).await;
    post.placed().await;
    post.shop.settle().await;
    post.shop.wait(Duration::days(6));
    post.deliveries().forget_unsent_mails().await.unwrap();
    assert_eq!(post.list().await.len(), 1);
    let violated = post.shop.violated().await;
    assert!(
        violated.contains(&"deliveries_on_time".to_owned()),
        "{violated:?}"
    );

    post.shop.wait(Duration::days(2));
    post.deliveries().forget_unsent_mails().await.unwrap();
    assert_eq!(post.list().await, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_server_that_is_busy_or_down_is_asked_again(pool: PgPool) {
    let mut post = Post::open(pool).await;
    let there = std::mem::replace(&mut post.mails, sender("smtp://127.0.0.1:1"));
    post.paid().await;
    assert_eq!(post.deliver().await, []);
    let waiting = post.confirmation().await;
    assert_eq!(
        (waiting.state, waiting.attempts),
        (DeliveryState::Waiting, 1)
    );
    assert!(waiting.last_error.unwrap().contains("refused"));

    post.mails = there;
    // Full, and then a wrong password of ours: neither is the mail's fault.
    post.server
        .reply([MailReply::Code(452), MailReply::Code(535)]);
    for (attempts, status) in [(2, 452), (3, 535)] {
        post.shop.wait(Duration::minutes(1));
        assert_eq!(post.deliver().await, []);
        let waiting = post.confirmation().await;
        assert_eq!(waiting.state, DeliveryState::Waiting);
        assert_eq!(
            (waiting.attempts, waiting.last_status),
            (attempts, Some(status))
        );
    }
    post.shop.wait(Duration::minutes(1));
    assert_eq!(post.deliver().await.len(), 1);
}

impl Post {
    async fn confirmation(&self) -> Delivery {
        let is_it = |it: &Delivery| it.to == Addressee::Mail(MailKind::Confirmed);
        self.list().await.into_iter().find(is_it).unwrap()
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_mailbox_that_does_not_exist_is_set_aside_until_staff_send_it_again(pool: PgPool) {
    let post = Post::open(pool).await;
    post.server.reply([MailReply::Code(550)]);
    post.paid().await;
    assert_eq!(post.deliver().await, []);
    let aside = post.confirmation().await;
    assert_eq!(aside.state, DeliveryState::SetAside);
    assert_eq!((aside.attempts, aside.last_status), (1, Some(550)));
    assert!(aside.last_error.unwrap().contains("as the test wants it"));

    let resent = post.deliveries().resend(&staff(), aside.id).await.unwrap();
    assert_eq!(resent.state, DeliveryState::Waiting);
    assert_eq!(post.deliver().await.len(), 1);

    let nobody = post.deliveries().resend(&guest(&[]), aside.id).await;
    assert!(matches!(
        nobody,
        Err(OrderError::Refused(Refusal::SignInNeeded))
    ));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_mail_whose_answer_was_lost_comes_again_under_the_same_name(pool: PgPool) {
    let post = Post::open(pool).await;
    post.server.reply([MailReply::KeptAndCutOff]);
    post.paid().await;
    post.deliver().await;
    post.shop.wait(Duration::minutes(1));

    let mails = post.deliver().await;
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].id, mails[1].id);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_server_that_says_nothing_is_waited_for_only_so_long(pool: PgPool) {
    let mut post = Post::open(pool).await;
    post.mails = post.mails.clone().patient_for(Real::from_millis(50));
    post.server.reply([MailReply::Silence]);
    post.paid().await;

    let delivered = timeout(Real::from_secs(5), post.deliver()).await;
    assert_eq!(delivered.expect("nobody waits for ever"), []);
    let waiting = post.confirmation().await;
    assert_eq!(waiting.state, DeliveryState::Waiting);
    assert_eq!(waiting.last_error.unwrap(), "did not answer in time");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_conversation_that_was_left_answers_for_no_other_mail(pool: PgPool) {
    let mut post = Post::open(pool).await;
    post.mails = post.mails.clone().patient_for(Real::from_millis(500));
    post.server.reply([MailReply::Silence]);
    post.paid().await;
    post.paid().await;

    assert_eq!(post.deliver().await.len(), 1);
    let states = post.list().await.into_iter();
    let states = states.filter(|it| it.to == Addressee::Mail(MailKind::Confirmed));
    let mut states: Vec<_> = states.map(|it| it.state.to_string()).collect();
    states.sort();
    assert_eq!(states, ["delivered", "waiting"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_many_senders_one_sends_a_mail(pool: PgPool) {
    let post = Post::open(pool).await;
    for _ in 0..5 {
        post.paid().await;
    }
    post.shop.settle().await;

    let senders: Vec<_> = (0..4)
        .map(|_| {
            let (deliveries, mails) = (post.deliveries().clone(), post.mails.clone());
            tokio::spawn(async move { while deliveries.send_due_mail(&mails).await.unwrap() {} })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap();
    }
    let mut ids: Vec<_> = post.server.mails().into_iter().map(|it| it.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), post.server.mails().len()), (5, 5));
}

/// Asks for a link by mail, and sends what is due then.
async fn ask_password(post: &Post, email: &str) -> Result<Vec<Mail>, OrderError> {
    let people = &post.shop.engine.people;
    let here = IpAddr::from([192, 0, 2, 1]);
    people
        .ask_password_mail(email, &Market::default(), here)
        .await?;
    while people.send_due_password_mail(&post.mails).await? {}
    Ok(post.server.mails())
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_forgot_their_password_gets_a_link_that_works_once(pool: PgPool) {
    let post = Post::open(pool).await;
    post.shop.register("ada@example.com").await;

    let mails = ask_password(&post, " Ada@Example.com ").await.unwrap();
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, "ada@example.com"));
    let token = mails[0]
        .text
        .trim()
        .strip_prefix("https://shop.example.com/reset-password?reset=");
    let people = &post.shop.engine.people;
    people
        .reset_password(token.unwrap(), "another password")
        .await
        .unwrap();
    assert!(
        people
            .reset_password(token.unwrap(), "a third password")
            .await
            .is_err()
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_learns_who_has_an_account_nor_fills_their_mailbox(pool: PgPool) {
    let post = Post::open(pool).await;
    assert_eq!(ask_password(&post, "nobody@example.com").await.unwrap(), []);

    post.shop.register("ada@example.com").await;
    for _ in 0..3 {
        assert_eq!(
            ask_password(&post, "ada@example.com").await.unwrap().len(),
            1
        );
    }
    post.shop.wait(Duration::minutes(5));
    assert_eq!(
        ask_password(&post, "ada@example.com").await.unwrap().len(),
        2
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn links_for_passwords_are_asked_for_only_so_often(pool: PgPool) {
    let post = Post::open(pool).await;

    let mut refused = None;
    for _ in 0..20 {
        refused = refused.or(ask_password(&post, "ada@example.com").await.err());
    }
    assert!(
        matches!(refused, Some(OrderError::Refused(Refusal::TooOften { .. }))),
        "{refused:?}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_link_that_was_not_taken_is_mailed_again(pool: PgPool) {
    let post = Post::open(pool).await;
    post.shop.register("ada@example.com").await;
    post.server.reply([MailReply::Code(452)]);
    assert_eq!(ask_password(&post, "ada@example.com").await.unwrap(), []);

    post.shop.wait(Duration::minutes(1));
    let people = &post.shop.engine.people;
    assert!(people.send_due_password_mail(&post.mails).await.unwrap());
    assert!(!people.send_due_password_mail(&post.mails).await.unwrap());
    assert_eq!(post.server.mails().len(), 1);
}

/// Where a process that may die finds the mail server.
const MAIL_SERVER: &str = "MAIL_SERVER";

/// What writes mail in a process that may die, where it is to.
fn sender_of_life() -> Option<Mails> {
    let url = std::env::var(MAIL_SERVER).ok()?;
    Some(sender(&url))
}

/// The shop of a process that may die, with customers written to where they are to be.
pub(crate) fn writing(mut shop: Shop) -> Shop {
    if sender_of_life().is_some() {
        shop.engine.deliveries = shop.engine.deliveries.clone().writing_mail();
    }
    shop
}

/// Writes what is due.
pub(crate) async fn write_due(shop: &Shop) {
    if let Some(mails) = sender_of_life() {
        shop.wait(Duration::minutes(3));
        while let Ok(true) = shop.engine.deliveries.send_due_mail(&mails).await {}
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_mail_survives_every_fault(pool: PgPool) {
    let post = Post::open(pool.clone()).await;
    let mut before = 0;
    for failpoint in FAILPOINTS {
        for action in ACTIONS {
            let what = format!("{failpoint}={action}");
            let variables = [(MAIL_SERVER, post.server.url())];
            let died = failpoints::meet(&pool, "written to", failpoint, action, &variables).await;
            assert_eq!(died, *action == "return(abort)", "{what} was not reached");

            // Long enough for another server to take over what a dead one had claimed.
            for _ in 0..5 {
                post.shop.wait(Duration::minutes(2));
                post.deliver().await;
            }
            let mails = post.server.mails().split_off(before);
            assert!((1..=2).contains(&mails.len()), "{what}: {mails:?}");
            assert!(mails.iter().all(|it| it.id == mails[0].id), "{what}");
            let states: Vec<_> = post.list().await.iter().map(|it| it.state).collect();
            assert!(
                states.iter().all(|it| *it == DeliveryState::Delivered),
                "{what}: {states:?}"
            );
            before += mails.len();
            clear(&pool).await;
        }
    }
}

/// What a mail meets on its way.
pub(crate) const FAILPOINTS: &[&str] = &[
    "claim_mail::before_commit",
    "claim_mail::after_commit",
    "send_mail::before_call",
    "send_mail::after_call",
    "record_mail::before_commit",
    "record_mail::after_commit",
    "drop_mail::before_commit",
    "drop_mail::after_commit",
];
