//! Every route of the server, asked by every kind of caller. A route without a rule here fails, and so does a rule without
//! a route.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use orders::{
    Caller, CustomerId, NewServiceKey, Scope,
    engine::{MIGRATOR, Rates},
};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    access::sign,
    test_app::{JWT_SECRET, KEY, PAYS, TestApp, guest_order},
};

/// Whom a route lets in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Rule {
    /// Nobody asks who is calling: files, health, documents.
    Outside,
    /// Everybody, but for those whose credentials are wrong.
    Everyone,
    /// An address that is none.
    Nowhere,
    /// The order's buyer and all who work here; to anybody else there is no such order.
    Buyer,
    /// All who work here. The buyer learns that this is not theirs to do, anybody else that there is no such order.
    OrderStaff,
    /// The same without staff.
    OrderOffice,
    /// The person in the address and all who work here.
    Oneself,
    /// Whoever is known: people and programs.
    Known,
    /// People with an account.
    Person,
    /// All who work here: staff, admins, programs.
    Staff,
    /// Admins and programs.
    Office,
    /// Admins.
    Admin,
    /// Staff and admins: a page, which is not for programs.
    StaffPage,
    /// Admins: a page.
    AdminPage,
    /// Payment providers, by their signature, and programs.
    Provider,
}

use Rule::{
    Admin, AdminPage, Buyer, Everyone, Known, Nowhere, Office, Oneself, OrderOffice, OrderStaff,
    Outside, Person, Provider, Staff, StaffPage,
};

/// An id that nothing has.
const NONE: &str = "0190a0a0-0000-7000-8000-000000000000";

