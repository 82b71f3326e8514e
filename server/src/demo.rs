//! The demo: a shop that everybody knows the sign-ins of. Never on a database that somebody else runs.

use std::{collections::BTreeMap, net::SocketAddr, path::Path};

use orders::{
    Caller, Credentials, DeliveryTerms, Engine, NewDiscountCode, NewProduct, OrderError,
    PriceChange, Refusal, Role, StorefrontDocument,
};
use serde::{Deserialize, de::DeserializeOwned};

/// Who runs the demo's shop.
pub const ADMIN_EMAIL: &str = "admin@example.com";
/// Known to everybody.
pub const ADMIN_PASSWORD: &str = "admin-demo-password";
/// Who buys in the demo's shop.
pub const CUSTOMER_EMAIL: &str = "customer@example.com";
/// Known to everybody.
pub const CUSTOMER_PASSWORD: &str = "customer-demo-password";
/// Known to everybody.
pub const API_KEY: &str = "demo-api-key";

/// What the demo's shop sells.
const CATALOGUE: &str = include_str!("../demo/catalogue.json");
/// Where it is sold, for how much.
const STOREFRONTS: &str = include_str!("../demo/storefronts.json");

/// Storefronts with all that is theirs, and the codes that take something off.
#[derive(Deserialize)]
struct Assortment {
    /// In the order in which visitors are offered them.
    storefronts: Vec<DemoStorefront>,
    discount_codes: Vec<NewDiscountCode>,
}

#[derive(Deserialize)]
struct DemoStorefront {
    #[serde(flatten)]
    document: StorefrontDocument,
    /// The usual way first.
    delivery_methods: Vec<DeliveryTerms>,
    /// By SKU.
    #[serde(default)]
    prices: BTreeMap<String, i64>,
}

/// The demo.
pub struct Demo;

impl Demo {
    /// Loads what is not there yet. Stopped half-way, it goes on the next time.
    ///
    /// # Errors
    /// The database failed.
    pub async fn load(engine: &Engine) -> Result<(), OrderError> {
        Self::load_catalogue(engine).await?;
        Self::load_people(engine).await
    }

    /// Loads the goods and storefronts that are not there yet, and nobody.
    ///
    /// # Errors
    /// The database failed.
    pub async fn load_catalogue(engine: &Engine) -> Result<(), OrderError> {
        let caller = Caller::system("demo");
        let products: Vec<NewProduct> = read("catalogue.json", CATALOGUE)?;
        for product in products {
            unless_there(engine.catalogue.create_product(&caller, product).await)?;
        }
        let assortment: Assortment = read("storefronts.json", STOREFRONTS)?;
        for (position, storefront) in (0..).zip(assortment.storefronts) {
            load_storefront(engine, &caller, position, storefront).await?;
        }
        for code in assortment.discount_codes {
            unless_there(engine.discounts.create(&caller, code).await)?;
        }
        Ok(())
    }

    async fn load_people(engine: &Engine) -> Result<(), OrderError> {
        let caller = Caller::system("demo");
        for (name, email, password, role) in [
            ("Ada Admin", ADMIN_EMAIL, ADMIN_PASSWORD, Role::Admin),
            (
                "Chris Customer",
                CUSTOMER_EMAIL,
                CUSTOMER_PASSWORD,
                Role::Customer,
            ),
        ] {
            let credentials = Credentials {
                email: email.to_owned(),
                password: password.to_owned(),
            };
            engine
                .people
                .ensure(&caller, name, &credentials, role)
                .await?;
        }
        engine
            .people
            .keep_service_key(&caller, "Demo", API_KEY)
            .await
    }

