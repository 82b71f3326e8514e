//! Who uses the pages.

use axum::http::StatusCode;
use serde_json::Value;

use crate::test_app::{Answer, TestApp, cookie, form};

/// A browser without JavaScript.
pub(crate) struct Browser<'a> {
    pub(crate) app: &'a TestApp,
    pub(crate) cookie: String,
}

impl<'a> Browser<'a> {
    pub(crate) async fn of_staff(app: &'a TestApp) -> Self {
        Self::of_person(app, "staff").await
    }

    pub(crate) async fn of_person(app: &'a TestApp, name: &str) -> Self {
        let credentials = &format!("email={name}%40test.example&password=a+test+password");
        let ours = [("sec-fetch-site", "same-origin")];
        let answer = app.ask(form("/fn/sign_in", credentials, &ours)).await;
        let cookie = cookie(&answer);
        Self { app, cookie }
    }

    /// Whoever follows the link to an order.
    pub(crate) async fn of_buyer(app: &'a TestApp, order: &Value) -> Self {
        let (id, token) = (&order["id"], &order["access_token"]);
        let link = format!(
            "/order/{}?token={}",
            id.as_str().unwrap(),
            token.as_str().unwrap()
        );
        let cookie = cookie(&app.get(&link, &[]).await);
        Self { app, cookie }
    }

    /// Somebody with a mug in their cart.
    pub(crate) async fn of_shopper(app: &'a TestApp) -> Self {
        let ours = [("sec-fetch-site", "same-origin")];
        let mug = "product=1&sku=MUG&quantity=1";
        let cookie = cookie(&app.ask(form("/fn/add_to_cart", mug, &ours)).await);
        Self { app, cookie }
    }

    /// Sends a form, and follows to the page that comes then.
    pub(crate) async fn send(&self, path: &str, fields: &str) -> (String, Answer) {
        let headers = [
            ("sec-fetch-site", "same-origin"),
            ("cookie", self.cookie.as_str()),
        ];
        let answer = self.app.ask(form(path, fields, &headers)).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.body);
        let page = answer.header("location").to_owned();
        let cookies = [self.cookie.clone(), cookie(&answer)].join("; ");
        let shown = self.app.get(&page, &[("cookie", &cookies)]).await;
        assert_eq!(shown.status, StatusCode::OK, "{page}");
        (page, shown)
    }
}