/// Every route, whom it lets in, and a body that gets as far as the question who is calling. `ORDER` is the order's id.
const RULES: &[(&str, &str, Rule, &str)] = &[
    ("GET", "/api/v1/orders", Known, ""),
    ("POST", "/api/v1/orders", Everyone, "{\"items\":[]}"),
    ("GET", "/api/v1/orders/user/{user_id}", Oneself, ""),
    ("GET", "/api/v1/orders/{id}", Buyer, ""),
    ("DELETE", "/api/v1/orders/{id}", OrderOffice, ""),
    (
        "POST",
        "/api/v1/orders/{id}/payment",
        Buyer,
        "{\"token\":\"4242424242424242\"}",
    ),
    (
        "PUT",
        "/api/v1/orders/{id}/status",
        OrderStaff,
        "{\"status\":\"processing\"}",
    ),
    ("POST", "/api/v1/orders/{id}/cancel", Buyer, "{}"),
    (
        "POST",
        "/api/v1/orders/{id}/shipments",
        OrderStaff,
        "{\"carrier\":\"DHL\",\"tracking_number\":\"1\"}",
    ),
    ("POST", "/api/v1/orders/{id}/refunds", OrderStaff, "{}"),
    (
        "POST",
        "/api/v1/orders/{id}/attention",
        OrderStaff,
        "{\"resolved\":true}",
    ),
    (
        "POST",
        "/api/v1/orders/{id}/returns",
        Buyer,
        "{\"items\":[{\"line\":1,\"quantity\":1}]}",
    ),
    (
        "POST",
        "/api/v1/orders/{id}/returns/{return_id}/accept",
        OrderStaff,
        "{}",
    ),
    (
        "POST",
        "/api/v1/orders/{id}/returns/{return_id}/refuse",
        OrderStaff,
        "{}",
    ),
    (
        "POST",
        "/api/v1/orders/{id}/returns/{return_id}/receive",
        OrderStaff,
        "{}",
    ),
    ("GET", "/api/v1/orders/{id}/notes", OrderStaff, ""),
    (
        "POST",
        "/api/v1/orders/{id}/notes",
        OrderStaff,
        "{\"text\":\"Hello\"}",
    ),
    ("GET", "/api/v1/orders/{id}/history", Buyer, ""),
    ("GET", "/api/v1/orders/{id}/live", Buyer, ""),
    ("GET", "/api/v1/orders/{id}/tickets", Buyer, ""),
    ("POST", "/api/v1/tickets/{code}/check-in", Staff, ""),
    (
        "POST",
        "/api/v1/payments/{provider}/callback",
        Provider,
        "{\"payment_id\":\"0190a0a0-0000-7000-8000-000000000000\",\"charge_id\":\"1\",\"status\":\"captured\"}",
    ),
    ("GET", "/api/v1/products", Everyone, ""),
    (
        "POST",
        "/api/v1/products",
        Office,
        "{\"ref\":\"\",\"title\":\"\"}",
    ),
    ("GET", "/api/v1/products/{ref}", Everyone, ""),
    ("GET", "/api/v1/inventory/{sku}", Staff, ""),
    ("PUT", "/api/v1/inventory/{sku}", Staff, "{\"on_hand\":900}"),
    ("GET", "/api/v1/webhooks", Office, ""),
    ("POST", "/api/v1/webhooks", Office, "{\"url\":\"\"}"),
    ("GET", "/api/v1/webhooks/{id}", Office, ""),
    ("DELETE", "/api/v1/webhooks/{id}", Office, ""),
    ("POST", "/api/v1/webhooks/{id}/enable", Office, ""),
    ("POST", "/api/v1/webhooks/{id}/disable", Office, ""),
    ("POST", "/api/v1/webhooks/{id}/rotate-secret", Office, ""),
    ("POST", "/api/v1/webhooks/{id}/resend", Office, ""),
    ("GET", "/api/v1/deliveries", Office, ""),
    ("POST", "/api/v1/deliveries/{id}/resend", Office, ""),
    (
        "POST",
        "/api/v1/auth/token",
        Everyone,
        "{\"email\":\"ada@test.example\",\"password\":\"a test password\"}",
    ),
    (
        "POST",
        "/api/v1/auth/password",
        Person,
        "{\"new_password\":\"another password\"}",
    ),
    (
        "POST",
        "/api/v1/auth/password-reset",
        Everyone,
        "{\"token\":\"NONE\"}",
    ),
    ("POST", "/api/v1/auth/sign-out-everywhere", Person, ""),
    ("GET", "/api/v1/keys", Admin, ""),
    ("POST", "/api/v1/keys", Admin, "{}"),
    ("DELETE", "/api/v1/keys/{id}", Admin, ""),
    ("GET", "/api/v1/people", Admin, ""),
    ("POST", "/api/v1/people", Admin, "{\"role\":\"staff\"}"),
    (
        "PUT",
        "/api/v1/people/{id}/role",
        Admin,
        "{\"role\":\"staff\"}",
    ),
    ("POST", "/api/v1/people/{id}/password-reset", Admin, ""),
    // Besides the document.
    ("ANY", "/api/{*path}", Nowhere, ""),
    ("GET", "/feed", Staff, ""),
    ("GET", "/health", Outside, ""),
    ("GET", "/health/live", Outside, ""),
    ("GET", "/health/ready", Outside, ""),
    ("GET", "/metrics", Outside, ""),
    ("GET", "/openapi.json", Outside, ""),
    ("GET", "/pkg/{*path}", Outside, ""),
    ("GET", "/pictures/{*path}", Outside, ""),
    // Pages.
    ("GET", "/", Everyone, ""),
    ("GET", "/products/{reference}", Everyone, ""),
    ("GET", "/cart", Everyone, ""),
    ("GET", "/checkout", Everyone, ""),
    ("GET", "/order/{id}", Buyer, ""),
    ("GET", "/account/orders", Person, ""),
    ("GET", "/account/password", Person, ""),
    ("GET", "/reset-password", Everyone, ""),
    ("GET", "/sign-in", Everyone, ""),
    ("GET", "/register", Everyone, ""),
    ("GET", "/docs", Everyone, ""),
    ("GET", "/admin/orders", StaffPage, ""),
    ("GET", "/admin/orders/{id}", StaffPage, ""),
    ("GET", "/admin/products", StaffPage, ""),
    ("GET", "/admin/webhooks", AdminPage, ""),
    ("GET", "/admin/keys", AdminPage, ""),
    ("GET", "/admin/people", AdminPage, ""),
    ("GET", "/admin/health", AdminPage, ""),
    // Server functions.
    ("POST", "/fn/find_me", Everyone, ""),
    ("POST", "/fn/find_account_draft", Everyone, "form=sign_in"),
    (
        "POST",
        "/fn/sign_in",
        Everyone,
        "email=ada@test.example&password=a+test+password",
    ),
    ("POST", "/fn/register", Everyone, ""),
    ("POST", "/fn/sign_out", Everyone, ""),
    (
        "POST",
        "/fn/change_password",
        Person,
        "new_password=another+password",
    ),
    ("POST", "/fn/sign_out_everywhere", Person, ""),
    ("POST", "/fn/reset_password", Everyone, "reset=NONE"),
    ("POST", "/fn/find_orders", Staff, "query[q]="),
    (
        "POST",
        "/fn/find_order_for_staff",
        Staff,
        "id=ORDER&form=shipment",
    ),
    (
        "POST",
        "/fn/change_order",
        OrderStaff,
        "id=ORDER&command=process",
    ),
    (
        "POST",
        "/fn/add_shipment",
        OrderStaff,
        "id=ORDER&carrier=DHL&tracking_number=1",
    ),
    ("POST", "/fn/add_note", OrderStaff, "id=ORDER&text=Hello"),
    ("POST", "/fn/resolve_attention", OrderStaff, "id=ORDER"),
    ("POST", "/fn/find_products_for_staff", Staff, ""),
    ("POST", "/fn/set_stock", Staff, "sku=MUG&on_hand=900"),
    ("POST", "/fn/check_health", Office, ""),
    ("POST", "/fn/find_cart", Everyone, ""),
    ("POST", "/fn/count_cart", Everyone, ""),
    (
        "POST",
        "/fn/add_to_cart",
        Everyone,
        "product=1&sku=MUG&quantity=1",
    ),
    ("POST", "/fn/set_quantity", Everyone, "sku=MUG&quantity=1"),
    ("POST", "/fn/find_checkout", Everyone, ""),
    ("POST", "/fn/place_order", Everyone, ""),
    ("POST", "/fn/change_country", Everyone, ""),
    ("POST", "/fn/find_api", Everyone, ""),
    ("POST", "/fn/find_keys", Admin, "shows_secret=false"),
    ("POST", "/fn/add_key", Admin, ""),
    ("POST", "/fn/revoke_key", Admin, "id=NONE"),
    ("POST", "/fn/find_order", Buyer, "id=ORDER"),
    ("POST", "/fn/find_my_orders", Person, ""),
    (
        "POST",
        "/fn/pay_order",
        Buyer,
        "id=ORDER&card_number=4242424242424242",
    ),
    ("POST", "/fn/cancel_order", Buyer, "id=ORDER"),
    ("POST", "/fn/find_people", Admin, "query[q]="),
    ("POST", "/fn/invite_person", Admin, "role=staff"),
    ("POST", "/fn/set_role", Admin, "id=NONE&role=staff"),
    ("POST", "/fn/make_reset_link", Admin, "id=NONE"),
    ("POST", "/fn/find_products", Everyone, ""),
    ("POST", "/fn/find_product", Everyone, "reference=1"),
    (
        "POST",
        "/fn/refund_order",
        OrderStaff,
        "form[id]=ORDER&form[all]=yes",
    ),
    (
        "POST",
        "/fn/ask_return",
        Buyer,
        "form[id]=ORDER&form[quantity][1]=1",
    ),
    (
        "POST",
        "/fn/change_return",
        OrderStaff,
        "id=ORDER&return_id=NONE&command=accept",
    ),
    ("POST", "/fn/find_webhooks", Office, "query[state]="),
    ("POST", "/fn/add_webhook", Office, ""),
    ("POST", "/fn/rotate_webhook_secret", Office, "id=NONE"),
    ("POST", "/fn/enable_webhook", Office, "id=NONE"),
    ("POST", "/fn/disable_webhook", Office, "id=NONE"),
    ("POST", "/fn/delete_webhook", Office, "id=NONE"),
    ("POST", "/fn/resend_delivery", Office, "id=1"),
    ("POST", "/fn/resend_set_aside", Office, "id=NONE"),
];

