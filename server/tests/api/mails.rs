//! What customers are written, as their mail server gets it.

use app::mail::write;
use axum::http::StatusCode;
use orders::{
    engine::{Deliveries, MIGRATOR},
    services::mail::Mails,
};
use serde_json::json;
use sqlx::PgPool;
use test_services::{Mail, MailReply, MailServer};

use crate::{
    browser::Browser,
    test_app::{KEY, PAYS, TestApp, cookie, form, guest_order},
};

const SITE: &str = "https://shop.example";

/// What brings the letters of a shop to its customers.
pub(crate) struct Postman<'a> {
    app: &'a TestApp,
    deliveries: Deliveries,
    mails: Mails,
    server: MailServer,
}

impl<'a> Postman<'a> {
    pub(crate) async fn of(app: &'a TestApp) -> Self {
        let server = MailServer::start().await.unwrap();
        Self {
            app,
            deliveries: app.engine.deliveries.clone().writing_mail(),
            mails: Mails::new(server.url(), "orders@shop.example", SITE, write).unwrap(),
            server,
        }
    }

    /// Lets workers and relay do what is due, and brings the mail that is due then. Returns all that has come so far.
    pub(crate) async fn deliver(&self) -> Vec<Mail> {
        while self.app.engine.orders.advance_due(10).await.unwrap() > 0 {}
        while self.deliveries.relay().await.unwrap() > 0 {}
        while self.deliveries.send_due_mail(&self.mails).await.unwrap() {}
        self.server.mails()
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_link_in_a_mail_opens_the_order_in_a_browser_that_knows_nothing(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let postman = Postman::of(&app).await;
    let order = app
        .post("/api/v1/orders", &[], guest_order(2, Some(PAYS)))
        .await;
    assert_eq!(order.status, StatusCode::CREATED, "{}", order.body);

    let mails = postman.deliver().await;
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, "ada@example.com"));
    let mut lines = mails[0].text.lines();
    let link = lines.find_map(|it| it.strip_prefix(SITE)).unwrap();
    let opened = app.get(link, &[]).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER);
    let clean = opened.header("location").to_owned();
    let cookie = cookie(&opened);
    let page = app.get(&clean, &[("cookie", &cookie)]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("$39.60"), "{}", page.body);
    assert_eq!(app.get(&clean, &[]).await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn staff_see_what_was_not_taken_and_send_it_again(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let postman = Postman::of(&app).await;
    postman.server.reply([MailReply::Code(550)]);
    let order = app
        .post("/api/v1/orders", &[], guest_order(1, Some(PAYS)))
        .await;
    let id = order.json()["id"].as_str().unwrap().to_owned();
    postman.deliver().await;

    let staff = Browser::of_staff(&app).await;
    let seen = [("cookie", staff.cookie.as_str())];
    let listed = app.get("/admin/mails?state=set_aside", &seen).await.body;
    assert!(listed.contains("as the test wants it"), "{listed}");
    let page = app.get(&format!("/admin/orders/{id}"), &seen).await.body;
    let mails = page.split("Mails to the customer").nth(1).unwrap();
    let delivery = mails.split("name=\"id\" value=\"").nth(1).unwrap();
    let delivery = delivery.split('"').next().unwrap();

    let fields = format!("id={delivery}&next=%2Fadmin%2Forders%2F{id}");
    let customer = Browser::of_person(&app, "ada").await;
    let ours = [
        ("cookie", customer.cookie.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    let refused = app.ask(form("/fn/resend_delivery", &fields, &ours)).await;
    assert!(
        refused.header("location").ends_with("?error=forbidden"),
        "{:?}",
        refused.headers
    );
    assert_eq!(postman.deliver().await, []);

    let (page, _) = staff.send("/fn/resend_delivery", &fields).await;
    assert_eq!(page, format!("/admin/orders/{id}?done=resent"));
    assert_eq!(postman.deliver().await.len(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn programs_read_what_an_orders_customer_was_written(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (postman, service) = (Postman::of(&app).await, [("x-api-key", KEY)]);
    let order = app
        .post("/api/v1/orders", &[], guest_order(1, Some(PAYS)))
        .await;
    let order = order.json();
    app.post("/api/v1/orders", &[], guest_order(1, Some(PAYS)))
        .await;
    postman.deliver().await;

    let path = format!(
        "/api/v1/deliveries?target=mail&state=delivered&order={}",
        order["id"].as_str().unwrap()
    );
    let listed = app.get(&path, &service).await.json();
    let mails = listed["data"].as_array().unwrap();
    assert_eq!(mails.len(), 1, "{listed}");
    let mail = &mails[0];
    assert_eq!(
        (
            &mail["mail"],
            &mail["order_number"],
            &mail["type"],
            &mail["last_status"]
        ),
        (
            &json!("confirmed"),
            &order["number"],
            &json!("order.status_changed"),
            &json!(250)
        )
    );
    assert!(mail.get("webhook_id").is_none());
    let silence = app
        .get("/api/v1/deliveries?target=webhook", &service)
        .await
        .json();
    assert_eq!(silence["data"], json!([]));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_forgot_their_password_comes_back_in_by_mail(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let mut engine = app.engine.clone();
    engine.deliveries = engine.deliveries.clone().writing_mail();
    let app = TestApp::with(engine, |_| {});
    let postman = Postman::of(&app).await;
    let ours = [("sec-fetch-site", "same-origin")];
    let signs_in = app.get("/sign-in", &[]).await.body;
    assert!(signs_in.contains("href=\"/forgot-password\""), "{signs_in}");

    let asked = app
        .ask(form(
            "/fn/ask_password_mail",
            "email=ada%40test.example",
            &ours,
        ))
        .await;
    assert_eq!(asked.header("location"), "/forgot-password?done=asked");
    assert!(
        app.get("/forgot-password?done=asked", &[])
            .await
            .body
            .contains("a link is on its way")
    );
    assert!(
        app.engine
            .people
            .send_due_password_mail(&postman.mails)
            .await
            .unwrap()
    );
    let mail = postman.server.mails().remove(0);
    let link = mail
        .text
        .lines()
        .find_map(|it| it.strip_prefix(SITE))
        .unwrap()
        .to_owned();
    assert!(app.get(&link, &[]).await.body.contains("Choose a password"));

    let token = link.split('=').nth(1).unwrap();
    let fields = format!("reset={token}&new_password=a+password+of+my+own");
    let chosen = app.ask(form("/fn/reset_password", &fields, &ours)).await;
    assert_eq!(chosen.header("location"), "/sign-in");
    let fields = "email=ada%40test.example&password=a+password+of+my+own";
    let entered = app.ask(form("/fn/sign_in", fields, &ours)).await;
    assert_eq!(entered.header("location"), "/account/orders");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn where_no_mail_is_sent_nobody_waits_for_one(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let postman = Postman::of(&app).await;

    let page = app.get("/forgot-password", &[]).await.body;
    assert!(
        page.contains("This shop sends no mail") && !page.contains("ask_password_mail"),
        "{page}"
    );
    let ours = [("sec-fetch-site", "same-origin")];
    app.ask(form(
        "/fn/ask_password_mail",
        "email=ada%40test.example",
        &ours,
    ))
    .await;
    assert!(
        !app.engine
            .people
            .send_due_password_mail(&postman.mails)
            .await
            .unwrap()
    );
}
