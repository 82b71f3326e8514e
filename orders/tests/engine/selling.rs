//! Setting up where things are sold, for how much, and how they travel.

use std::future::Future;

use orders::{
    Address, Caller, Currency, DeliveryTerms, FieldError, Identity, Language, Market, OrderError,
    PriceChange, Refusal, Role, ServiceKeyId, Storefront, StorefrontDocument, engine::MIGRATOR,
};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use crate::shop::{Shop, ada, guest, refusal, staff};

/// A storefront in Europe: euros, 19 % in the prices, 7 % for books.
fn europe() -> StorefrontDocument {
    serde_json::from_value(json!({
        "code": "eu", "name": "Europe", "path": "eu", "currency": "EUR", "languages": ["de", "en"],
        "tax_basis_points": 1900, "tax_rates": {"books": 700}, "prices_include_tax": true,
        "shipping_countries": ["DE", "AT"],
    }))
    .unwrap()
}

fn post(price: Value) -> DeliveryTerms {
    serde_json::from_value(json!({
        "code": "post", "names": {"en": "Post", "de": "Mit der Post"}, "price": price, "days_least": 1, "days_most": 3,
    }))
    .unwrap()
}

fn price(storefront: &str, sku: &str, price_minor: Option<i64>) -> PriceChange {
    PriceChange {
        storefront: storefront.to_owned(),
        sku: sku.to_owned(),
        price_minor,
    }
}

fn person(role: Role) -> Caller {
    Caller {
        identity: Identity::Person {
            id: Uuid::new_v4().into(),
            role,
        },
        order_tokens: Vec::new(),
        request_id: "test".to_owned(),
    }
}

fn service() -> Caller {
    Caller {
        identity: Identity::Service(ServiceKeyId(Uuid::new_v4())),
        ..person(Role::Admin)
    }
}

fn errors<T: std::fmt::Debug>(result: Result<T, OrderError>) -> Vec<FieldError> {
    match result {
        Err(OrderError::Refused(Refusal::Invalid(errors))) => errors,
        other => panic!("not invalid: {other:?}"),
    }
}

fn pointers<T: std::fmt::Debug>(result: Result<T, OrderError>) -> Vec<String> {
    errors(result).into_iter().map(|it| it.pointer).collect()
}

/// The shop with a storefront in Europe, where the mug costs €20.00 and the post €4.90.
async fn european_shop(pool: PgPool) -> Shop {
    let shop = Shop::open(pool).await;
    let catalogue = &shop.engine.catalogue;
    let admin = staff();
    catalogue.create_storefront(&admin, europe()).await.unwrap();
    let changes = [price("eu", "MUG", Some(2_000))];
    catalogue.set_prices(&admin, &changes).await.unwrap();
    let post = post(json!({"flat": 490}));
    (catalogue.add_delivery_method(&admin, "eu", post).await).unwrap();
    shop
}