/// A kind of caller.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Kind {
    Nobody,
    WrongToken,
    /// A guest with the order's token.
    Guest,
    /// The customer who placed the order.
    Owner,
    /// Another customer.
    Stranger,
    Staff,
    Admin,
    Service,
    Forged,
    Expired,
    /// A token that says to need no signature.
    Unsigned,
    /// A key that was good yesterday.
    Revoked,
}

impl Rule {
    /// The status with which this caller is turned away; `None` for those who are let in.
    fn turns_away(self, kind: Kind) -> Option<u16> {
        use Kind as K;
        let is_nobody = matches!(kind, K::Nobody | K::WrongToken);
        let is_customer = matches!(kind, K::Owner | K::Stranger);
        match (self, kind) {
            (Outside, _) => None,
            (_, K::Forged | K::Expired | K::Unsigned | K::Revoked) => Some(401),
            (Nowhere, _) => Some(404),
            (Everyone, _) => None,
            (Buyer | OrderStaff | OrderOffice, K::Nobody | K::WrongToken | K::Stranger) => {
                Some(404)
            }
            (Buyer, _) => None,
            (OrderStaff | OrderOffice, K::Guest) => Some(401),
            (OrderStaff | OrderOffice, K::Owner) | (OrderOffice, K::Staff) => Some(403),
            (OrderStaff | OrderOffice, _) => None,
            (Provider, K::Service) => None,
            (Provider, _) => Some(401),
            // All others need somebody; an order's token does not say who that is.
            (_, K::Guest) => Some(401),
            (_, _) if is_nobody => Some(401),
            (Oneself, K::Stranger) => Some(404),
            (Oneself | Known, _) => None,
            (Person, K::Service) => Some(403),
            (Person, _) => None,
            (StaffPage | AdminPage, K::Service) => Some(401),
            (_, _) if is_customer => Some(403),
            (Staff | StaffPage, _) => None,
            (Office | Admin | AdminPage, K::Staff) => Some(403),
            (Office | AdminPage, _) => None,
            (Admin, K::Service) => Some(403),
            (Admin, _) => None,
        }
    }
}

