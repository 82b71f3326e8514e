use axum::http::{Method, StatusCode};
use orders::engine::MIGRATOR;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{SERVICE, covered, id, kind, pointers, shop, token};
use crate::test_app::{DELAYED, TestApp, guest_order};

const PATH: &str = "/orders";

fn portland() -> Value {
    json!({"street": "218 Alder Street", "city": "Portland", "state": "OR", "country": "US", "postalCode": "97201"})
}

/// One bag to Portland.
fn bag() -> Value {
    json!({
        "customerId": "c-1001",
        "items": [{"productId": "2", "variantId": "TOTE-INK", "quantity": 1}],
        "shippingAddress": portland(),
    })
}

async fn place(app: &TestApp) -> Value {
    let placed = app.post(PATH, &[SERVICE], bag()).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.body);
    placed.json()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_is_placed_with_its_stock_taken_and_read(pool: PgPool) {
    let app = shop(pool).await;

    let placed = app.post(PATH, &[SERVICE], bag()).await;

    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.body);
    let order = placed.json();
    let path = format!("{PATH}/{}", id(&order));
    assert_eq!(placed.header("location"), path);
    assert_eq!(
        covered(&order),
        json!({
            "id": "…", "customerId": "c-1001", "status": "PENDING",
            "items": [{"productId": "2", "variantId": "TOTE-INK", "quantity": 1, "unitPrice": "64.00"}],
            "shippingAddress": portland(), "shippingInfo": null, "totalAmount": "70.40", "currency": "USD",
            "createdAt": "…", "updatedAt": "…",
        })
    );
    let read = app.get(&path, &[SERVICE]).await;
    assert_eq!((read.status, read.json()), (StatusCode::OK, order.clone()));
    assert_eq!(app.stock("TOTE-INK").await, (39, 0));
    let canonical = format!("/api/v1/orders/{}", id(&order));
    let canonical = app.get(&canonical, &[SERVICE]).await.json();
    assert_eq!(
        (&canonical["status"], &canonical["payment_status"]),
        (&json!("confirmed"), &json!("none"))
    );
    assert_eq!(app.violated().await, Vec::<String>::new());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_goes_from_processing_to_delivered(pool: PgPool) {
    let app = shop(pool).await;
    let order = place(&app).await;
    let path = format!("{PATH}/{}/status", id(&order));
    let set = async |word: &str| app.put(&path, &[SERVICE], json!({"status": word})).await;

    for word in ["PROCESSING", "SHIPPED", "DELIVERED"] {
        let answer = set(word).await;
        assert_eq!(
            (answer.status, &answer.json()["status"]),
            (StatusCode::OK, &json!(word))
        );
    }
    let late = set("CANCELED").await;
    assert_eq!(
        (late.status, kind(&late)),
        (StatusCode::CONFLICT, "not_allowed".to_owned())
    );
    let problem = late.json();
    assert_eq!(
        (&problem["current"], &problem["allowed"], &problem["detail"]),
        (
            &json!("DELIVERED"),
            &json!([]),
            &json!("An order that is DELIVERED does not allow this.")
        )
    );
    for word in ["PENDING", "LOST", ""] {
        assert_eq!(
            set(word).await.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{word}"
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_pending_order_is_shipped_by_way_of_processing_and_not_delivered(pool: PgPool) {
    let app = shop(pool).await;
    let order = place(&app).await;
    let path = format!("{PATH}/{}/status", id(&order));
    let set = async |word: &str| app.put(&path, &[SERVICE], json!({"status": word})).await;

    let too_soon = set("DELIVERED").await;
    let shipped = set("SHIPPED").await;

    assert_eq!(too_soon.status, StatusCode::CONFLICT);
    let problem = too_soon.json();
    assert_eq!(
        (&problem["current"], &problem["allowed"]),
        (
            &json!("PENDING"),
            &json!(["PROCESSING", "SHIPPED", "CANCELED"])
        )
    );
    assert_eq!(
        (shipped.status, &shipped.json()["status"]),
        (StatusCode::OK, &json!("SHIPPED"))
    );
    let history = format!("/api/v1/orders/{}/history", id(&order));
    let history = app.get(&history, &[SERVICE]).await.json();
    let states: Vec<_> = (history["data"].as_array().unwrap().iter())
        .map(|it| it["to"].as_str().unwrap())
        .collect();
    assert_eq!(states[states.len() - 2..], ["processing", "shipped"]);
    assert_eq!(app.violated().await, Vec::<String>::new());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_admin_does_what_a_service_does(pool: PgPool) {
    let app = shop(pool).await;
    let admin = token("1", "admin");
    let admin = [("authorization", admin.as_str())];

    let placed = app.post(PATH, &admin, bag()).await;

    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.body);
    let path = format!("{PATH}/{}", id(&placed.json()));
    assert_eq!(app.get(&path, &admin).await.status, StatusCode::OK);
    let parcel = json!({"trackingCompany": "DHL", "trackingNumber": "1"});
    let told = app.put(&format!("{path}/shipping"), &admin, parcel).await;
    assert_eq!(told.status, StatusCode::OK);
    let status = json!({"status": "PROCESSING"});
    let set = app.put(&format!("{path}/status"), &admin, status).await;
    assert_eq!(set.json()["status"], "PROCESSING");
    let deleted = app.call(Method::DELETE, &path, &admin, None).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_is_cancelled_by_either_spelling(pool: PgPool) {
    let app = shop(pool).await;
    for word in ["CANCELED", "cancelled"] {
        let order = place(&app).await;
        let path = format!("{PATH}/{}/status", id(&order));

        let answer = app.put(&path, &[SERVICE], json!({"status": word})).await;

        assert_eq!(
            (answer.status, &answer.json()["status"]),
            (StatusCode::OK, &json!("CANCELED"))
        );
    }
    assert_eq!(app.stock("TOTE-INK").await, (40, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn shipping_is_told_before_or_after_sending_until_it_arrives(pool: PgPool) {
    let app = shop(pool).await;
    let order = place(&app).await;
    let path = format!("{PATH}/{}", id(&order));
    let tell = async |shipping: Value| {
        app.put(&format!("{path}/shipping"), &[SERVICE], shipping)
            .await
    };
    let set = async |word: &str| {
        let status = json!({"status": word});
        app.put(&format!("{path}/status"), &[SERVICE], status)
            .await
            .json()
    };
    let dhl = json!({
        "trackingCompany": "DHL", "trackingNumber": "JD014600", "estimatedDeliveryDate": "2024-03-21T00:00:00Z",
    });

    let told = tell(dhl.clone()).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.body);
    assert_eq!(
        (&told.json()["status"], &told.json()["shippingInfo"]),
        (&json!("PENDING"), &dhl)
    );
    set("PROCESSING").await;
    assert_eq!(set("SHIPPED").await["shippingInfo"], dhl);
    let ups = json!({"trackingCompany": "UPS", "trackingNumber": "1Z", "estimatedDeliveryDate": "2024-03-22"});
    let put_right = tell(ups).await.json();
    assert_eq!(
        (&put_right["status"], &put_right["shippingInfo"]),
        (
            &json!("SHIPPED"),
            &json!({"trackingCompany": "UPS", "trackingNumber": "1Z", "estimatedDeliveryDate": "2024-03-22T00:00:00Z"})
        )
    );
    let wrong = tell(json!({"trackingCompany": " "})).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        pointers(&wrong.json()),
        ["/trackingCompany", "/trackingNumber"]
    );
    let nonsense = tell(
        json!({"trackingCompany": "UPS", "trackingNumber": "1", "estimatedDeliveryDate": "soon"}),
    )
    .await;
    assert_eq!(nonsense.status, StatusCode::BAD_REQUEST);
    set("DELIVERED").await;
    let late = tell(dhl).await;
    assert_eq!(
        (late.status, &late.json()["current"]),
        (StatusCode::CONFLICT, &json!("DELIVERED"))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_deleted_order_is_gone_and_its_stock_back(pool: PgPool) {
    let app = shop(pool).await;
    let order = place(&app).await;
    let path = format!("{PATH}/{}", id(&order));

    let deleted = app.call(Method::DELETE, &path, &[SERVICE], None).await;

    assert_eq!(
        (deleted.status, deleted.body.as_str()),
        (StatusCode::NO_CONTENT, "")
    );
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::DELETE, path.clone()),
        (Method::GET, format!("/v1/orders/{}", id(&order))),
    ] {
        let answer = app.call(method, &path, &[SERVICE], None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(app.stock("TOTE-INK").await, (40, 0));
    assert_eq!(app.violated().await, Vec::<String>::new());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn processing_confirms_another_familys_order_unless_a_payment_runs(pool: PgPool) {
    let app = shop(pool).await;
    let place = async |card| {
        app.post("/api/v1/orders", &[], guest_order(1, card))
            .await
            .json()
    };
    let process = async |order: &Value| {
        let path = format!("{PATH}/{}/status", id(order));
        app.put(&path, &[SERVICE], json!({"status": "PROCESSING"}))
            .await
    };

    let unpaid = process(&place(None).await).await;
    let running = process(&place(Some(DELAYED)).await).await;

    assert_eq!(
        (unpaid.status, &unpaid.json()["status"]),
        (StatusCode::OK, &json!("PROCESSING"))
    );
    assert_eq!(
        (running.status, kind(&running)),
        (StatusCode::CONFLICT, "payment_running".to_owned())
    );
    assert_eq!(app.stock("MUG-WHITE").await, (399, 1));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn products_and_variants_are_named_in_whatever_way_and_what_is_unknown_is_refused(
    pool: PgPool,
) {
    let app = shop(pool).await;
    let place = async |item: Value| {
        let mut order = bag();
        order["items"] = json!([item]);
        app.post(PATH, &[SERVICE], order).await
    };

    for item in [
        json!({"productId": "1", "variantId": "MUG-WHITE", "quantity": 1}),
        json!({"productId": 1, "quantity": 1}),
        json!({"productId": "MUG-WHITE", "variantId": "1", "quantity": 1}),
        json!({"variantId": "MUG-WHITE", "quantity": 1}),
    ] {
        assert_eq!(
            place(item.clone()).await.status,
            StatusCode::CREATED,
            "{item}"
        );
    }
    for item in [
        json!({"productId": "999", "variantId": "999", "quantity": 1}),
        json!({"productId": "999", "variantId": "MUG-WHITE", "quantity": 1}),
        json!({"productId": "2", "variantId": "MUG-WHITE", "quantity": 1}),
        json!({"productId": "2", "quantity": 1}),
    ] {
        let answer = place(item.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{item}");
        assert_eq!(pointers(&answer.json()), ["/items/0"]);
    }
    let sold_out = place(json!({"productId": "6", "quantity": 1})).await;
    assert_eq!(
        (sold_out.status, kind(&sold_out)),
        (StatusCode::CONFLICT, "out_of_stock".to_owned())
    );
    assert_eq!(app.stock("MUG-WHITE").await, (396, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_cannot_be_used_is_named_as_a_storefront_calls_it(pool: PgPool) {
    let app = shop(pool).await;

    let empty = app.post(PATH, &[SERVICE], json!({})).await;
    let wrong = json!({
        "customerId": " ", "items": [{"productId": "1", "quantity": -1}],
        "shippingAddress": {"street": "1 Post Lane", "city": "Tokyo", "country": "JP"},
    });
    let wrong = app.post(PATH, &[SERVICE], wrong).await;

    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        pointers(&empty.json()),
        ["/items", "/customerId", "/shippingAddress"]
    );
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        pointers(&wrong.json()),
        [
            "/items/0/quantity",
            "/customerId",
            "/shippingAddress/postalCode"
        ]
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_repeat_is_answered_as_before(pool: PgPool) {
    let app = shop(pool).await;
    let headers = [SERVICE, ("idempotency-key", "abc")];

    let first = app.post(PATH, &headers, bag()).await;
    let again = app.post(PATH, &headers, bag()).await;

    assert_eq!((again.status, again.json()), (first.status, first.json()));
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(app.stock("TOTE-INK").await, (39, 0));
}
