use orders::{
    Cart, CartId, CodeProblem, Currency, ExplanationKind, Language, Market, PriceChange,
    engine::MIGRATOR,
};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use crate::shop::{Shop, staff};

/// A shop with mugs of 400 g: in euros by post up to 1 kg or by bike up to 5 kg, and in yen.
async fn shop(pool: PgPool) -> Shop {
    let shop = Shop::open(pool).await;
    shop.sell(json!({"ref": "3", "title": "Cup", "variants": [
        {"sku": "CUP", "title": "Blue", "titles": {"de": "Blau"}, "price_minor": 1500, "on_hand": 100, "grams": 400},
    ], "texts": {"de": {"title": "Tasse"}}}))
    .await;
    open_storefronts(&shop).await;
    give_out_codes(&shop).await;
    shop
}

async fn open_storefronts(shop: &Shop) {
    let (catalogue, admin) = (&shop.engine.catalogue, staff());
    let euro = json!({"code": "euro", "name": "Europe", "path": "eu", "currency": "EUR", "languages": ["en", "de"],
        "tax_basis_points": 1900, "prices_include_tax": true});
    let yen = json!({"code": "yen", "name": "Japan", "path": "jp", "currency": "JPY", "languages": ["en"],
        "tax_basis_points": 1000, "prices_include_tax": true});
    for storefront in [euro, yen] {
        let document = serde_json::from_value(storefront).unwrap();
        catalogue.create_storefront(&admin, document).await.unwrap();
    }
    let post = json!({"code": "post", "names": {"en": "Post"}, "days_least": 2, "days_most": 3,
        "price": {"by_weight": [{"up_to_grams": 1000, "price_minor": 490}]}});
    let bike = json!({"code": "bike", "names": {"en": "Bike"}, "days_least": 4, "days_most": 7,
        "price": {"by_weight": [{"up_to_grams": 5000, "price_minor": 900}]}});
    for method in [post, bike] {
        let terms = serde_json::from_value(method).unwrap();
        let added = catalogue.add_delivery_method(&admin, "euro", terms).await;
        added.unwrap();
    }
    let prices = [("euro", "CUP", 1_190), ("yen", "MUG", 2_600)].map(|(storefront, sku, price)| {
        PriceChange {
            storefront: storefront.to_owned(),
            sku: sku.to_owned(),
            price_minor: Some(price),
        }
    });
    catalogue.set_prices(&admin, &prices).await.unwrap();
}

async fn give_out_codes(shop: &Shop) {
    for code in [
        json!({"code": "TEN", "kind": {"percent": 1000}}),
        json!({"code": "EURO5", "kind": {"amount": 500}, "minimum_minor": 3000, "storefront": "euro"}),
        json!({"code": "POSTFREE", "kind": "free_delivery"}),
        json!({"code": "ONCE", "kind": {"percent": 5000}, "use_limit": 1}),
    ] {
        let code = serde_json::from_value(code).unwrap();
        shop.engine.discounts.create(&staff(), code).await.unwrap();
    }
}

fn market(storefront: &str, language: Language) -> Market {
    Market {
        storefront: storefront.to_owned(),
        language: Some(language),
    }
}

async fn cart_of(shop: &Shop, lines: &[(&str, i32)]) -> CartId {
    let cart = CartId(Uuid::new_v4());
    for (sku, quantity) in lines {
        shop.engine.carts.add(cart, sku, *quantity).await.unwrap();
    }
    cart
}

async fn find(shop: &Shop, cart: CartId, storefront: &str) -> Cart {
    let market = market(storefront, Language::En);
    shop.engine.carts.find(cart, &market).await.unwrap()
}

