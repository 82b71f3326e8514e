//! A server with somebody of every kind, who can be asked for whatever it has.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use orders::{Caller, CustomerId, Identity, NewServiceKey, PageRequest, Role, engine::Rates};
use serde_json::json;
use sqlx::PgPool;

use super::caller::Kind;
use crate::{
    access::sign,
    test_app::{JWT_SECRET, KEY, PAYS, TestApp, cookie, credentials, form, guest_order},
};

/// An id that nothing has.
const NONE: &str = "0190a0a0-0000-7000-8000-000000000000";

/// A server with somebody of every kind.
pub(super) struct World {
    app: TestApp,
    owner: CustomerId,
    credentials: BTreeMap<Kind, (&'static str, String)>,
}

impl World {
    pub(super) async fn new(pool: PgPool) -> Self {
        let app = TestApp::start(pool).await;
        // Whoever asks for everything asks more often than anybody may.
        let none = Rates {
            guest_requests: 0,
            guest_orders: 0,
            sign_ins: 0,
            person_requests: 0,
        };
        let app = TestApp::with(app.engine.clone().limited_to(none), |_| {});
        let caller = Caller::system("test");
        app.engine
            .catalogue
            .set_stock(&caller, "MUG", 900)
            .await
            .unwrap();
        let people = &app.engine.people;
        people
            .register("Eve", &credentials("eve@test.example"))
            .await
            .unwrap();
        let owner = id_of(&app, "ada@test.example").await;
        let mut world = Self {
            app,
            owner,
            credentials: BTreeMap::new(),
        };
        world.sign_out_and_in().await;
        world.hand_out().await;
        world
    }

    /// Ends all sign-ins of those who come with one, and signs them in again.
    async fn sign_out_and_in(&mut self) {
        let admin = id_of(&self.app, "admin@test.example").await;
        self.set(
            Kind::SignedOut,
            "authorization",
            self.token("admin@test.example").await,
        );
        let admin = Caller {
            identity: Identity::Person {
                id: admin,
                role: Role::Admin,
            },
            ..Caller::system("test")
        };
        self.app
            .engine
            .people
            .sign_out_everywhere(&admin)
            .await
            .unwrap();
        self.set(
            Kind::AdminWithToken,
            "authorization",
            self.token("admin@test.example").await,
        );
        self.set(
            Kind::AdminHere,
            "cookie",
            self.session("admin@test.example").await,
        );
        self.set(
            Kind::StrangerHere,
            "cookie",
            self.session("eve@test.example").await,
        );
    }

    /// Everything else that says, rightly or not, who is calling.
    async fn hand_out(&mut self) {
        let caller = Caller::system("test");
        let people = &self.app.engine.people;
        let new = NewServiceKey::named("gone");
        let gone = people.create_service_key(&caller, &new).await.unwrap();
        people
            .revoke_service_key(&caller, gone.key.id)
            .await
            .unwrap();
        let (admin, staff) = (
            id_of(&self.app, "admin@test.example").await.to_string(),
            id_of(&self.app, "staff@test.example").await.to_string(),
        );
        let (far, past) = (4_000_000_000_i64, 1_000_000_000_i64);
        let claims =
            |sub: &str, role: &str, exp: i64| json!({"sub": sub, "role": role, "exp": exp});
        let bearer = |sub: &str, role: &str| sign(claims(sub, role, far), JWT_SECRET);
        let good = bearer(&admin, "admin");
        let payload = good.split('.').nth(1).unwrap();
        // {"alg":"none","typ":"JWT"}
        let unsigned = format!("Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
        let forged = sign(
            claims(&admin, "admin", far),
            b"another secret, just as long as ours",
        );
        let expired = sign(claims(&admin, "admin", past), JWT_SECRET);
        for (kind, header, value) in [
            (Kind::WrongToken, "x-order-token", "x".repeat(43)),
            (
                Kind::Owner,
                "authorization",
                bearer(&self.owner.to_string(), "customer"),
            ),
            (
                Kind::Stranger,
                "authorization",
                bearer("somebody else", "user"),
            ),
            (Kind::Staff, "authorization", bearer(&staff, "staff")),
            (Kind::Admin, "authorization", good.clone()),
            (Kind::Service, "x-api-key", KEY.to_owned()),
            (Kind::Forged, "authorization", forged),
            (Kind::Expired, "authorization", expired),
            (Kind::Unsigned, "authorization", unsigned),
            (Kind::Revoked, "x-api-key", gone.secret),
        ] {
            self.set(kind, header, value);
        }
    }

    fn set(&mut self, kind: Kind, header: &'static str, value: String) {
        self.credentials.insert(kind, (header, value));
    }

    /// A token of ours.
    async fn token(&self, email: &str) -> String {
        let body = json!({"email": email, "password": "a test password"});
        let answer = self.app.post("/api/v1/auth/token", &[], body).await.json();
        format!("Bearer {}", answer["access_token"].as_str().unwrap())
    }

    /// A browser's session.
    async fn session(&self, email: &str) -> String {
        let body = format!("email={email}&password=a+test+password");
        let ours = ("sec-fetch-site", "same-origin");
        cookie(&self.app.ask(form("/fn/sign_in", &body, &[ours])).await)
    }

    /// A paid order of a guest, or, where the owner asks, of theirs. And its token.
    async fn order(&self, kind: Kind) -> (String, String) {
        let headers = match kind {
            Kind::Owner => {
                let (name, value) = &self.credentials[&kind];
                vec![(*name, value.as_str())]
            }
            _ => Vec::new(),
        };
        let order = guest_order(1, Some(PAYS));
        let placed = self.app.post("/api/v1/orders", &headers, order).await;
        assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.body);
        let order = placed.json();
        let text = |name: &str| order[name].as_str().unwrap_or_default().to_owned();
        (text("id"), text("access_token"))
    }

