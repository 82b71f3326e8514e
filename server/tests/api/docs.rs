//! What the documents say is what the server does: their examples are requests, and are sent.

use std::collections::HashMap;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use orders::engine::MIGRATOR;
use serde_json::{Value, json};
use server::demo::{API_KEY, Demo};
use sqlx::PgPool;

use crate::test_app::{Answer, TestApp};

const API: &str = include_str!("../../../docs/api.md");
/// Stands for whatever differs from run to run; as a name, for more fields.
const ANY: &str = "…";

/// A request, and what the document says of its answer.
struct Example {
    command: String,
    status: u16,
    body: Option<Value>,
}

/// A fenced block of the document with the text before it.
fn blocks(document: &str) -> Vec<(&str, &str, &str)> {
    let mut parts = document.split("```");
    let mut blocks = Vec::new();
    while let (Some(before), Some(block)) = (parts.next(), parts.next()) {
        let (language, code) = block.split_once('\n').unwrap();
        blocks.push((before, language, code));
    }
    blocks
}

fn examples(document: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut after = Vec::new();
    for (before, language, code) in blocks(document) {
        after.push(before);
        match language {
            "sh" => examples.push(Example {
                command: code.to_owned(),
                status: 0,
                body: None,
            }),
            "json" => examples.last_mut().unwrap().body = Some(serde_json::from_str(code).unwrap()),
            _ => panic!("nothing runs {language}"),
        }
    }
    after.push(document.rsplit("```").next().unwrap());
    // The status stands alone on the line after its request.
    let statuses = after.iter().flat_map(|it| it.lines()).filter_map(|line| {
        let status = line.strip_prefix('`')?.strip_suffix('`')?;
        status.parse::<u16>().ok()
    });
    let statuses: Vec<_> = statuses.collect();
    assert_eq!(statuses.len(), examples.len(), "each example has a status");
    for (example, status) in examples.iter_mut().zip(statuses) {
        example.status = status;
    }
    examples
}

/// The words of a shell command, with its variables.
fn words(command: &str, variables: &HashMap<&str, String>) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut letters = command.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\'' | '"', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (letter, Some(mark)) if letter == mark => quote = None,
            ('\\', None | Some('"')) => {
                // What ends a line here is nothing.
                let next = letters.next().filter(|it| *it != '\n');
                word = word.or_else(|| next.map(|_| String::new()));
                if let Some(word) = &mut word {
                    word.extend(next);
                }
            }
            ('$', None | Some('"')) => {
                let mut name = String::new();
                while let Some(it) = letters.next_if(char::is_ascii_uppercase) {
                    name.push(it);
                }
                word.get_or_insert_default()
                    .push_str(&variables[name.as_str()]);
            }
            (letter, None) if letter.is_whitespace() => words.extend(word.take()),
            (letter, _) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// The request that curl would send.
fn request(words: &[String]) -> Request<Body> {
    let (mut method, mut uri, mut body) = ("GET", "", String::new());
    let mut headers = Vec::new();
    let mut words = words.iter().map(String::as_str);
    assert_eq!(words.next(), Some("curl"));
    while let Some(word) = words.next() {
        match word {
            "-X" => method = words.next().unwrap(),
            "-H" => headers.push(words.next().unwrap().split_once(": ").unwrap()),
            "-d" => body = words.next().unwrap().to_owned(),
            other => uri = other,
        }
    }
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.body(Body::from(body)).unwrap()
}

