//! The demo: a shop that everybody knows the sign-ins of. Never on a database that somebody else runs.

use std::{net::SocketAddr, path::Path};

use orders::{Assortment, Caller, Credentials, Engine, NewProduct, OrderError, Refusal, Role};
use serde::de::DeserializeOwned;

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
            match engine.catalogue.create_product(&caller, product).await {
                Ok(_) | Err(OrderError::Refused(Refusal::Exists(_))) => {}
                Err(error) => return Err(error),
            }
        }
        let assortment: Assortment = read("storefronts.json", STOREFRONTS)?;
        (engine.catalogue.load_assortment(&caller, &assortment)).await
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
        engine.people.revoke_service_key(&caller, API_KEY).await
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
