//! What admins say of a product, as browsers without JavaScript send it.

use orders::engine::MIGRATOR;
use serde_json::json;
use sqlx::PgPool;

use crate::{
    browser::Browser,
    test_app::{KEY, TestApp},
};

const FORM: &str = "form[reference]=1&form[weights][000][sku]=MUG";

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_admin_says_how_a_product_is_taxed_what_it_weighs_and_what_it_is_called(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let admin = Browser::of_person(&app, "admin").await;
    let details = async || {
        let details = app.get("/api/v1/products/1/details", &[("x-api-key", KEY)]);
        details.await.json()
    };

    let fields = format!(
        "{FORM}&form[weights][000][grams]=420&form[tax_class]=ceramics\
         &form[texts][de][title]=Becher&form[texts][de][description]=Aus+Emaille"
    );
    let (page, shown) = admin.send("/fn/change_product", &fields).await;
    assert_eq!(page, "/admin/products/1?done=saved");
    assert!(shown.body.contains("Becher") && shown.body.contains("value=\"420\""));
    assert_eq!(
        details().await,
        json!({
            "tax_class": "ceramics", "grams": {"MUG": 420},
            "texts": {"de": {"title": "Becher", "description": "Aus Emaille"}},
        })
    );

    // A language that says nothing is taken away.
    let fields = format!(
        "{FORM}&form[weights][000][grams]=420&form[tax_class]=standard\
         &form[texts][de][title]=&form[texts][de][description]="
    );
    admin.send("/fn/change_product", &fields).await;
    assert_eq!(
        details().await,
        json!({"tax_class": "standard", "grams": {"MUG": 420}, "texts": {}})
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_cannot_be_said_of_a_product_is_shown_again_with_the_reason(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let admin = Browser::of_person(&app, "admin").await;

    let fields = format!(
        "{FORM}&form[weights][000][grams]=heavy&form[tax_class]=standard\
         &form[texts][de][title]=&form[texts][de][description]=Aus+Emaille"
    );
    let (page, shown) = admin.send("/fn/change_product", &fields).await;
    assert_eq!(page, "/admin/products/1?error=invalid");
    for words in [
        "The weight “MUG” is no number of grams",
        "value=\"heavy\"",
        "Aus Emaille",
    ] {
        assert!(shown.body.contains(words), "{words}: {}", shown.body);
    }

    let fields = fields.replace("heavy", "1");
    let (_, shown) = admin.send("/fn/change_product", &fields).await;
    for words in ["href=\"#title-de\"", "The German title is missing"] {
        assert!(shown.body.contains(words), "{words}: {}", shown.body);
    }
}