/// What differs from `expected`, if anything does.
fn difference(at: &str, expected: &Value, found: &Value) -> Option<String> {
    match (expected, found) {
        (Value::String(any), _) if any == ANY => None,
        (Value::Object(expected), Value::Object(found)) => {
            let is_whole = !expected.contains_key(ANY);
            let unknown = found.keys().find(|it| !expected.contains_key(*it));
            if let Some(unknown) = unknown.filter(|_| is_whole) {
                return Some(format!("{at}/{unknown} is not documented"));
            }
            let mut fields = expected.iter().filter(|(name, _)| *name != ANY);
            fields.find_map(|(name, expected)| match found.get(name) {
                Some(found) => difference(&format!("{at}/{name}"), expected, found),
                None => Some(format!("{at}/{name} is missing")),
            })
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            let mut pairs = expected.iter().zip(found).enumerate();
            pairs.find_map(|(index, (expected, found))| {
                difference(&format!("{at}/{index}"), expected, found)
            })
        }
        _ => (expected != found).then(|| format!("{at}: {expected} was {found}")),
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_example_of_the_api_is_answered_as_it_says(pool: PgPool) {
    let app = TestApp::empty(pool).await;
    Demo::load(&app.engine).await.unwrap();
    let mut variables = HashMap::from([("SHOP", String::new()), ("KEY", API_KEY.to_owned())]);
    let examples = examples(API);

    for example in &examples {
        let command = &example.command;
        let answer = app.ask(request(&words(command, &variables))).await;

        assert_eq!(
            answer.status.as_u16(),
            example.status,
            "{command}{}",
            answer.body
        );
        if let Some(expected) = &example.body {
            let found = answer.json();
            let wrong = difference("", expected, &found);
            assert_eq!(wrong, None, "{command}{found}");
            for (name, field) in [("ORDER", "id"), ("TOKEN", "access_token")] {
                if let Some(value) = found[field].as_str() {
                    variables.insert(name, value.to_owned());
                }
            }
        }
    }

    let places = |prefix: &str| {
        let posts = format!("curl -X POST $SHOP{prefix} ");
        examples.iter().any(|it| it.command.starts_with(&posts))
    };
    for prefix in ["/api/v1/orders", "/api/orders", "/orders", "/v1/orders"] {
        assert!(places(prefix), "{prefix} has an example");
    }
}

#[test]
fn a_documented_answer_is_compared_field_by_field() {
    let found = json!({"a": 1, "b": [{"c": "x"}]});
    let differs = |expected: Value| difference("", &expected, &found).is_some();

    assert!(!differs(json!({"a": 1, "b": [{"c": ANY}]})));
    assert!(!differs(json!({"a": 1, ANY: ANY})));
    for wrong in [
        json!({"a": 1}),
        json!({"a": 2, ANY: ANY}),
        json!({"a": 1, "b": [], ANY: ANY}),
        json!({"a": 1, "b": [{"c": "y"}]}),
        json!({"a": 1, "b": [{"c": ANY}], "d": ANY}),
    ] {
        assert!(differs(wrong.clone()), "{wrong}");
    }
}

/// What a family's example in the OpenAPI document is answered.
async fn sent(app: &TestApp, path: &str, example: &Value) -> Answer {
    let headers = [("x-api-key", API_KEY), ("idempotency-key", path)];
    app.post(path, &headers, example.clone()).await
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_families_examples_in_the_openapi_document_work(pool: PgPool) {
    let app = TestApp::empty(pool).await;
    Demo::load(&app.engine).await.unwrap();
    let document = app.get("/openapi.json", &[]).await.json();
    let example = |name: &str| document["components"]["schemas"][name]["example"].clone();

    for (path, request, order) in [
        ("/api/orders", "NewRetailOrder", "RetailOrder"),
        ("/orders", "NewStorefrontOrder", "StorefrontOrder"),
        ("/v1/orders", "NewTicketingOrder", "TicketingOrder"),
    ] {
        let answer = sent(&app, path, &example(request)).await;
        assert_eq!(
            answer.status,
            StatusCode::CREATED,
            "{path}: {}",
            answer.body
        );
        let names = |it: &Value| it.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&answer.json()), names(&example(order)), "{path}");
    }
    let paths = document["paths"].as_object().unwrap();
    for (path, method, tag) in [
        ("/api/orders", "get", "retail"),
        ("/api/orders/{id}/status", "patch", "retail"),
        ("/api/orders/{id}/cancel", "post", "retail"),
        ("/orders/{id}", "delete", "storefront"),
        ("/orders/{id}/status", "put", "storefront"),
        ("/orders/{id}/shipping", "put", "storefront"),
        ("/v1/orders/{id}", "get", "ticketing"),
        ("/v1/payments/callback", "post", "ticketing"),
    ] {
        assert_eq!(paths[path][method]["tags"], json!([tag]), "{method} {path}");
    }
}

/// An order of the demo's, as far along as `path` needs it.
async fn target(app: &TestApp, admin: &str, path: &str) -> String {
    let headers = [("authorization", admin)];
    let change = async |path: String, body: Value| {
        let answer = app.post(&path, &headers, body).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.body);
        answer.json()
    };
    let unpaid = ["/orders/{id}/payment", "/api/orders/{id}/status"];
    let payment = json!({"token": "4242424242424242"});
    let payment = (!unpaid.iter().any(|it| path.ends_with(it))).then_some(payment);
    let order = json!({
        "items": [{"sku": "MUG-WHITE", "quantity": 1}],
        "customer": {"email": "ada@example.com", "name": "Ada"},
        "shipping_address": {"street": "1 A", "city": "London", "country": "GB", "postal_code": "SW1Y 4JH"},
        "payment": payment,
    });
    let order = change("/api/v1/orders".to_owned(), order).await;
    let id = order["id"].as_str().unwrap();
    let mut path = path.replace("{id}", id);
    if path.contains("/returns") {
        for status in ["processing", "shipped", "delivered"] {
            let to = json!({"status": status});
            let at = format!("/api/v1/orders/{id}/status");
            app.call(Method::PUT, &at, &headers, Some(to)).await;
        }
    }
    if path.contains("{return_id}") {
        let asked = json!({"items": [{"line": 1, "quantity": 1}]});
        let asked = change(format!("/api/v1/orders/{id}/returns"), asked).await;
        let returned = asked["returns"][0]["id"].as_str().unwrap();
        path = path.replace("{return_id}", returned);
        if path.ends_with("/receive") {
            change(path.replace("/receive", "/accept"), json!({})).await;
        }
    }
    path
}