    /// Makes sure that the sign-ins everybody knows do not work here.
    ///
    /// # Errors
    /// The database failed.
    pub async fn refuse(engine: &Engine) -> Result<(), OrderError> {
        let caller = Caller::system("start");
        for (email, password) in [
            (ADMIN_EMAIL, ADMIN_PASSWORD),
            (CUSTOMER_EMAIL, CUSTOMER_PASSWORD),
        ] {
            let credentials = Credentials {
                email: email.to_owned(),
                password: password.to_owned(),
            };
            engine.people.refuse_password(&caller, &credentials).await?;
        }
        engine.people.refuse_service_key(&caller, API_KEY).await
    }

    /// The demo's secret, made once and kept beside its data, so that links go on working.
    ///
    /// # Errors
    /// One line that says why it cannot be kept.
    pub fn secret(folder: &Path) -> Result<Vec<u8>, String> {
        let path = folder.join("demo-secret");
        if let Ok(secret) = std::fs::read(&path)
            && secret.len() >= 32
        {
            return Ok(secret);
        }
        let secret = format!(
            "{}{}",
            uuid::Uuid::new_v4().simple(),
            uuid::Uuid::new_v4().simple()
        );
        std::fs::write(&path, &secret).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(secret.into_bytes())
    }

    /// What whoever starts the demo wants to know.
    #[must_use]
    pub fn greeting(address: SocketAddr) -> String {
        format!(
            "\n  Shop     http://{address}\n  Admin    http://{address}/admin/orders\n\n  \
             Staff    {ADMIN_EMAIL} / {ADMIN_PASSWORD}\n  \
             Customer {CUSTOMER_EMAIL} / {CUSTOMER_PASSWORD}\n  \
             API key  {API_KEY}\n  \
             Cards    4242 4242 4242 4242 pays, 4000 0000 0000 0002 is declined, 4000 0000 0000 0259 takes a moment\n"
        )
    }
}

/// What one of the demo's files says.
fn read<T: DeserializeOwned>(name: &'static str, json: &str) -> Result<T, OrderError> {
    serde_json::from_str(json).map_err(|error| OrderError::Corrupt {
        table: name,
        id: String::new(),
        why: error.to_string(),
    })
}

/// Nothing went wrong if it was there before: what is there stays as it is.
fn unless_there<T>(created: Result<T, OrderError>) -> Result<(), OrderError> {
    match created {
        Ok(_) | Err(OrderError::Refused(Refusal::Exists(_))) => Ok(()),
        Err(error) => Err(error),
    }
}

async fn load_storefront(
    engine: &Engine,
    caller: &Caller,
    position: i32,
    new: DemoStorefront,
) -> Result<(), OrderError> {
    let catalogue = &engine.catalogue;
    let code = new.document.code.clone();
    let sender = new.document.sender.clone();
    let document = StorefrontDocument {
        position,
        ..new.document
    };
    unless_there(catalogue.create_storefront(caller, document).await)?;
    let there = catalogue.storefront(caller, &code).await?;
    // The default storefront is there from the start, and does not know who sends.
    if there.sender.is_none() && sender.is_some() {
        let document = StorefrontDocument {
            sender,
            ..there.into()
        };
        catalogue.change_storefront(caller, &code, document).await?;
    }
    for method in new.delivery_methods {
        unless_there(catalogue.add_delivery_method(caller, &code, method).await)?;
    }
    load_prices(engine, caller, &code, new.prices).await
}

async fn load_prices(
    engine: &Engine,
    caller: &Caller,
    storefront: &str,
    mut prices: BTreeMap<String, i64>,
) -> Result<(), OrderError> {
    let (catalogue, mut after) = (&engine.catalogue, None);
    loop {
        let page = catalogue
            .storefront_prices(caller, storefront, None, after.as_deref(), 100)
            .await?;
        for price in page.0.into_iter().filter(|it| it.is_own) {
            prices.remove(&price.sku);
        }
        after = page.1;
        if after.is_none() {
            break;
        }
    }
    let changes: Vec<_> = (prices.into_iter())
        .map(|(sku, price_minor)| PriceChange {
            storefront: storefront.to_owned(),
            sku,
            price_minor: Some(price_minor),
        })
        .collect();
    catalogue.set_prices(caller, &changes).await
}