async fn enter(shop: &Shop, cart: CartId, code: &str) {
    let carts = &shop.engine.carts;
    carts.enter_code(cart, Some(code)).await.unwrap();
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_cart_says_why_its_code_takes_nothing_off(pool: PgPool) {
    let shop = shop(pool).await;
    let cart = cart_of(&shop, &[("CUP", 2)]).await;
    let at = async |code: &str, storefront: &str| {
        enter(&shop, cart, code).await;
        let cart = find(&shop, cart, storefront).await;
        (cart.problem, cart.total_minor)
    };

    assert_eq!(at(" ten ", "euro").await, (None, 2_380 - 238 + 490));
    assert_eq!(
        at("NONSENSE", "euro").await,
        (Some(CodeProblem::Unknown), 2_380 + 490)
    );
    assert_eq!(
        at("EURO5", "euro").await,
        (Some(CodeProblem::Minimum(3_000)), 2_380 + 490)
    );
    assert_eq!(at("EURO5", "default").await.0, Some(CodeProblem::Elsewhere));
    assert_eq!(at("", "euro").await, (None, 2_380 + 490));
    assert_eq!(find(&shop, cart, "euro").await.discount_code, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_that_somebody_else_used_up_takes_nothing_off_any_more(pool: PgPool) {
    let shop = shop(pool).await;
    let cart = cart_of(&shop, &[("CUP", 2)]).await;
    enter(&shop, cart, "ONCE").await;
    assert_eq!(find(&shop, cart, "euro").await.problem, None);

    let order = json!({"items": [{"sku": "CUP", "quantity": 1}], "customer": {"email": "ada@example.com", "name": "Ada"},
        "storefront": "euro", "discount_code": "ONCE"});
    shop.place(&staff(), order).await.unwrap();

    let now = find(&shop, cart, "euro").await;
    assert_eq!(now.problem, Some(CodeProblem::UsedUp));
    assert_eq!(now.total_minor, 2_380 + 490);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_cart_travels_by_what_was_chosen_or_else_by_the_first_that_carries_it(pool: PgPool) {
    let shop = shop(pool).await;
    let cart = cart_of(&shop, &[("CUP", 2)]).await;
    let carts = &shop.engine.carts;
    let now = find(&shop, cart, "euro").await;
    assert_eq!(now.shipping_method.as_deref(), Some("post"));
    let offered = now.shipping_methods.iter();
    let offered: Vec<_> = offered
        .map(|it| (it.code.as_str(), it.price_minor))
        .collect();
    assert_eq!(offered, [("post", 490), ("bike", 900)]);

    carts.choose_delivery(cart, "bike").await.unwrap();
    assert_eq!(find(&shop, cart, "euro").await.total_minor, 2_380 + 900);
    carts.choose_delivery(cart, "post").await.unwrap();
    carts.set(cart, "CUP", 4).await.unwrap();
    let heavy = find(&shop, cart, "euro").await;

    assert_eq!(heavy.shipping_method.as_deref(), Some("bike"), "1.6 kg");
    assert_eq!(heavy.total_minor, 4 * 1_190 + 900);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_cart_that_nothing_carries_says_so_and_cannot_be_bought(pool: PgPool) {
    let shop = shop(pool).await;
    let cart = cart_of(&shop, &[("CUP", 20)]).await;

    let heavy = find(&shop, cart, "euro").await;

    assert!(heavy.is_too_heavy && !heavy.can_be_had());
    assert_eq!(heavy.shipping_methods, []);
    assert_eq!(heavy.total_minor, 20 * 1_190);
    let mut kinds = heavy.explanation.iter().filter_map(|it| it.kind);
    assert!(!kinds.any(|it| it == ExplanationKind::Delivery));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_for_free_delivery_makes_every_way_of_it_free(pool: PgPool) {
    let shop = shop(pool).await;
    let cart = cart_of(&shop, &[("CUP", 2)]).await;
    enter(&shop, cart, "POSTFREE").await;

    let free = find(&shop, cart, "euro").await;

    assert_eq!(free.total_minor, 2_380);
    assert!(free.shipping_methods.iter().all(|it| it.price_minor == 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_a_storefront_does_not_sell_stays_in_the_cart_and_costs_nothing_there(pool: PgPool) {
    let shop = shop(pool).await;
    let cart = cart_of(&shop, &[("CUP", 2), ("MUG", 1)]).await;

    let yen = find(&shop, cart, "yen").await;

    assert_eq!(yen.currency, Currency::JPY);
    let lines: Vec<_> = yen
        .lines
        .iter()
        .map(|it| (it.sku.as_str(), it.is_sold, it.total_minor))
        .collect();
    assert_eq!(lines, [("CUP", false, 0), ("MUG", true, 2_600)]);
    assert_eq!(yen.total_minor, 2_600);
    assert!(!yen.can_be_had());
    let dollars = find(&shop, cart, "default").await;
    assert!(dollars.can_be_had());
    assert_eq!(dollars.total_minor, (2 * 1_500 + 1_800) * 11 / 10);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_cart_and_its_order_are_told_in_the_language_that_is_read(pool: PgPool) {
    let shop = shop(pool).await;
    let cart = cart_of(&shop, &[("CUP", 1)]).await;
    let german = market("euro", Language::De);
    let carts = &shop.engine.carts;

    let cart = carts.find(cart, &german).await.unwrap();
    let order = json!({"items": [{"sku": "CUP", "quantity": 1}], "customer": {"email": "ada@example.com", "name": "Ada"},
        "storefront": "euro", "language": "de"});
    let order = shop.place(&staff(), order).await.unwrap();

    assert_eq!(cart.lines[0].title, "Tasse, Blau");
    assert_eq!(order.items[0].title, "Tasse, Blau");
    assert_eq!(
        (order.language, order.total_minor),
        (Language::De, cart.total_minor)
    );
    assert_eq!(order.explanation, cart.explanation);
    assert_eq!(order.explanation[0].rule, "1 Artikel zum Preis des Shops");
}