fn in_europe(more: Value) -> Value {
    let mut order = json!({
        "storefront": "eu", "items": [{"sku": "MUG", "quantity": 1}], "customer": ada(),
        "shipping_address": {"street": "Hauptstr. 1", "city": "Wien", "country": "AT", "postal_code": "1010"},
    });
    let fields = order.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    order
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_storefront_sells_at_its_own_prices_taxes_and_deliveries(pool: PgPool) {
    let shop = european_shop(pool).await;

    let order = shop.place(&guest(&[]), in_europe(json!({}))).await.unwrap();

    assert_eq!(order.currency, Currency::EUR);
    assert_eq!(
        (
            order.subtotal_minor,
            order.shipping_minor,
            order.tax_minor,
            order.total_minor
        ),
        // 24.90 · 19/119 = 3.9756…
        (2_000, 490, 398, 2_490)
    );
    assert_eq!(order.language, Language::De);
    assert_eq!(order.shipping_method.unwrap().name, "Mit der Post");
    let lamp = json!({"items": [{"sku": "LAMP", "quantity": 1}]});
    let unsold = shop.place(&guest(&[]), in_europe(lamp)).await;
    assert_eq!(pointers(unsold), ["/items/0"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_term_of_a_storefront_changes_and_the_next_order_is_placed_by_it(pool: PgPool) {
    let shop = european_shop(pool).await;
    let (catalogue, admin) = (&shop.engine.catalogue, staff());
    // Servers remember the terms from here on.
    let before = shop.place(&guest(&[]), in_europe(json!({}))).await.unwrap();

    let books = json!({"tax_class": "books"});
    let books = serde_json::from_value(books).unwrap();
    catalogue.change_product(&admin, "1", books).await.unwrap();
    let changed = StorefrontDocument {
        tax_rates: [("books".to_owned(), 1_000)].into(),
        prices_include_tax: false,
        tax_delivery: false,
        languages: vec!["en".to_owned()],
        shipping_countries: Some(vec!["at".to_owned()]),
        ..europe()
    };
    let changed = catalogue.change_storefront(&admin, "eu", changed).await;

    assert_eq!(changed.unwrap().tax_rates["books"], 1_000);
    let order = shop.place(&guest(&[]), in_europe(json!({}))).await.unwrap();
    // 10 % of 20.00 on top, nothing on the post.
    assert_eq!((order.tax_minor, order.total_minor), (200, 2_690));
    assert_eq!(order.language, Language::En);
    let address = Address {
        country: "DE".to_owned(),
        ..order.shipping_address.unwrap()
    };
    let to_germany = in_europe(json!({"shipping_address": address}));
    let refused = shop.place(&guest(&[]), to_germany).await;
    assert_eq!(pointers(refused), ["/shipping_address/country"]);
    // What was placed before stays as it was.
    assert_eq!(shop.find(before.id).await.total_minor, 2_490);
    assert_eq!(shop.find(before.id).await.explanation, before.explanation);
}

/// Servers remember how a storefront sells. What they remember must not refuse what it offers by now.
#[sqlx::test(migrator = "MIGRATOR")]
async fn what_a_storefront_offers_anew_can_be_ordered_at_once(pool: PgPool) {
    let shop = european_shop(pool.clone()).await;
    let elsewhere = Shop::open_another(pool);
    let admin = staff();
    for shop in [&shop, &elsewhere] {
        shop.place(&guest(&[]), in_europe(json!({}))).await.unwrap();
    }
    let express = DeliveryTerms {
        code: "express".to_owned(),
        ..post(json!({"flat": 1_500}))
    };
    let changed = StorefrontDocument {
        shipping_countries: Some(vec!["FR".to_owned()]),
        ..europe()
    };

    let catalogue = &shop.engine.catalogue;
    catalogue
        .change_storefront(&admin, "eu", changed)
        .await
        .unwrap();
    (catalogue.add_delivery_method(&admin, "eu", express).await).unwrap();

    let paris = json!({
        "shipping_method": "express",
        "shipping_address": {"street": "1 rue de Rivoli", "city": "Paris", "country": "FR", "postal_code": "75001"},
    });
    for shop in [&shop, &elsewhere] {
        let order = shop.place(&guest(&[]), in_europe(paris.clone())).await;
        assert_eq!(order.unwrap().shipping_minor, 1_500);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_closed_storefront_takes_no_orders_until_it_opens_again(pool: PgPool) {
    let shop = european_shop(pool).await;
    let (catalogue, admin) = (&shop.engine.catalogue, staff());
    shop.place(&guest(&[]), in_europe(json!({}))).await.unwrap();

    catalogue
        .open_storefront(&admin, "eu", false)
        .await
        .unwrap();

    let refused = shop.place(&guest(&[]), in_europe(json!({}))).await;
    assert_eq!(pointers(refused), ["/storefront"]);
    let seen = catalogue.storefront(&guest(&[]), "eu").await;
    assert!(matches!(
        seen,
        Err(OrderError::Refused(Refusal::NotFound(_)))
    ));
    assert!(
        !catalogue
            .storefront(&person(Role::Staff), "eu")
            .await
            .unwrap()
            .is_open
    );
    catalogue.open_storefront(&admin, "eu", true).await.unwrap();
    assert!(shop.place(&guest(&[]), in_europe(json!({}))).await.is_ok());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_currency_that_something_is_counted_in_stays(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let (catalogue, admin) = (&shop.engine.catalogue, staff());
    catalogue.create_storefront(&admin, europe()).await.unwrap();
    let change = async |code: &str, currency: &str| {
        let document = StorefrontDocument {
            currency: currency.to_owned(),
            path: (code == "eu").then(|| "eu".to_owned()),
            ..europe()
        };
        catalogue.change_storefront(&staff(), code, document).await
    };

    assert_eq!(change("eu", "JPY").await.unwrap().currency, Currency::JPY);
    assert_eq!(change("eu", "EUR").await.unwrap().currency, Currency::EUR);
    let changes = [price("eu", "MUG", Some(2_000))];
    catalogue.set_prices(&admin, &changes).await.unwrap();
    assert_eq!(pointers(change("eu", "JPY").await), ["/currency"]);
    shop.place(&guest(&[]), in_europe(json!({}))).await.unwrap();
    let none = [price("eu", "MUG", None)];
    catalogue.set_prices(&admin, &none).await.unwrap();
    assert_eq!(pointers(change("eu", "JPY").await), ["/currency"]);
    assert!(change("eu", "EUR").await.is_ok());
    // The variants' own prices are the default storefront's.
    assert_eq!(pointers(change("default", "EUR").await), ["/currency"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn storefronts_are_found_at_one_address_each(pool: PgPool) {
    let shop = european_shop(pool).await;
    let (catalogue, admin) = (&shop.engine.catalogue, staff());
    let host = StorefrontDocument {
        host: Some("eu.example.com".to_owned()),
        ..europe()
    };
    catalogue
        .change_storefront(&admin, "eu", host.clone())
        .await
        .unwrap();
    let twin = |code: &str, path: Option<&str>| StorefrontDocument {
        code: code.to_owned(),
        path: path.map(str::to_owned),
        ..host.clone()
    };

    let same_code = catalogue
        .create_storefront(&admin, twin("eu", Some("x")))
        .await;
    let same_path = catalogue
        .create_storefront(&admin, twin("x", Some("eu")))
        .await;
    let same_host = catalogue.create_storefront(&admin, twin("x", None)).await;
    let unknown = catalogue.change_storefront(&admin, "x", europe()).await;

    assert!(matches!(
        same_code,
        Err(OrderError::Refused(Refusal::Exists(_)))
    ));
    assert_eq!(pointers(same_path), ["/path"]);
    assert_eq!(pointers(same_host), ["/host"]);
    assert!(matches!(
        unknown,
        Err(OrderError::Refused(Refusal::NotFound(_)))
    ));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn prices_are_set_all_or_none_and_taken_away_again(pool: PgPool) {
    let shop = european_shop(pool).await;
    let (catalogue, admin) = (&shop.engine.catalogue, staff());
    let dollars = StorefrontDocument {
        code: "us".to_owned(),
        path: Some("us".to_owned()),
        currency: "USD".to_owned(),
        ..europe()
    };
    catalogue.create_storefront(&admin, dollars).await.unwrap();
    let of_mug = async || {
        let prices = catalogue.product_prices(&staff(), "1").await.unwrap();
        let rows = prices.into_iter();
        rows.map(|it| (it.storefront, it.price_minor, it.is_own))
            .collect::<Vec<_>>()
    };
    let row = |code: &str, minor, is_own| (code.to_owned(), minor, is_own);

    assert_eq!(
        of_mug().await,
        [
            row("default", Some(1_800), true),
            row("eu", Some(2_000), true),
            row("us", Some(1_800), false)
        ]
    );
    let wrong = [
        price("default", "MUG", Some(1_500)),
        price("default", "LAMP", None),
        price("mars", "MUG", Some(1)),
        price("eu", "NOTHING", Some(1)),
    ];
    assert_eq!(
        pointers(catalogue.set_prices(&admin, &wrong).await),
        [
            "/prices/1/price_minor",
            "/prices/2/storefront",
            "/prices/3/sku"
        ]
    );
    assert_eq!(of_mug().await[0].1, Some(1_800), "nothing of it was done");
    let right = [
        price("default", "MUG", Some(1_500)),
        price("us", "MUG", Some(1_400)),
        price("eu", "MUG", None),
    ];
    catalogue.set_prices(&service(), &right).await.unwrap();
    assert_eq!(
        of_mug().await,
        [
            row("default", Some(1_500), true),
            row("eu", None, false),
            row("us", Some(1_400), true)
        ]
    );
    let page = catalogue.storefront_prices(&admin, "us", None, None, 2);
    let (first, next) = page.await.unwrap();
    let skus: Vec<_> = first.iter().map(|it| it.sku.as_str()).collect();
    assert_eq!((skus, next.as_deref()), (vec!["LAMP", "MUG"], Some("MUG")));
    let search = catalogue.storefront_prices(&admin, "us", Some(" lAm"), None, 2);
    let (found, _) = search.await.unwrap();
    let titles: Vec<_> = found.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(titles, ["Lamp"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_first_way_of_delivery_is_the_usual_one(pool: PgPool) {
    let shop = european_shop(pool).await;
    let (catalogue, admin) = (&shop.engine.catalogue, staff());
    let bike = DeliveryTerms {
        code: "bike".to_owned(),
        ..post(json!({"by_weight": [{"up_to_grams": 300, "price_minor": 250}]}))
    };
    (catalogue
        .add_delivery_method(&admin, "eu", bike.clone())
        .await)
        .unwrap();
    let usual = async || {
        let order = shop.place(&guest(&[]), in_europe(json!({}))).await.unwrap();
        (order.shipping_method.unwrap().code, order.shipping_minor)
    };
    let order = async |codes: &[&str]| {
        let codes: Vec<_> = codes.iter().map(|it| (*it).to_owned()).collect();
        catalogue
            .order_delivery_methods(&staff(), "eu", &codes)
            .await
    };

    assert_eq!(usual().await, ("post".to_owned(), 490));
    order(&["bike", "post"]).await.unwrap();
    assert_eq!(usual().await, ("bike".to_owned(), 250));
    for wrong in [
        &["bike"][..],
        &["bike", "bike", "post"],
        &["bike", "post", "van"],
    ] {
        assert_eq!(errors(order(wrong).await).len(), 1, "{wrong:?}");
    }

    let dearer = DeliveryTerms {
        free_from_minor: Some(2_000),
        ..bike.clone()
    };
    (catalogue
        .change_delivery_method(&admin, "eu", "bike", dearer)
        .await)
        .unwrap();
    assert_eq!(usual().await, ("bike".to_owned(), 0));
    catalogue
        .remove_delivery_method(&admin, "eu", "bike")
        .await
        .unwrap();
    assert_eq!(usual().await, ("post".to_owned(), 490));
    let gone = catalogue.remove_delivery_method(&admin, "eu", "bike").await;
    assert!(matches!(
        gone,
        Err(OrderError::Refused(Refusal::NotFound(_)))
    ));
    let twin = catalogue
        .add_delivery_method(&admin, "eu", post(json!({"flat": 0})))
        .await;
    assert!(matches!(twin, Err(OrderError::Refused(Refusal::Exists(_)))));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_product_speaks_german_is_taxed_as_a_book_and_weighs_something(pool: PgPool) {
    let shop = european_shop(pool).await;
    let (catalogue, admin) = (&shop.engine.catalogue, staff());
    let heavy = post(json!({"by_weight": [{"up_to_grams": 500, "price_minor": 490}]}));
    (catalogue
        .change_delivery_method(&admin, "eu", "post", heavy)
        .await)
        .unwrap();
    let change = async |change: Value| {
        let change = serde_json::from_value(change).unwrap();
        catalogue.change_product(&staff(), "1", change).await
    };

    let changed = change(json!({
        "tax_class": "books", "texts": {"de": {"title": "Becher"}}, "grams": {"MUG": 400},
    }));
    let details = changed.await.unwrap();

    assert_eq!(
        (details.tax_class.as_str(), details.grams["MUG"]),
        ("books", 400)
    );
    assert_eq!(
        catalogue.product_details(&admin, "1").await.unwrap(),
        details
    );
    let german = Market {
        storefront: "eu".to_owned(),
        language: Some(Language::De),
    };
    assert_eq!(
        catalogue.product(&german, "1").await.unwrap().title,
        "Becher"
    );
    let order = shop.place(&guest(&[]), in_europe(json!({}))).await.unwrap();
    // 24.90 · 7/107 = 1.6289…
    assert_eq!(
        (order.tax_minor, order.items[0].title.as_str()),
        (163, "Becher")
    );
    let two = json!({"items": [{"sku": "MUG", "quantity": 2}]});
    let too_heavy = shop.place(&guest(&[]), in_europe(two)).await;
    assert_eq!(pointers(too_heavy), ["/shipping_method"]);
    assert_eq!(
        pointers(change(json!({"grams": {"LAMP": 1}})).await),
        ["/grams/LAMP"]
    );
    let taken_away = change(json!({"texts": {"de": null}})).await.unwrap();
    assert!(taken_away.texts.is_empty());
    assert_eq!(catalogue.product(&german, "1").await.unwrap().title, "Mug");
}

/// What staff, services, customers and guests get for an answer.
async fn refusals<T, F: Future<Output = Result<T, OrderError>>>(
    act: impl Fn(Caller) -> F,
) -> [Option<Refusal>; 4] {
    let callers = [
        person(Role::Staff),
        service(),
        person(Role::Customer),
        guest(&[]),
    ];
    let mut refusals = [const { None }; 4];
    for (place, caller) in refusals.iter_mut().zip(callers) {
        if let Err(OrderError::Refused(refusal)) = act(caller).await {
            *place = Some(refusal);
        }
    }
    refusals
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_admins_set_up_storefronts_and_services_may_set_prices(pool: PgPool) {
    let shop = european_shop(pool).await;
    let catalogue = &shop.engine.catalogue;
    let (no, sign_in) = (Some(Refusal::Forbidden), Some(Refusal::SignInNeeded));
    let admins_only = [no.clone(), no.clone(), no.clone(), sign_in.clone()];
    let and_services = [no.clone(), None, no.clone(), sign_in.clone()];
    let who_works_here = [None, None, no, sign_in];
    let flat = || post(json!({"flat": 1}));
    let mars = || StorefrontDocument {
        code: "mars".to_owned(),
        path: None,
        ..europe()
    };
    let mug = [price("eu", "MUG", Some(2_000))];

    assert_eq!(
        refusals(async |it| catalogue.create_storefront(&it, mars()).await).await,
        admins_only
    );
    assert_eq!(
        refusals(async |it| catalogue.change_storefront(&it, "eu", europe()).await).await,
        admins_only
    );
    assert_eq!(
        refusals(async |it| catalogue.open_storefront(&it, "eu", true).await).await,
        admins_only
    );
    assert_eq!(
        refusals(async |it| catalogue.add_delivery_method(&it, "eu", flat()).await).await,
        admins_only
    );
    assert_eq!(
        refusals(async |it| catalogue
            .change_delivery_method(&it, "eu", "post", flat())
            .await)
        .await,
        admins_only
    );
    assert_eq!(
        refusals(async |it| catalogue
            .order_delivery_methods(&it, "eu", &["post".to_owned()])
            .await)
        .await,
        admins_only
    );
    assert_eq!(
        refusals(async |it| catalogue.remove_delivery_method(&it, "eu", "x").await).await,
        admins_only
    );
    assert_eq!(
        refusals(async |it| catalogue.set_prices(&it, &mug).await).await,
        and_services
    );
    assert_eq!(
        refusals(async |it| catalogue.change_product(&it, "1", Default::default()).await).await,
        and_services
    );
    assert_eq!(
        refusals(async |it| catalogue.product_prices(&it, "1").await).await,
        who_works_here
    );
    assert_eq!(
        refusals(async |it| catalogue.storefront_prices(&it, "eu", None, None, 9).await).await,
        who_works_here
    );
    assert_eq!(
        refusals(async |it| catalogue.product_details(&it, "1").await).await,
        who_works_here
    );
    let none = [None, None, None, None];
    assert_eq!(
        refusals(async |it| catalogue.delivery_terms(&it, "eu").await).await,
        none
    );
}

/// Two who change what is offered wait for each other, and orders for neither.
#[sqlx::test(migrator = "MIGRATOR")]
async fn many_who_change_the_catalogue_at_once_get_through(pool: PgPool) {
    let shop = std::sync::Arc::new(european_shop(pool).await);
    let stock = shop
        .engine
        .catalogue
        .set_stock(&staff(), "MUG", 1_000)
        .await;
    stock.unwrap();
    let mut tasks = Vec::new();
    for round in 0..12 {
        let changing = shop.clone();
        tasks.push(tokio::spawn(async move {
            let (catalogue, admin) = (&changing.engine.catalogue, staff());
            match round % 3 {
                0 => {
                    let changes = [
                        price("eu", "MUG", Some(2_000 + round)),
                        price("default", "MUG", Some(1_800)),
                    ];
                    catalogue.set_prices(&admin, &changes).await.unwrap();
                }
                1 => {
                    let tax_basis_points = 1_900 + i32::try_from(round).unwrap();
                    let changed = StorefrontDocument {
                        tax_basis_points,
                        ..europe()
                    };
                    catalogue
                        .change_storefront(&admin, "eu", changed)
                        .await
                        .unwrap();
                }
                _ => {
                    let post = post(json!({"flat": 490 + round}));
                    (catalogue
                        .change_delivery_method(&admin, "eu", "post", post)
                        .await)
                        .unwrap();
                }
            }
        }));
        let buying = shop.clone();
        tasks.push(tokio::spawn(async move {
            match buying.place(&guest(&[]), in_europe(json!({}))).await {
                // The catalogue changed under it again and again.
                Ok(_) | Err(OrderError::Busy) => {}
                Err(error) => panic!("{error:?}"),
            }
        }));
    }

    for task in tasks {
        task.await.unwrap();
    }

    assert!(shop.violated().await.is_empty());
    assert!(shop.place(&guest(&[]), in_europe(json!({}))).await.is_ok());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_default_storefront_is_changed_like_any_other(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let (catalogue, admin) = (&shop.engine.catalogue, staff());
    let before = catalogue
        .storefront(&admin, Storefront::DEFAULT)
        .await
        .unwrap();
    let mut document = StorefrontDocument::from(before);
    document.name = "Corner shop".to_owned();
    document.tax_basis_points = 825;

    catalogue
        .change_storefront(&admin, Storefront::DEFAULT, document)
        .await
        .unwrap();

    let all = catalogue.storefronts().await.unwrap();
    assert_eq!(
        (all[0].name.as_str(), all[0].tax_basis_points),
        ("Corner shop", 825)
    );
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    // 8.25 % of 18.00 is 1.485.
    assert_eq!(order.tax_minor, 149);
    let wrong = json!({"items": [{"sku": "MUG", "quantity": 1}], "customer": ada(), "expected_total_minor": 1});
    let refused = refusal(shop.place(&guest(&[]), wrong).await);
    assert!(matches!(
        refused,
        Refusal::TotalChanged {
            actual_minor: 1_949,
            ..
        }
    ));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_default_storefront_keeps_its_tax_when_a_server_starts_again(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let (catalogue, admin) = (&shop.engine.catalogue, staff());
    let tax = async || catalogue.storefronts().await.unwrap()[0].tax_basis_points;
    let before = catalogue.storefront(&admin, Storefront::DEFAULT).await;
    let mut document = StorefrontDocument::from(before.unwrap());
    document.tax_basis_points = 1_900;
    let changed = catalogue.change_storefront(&admin, Storefront::DEFAULT, document);
    changed.await.unwrap();

    catalogue.set_up_storefront(&admin, 0, None).await.unwrap();
    assert_eq!(tax().await, 1_900);

    // Unless whoever runs the server insists.
    catalogue
        .set_up_storefront(&admin, 0, Some(825))
        .await
        .unwrap();
    assert_eq!(tax().await, 825);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn where_parcels_go_matters_to_parcels_alone(pool: PgPool) {
    let shop = european_shop(pool).await;
    let catalogue = &shop.engine.catalogue;
    let seat = [price("eu", "NIGHT-1", Some(3_000))];
    catalogue.set_prices(&staff(), &seat).await.unwrap();
    let mut nowhere = in_europe(json!({}));
    nowhere.as_object_mut().unwrap().remove("shipping_address");
    let address =
        json!({"street": "1 Main St", "city": "Austin", "country": "US", "postal_code": "73301"});
    let mut ticket = in_europe(json!({"items": [{"sku": "NIGHT-1", "quantity": 1}]}));
    ticket["shipping_address"] = address;

    let refused = pointers(shop.place(&guest(&[]), nowhere).await);
    assert_eq!(refused, ["/shipping_address"]);
    assert!(shop.place(&guest(&[]), ticket).await.is_ok());
}
