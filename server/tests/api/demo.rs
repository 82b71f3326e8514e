use axum::http::StatusCode;
use orders::{OrderFilter, PageRequest, engine::MIGRATOR};
use serde_json::json;
use server::demo::{ADMIN_EMAIL, ADMIN_PASSWORD, API_KEY, Demo};
use sqlx::PgPool;

use crate::test_app::TestApp;

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_demo_is_loaded_once_and_has_what_it_promises(pool: PgPool) {
    let app = TestApp::empty(pool).await;

    Demo::load(&app.engine).await.unwrap();
    Demo::load(&app.engine).await.unwrap();

    let products = app.get("/api/v1/products?limit=100", &[]).await.json();
    let references: Vec<_> = products["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["ref"].as_str().unwrap())
        .collect();
    assert_eq!(
        references,
        [
            "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "101"
        ]
    );
    let of = |reference: &str| {
        products["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["ref"] == reference)
            .unwrap()
    };
    assert_eq!(of("2")["variants"].as_array().unwrap().len(), 2);
    assert_eq!(
        (
            &of("5")["variants"][0]["available"],
            &of("6")["variants"][0]["available"]
        ),
        (&json!(1), &json!(0))
    );
    let seats = of("101")["seats"].as_array().unwrap();
    assert_eq!(
        (seats.len(), &seats[0]["seat_code"], &seats[59]["seat_code"]),
        (60, &json!("A1"), &json!("F10"))
    );
    assert_eq!(
        app.get("/api/v1/orders", &[("x-api-key", API_KEY)])
            .await
            .status,
        StatusCode::OK
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_signs_in_with_the_demos_credentials_on_a_real_database(pool: PgPool) {
    let app = TestApp::empty(pool).await;
    Demo::load(&app.engine).await.unwrap();

    Demo::refuse(&app.engine).await.unwrap();

    let credentials = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
    assert_eq!(
        app.post("/api/v1/auth/token", &[], credentials)
            .await
            .status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        app.get("/api/v1/orders", &[("x-api-key", API_KEY)])
            .await
            .status,
        StatusCode::UNAUTHORIZED
    );
    let caller = orders::Caller::system("test");
    let listed = app
        .engine
        .orders
        .list(&caller, &OrderFilter::default(), PageRequest::first(1))
        .await;
    assert_eq!(listed.unwrap().data, []);
}