/// Where an example goes that is not an order's: to what the demo has, or, where it names itself, to what it made before.
async fn place(app: &TestApp, admin: &str, template: &str, example: &Value) -> String {
    let found = app
        .get(
            "/api/v1/people?q=customer@example.com",
            &[("authorization", admin)],
        )
        .await;
    let found = found.json();
    let code = example["code"].as_str().unwrap_or("euro");
    let storefront = if example["code"].is_string() {
        "default"
    } else {
        "euro"
    };
    let is_delivery = template.contains("/delivery-methods");
    template
        .replace("{id}", found["data"][0]["id"].as_str().unwrap())
        .replace("{sku}", "MUG-WHITE")
        .replace("{ref}", "1")
        .replace("{method}", code)
        .replace("{code}", if is_delivery { storefront } else { code })
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_request_body_in_the_openapi_document_has_an_example_that_is_taken(pool: PgPool) {
    let app = TestApp::empty(pool).await;
    Demo::load(&app.engine).await.unwrap();
    let credentials = json!({"email": "admin@example.com", "password": "admin-demo-password"});
    let token = app
        .post("/api/v1/auth/token", &[], credentials)
        .await
        .json();
    let admin = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let document = app.get("/openapi.json", &[]).await.json();
    // Theirs name a password, a link or a payment that one run has and another has not.
    let of_their_own = ["/auth/", "/callback"];

    for (template, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let Some(name) = schema["$ref"].as_str() else {
                continue;
            };
            let name = name.rsplit('/').next().unwrap();
            let example = &document["components"]["schemas"][name]["example"];
            assert!(example.is_object(), "{name} has no example");
            if of_their_own.iter().any(|it| template.contains(it)) {
                continue;
            }
            let path = if template.contains("/orders/{id}") {
                target(&app, &admin, template).await
            } else {
                place(&app, &admin, template, example).await
            };
            let method: Method = method.to_uppercase().parse().unwrap();
            let headers = [
                ("authorization", admin.as_str()),
                ("idempotency-key", template),
            ];
            let answer = app
                .call(method, &path, &headers, Some(example.clone()))
                .await;
            assert!(answer.status.is_success(), "{template}: {}", answer.body);
        }
    }
}
