//! The shop in its storefronts, as browsers without JavaScript see it.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use orders::{Caller, StorefrontDocument, engine::MIGRATOR};
use serde_json::{Value, json};
use server::demo::{API_KEY, Demo};
use sqlx::PgPool;
use test_services::Mail;

use crate::{
    mails::Postman,
    test_app::{Answer, PAYS, TestApp, cookie, form},
};

pub(crate) const SERVICE: (&str, &str) = ("x-api-key", API_KEY);
const GERMAN: (&str, &str) = ("accept-language", "de-DE,de;q=0.9,en;q=0.5");

pub(crate) async fn demo(pool: PgPool) -> TestApp {
    let app = TestApp::empty(pool).await;
    Demo::load(&app.engine).await.unwrap();
    app
}

/// A browser in one storefront.
pub(crate) struct Visitor<'a> {
    pub(crate) app: &'a TestApp,
    pub(crate) prefix: &'static str,
    pub(crate) language: &'static str,
    pub(crate) cookie: String,
}

impl<'a> Visitor<'a> {
    /// Somebody with a flask and notebooks in their cart.
    pub(crate) async fn with_cart(
        app: &'a TestApp,
        prefix: &'static str,
        language: &'static str,
    ) -> Self {
        let mut visitor = Self {
            app,
            prefix,
            language,
            cookie: String::new(),
        };
        for fields in ["product=11&sku=FLASK-500", "product=3&sku=NOTEBOOK-3"] {
            let answer = visitor.post("/fn/add_to_cart", fields).await;
            if visitor.cookie.is_empty() {
                visitor.cookie = cookie(&answer);
            }
            assert_eq!(answer.header("location"), visitor.at("/cart"));
        }
        visitor
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    pub(crate) async fn post(&self, path: &str, fields: &str) -> Answer {
        let headers = [
            ("sec-fetch-site", "same-origin"),
            ("accept-language", self.language),
            ("cookie", self.cookie.as_str()),
        ];
        let answer = self.app.ask(form(&self.at(path), fields, &headers)).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.body);
        answer
    }

    pub(crate) async fn open(&self, path: &str) -> String {
        let headers = [
            ("accept-language", self.language),
            ("cookie", self.cookie.as_str()),
        ];
        self.app.get(&self.at(path), &headers).await.body
    }

    /// Checks out with what is in the cart, and returns where that leads to.
    pub(crate) async fn check_out(&self, address: &str, expected_minor: i64) -> String {
        self.check_out_with(PAYS, address, expected_minor).await
    }

    pub(crate) async fn check_out_with(
        &self,
        card: &str,
        address: &str,
        expected_minor: i64,
    ) -> String {
        let storefront = match self.prefix {
            "/eu" => "euro",
            "/jp" => "yen",
            _ => "default",
        };
        let fields = format!(
            "form[key]=k&form[storefront]={storefront}&form[email]=robin%40test.example&form[name]=Robin&form[card_number]={card}\
             &form[expected_total_minor]={expected_minor}&{address}"
        );
        let answer = self.post("/fn/place_order", &fields).await;
        answer.header("location").to_owned()
    }
}

const AMERICA: &str = "form[street]=218+Alder+Street&form[city]=Portland&form[state]=OR\
                       &form[postal_code]=97205&form[country]=US";
pub(crate) const BERLIN: &str =
    "form[street]=Poststr.+1&form[city]=Berlin&form[postal_code]=10115&form[country]=DE";
const TOKYO: &str =
    "form[street]=1-2-3+Jingumae&form[state]=Tokyo&form[postal_code]=150-0001&form[country]=JP";

