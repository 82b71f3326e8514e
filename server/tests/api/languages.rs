//! The shop in its languages, as browsers without JavaScript see it.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use orders::engine::MIGRATOR;
use serde_json::json;
use sqlx::PgPool;

use crate::{
    storefronts::{BERLIN, SERVICE, Visitor, demo, id_in},
    test_app::{DECLINED, TestApp, cookie},
};

/// The parts of a page's HTML between its tags, with letters in them.
fn texts(html: &str) -> BTreeSet<String> {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let mut texts = BTreeSet::new();
    let mut is_code = false;
    for piece in body.split('<') {
        let Some((tag, text)) = piece.split_once('>') else {
            continue;
        };
        is_code = tag.starts_with("script") || (is_code && !tag.starts_with("/script"));
        let text = text.trim();
        if !is_code && text.chars().any(char::is_alphabetic) {
            texts.insert(text.to_owned());
        }
    }
    texts
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_on_a_german_page_is_said_in_english(pool: PgPool) {
    let app = demo(pool).await;
    let (english, german) = (
        Visitor::with_cart(&app, "/eu", "en").await,
        Visitor::with_cart(&app, "/eu", "de").await,
    );
    for visitor in [&english, &german] {
        visitor
            .post(
                "/fn/enter_code",
                "form[discount_code]=nonsense&next=%2Fcart",
            )
            .await;
    }
    // Names, and words that are the same in both languages.
    let same = [
        "Parcel &amp; Post",
        "Parcel &amp; Post Europe",
        "Parcel &amp; Post Japan",
        "English",
        "Deutsch",
        "Shop",
        "USD $",
        "EUR €",
        "JPY ¥",
        "500 ml",
        "The Sorting Office, Bath",
        "Waybill",
        "Express",
        // What they typed.
        "NONSENSE",
        "eu@example.com",
        "Hafenstraße 12, 20457 Hamburg",
    ];

    for path in [
        "",
        "/?q=zeppelin",
        "/?q=messing",
        "/products/6",
        "/products/11",
        "/products/101",
        "/products/nothing",
        "/cart",
        "/cart?error=out_of_stock",
        "/checkout",
        "/checkout?error=invalid",
        "/checkout?error=declined",
        "/sign-in",
        "/sign-in?error=wrong_credentials",
        "/register",
        "/account/orders",
    ] {
        let (in_english, in_german) = (english.open(path).await, german.open(path).await);
        assert!(in_german.contains("<html lang=\"de\""), "{path}");
        let (in_english, in_german) = (texts(&in_english), texts(&in_german));
        let untranslated: Vec<_> = in_english
            .intersection(&in_german)
            .filter(|it| !same.contains(&it.as_str()))
            // What was searched for, seats, and the countries that are called alike.
            .filter(|it| it.len() > 3 && !path.contains("q=") && !is_country(it))
            .collect();
        assert_eq!(untranslated, Vec::<&String>::new(), "{path}");
    }
}

/// Everything that an order's page says to its buyer, from paying to money that goes back.
async fn told_about_orders(app: &TestApp, language: &'static str) -> BTreeSet<String> {
    let mut told = BTreeSet::new();
    let declined = Visitor::with_cart(app, "/eu", language).await;
    let page = declined.check_out_with(DECLINED, BERLIN, 5_270).await;
    let page = page.strip_prefix("/eu").unwrap();
    told.append(&mut texts(&declined.open(page).await));
    let cancel = format!("id={}&reason=x", id_in(page));
    declined.post("/fn/cancel_order", &cancel).await;
    told.append(&mut texts(&declined.open(page).await));

    let buyer = Visitor::with_cart(app, "/eu", language).await;
    let page = buyer.check_out(BERLIN, 5_270).await;
    let page = page.strip_prefix("/eu").unwrap();
    told.append(&mut texts(&buyer.open(page).await));
    let path = format!("/api/v1/orders/{}", id_in(page));
    let parcel = json!({"carrier": "DHL", "tracking_number": "T-1", "estimated_delivery": "2030-05-01T00:00:00Z"});
    let sent = app
        .post(&format!("{path}/shipments"), &[SERVICE], parcel)
        .await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.body);
    told.append(&mut texts(&buyer.open(page).await));
    for status in ["delivered", "completed"] {
        let change = json!({ "status": status });
        let changed = app.put(&format!("{path}/status"), &[SERVICE], change).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
        told.append(&mut texts(&buyer.open(page).await));
    }
    for refund in [json!({"items": [{"line": 1, "quantity": 1}]}), json!({})] {
        let back = app
            .post(&format!("{path}/refunds"), &[SERVICE], refund)
            .await;
        assert_eq!(back.status, StatusCode::CREATED, "{}", back.body);
        told.append(&mut texts(&buyer.open(page).await));
    }
    told
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_on_a_german_orders_page_is_said_in_english(pool: PgPool) {
    let app = demo(pool).await;

    let english = told_about_orders(&app, "en").await;
    let german = told_about_orders(&app, "de").await;

    for words in [
        "Am Ende bezahlt",
        "Alles ist unterwegs",
        "Ihre Bank hat die Karte abgelehnt",
    ] {
        assert!(german.contains(words), "{words}: {german:#?}");
    }
    // What somebody typed, names, and words that are the same in both languages.
    let same = [
        "Robin",
        "Poststr. 1",
        "10115 Berlin",
        "DHL",
        "T-1",
        "x",
        "X",
        "Express",
        "English",
        "Deutsch",
        "Shop",
        "500 ml",
        "USD $",
        "EUR €",
        "JPY ¥",
        "eu@example.com",
    ];
    let untranslated: Vec<_> = english
        .intersection(&german)
        .filter(|it| !same.contains(&it.as_str()) && !it.starts_with("Parcel &amp; Post"))
        .collect();
    assert_eq!(untranslated, Vec::<&String>::new());
}

fn is_country(word: &str) -> bool {
    use orders::{Address, Language};
    let is_named = |language| Address::countries(language).iter().any(|it| it.1 == word);
    is_named(Language::En) && is_named(Language::De)
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_language_is_chosen_once_and_the_page_comes_back_in_it(pool: PgPool) {
    let app = demo(pool).await;
    let visitor = Visitor::with_cart(&app, "/eu", "en").await;

    let fields = "language=de&next=%2Fproducts%2F3";
    let answer = visitor.post("/fn/choose_language", fields).await;

    assert_eq!(answer.header("location"), "/eu/products/3");
    let chosen = cookie(&answer);
    assert_eq!(chosen, "language=de");
    let page = app.get("/eu/products/3", &[("cookie", &chosen)]).await;
    assert!(page.body.contains("In den Warenkorb"));
    let dollars = app.get("/products/3", &[("cookie", &chosen)]).await;
    assert!(
        dollars.body.contains("Add to cart"),
        "this storefront speaks English only"
    );
    let away = visitor
        .post("/fn/choose_language", "language=de&next=%2F%2Fevil.example")
        .await;
    assert_eq!(away.header("location"), "/eu");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_is_told_in_its_own_language_and_money_wherever_its_page_is_opened(pool: PgPool) {
    let app = demo(pool).await;
    let buyer = Visitor::with_cart(&app, "/eu", "de").await;
    let page = buyer.check_out(BERLIN, 5_270).await;
    let page = page.strip_prefix("/eu").unwrap().to_owned();

    let elsewhere = Visitor {
        prefix: "/jp",
        language: "en",
        cookie: buyer.cookie.clone(),
        app: &app,
    };
    let shown = elsewhere.open(&page).await;

    assert!(shown.contains("<html lang=\"en\"") && shown.contains("Parcel &amp; Post Japan"));
    assert!(
        shown.contains("class=\"order-page\" lang=\"de\"")
            || shown.contains("lang=\"de\" class=\"order-page\"")
    );
    assert!(
        shown.contains(&format!("href=\"/eu/order/{}?token=", id_in(&page))),
        "the link to keep leads to the shop of the order"
    );
    for words in [
        "52,70\u{a0}€",
        "Bezahlt",
        "Was Sie bestellt haben",
        "Mit der Post, 2–4 Werktage",
    ] {
        assert!(shown.contains(words), "{words}");
    }
}
