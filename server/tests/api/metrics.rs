use std::collections::BTreeMap;

use axum::http::StatusCode;
use orders::engine::MIGRATOR;
use sqlx::PgPool;

use crate::test_app::{DECLINED, KEY, PAYS, TestApp, guest_order};

/// The samples, by their name with its labels.
async fn samples(app: &TestApp) -> BTreeMap<String, f64> {
    let answer = app.get("/metrics", &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let lines = answer.body.lines().filter(|it| !it.starts_with('#'));
    lines
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            (name.to_owned(), value.parse().unwrap())
        })
        .collect()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_name_is_described_before_anything_happened(pool: PgPool) {
    let app = TestApp::start(pool).await;

    let text = app.get("/metrics", &[]).await.body;

    for (name, kind) in [
        ("http_request_duration_seconds", "histogram"),
        ("http_requests_total", "counter"),
        ("orders_created_total", "counter"),
        ("orders_status_total", "counter"),
        ("order_processing_duration_seconds", "histogram"),
        ("external_service_requests_total", "counter"),
        ("external_service_duration_seconds", "histogram"),
        ("database_query_duration_seconds", "histogram"),
        ("process_cpu_seconds_total", "counter"),
        ("process_resident_memory_bytes", "gauge"),
        ("process_heap_bytes", "gauge"),
        ("process_start_time_seconds", "gauge"),
        ("process_uptime_seconds", "gauge"),
        ("system_load1", "gauge"),
        ("build_info", "gauge"),
    ] {
        assert!(text.contains(&format!("# HELP {name} ")), "{name}");
        assert!(text.contains(&format!("# TYPE {name} {kind}\n")), "{name}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_figures_say_what_was_done(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let before = samples(&app).await;
    assert_eq!(before["orders_created_total"], 0.0);
    assert_eq!(before[r#"orders_status_total{status="confirmed"}"#], 0.0);

    for card in [Some(PAYS), Some(PAYS), Some(DECLINED), None] {
        app.post("/api/v1/orders", &[], guest_order(1, card)).await;
    }
    for id in ["first", "second", "third"] {
        app.get(&format!("/api/v1/orders/{id}"), &[("x-api-key", KEY)])
            .await;
    }
    app.get("/nowhere/at/all", &[]).await;
    while app.engine.deliveries.relay().await.unwrap() > 0 {}

    let after = samples(&app).await;
    let route = |method: &str, route: &str, status: u16| {
        let labels = format!(r#"method="{method}",route="{route}",status="{status}""#);
        let total = after.get(&format!("http_requests_total{{{labels}}}"));
        let count = after.get(&format!("http_request_duration_seconds_count{{{labels}}}"));
        assert_eq!(total, count);
        total.copied()
    };
    assert_eq!(after["orders_created_total"], 4.0);
    assert_eq!(after["order_processing_duration_seconds_count"], 4.0);
    for (state, count) in [
        ("pending", 4.0),
        ("payment_pending", 3.0),
        ("confirmed", 2.0),
        ("payment_failed", 1.0),
        ("shipped", 0.0),
    ] {
        let name = format!(r#"orders_status_total{{status="{state}"}}"#);
        assert_eq!(after[&name], count, "{state}");
    }
    assert_eq!(route("POST", "/api/v1/orders", 201), Some(3.0));
    assert_eq!(route("POST", "/api/v1/orders", 402), Some(1.0));
    assert_eq!(route("GET", "/api/v1/orders/{id}", 404), Some(3.0));
    assert_eq!(route("GET", "none", 404), Some(1.0));
    let of_ids = after
        .keys()
        .filter(|it| it.contains("first") || it.contains("nowhere"));
    assert_eq!(of_ids.collect::<Vec<_>>(), Vec::<&String>::new());
    assert!(after["process_resident_memory_bytes"] > 1_000_000.0);
    assert!(after["process_heap_bytes"] >= 0.0 && after["process_cpu_seconds_total"] > 0.0);
}