    /// Asks a route. Says with what status the caller is turned away, `None` when they are not, and what was answered.
    pub(super) async fn ask(
        &mut self,
        method: &str,
        path: &str,
        body: &str,
        kind: Kind,
    ) -> (Option<u16>, String) {
        let (order, token) = if is_of_order(path) || body.contains("ORDER") {
            self.order(kind).await
        } else {
            (NONE.to_owned(), String::new())
        };
        let of_order = if is_of_order(path) {
            order.as_str()
        } else {
            NONE
        };
        let id = if path.contains("/deliveries/") {
            "1"
        } else {
            of_order
        };
        let at = path
            .replace("{id}", id)
            .replace("{return_id}", NONE)
            .replace("{user_id}", &self.owner.to_string())
            .replace("{sku}", "MUG")
            .replace("{ref}", "1")
            .replace("{reference}", "1")
            .replace("{code}", "none")
            .replace("{method}", "none")
            .replace("{provider}", "service")
            .replace("{*path}", "nothing");
        let body = body.replace("ORDER", &order).replace("NONE", NONE);
        let method = if method == "ANY" { "GET" } else { method };
        let kind_of_body = if path.starts_with("/fn/") {
            "application/x-www-form-urlencoded"
        } else {
            "application/json"
        };
        let mut request = Request::builder()
            .method(method.parse::<Method>().unwrap())
            .uri(at)
            .header("sec-fetch-site", "same-origin")
            .header("idempotency-key", uuid::Uuid::new_v4().to_string())
            .header("content-type", kind_of_body);
        if kind == Kind::Guest {
            request = request.header("x-order-token", token);
        } else if let Some((name, value)) = self.credentials.get(&kind) {
            request = request.header(*name, value);
        }
        let response = self.app.send(request.body(Body::from(body)).unwrap()).await;
        let location = response.headers().get("location");
        let location = location.map_or("", |it| it.to_str().unwrap()).to_owned();
        let status = response.status();
        assert!(
            !status.is_server_error(),
            "{method} {path} {kind:?}: {status}"
        );
        if path.contains("sign") {
            self.sign_out_and_in().await;
        }
        let refused = [
            ("error=sign_in_needed", 401),
            ("error=wrong_credentials", 401),
            ("error=forbidden", 403),
            ("error=not_found", 404),
        ];
        let told = refused.iter().find(|(word, _)| location.contains(word));
        let shown = told.map_or(status.as_u16(), |(_, status)| *status);
        let is_refusal = matches!(shown, 401 | 403 | 404);
        (is_refusal.then_some(shown), format!("{status} {location}"))
    }
}

async fn id_of(app: &TestApp, email: &str) -> CustomerId {
    let (caller, page) = (Caller::system("test"), PageRequest::first(1));
    let found = app.engine.people.list(&caller, Some(email), page).await;
    found.unwrap().data[0].id
}

/// Whether the address names an order.
fn is_of_order(path: &str) -> bool {
    ["/orders/{id}", "/order/{id}"]
        .iter()
        .any(|it| path.contains(it))
}

/// Whether what is asked for is not there, so that those who are let in learn just that.
pub(super) fn names_nothing(path: &str, body: &str) -> bool {
    let rest = path.replace("orders/{id}", "").replace("order/{id}", "");
    let nothings = [
        "{id}",
        "{return_id}",
        "{code}",
        "{provider}",
        "{*path}",
        "{method}",
    ];
    nothings.iter().any(|it| rest.contains(it))
        || body.contains("NONE")
        || body.contains("=none")
        || body == "id=1"
}