/// The addresses that a page's links and forms lead to.
fn links(html: &str) -> BTreeSet<String> {
    [" href=\"", " action=\"", " formaction=\""]
        .iter()
        .flat_map(|name| html.split(name).skip(1))
        .filter_map(|it| it.split_once('"'))
        .map(|(link, _)| link.to_owned())
        .collect()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_link_of_a_shop_stays_in_it(pool: PgPool) {
    let app = demo(pool).await;
    let visitor = Visitor::with_cart(&app, "/eu", "de").await;
    let order = visitor.check_out(BERLIN, 5_270).await;
    let order = order.strip_prefix("/eu").unwrap().to_owned();
    let full = Visitor::with_cart(&app, "/eu", "de").await;

    for path in [
        "",
        "/?q=brass",
        "/?q=zeppelin",
        "/products/6",
        "/products/11",
        "/products/101",
        "/cart",
        "/checkout",
        "/sign-in",
        "/register",
        "/account/orders",
        "/nowhere",
        &order,
    ] {
        let visitor = if path == order { &visitor } else { &full };
        let page = visitor.open(path).await;
        for link in links(&page) {
            let is_here =
                link.starts_with("/eu") || link.starts_with(['#', '?']) || link.is_empty();
            let is_file = ["/pkg/", "/icons.svg", "/favicon.svg", "http", "mailto:"]
                .iter()
                .any(|it| link.starts_with(it));
            // The way to the other storefronts, which leads to the same page.
            let path = path.split('?').next().unwrap_or_default();
            let is_switch = link.starts_with("/jp") || link.split('?').next() == Some(path);
            let is_front = path.is_empty() && (link == "/" || link.starts_with("/?"));
            assert!(
                is_here || is_file || is_switch || is_front,
                "{path}: {link}"
            );
        }
    }
}

/// The id of the order whose page this is.
pub(crate) fn id_in(page: &str) -> &str {
    page.trim_start_matches("/order/")
        .trim_end_matches("?placed")
}

/// What an order says about its money, to compare.
fn working(order: &Value) -> Vec<(String, i64)> {
    let steps = order["explanation"].as_array().unwrap().iter();
    steps
        .map(|it| {
            let label = it["label"].as_str().unwrap().to_owned();
            (label, it["amount_minor"].as_i64().unwrap())
        })
        .collect()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_cart_costs_in_every_storefront_what_its_pages_its_order_and_the_api_say(pool: PgPool) {
    let app = demo(pool).await;
    let postman = Postman::of(&app).await;
    for (prefix, code, language, address, method, total, shown, steps) in [
        // 3600 + 1400 = 5000; 10 % off; express 1200; 10 % tax on 5700 is 570.
        (
            "",
            "default",
            "en",
            AMERICA,
            "express",
            6_270,
            "$62.70",
            vec![
                ("Items", 5_000),
                ("Discount", -500),
                ("Delivery", 1_200),
                ("Tax", 570),
            ],
        ),
        // 3490 + 1290 = 4780; 10 % off is 478; express 1490; 42.29 · 19/119 = 6.75, 15.63 · 7/107 = 1.02.
        (
            "/eu",
            "euro",
            "de",
            BERLIN,
            "express",
            5_792,
            "57,92\u{a0}€",
            vec![
                ("Artikel", 4_780),
                ("Rabatt", -478),
                ("Versand", 1_490),
                ("Enthält 6,75\u{a0}€ MwSt. (19 %)", 0),
                ("Enthält 1,02\u{a0}€ MwSt. (7 %)", 0),
            ],
        ),
        // 5200 + 1980 = 7180; 10 % off; by weight 1100; 7562 · 10/110 = 687.
        (
            "/jp",
            "yen",
            "en",
            TOKYO,
            "next_day",
            7_562,
            "¥7,562",
            vec![
                ("Items", 7_180),
                ("Discount", -718),
                ("Delivery", 1_100),
                ("Includes ¥687 tax", 0),
            ],
        ),
    ] {
        let visitor = Visitor::with_cart(&app, prefix, language).await;
        visitor
            .post(
                "/fn/enter_code",
                "form[discount_code]=welcome10&next=%2Fcart",
            )
            .await;
        let choice = format!("form[shipping_method]={method}&next=%2Fcart");
        let answer = visitor.post("/fn/choose_delivery", &choice).await;
        assert_eq!(answer.header("location"), visitor.at("/cart#delivery"));
        for path in ["/cart", "/checkout"] {
            let page = visitor.open(path).await;
            assert!(page.contains(shown), "{prefix}{path}: {shown}");
            for (label, _) in &steps {
                assert!(page.contains(label), "{prefix}{path}: {label}");
            }
        }

        let old = visitor.check_out(address, total - 1).await;
        assert_eq!(old, visitor.at("/checkout?error=total_changed"));
        let page = visitor.check_out(address, total).await;

        let page = page.strip_prefix(prefix).unwrap();
        let id = id_in(page);
        let shown_page = visitor.open(page).await;
        assert!(shown_page.contains(shown), "{prefix}: {shown}");
        let path = format!("/api/v1/orders/{id}");
        let order = app.get(&path, &[SERVICE]).await.json();
        assert_eq!(order["total_minor"], total);
        assert_eq!(order["storefront"], code);
        assert_eq!(order["language"], language);
        assert_eq!(order["shipping_method"]["code"], method);
        assert_eq!(order["discount_code"], "WELCOME10");
        let told = working(&order);
        let told: Vec<_> = told
            .iter()
            .map(|(label, minor)| (label.as_str(), *minor))
            .collect();
        assert_eq!(told, steps);
        let mail = postman.deliver().await.pop().unwrap();
        assert_explains(&mail, &order, shown);

        let all = app
            .post(&format!("{path}/refunds"), &[SERVICE], json!({}))
            .await;
        assert_eq!(all.status, StatusCode::CREATED, "{}", all.body);
        let order = app.get(&path, &[SERVICE]).await.json();
        assert_eq!(order["refunded_minor"], total);
        assert_eq!(order["refunds"][0]["amount_minor"], total);
        assert_eq!(order["refunds"][0]["tax_minor"], order["tax_minor"]);
        let mail = postman.deliver().await.pop().unwrap();
        assert_explains(&mail, &order, shown);
        let back = mail.text.matches(shown).count();
        assert!(
            back >= 3,
            "the total, its refund, and what it is for: {}",
            mail.text
        );
    }
}

/// The mail says every step to the total, as the API does.
fn assert_explains(mail: &Mail, order: &Value, total: &str) {
    let said = |words: &str| {
        let html = words.replace('&', "&amp;");
        assert!(mail.text.contains(words), "{words}: {}", mail.text);
        assert!(mail.html.contains(&html), "{words}: {}", mail.html);
    };
    assert!(
        mail.subject.contains(&order["number"].to_string()),
        "{}",
        mail.subject
    );
    said(total);
    for step in order["explanation"].as_array().unwrap() {
        for part in ["label", "rule"] {
            said(step[part].as_str().unwrap());
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_a_storefront_does_not_sell_is_in_none_of_its_lists_and_marked_in_the_cart(
    pool: PgPool,
) {
    let app = demo(pool).await;
    let yen = app
        .get("/api/v1/products?storefront=yen&limit=100", &[])
        .await
        .json();
    let references: Vec<_> = yen["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["ref"].as_str().unwrap())
        .collect();
    assert!(
        !references.contains(&"12") && !references.contains(&"101"),
        "{references:?}"
    );
    assert_eq!(
        app.get("/jp/products/12", &[GERMAN]).await.status,
        StatusCode::NOT_FOUND
    );
    let dollars = Visitor::with_cart(&app, "", "en").await;
    dollars
        .post("/fn/add_to_cart", "product=12&sku=SCALE-LETTER")
        .await;

    let japan = Visitor {
        prefix: "/jp",
        ..dollars
    };
    let cart = japan.open("/cart").await;

    assert!(cart.contains("Letter scale") && cart.contains("Not sold in this shop"));
    assert!(!cart.contains("href=\"/jp/checkout\""));
    assert!(japan.open("/checkout").await.contains("Back to the cart"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_link_with_a_token_stays_in_its_shop(pool: PgPool) {
    let app = demo(pool).await;
    let id = "0190a0a0-0000-7000-8000-000000000000";

    let answer = app.get(&format!("/eu/order/{id}?token=abc"), &[]).await;

    assert_eq!(answer.header("location"), format!("/eu/order/{id}"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_that_was_only_typed_is_entered_before_anything_is_paid(pool: PgPool) {
    let app = demo(pool).await;
    let visitor = Visitor::with_cart(&app, "", "en").await;

    let typed = format!("{AMERICA}&form[discount_code]=welcome10");
    let asked = visitor.check_out(&typed, 5_500).await;

    assert_eq!(asked, "/checkout?error=code_first#code");
    let orders = app.get("/api/v1/orders", &[SERVICE]).await.json();
    assert_eq!(orders["data"], json!([]));
    assert!(visitor.open("/checkout").await.contains("Pay $49.50"));
    let paid = visitor.check_out(AMERICA, 4_950).await;
    assert!(paid.starts_with("/order/"), "{paid}");
}

/// Another storefront may have taken the address that the buyer looked at, or it has closed: the same number is another sum
/// of money there.
#[sqlx::test(migrator = "MIGRATOR")]
async fn a_total_that_was_seen_in_another_storefront_is_not_charged(pool: PgPool) {
    let app = demo(pool).await;
    let visitor = Visitor::with_cart(&app, "/eu", "en").await;
    let fields = |storefront: &str| {
        format!(
            "form[key]=k&form[storefront]={storefront}&form[email]=robin%40test.example&form[name]=Robin\
             &form[card_number]={PAYS}&form[expected_total_minor]=5270&{BERLIN}"
        )
    };

    let refused = visitor.post("/fn/place_order", &fields("default")).await;
    assert_eq!(
        refused.header("location"),
        "/eu/checkout?error=total_changed"
    );
    let orders = app.get("/api/v1/orders", &[SERVICE]).await.json();
    assert_eq!(orders["data"], json!([]));
    let paid = visitor.post("/fn/place_order", &fields("euro")).await;
    assert!(paid.header("location").starts_with("/eu/order/"));
}

/// A form posts to its own shop, whatever the browser says of where it comes from.
#[sqlx::test(migrator = "MIGRATOR")]
async fn the_form_of_a_shop_that_closed_reaches_no_other(pool: PgPool) {
    let app = demo(pool).await;
    let visitor = Visitor::with_cart(&app, "/eu", "en").await;
    let (catalogue, system) = (&app.engine.catalogue, Caller::system("test"));
    let closed = catalogue.open_storefront(&system, "euro", false).await;
    closed.unwrap();

    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("cookie", visitor.cookie.as_str()),
    ];
    let answer = app.ask(form("/eu/fn/place_order", BERLIN, &headers)).await;

    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let orders = app.get("/api/v1/orders", &[SERVICE]).await.json();
    assert_eq!(orders["data"], json!([]));
}

/// Who changes the language, the shop or the cart in the middle of the checkout finds there what they typed.
#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_typed_into_the_checkout_is_kept_when_it_is_left(pool: PgPool) {
    let app = demo(pool).await;
    let visitor = Visitor::with_cart(&app, "/eu", "en").await;
    let typed = format!("form[name]=Robin+Typed&form[shipping_method]=express&{BERLIN}");

    let german = format!("language=de&{typed}");
    let answer = visitor.post("/fn/choose_language", &german).await;
    assert_eq!(answer.header("location"), "/eu/checkout");
    let page = visitor.open("/checkout").await;
    assert!(page.contains("Robin Typed") && page.contains("Poststr. 1"));
    assert!(page.contains("value=\"express\" checked"));

    let leaving = format!("next=%2Fcheckout&{typed}");
    let answer = visitor.post("/fn/leave_checkout", &leaving).await;
    assert_eq!(answer.header("location"), "/checkout");
    // A page of the checkout on which nothing can be typed: an empty cart's.
    let answer = visitor.post("/fn/choose_language", "language=en").await;
    assert_eq!(answer.header("location"), "/eu/checkout");
    assert!(visitor.open("/checkout").await.contains("Robin Typed"));
    let elsewhere = format!("next=%2F%2Fevil.example&{typed}");
    let answer = visitor.post("/fn/leave_checkout", &elsewhere).await;
    assert_eq!(answer.header("location"), "/");
    // No parcel of the yen shop goes to Germany: the address is not taken for one in Japan.
    let japan = Visitor {
        prefix: "/jp",
        ..visitor
    };
    let page = japan.open("/checkout").await;
    assert!(page.contains("Robin Typed") && page.contains("This shop does not send to Germany"));
    assert!(!page.contains("Poststr. 1"));
}

/// A storefront on a host of its own is left for the others by whole addresses: there a path of theirs is its own page.
#[sqlx::test(migrator = "MIGRATOR")]
async fn a_shop_on_its_own_host_leads_back_to_the_others(pool: PgPool) {
    let app = demo(pool).await;
    let app = TestApp::with(app.engine, |it| {
        it.public_url = Some("https://shop.example".to_owned());
    });
    let (catalogue, system) = (&app.engine.catalogue, Caller::system("test"));
    let yen = catalogue.storefront(&system, "yen").await.unwrap();
    let hosted = StorefrontDocument {
        path: None,
        host: Some("shop.example.jp".to_owned()),
        ..StorefrontDocument::from(yen)
    };
    let changed = catalogue.change_storefront(&system, "yen", hosted);
    changed.await.unwrap();

    let there = app.get("/cart", &[("host", "shop.example.jp")]).await.body;
    let here = app.get("/cart", &[("host", "shop.example")]).await.body;

    assert!(there.contains("href=\"https://shop.example/cart\""));
    assert!(there.contains("href=\"/eu/cart\""));
    assert!(here.contains("href=\"//shop.example.jp/cart\""));
    assert!(!there.contains("Your cart comes along") && !here.contains("Your cart comes along"));
}
