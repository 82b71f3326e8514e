//! Every route of the server, asked by every kind of caller. A route without a rule here fails, and so does a rule without
//! a route.

mod caller;
mod rules;
mod world;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use orders::{Caller, NewServiceKey, Scope, engine::MIGRATOR};
use sqlx::PgPool;
use tokio::time::timeout;

use self::{
    caller::Kind,
    rules::{RULES, Rule},
    world::{World, names_nothing},
};
use crate::test_app::TestApp;

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
async fn a_page_loads_while_the_routes_are_listed(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let lists = is_over.clone();
    let lister = std::thread::spawn(move || {
        while !lists.load(Ordering::Relaxed) {
            let _ = server::routes();
        }
    });

    let mut waited = Vec::new();
    for _ in 0..100 {
        waited.push(timeout(Duration::from_secs(5), app.get("/cart", &[])).await);
        if waited.last().is_some_and(Result::is_err) {
            break;
        }
    }

    is_over.store(true, Ordering::Relaxed);
    lister.join().unwrap();
    assert!(
        waited
            .iter()
            .all(|it| matches!(it, Ok(answer) if answer.status == StatusCode::OK))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_gets_where_they_do_not_belong(pool: PgPool) {
    let mut world = World::new(pool).await;

    let mut wrong = Vec::new();
    for (method, path, rule, body) in RULES {
        // Keys are for programs: they open no page, and none of its forms.
        let is_page = !is_for_programs(path) && *rule != Rule::Outside;
        for kind in Kind::ALL {
            let expected = match kind {
                Kind::Service if is_page => Some(403),
                _ => rule.turns_away(kind),
            };
            let (refused, answer) = world.ask(method, path, body, kind).await;
            let is_missing = names_nothing(path, body) && refused == Some(404);
            if refused != expected && !(expected.is_none() && is_missing) {
                wrong.push(format!(
                    "{method} {path} {kind:?}: {expected:?}, but {answer}"
                ));
            }
        }
    }

    assert_eq!(wrong, Vec::<String>::new());
}

fn is_for_programs(path: &str) -> bool {
    ["/api", "/orders", "/v1"]
        .iter()
        .any(|it| path.starts_with(it))
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_key_opens_what_its_scopes_say_and_nothing_else(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let caller = Caller::system("test");
    let mut keys = Vec::new();
    for scope in Scope::ALL {
        let new = NewServiceKey {
            scopes: vec![scope],
            ..NewServiceKey::named(&scope.to_string())
        };
        let made = app.engine.people.create_service_key(&caller, &new).await;
        keys.push((scope, made.unwrap().secret));
    }

    for (method, path, rule, _) in RULES {
        // Nobody needs a key for these, and those of admins and persons open to none.
        if matches!(rule, Rule::Outside | Rule::Admin | Rule::Person) || path.contains("/auth/") {
            continue;
        }
        let method = if *method == "ANY" { "GET" } else { method };
        let needed = needed_scope(method, path);
        for (scope, secret) in &keys {
            let request = Request::builder()
                .method(method)
                .uri(path.replace(['{', '}', '*'], ""))
                .header("content-type", "application/json")
                .header("sec-fetch-site", "same-origin")
                .header("x-api-key", secret)
                .body(Body::from("{}"))
                .unwrap();
            let status = app.send(request).await.status();
            let is_closed = status == StatusCode::FORBIDDEN;
            assert_eq!(
                is_closed,
                Some(*scope) != needed,
                "{method} {path} {scope}: {status}"
            );
        }
    }
}

fn needed_scope(method: &str, path: &str) -> Option<Scope> {
    let has = |parts: &[&str]| parts.iter().any(|it| path.contains(it));
    match method {
        _ if !is_for_programs(path) => None,
        _ if has(&["/webhooks", "/deliveries"]) => Some(Scope::Webhooks),
        "GET" => Some(Scope::Read),
        _ if has(&["/products", "/inventory", "/storefronts", "/discount-codes"]) => {
            Some(Scope::Catalogue)
        }
        _ => Some(Scope::Orders),
    }
}