/// A server with somebody of every kind.
struct World {
    app: TestApp,
    owner: CustomerId,
    credentials: BTreeMap<Kind, (&'static str, String)>,
}

impl World {
    async fn new(pool: PgPool) -> Self {
        let mut app = TestApp::start(pool).await;
        let none = Rates {
            guest_requests: 0,
            guest_orders: 0,
            sign_ins: 0,
            person_requests: 0,
        };
        app = TestApp::with(app.engine.limited_to(none), |_| {});
        let caller = Caller::system("test");
        let people = &app.engine.people;
        let id_of = async |email: &str| {
            let page = orders::PageRequest::first(1);
            people.list(&caller, Some(email), page).await.unwrap().data[0].id
        };
        let (owner, admin) = (
            id_of("ada@test.example").await,
            id_of("admin@test.example").await,
        );
        let staff = id_of("staff@test.example").await;
        let gone = people
            .create_service_key(&caller, &NewServiceKey::named("gone"))
            .await
            .unwrap();
        people
            .revoke_service_key(&caller, gone.key.id)
            .await
            .unwrap();
        app.engine
            .catalogue
            .set_stock(&caller, "MUG", 900)
            .await
            .unwrap();

        let far = 4_000_000_000_i64;
        let claims =
            |sub: &str, role: &str, exp: i64| json!({"sub": sub, "role": role, "exp": exp});
        let bearer = |sub: &str, role: &str| sign(claims(sub, role, far), JWT_SECRET);
        let admin_claims = |exp| claims(&admin.to_string(), "admin", exp);
        let good = sign(admin_claims(far), JWT_SECRET);
        let payload = good.split('.').nth(1).unwrap();
        let credentials = [
            (Kind::WrongToken, "x-order-token", "x".repeat(43)),
            (
                Kind::Owner,
                "authorization",
                bearer(&owner.to_string(), "customer"),
            ),
            (
                Kind::Stranger,
                "authorization",
                bearer("somebody else", "user"),
            ),
            (
                Kind::Staff,
                "authorization",
                bearer(&staff.to_string(), "staff"),
            ),
            (Kind::Admin, "authorization", good.clone()),
            (Kind::Service, "x-api-key", KEY.to_owned()),
            (
                Kind::Forged,
                "authorization",
                sign(admin_claims(far), b"another secret, just as long as ours"),
            ),
            (
                Kind::Expired,
                "authorization",
                sign(admin_claims(1_000_000_000), JWT_SECRET),
            ),
            (
                Kind::Unsigned,
                "authorization",
                // {"alg":"none","typ":"JWT"}
                format!("Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}."),
            ),
            (Kind::Revoked, "x-api-key", gone.secret),
        ];
        let credentials = credentials.into_iter();
        let credentials = credentials.map(|(kind, name, value)| (kind, (name, value)));
        Self {
            owner,
            credentials: credentials.collect(),
            app,
        }
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
        let placed = self
            .app
            .post("/api/v1/orders", &headers, guest_order(1, Some(PAYS)))
            .await;
        assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.body);
        let order = placed.json();
        let text = |name: &str| order[name].as_str().unwrap_or_default().to_owned();
        (text("id"), text("access_token"))
    }

