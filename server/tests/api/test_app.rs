//! A server to talk to.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode},
    response::Response,
};
use http_body_util::BodyExt;
use leptos::config::LeptosOptions;
use orders::{
    Caller, Credentials, Engine, Role,
    engine::{Clock, Database, Secrets},
    services::payment::{Provider, Sandbox},
};
use serde_json::{Value, json};
use server::{AppState, Lifecycle, Parts, Pulse, Settings, metrics::Metrics, router};
use sqlx::PgPool;
use tower::ServiceExt;

pub(crate) const PAYS: &str = "4242424242424242";
pub(crate) const DECLINED: &str = "4000000000000002";
pub(crate) const DELAYED: &str = "4000000000000259";
pub(crate) const JWT_SECRET: &[u8] = b"a secret that only this test knows";
pub(crate) const CALLBACK_SECRET: &[u8] = b"what the payment service signs with";
pub(crate) const KEY: &str = "test-key";

/// Product 1 (MUG, $18.00, 10 of them), tax 10 %; an admin, a customer and an API key.
pub(crate) struct TestApp {
    pub(crate) engine: Engine,
    pub(crate) lifecycle: Lifecycle,
    router: Router,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }
}

impl TestApp {
    pub(crate) async fn start(pool: PgPool) -> Self {
        let app = Self::empty(pool).await;
        let (engine, caller) = (&app.engine, Caller::system("test"));
        let mug = json!({"ref": "1", "title": "Mug", "variants": [{"sku": "MUG", "price_minor": 1800, "on_hand": 10}]});
        engine
            .catalogue
            .create_product(&caller, serde_json::from_value(mug).unwrap())
            .await
            .unwrap();
        for (email, role) in [
            ("admin@test.example", Role::Admin),
            ("staff@test.example", Role::Staff),
        ] {
            engine
                .people
                .ensure(&caller, "Test", &credentials(email), role)
                .await
                .unwrap();
        }
        engine
            .people
            .register("Ada", &credentials("ada@test.example"))
            .await
            .unwrap();
        engine
            .people
            .keep_service_key(&caller, "test", KEY)
            .await
            .unwrap();
        app
    }

    /// A server with nobody and nothing to sell.
    pub(crate) async fn empty(pool: PgPool) -> Self {
        let (clock, metrics) = (Clock::System, Metrics::default());
        let database = Database::new(
            pool.clone(),
            clock.clone(),
            Secrets {
                order_tokens: [7; 32],
            },
        )
        .observed_by(Arc::new(metrics.clone()));
        let engine = Engine::new(database, Provider::Sandbox(Sandbox::new(pool, clock)));
        engine
            .catalogue
            .set_up_storefront(&Caller::system("test"), 1_000, None)
            .await
            .unwrap();
        Self::counting(engine, metrics, |_| {})
    }

    /// A server on this engine, set up as `change` says.
    pub(crate) fn with(engine: Engine, change: impl FnOnce(&mut Settings)) -> Self {
        Self::counting(engine, Metrics::default(), change)
    }

    fn counting(engine: Engine, metrics: Metrics, change: impl FnOnce(&mut Settings)) -> Self {
        let lifecycle = Lifecycle::default();
        let mut settings = Settings {
            payment_callback_secret: Some(CALLBACK_SECRET.to_vec()),
            ..Settings::new(JWT_SECRET)
        };
        change(&mut settings);
        let state = AppState::from(Parts {
            engine: engine.clone(),
            leptos_options: LeptosOptions::builder().output_name("waybill").build(),
            settings,
            lifecycle: lifecycle.clone(),
            metrics,
            pulse: Pulse::default(),
        });
        Self {
            engine,
            lifecycle,
            router: router(state),
        }
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Sends a request and reads the answer.
    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.send(request).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer {
            status,
            headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    /// A request with headers, and JSON if there is some.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(json) => {
                request = request.header("content-type", "application/json");
                Body::from(json.to_string())
            }
            None => Body::empty(),
        };
        self.ask(request.body(body).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.call(Method::GET, path, headers, None).await
    }

    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        self.call(Method::POST, path, headers, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        self.call(Method::PUT, path, headers, Some(body)).await
    }

    /// An order that a guest has placed and paid.
    pub(crate) async fn paid_order(&self) -> Value {
        let answer = self
            .post("/api/v1/orders", &[], guest_order(1, Some(PAYS)))
            .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.json()
    }

    /// A bearer token for one of the people.
    pub(crate) async fn bearer(&self, email: &str) -> String {
        let body = json!({"email": email, "password": "a test password"});
        let answer = self.post("/api/v1/auth/token", &[], body).await;
        format!("Bearer {}", answer.json()["access_token"].as_str().unwrap())
    }
}

pub(crate) fn credentials(email: &str) -> Credentials {
    Credentials {
        email: email.to_owned(),
        password: "a test password".to_owned(),
    }
}

/// A guest's order of `quantity` mugs.
pub(crate) fn guest_order(quantity: u32, card: Option<&str>) -> Value {
    let mut order = json!({
        "items": [{"product": "1", "quantity": quantity}],
        "customer": {"email": "ada@example.com", "name": "Ada Lovelace"},
        "shipping_address": {"street": "1 Post Lane", "city": "Bath", "country": "GB", "postal_code": "BA1 1AA"},
    });
    if let Some(card) = card {
        order["payment"] = json!({"method": "card", "token": card});
    }
    order
}

/// The cookie that an answer sets, as a browser sends it back.
pub(crate) fn cookie(answer: &Answer) -> String {
    answer
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned()
}

/// A form as a browser without JavaScript sends it.
pub(crate) fn form(path: &str, body: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .header("host", "shop.example");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}
