use axum::http::StatusCode;
use orders::engine::MIGRATOR;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    browser::Browser,
    test_app::{KEY, TestApp, form},
};

const SERVICE: (&str, &str) = ("x-api-key", KEY);

fn path(order: &Value) -> String {
    format!("/api/v1/orders/{}", order["id"].as_str().unwrap())
}

async fn delivered(app: &TestApp) -> Value {
    let order = app.paid_order().await;
    for status in ["processing", "shipped", "delivered"] {
        let status = json!({"status": status});
        let path = format!("{}/status", path(&order));
        app.put(&path, &[SERVICE], status).await;
    }
    let mut now = app.get(&path(&order), &[SERVICE]).await.json();
    now["access_token"] = order["access_token"].clone();
    now
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn staff_refund_a_part_and_are_told_what_cannot_be(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let order = app.paid_order().await;
    let staff = Browser::of_staff(&app).await;
    let fields = |version: i64, more: &str| {
        let id = order["id"].as_str().unwrap();
        format!("form[id]={id}&form[version]={version}&{more}")
    };
    let version = order["version"].as_i64().unwrap();

    let too_much = "form[quantity][1]=5&form[reason]=it+broke";
    let (page, shown) = staff
        .send("/fn/refund_order", &fields(version, too_much))
        .await;
    assert!(page.ends_with("?error=invalid&form=refund"), "{page}");
    assert!(
        shown
            .body
            .contains("A quantity is more than the 1 of line 1")
    );
    assert!(shown.body.contains("value=\"it broke\"") && shown.body.contains("value=\"5\""));
    let (page, _) = staff.send("/fn/refund_order", &fields(version, "")).await;
    assert!(page.contains("error=invalid"), "{page}");
    let (_, shown) = staff
        .send("/fn/refund_order", &fields(version, "form[amount]=19.81"))
        .await;
    assert!(shown.body.contains("is more than the $19.80 that are left"));
    let amount = "form[quantity][1]=&form[amount]=4.80";
    let (page, shown) = staff
        .send("/fn/refund_order", &fields(version, amount))
        .await;

    assert!(!page.contains("error"), "{page}");
    assert!(shown.body.contains("Partly refunded"));
    assert!(!shown.body.contains("it broke"), "the draft is gone");
    let (page, shown) = staff
        .send("/fn/refund_order", &fields(version, "form[all]=yes"))
        .await;
    assert!(page.contains("error=stale"), "{page}");
    assert!(shown.body.contains("Somebody else changed this first"));
    let now = app.get(&path(&order), &[SERVICE]).await.json();
    assert_eq!(now["refunded_minor"], 480);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_buyer_asks_for_a_return_and_staff_take_it_back(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let order = delivered(&app).await;
    let (buyer, staff) = (
        Browser::of_buyer(&app, &order).await,
        Browser::of_staff(&app).await,
    );
    let (id, version) = (order["id"].as_str().unwrap(), &order["version"]);

    let fields = format!("form[id]={id}&form[version]={version}&form[reason]=too+small");
    let (page, shown) = buyer.send("/fn/ask_return", &fields).await;
    assert!(page.contains("error=invalid"), "{page}");
    assert!(shown.body.contains("Choose what you want to send back"));
    assert!(shown.body.contains("value=\"too small\""));
    let chosen = format!("{fields}&form[quantity][1]=1");
    let (page, shown) = buyer.send("/fn/ask_return", &chosen).await;
    assert!(!page.contains("error"), "{page}");
    assert!(shown.body.contains("Return asked for"));
    let (page, _) = buyer.send("/fn/ask_return", &chosen).await;
    assert!(page.contains("error="), "sent twice, it is asked once");

    let now = app.get(&path(&order), &[SERVICE]).await.json();
    let found = now["returns"][0]["id"].as_str().unwrap();
    let decide = |more: &str| format!("id={id}&return_id={found}&{more}");
    let (_, shown) = staff
        .send("/fn/change_return", &decide("command=accept"))
        .await;
    assert!(shown.body.contains("It has arrived"));
    staff
        .send(
            "/fn/change_return",
            &decide("command=receive&refund=yes&restock=yes"),
        )
        .await;

    let now = app.get(&path(&order), &[SERVICE]).await.json();
    assert_eq!(
        (&now["status"], &now["returns"][0]["status"]),
        (&json!("refunded"), &json!("received"))
    );
    let stock = app.get("/api/v1/inventory/MUG", &[SERVICE]).await.json();
    assert_eq!(stock["on_hand"], 10);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn notes_and_what_was_seen_to_are_on_the_staffs_page_only(pool: PgPool) {
    let app = TestApp::start(pool.clone()).await;
    let order = app.paid_order().await;
    sqlx::query("update orders set needs_attention = 'Something is odd.'")
        .execute(&pool)
        .await
        .unwrap();
    let (buyer, staff) = (
        Browser::of_buyer(&app, &order).await,
        Browser::of_staff(&app).await,
    );
    let id = order["id"].as_str().unwrap();

    let note = format!("id={id}&text=Called+the+carrier");
    let (page, shown) = staff.send("/fn/add_note", &note).await;
    assert!(!page.contains("error"), "{page}");
    assert!(shown.body.contains("Called the carrier") && shown.body.contains("Something is odd."));
    let listed = async || {
        let path = "/admin/orders?needs_attention=true";
        let cookie = [("cookie", staff.cookie.as_str())];
        let page = app.get(path, &cookie).await;
        page.body.contains(&format!("/admin/orders/{id}"))
    };
    assert!(listed().await);
    let (_, shown) = staff
        .send("/fn/resolve_attention", &format!("id={id}"))
        .await;
    assert!(shown.body.contains("Seen to"));
    assert!(!listed().await);

    let seen = app
        .get(&format!("/order/{id}"), &[("cookie", &buyer.cookie)])
        .await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(!seen.body.contains("Called the carrier"));
    let (page, _) = staff.send("/fn/add_note", &format!("id={id}&text=+")).await;
    assert!(page.ends_with("?error=invalid&form=note"), "{page}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_country_asks_for_its_own_fields_and_keeps_what_was_typed(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let shopper = Browser::of_shopper(&app).await;
    let first = app.get("/checkout", &[("cookie", &shopper.cookie)]).await;
    assert!(first.body.contains("ZIP code") && first.body.contains("California"));
    let typed = "form[email]=robin%40test.example&form[street]=1-2-3+Jingumae&form[state]=CA\
                 &form[card_number]=4242424242424242&form[country]=";

    let (page, shown) = shopper
        .send("/fn/change_country", &format!("{typed}JP"))
        .await;

    assert_eq!(page, "/checkout#country");
    for word in [
        "Prefecture",
        "Hokkaido",
        "robin@test.example",
        "1-2-3 Jingumae",
    ] {
        assert!(shown.body.contains(word), "{word}");
    }
    for word in ["ZIP code", "California", "4242424242424242", "aria-invalid"] {
        assert!(!shown.body.contains(word), "{word}");
    }

    // CA is no prefecture, and so nothing is chosen in Canada either.
    let (_, shown) = shopper
        .send("/fn/change_country", &format!("{typed}CA"))
        .await;
    assert!(shown.body.contains("Province") && shown.body.contains("Quebec"));
    let chosen = shown
        .body
        .split("<option")
        .filter(|it| it.contains(" selected"));
    assert_eq!(chosen.count(), 1, "only the country");

    let (_, shown) = shopper
        .send("/fn/change_country", &format!("{typed}Atlantis"))
        .await;
    assert!(shown.body.contains("ZIP code"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_countries_that_parcels_go_to_can_be_chosen(pool: PgPool) {
    let app = TestApp::start(pool.clone()).await;
    sqlx::query("update storefronts set shipping_countries = '{DE,AT}'")
        .execute(&pool)
        .await
        .unwrap();
    let shopper = Browser::of_shopper(&app).await;

    let shown = app.get("/checkout", &[("cookie", &shopper.cookie)]).await;

    let countries = shown.body.split("<option value=\"").skip(1);
    let codes: Vec<_> = countries.map(|it| &it[..2]).collect();
    assert_eq!(codes, ["AT", "DE"]);
    assert!(shown.body.contains("Address fields for Austria"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_country_chosen_at_the_last_moment_is_checked_by_its_own_rules(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let shopper = Browser::of_shopper(&app).await;
    let fields = |place: &str| {
        format!(
            "form[key]=k&form[storefront]=default&form[email]=robin%40test.example&form[name]=Robin\
             &form[card_number]=4242424242424242&form[street]=1-2-3+Jingumae&{place}"
        )
    };

    let american = "form[city]=Shibuya&form[state]=CA&form[postal_code]=95014&form[country]=JP";
    let (page, shown) = shopper.send("/fn/place_order", &fields(american)).await;
    assert_eq!(page, "/checkout?error=invalid");
    for word in ["Choose a prefecture", "Enter a postal code like 154-0023"] {
        assert!(shown.body.contains(word), "{word}");
    }

    let japanese = "form[state]=Tokyo&form[postal_code]=150-0001&form[country]=JP";
    let (page, shown) = shopper.send("/fn/place_order", &fields(japanese)).await;
    assert!(page.starts_with("/order/"), "{page}");
    assert!(shown.body.contains("1-2-3 Jingumae, Tokyo"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_admin_makes_a_webhook_and_sees_its_secret_once(pool: PgPool) {
    let app = TestApp::start(pool.clone()).await;
    let admin = Browser::of_person(&app, "admin").await;
    let page = "/admin/webhooks";

    let fields = "form[url]=shop.example&form[types][order.shipped]=yes";
    let (path, shown) = admin.send("/fn/add_webhook", fields).await;
    assert_eq!(path, format!("{page}?error=invalid"));
    assert!(
        shown
            .body
            .contains("The address must begin with https:// or http://")
    );
    assert!(
        shown.body.contains("value=\"shop.example\""),
        "what was typed is still there"
    );
    assert_eq!(shown.body.matches(" checked").count(), 1);
    let fields = "form[url]=https%3A%2F%2Fshop.example%2Fhook&form[types][order.shipped]=yes";
    let (path, shown) = admin.send("/fn/add_webhook", fields).await;
    assert_eq!(path, format!("{page}?secret=new"), "it is in no address");
    assert!(shown.body.contains("whsec_") && shown.body.contains("https://shop.example/hook"));
    assert!(!shown.body.contains(" checked"), "the draft is gone");
    let kept = "select count(*) from sessions where data::text like '%whsec_%'";
    let kept: i64 = sqlx::query_scalar(kept).fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 0);
    let cookie = [("cookie", admin.cookie.as_str())];
    for path in [page, &path] {
        assert!(!app.get(path, &cookie).await.body.contains("whsec_"));
    }

    let made = app.get("/api/v1/webhooks", &[SERVICE]).await.json();
    assert_eq!(made["data"][0]["event_types"], json!(["order.shipped"]));
    let id = format!("id={}", made["data"][0]["id"].as_str().unwrap());
    let (_, shown) = admin.send("/fn/rotate_webhook_secret", &id).await;
    assert!(shown.body.contains("whsec_"));
    let (_, shown) = admin.send("/fn/disable_webhook", &id).await;
    assert!(shown.body.contains("The webhook is disabled") && !shown.body.contains("whsec_"));
    let (_, shown) = admin.send("/fn/enable_webhook", &id).await;
    assert!(shown.body.contains("The webhook is enabled"));
    let (_, shown) = admin.send("/fn/delete_webhook", &id).await;
    assert!(shown.body.contains("Nobody is told yet"));
    let (path, _) = admin.send("/fn/enable_webhook", &id).await;
    assert_eq!(path, format!("{page}?error=not_found"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_admin_sends_again_what_was_set_aside(pool: PgPool) {
    let app = TestApp::start(pool.clone()).await;
    let url = json!({"url": "https://shop.example/hook"});
    let webhook = app.post("/api/v1/webhooks", &[SERVICE], url).await.json();
    app.paid_order().await;
    app.engine.deliveries.relay().await.unwrap();
    sqlx::raw_sql(
        "update deliveries set state = 'set_aside', next_at = null, ended_at = now(), attempts = 18,
            last_error = 'answered 500 Internal Server Error'",
    )
    .execute(&pool)
    .await
    .unwrap();
    let admin = Browser::of_person(&app, "admin").await;
    let cookie = [("cookie", admin.cookie.as_str())];
    let aside = async || {
        let page = app.get("/admin/webhooks?state=set_aside", &cookie).await;
        page.body.matches("/fn/resend_delivery").count()
    };
    assert_eq!(aside().await, 4);
    let list = app.get("/api/v1/deliveries", &[SERVICE]).await.json();

    let one = format!("id={}", list["data"][0]["id"]);
    let (_, shown) = admin.send("/fn/resend_delivery", &one).await;

    assert!(shown.body.contains("It is being sent again"));
    assert!(
        shown
            .body
            .contains("Last failure: answered 500 Internal Server Error")
    );
    assert_eq!(aside().await, 3);
    let all = format!("id={}", webhook["id"].as_str().unwrap());
    admin.send("/fn/resend_set_aside", &all).await;
    assert_eq!(aside().await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn staff_see_no_webhooks(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let staff = Browser::of_staff(&app).await;
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("cookie", staff.cookie.as_str()),
    ];

    let page = app.get("/admin/webhooks", &headers).await;
    let add = form(
        "/fn/add_webhook",
        "form[url]=https%3A%2F%2Fevil.example",
        &headers,
    );
    let added = app.ask(add).await;

    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(added.header("location"), "/admin/webhooks?error=forbidden");
    let made = app.get("/api/v1/webhooks", &[SERVICE]).await.json();
    assert_eq!(made["data"], json!([]));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_admin_makes_a_key_that_stands_nowhere_but_on_the_next_page(pool: PgPool) {
    let app = TestApp::start(pool.clone()).await;
    let admin = Browser::of_person(&app, "admin").await;

    let (path, shown) = admin.send("/fn/add_key", "form[name]=Till").await;
    assert_eq!(path, "/admin/keys?error=invalid");
    assert!(shown.body.contains("What it may do: tick at least one"));
    let fields = "form[name]=Till&form[scopes][read]=yes";
    let (path, shown) = admin.send("/fn/add_key", fields).await;
    let secret = shown.body.split("wb_").nth(1).unwrap();
    let secret = format!("wb_{}", secret.split('<').next().unwrap());
    let again = app.get(&path, &[("cookie", &admin.cookie)]).await;
    let opened = app.get("/api/v1/orders", &[("x-api-key", &secret)]).await;

    assert_eq!(path, "/admin/keys?secret=new");
    assert_eq!(opened.status, StatusCode::OK);
    assert!(again.body.contains("Till") && !again.body.contains(&secret));
    let kept = "select count(*) from sessions where data::text like '%wb\\_%'";
    let kept: i64 = sqlx::query_scalar(kept).fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn signing_out_everywhere_ends_the_sessions_of_other_browsers(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (here, there) = (
        Browser::of_person(&app, "ada").await,
        Browser::of_person(&app, "ada").await,
    );
    let status = async |browser: &Browser<'_>| {
        let cookie = [("cookie", browser.cookie.as_str())];
        app.get("/api/v1/orders", &cookie).await.status
    };
    assert_eq!(status(&there).await, StatusCode::OK);

    let ours = ("sec-fetch-site", "same-origin");
    let form = form(
        "/fn/sign_out_everywhere",
        "",
        &[ours, ("cookie", &here.cookie)],
    );
    app.ask(form).await;

    assert_eq!(status(&here).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(&there).await, StatusCode::UNAUTHORIZED);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_form_with_a_nul_character_is_shown_again_without_it(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let visitor = Browser::of_shopper(&app).await;

    let fields = "name=A%00da&email=%00&password=x";
    let (path, shown) = visitor.send("/fn/register", fields).await;

    assert!(path.starts_with("/register?error="), "{path}");
    assert!(shown.body.contains("value=\"Ada\""));
}