    /// Asks a route, and says with what status the caller is turned away: `None` when they are not.
    async fn ask(&self, method: &str, path: &str, body: &str, kind: Kind) -> (Option<u16>, String) {
        let needs_order = is_of_order(path) || body.contains("ORDER");
        let (order, token) = if needs_order {
            self.order(kind).await
        } else {
            (NONE.to_owned(), String::new())
        };
        let of_order = if is_of_order(path) {
            order.as_str()
        } else {
            NONE
        };
        let number = if path.contains("/deliveries/") {
            "1"
        } else {
            of_order
        };
        let path = path
            .replace("{id}", number)
            .replace("{return_id}", NONE)
            .replace("{user_id}", &self.owner.to_string())
            .replace("{sku}", "MUG")
            .replace("{ref}", "1")
            .replace("{reference}", "1")
            .replace("{code}", "none")
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
            .uri(path)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", kind_of_body);
        if kind == Kind::Guest {
            request = request.header("x-order-token", token);
        } else if let Some((name, value)) = self.credentials.get(&kind) {
            request = request.header(*name, value);
        }
        let response = self.app.send(request.body(Body::from(body)).unwrap()).await;
        let location = response.headers().get("location");
        let location = location.map_or("", |it| it.to_str().unwrap()).to_owned();
        let refused = [
            ("error=sign_in_needed", 401),
            ("error=wrong_credentials", 401),
            ("error=forbidden", 403),
            ("error=not_found", 404),
        ];
        let told = refused.iter().find(|(word, _)| location.contains(word));
        let status = told.map_or(response.status().as_u16(), |(_, status)| *status);
        let is_refusal = matches!(status, 401 | 403 | 404);
        (
            is_refusal.then_some(status),
            format!("{} {location}", response.status()),
        )
    }
}

/// Whether the address names an order.
fn is_of_order(path: &str) -> bool {
    ["/orders/{id}", "/order/{id}"]
        .iter()
        .any(|it| path.contains(it))
}

/// Whether what is asked for is not there, so that those who are let in learn just that.
fn names_nothing(path: &str, body: &str) -> bool {
    let rest = path.replace("orders/{id}", "").replace("order/{id}", "");
    let nothings = ["{id}", "{return_id}", "{code}", "{provider}", "{*path}"];
    nothings.iter().any(|it| rest.contains(it)) || body.contains("NONE") || body == "id=1"
}

#[test]
fn every_route_has_a_rule_and_every_rule_a_route() {
    let routes: Vec<_> = server::routes()
        .into_iter()
        .map(|it| (it.method, it.path))
        .collect();
    let mut rules: Vec<_> = RULES
        .iter()
        .map(|(method, path, ..)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    rules.sort();

    let without_rule: Vec<_> = routes.iter().filter(|it| !rules.contains(it)).collect();
    let without_route: Vec<_> = rules.iter().filter(|it| !routes.contains(it)).collect();
    assert_eq!((without_rule, without_route), (vec![], vec![]));
    assert_eq!(routes, rules, "each once");
}

/// Routes are made in the document, of pages, and of the router's tables. One that is made elsewhere would be missing in
/// [`server::routes`], and in this walk.
#[test]
fn no_route_is_made_besides_the_tables() {
    let mut made = Vec::new();
    let mut folders = vec![std::path::PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let calls = [".route(", ".route_service(", ".nest_service("];
            let count: usize = calls.iter().map(|it| text.matches(it).count()).sum();
            if count > 0 {
                made.push((path.to_str().unwrap().to_owned(), count));
            }
        }
    }

    assert_eq!(made, [("src/router.rs".to_owned(), 1)]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_gets_where_they_do_not_belong(pool: PgPool) {
    let world = World::new(pool).await;
    let kinds = [
        Kind::Nobody,
        Kind::WrongToken,
        Kind::Guest,
        Kind::Owner,
        Kind::Stranger,
        Kind::Staff,
        Kind::Admin,
        Kind::Service,
        Kind::Forged,
        Kind::Expired,
        Kind::Unsigned,
        Kind::Revoked,
    ];

    let mut wrong = Vec::new();
    let mut asked = 0;
    for (method, path, rule, body) in RULES {
        for kind in kinds {
            let (refused, answer) = world.ask(method, path, body, kind).await;
            let expected = rule.turns_away(kind);
            let is_missing = names_nothing(path, body) && refused == Some(404);
            let is_right = match expected {
                None => refused.is_none() || is_missing,
                // A page of an account that a program has not asks it to sign in.
                Some(403) if kind == Kind::Service && !path.starts_with("/api") => {
                    matches!(refused, Some(401 | 403))
                }
                Some(_) => refused == expected,
            };
            if !is_right {
                wrong.push(format!(
                    "{method} {path} {kind:?}: {expected:?}, but {answer}"
                ));
            }
            asked += 1;
        }
    }

    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(asked, RULES.len() * kinds.len());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_key_opens_what_its_scopes_say_and_nothing_else(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let caller = Caller::system("test");
    let document: Value = app.get("/openapi.json", &[]).await.json();
    let mut keys = Vec::new();
    for scope in Scope::ALL {
        let new = NewServiceKey {
            name: scope.to_string(),
            scopes: vec![scope],
            requests_per_minute: None,
        };
        let made = app.engine.people.create_service_key(&caller, &new).await;
        keys.push((scope, made.unwrap().secret));
    }

    for (path, item) in document["paths"].as_object().unwrap() {
        // Nobody needs a key for these, and those of admins open to none.
        if ["/auth/", "/keys", "/people"]
            .iter()
            .any(|it| path.contains(it))
        {
            continue;
        }
        for method in item.as_object().unwrap().keys() {
            let is_webhooks = path.contains("/webhooks") || path.contains("/deliveries");
            let is_catalogue = path.contains("/products") || path.contains("/inventory");
            let needed = match method.as_str() {
                _ if is_webhooks => Scope::Webhooks,
                "get" => Scope::Read,
                _ if is_catalogue => Scope::Catalogue,
                _ => Scope::Orders,
            };
            for (scope, secret) in &keys {
                let request = Request::builder()
                    .method(method.to_uppercase().parse::<Method>().unwrap())
                    .uri(path.replace(['{', '}'], ""))
                    .header("content-type", "application/json")
                    .header("x-api-key", secret)
                    .body(Body::from("{}"))
                    .unwrap();
                let status = app.send(request).await.status();
                let is_closed = status == StatusCode::FORBIDDEN;
                assert_eq!(
                    is_closed,
                    *scope != needed,
                    "{method} {path} {scope}: {status}"
                );
            }
        }
    }
}
