//! Configuration, from the environment. A bad or missing value stops the start with one line that names it.

mod environment;
mod mail;
#[cfg(test)]
mod tests;

use std::{net::IpAddr, path::PathBuf, str::FromStr};

use orders::{
    Credentials, Percent,
    engine::Rates,
    services::{client::is_service_address, webhooks::Reach},
};
use sqlx::postgres::PgConnectOptions;

use self::environment::Environment;
pub use self::{environment::ConfigError, mail::MailConfig};
use crate::TrustedProxies;

/// The shortest secret that is not guessed.
const SHORTEST_SECRET: usize = 32;

/// Everything that can be configured.
pub struct Config {
    /// Where to listen.
    pub host: IpAddr,
    /// Where to listen; 0 for any free port.
    pub port: u16,
    /// How browsers reach us, when that is not where we listen.
    pub public_url: Option<String>,
    /// Where the data is.
    pub database: DatabaseConfig,
    /// How many connections to Postgres.
    pub database_connections: u32,
    /// Signs bearer tokens and order links; the demo makes its own.
    pub jwt_secret: Option<Vec<u8>>,
    /// The default storefront's tax, in hundredths of a percent, whatever is set in the admin.
    pub tax_basis_points: Option<i32>,
    /// How long an unpaid order holds its stock.
    pub order_expiry: chrono::Duration,
    /// Whether test cards are taken.
    pub payment_sandbox: bool,
    /// The services outside that are in use.
    pub services: ServiceUrls,
    /// What the payment service signs its callbacks with.
    pub payment_callback_secret: Option<Vec<u8>>,
    /// How customers are written to; absent: not at all.
    pub mail: Option<MailConfig>,
    /// Which addresses webhooks may have.
    pub webhooks_reach: Reach,
    /// Proxies that are believed when they say for whom they ask.
    pub trusted_proxies: TrustedProxies,
    /// The other sites whose pages may call the API.
    pub cors_origins: Vec<String>,
    /// How much somebody may ask for in a minute.
    pub rates: Rates,
    /// The first admin.
    pub admin: Option<Credentials>,
    /// Whether logs are JSON lines.
    pub log_json: bool,
}

/// Where services outside are; what has none is done by Waybill itself.
#[derive(Default)]
pub struct ServiceUrls {
    /// Takes the money.
    pub payment: Option<String>,
    /// Holds goods.
    pub inventory: Option<String>,
    /// Holds seats.
    pub seating: Option<String>,
}

/// Where the data is.
pub enum DatabaseConfig {
    /// In a Postgres of our own, in this folder: the demo.
    Embedded(PathBuf),
    /// In a Postgres that somebody runs.
    Postgres(Box<PgConnectOptions>),
}

impl Config {
    /// The configuration in the process' environment.
    ///
    /// # Errors
    /// A value is missing or cannot be used.
    pub fn from_environment() -> Result<Self, ConfigError> {
        Self::read(&Environment(&|name| std::env::var(name).ok()))
    }

    fn read(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        let database = match environment.text("DATABASE_URL")? {
            Some(url) => DatabaseConfig::Postgres(Box::new(
                PgConnectOptions::from_str(&url)
                    .map_err(|_| ConfigError::new("DATABASE_URL", "is not a Postgres address"))?,
            )),
            // libpq's own variables name a database too.
            None if environment.text("PGHOST")?.is_some()
                || environment.text("PGDATABASE")?.is_some() =>
            {
                DatabaseConfig::Postgres(Box::new(PgConnectOptions::new()))
            }
            None => DatabaseConfig::Embedded(match environment.text("DATA_DIR")? {
                Some(path) => path.into(),
                None => {
                    let here = std::env::current_dir().map_err(|error| {
                        ConfigError::new("DATA_DIR", &format!("is needed: {error}"))
                    })?;
                    embedded_postgres::default_data_dir(&here)
                }
            }),
        };
        let is_demo = matches!(database, DatabaseConfig::Embedded(_));
        let jwt_secret = environment.text("JWT_SECRET")?.map(String::into_bytes);
        match &jwt_secret {
            Some(secret) if secret.len() < SHORTEST_SECRET => {
                let why = format!("must have at least {SHORTEST_SECRET} characters");
                return Err(ConfigError::new("JWT_SECRET", &why));
            }
            None if !is_demo => {
                return Err(ConfigError::new(
                    "JWT_SECRET",
                    "is missing: a secret of 32 characters or more",
                ));
            }
            Some(_) | None => {}
        }
        let host =
            environment.parsed("HOST", IpAddr::from([127, 0, 0, 1]), "is not an IP address")?;
        let port = environment.parsed("PORT", 3000, "is not a port")?;
        let public_url = environment.public_url()?;
        Ok(Self {
            mail: environment.mail(public_url.clone(), is_demo, port)?,
            host,
            port,
            public_url,
            database,
            database_connections: environment.parsed(
                "DATABASE_CONNECTIONS",
                20,
                "is not a number",
            )?,
            jwt_secret,
            tax_basis_points: environment.tax_basis_points()?,
            order_expiry: chrono::Duration::minutes(i64::from(environment.parsed(
                "ORDER_EXPIRY_MINUTES",
                15_u16,
                "is not a number of minutes",
            )?)),
            payment_sandbox: environment.switch("PAYMENT_SANDBOX")? || is_demo,
            services: environment.services()?,
            payment_callback_secret: environment
                .text("PAYMENT_CALLBACK_SECRET")?
                .map(String::into_bytes),
            webhooks_reach: match environment.switch("WEBHOOKS_ALLOW_PRIVATE")? || is_demo {
                true => Reach::Everywhere,
                false => Reach::Public,
            },
            trusted_proxies: environment.parsed(
                "TRUSTED_PROXIES",
                TrustedProxies::default(),
                "must be addresses or networks, such as 10.0.0.0/8, separated by commas",
            )?,
            cors_origins: environment.cors_origins()?,
            rates: environment.rates()?,
            admin: environment.admin(is_demo)?,
            log_json: match environment.text("LOG_FORMAT")?.as_deref() {
                None | Some("text") => false,
                Some("json") => true,
                Some(_) => return Err(ConfigError::new("LOG_FORMAT", "must be text or json")),
            },
        })
    }

    /// Whether this is the demo: its own Postgres, and data and sign-ins that everybody knows.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        matches!(self.database, DatabaseConfig::Embedded(_))
    }
}

impl Environment<'_> {
    fn public_url(&self) -> Result<Option<String>, ConfigError> {
        match self.text("PUBLIC_URL")? {
            None => Ok(None),
            Some(url) if url.starts_with("http://") || url.starts_with("https://") => {
                Ok(Some(url.trim().trim_end_matches('/').to_owned()))
            }
            Some(_) => Err(ConfigError::new(
                "PUBLIC_URL",
                "must begin with http:// or https://",
            )),
        }
    }

    fn cors_origins(&self) -> Result<Vec<String>, ConfigError> {
        let text = self.text("CORS_ORIGINS")?.unwrap_or_default();
        let origins = text.split(',').map(str::trim).filter(|it| !it.is_empty());
        let origins: Vec<_> = origins.map(str::to_ascii_lowercase).collect();
        // As browsers write them: no path, not even a slash at the end.
        let is_origin = |it: &String| {
            let host = it
                .strip_prefix("https://")
                .or_else(|| it.strip_prefix("http://"));
            host.is_some_and(|it| !it.is_empty() && !it.contains(['/', '*', '@', ' ', '?', '#']))
        };
        if origins.iter().all(is_origin) {
            Ok(origins)
        } else {
            let why = "must be origins, such as https://app.example.com, separated by commas";
            Err(ConfigError::new("CORS_ORIGINS", why))
        }
    }

    fn rates(&self) -> Result<Rates, ConfigError> {
        let default = Rates::default();
        let rate = |name, default| self.parsed(name, default, "is not a number of requests");
        Ok(Rates {
            guest_requests: rate("RATE_LIMIT_GUEST_REQUESTS", default.guest_requests)?,
            guest_orders: rate("RATE_LIMIT_GUEST_ORDERS", default.guest_orders)?,
            sign_ins: rate("RATE_LIMIT_SIGN_INS", default.sign_ins)?,
            person_requests: rate("RATE_LIMIT_PERSON_REQUESTS", default.person_requests)?,
        })
    }

    fn services(&self) -> Result<ServiceUrls, ConfigError> {
        let services = ServiceUrls {
            payment: self.service("PAYMENT_SERVICE_URL")?,
            inventory: self.service("INVENTORY_SERVICE_URL")?,
            seating: self.service("SEATING_SERVICE_URL")?,
        };
        if services.payment.is_some() && self.text("PAYMENT_CALLBACK_SECRET")?.is_none() {
            return Err(ConfigError::new(
                "PAYMENT_CALLBACK_SECRET",
                "is missing beside PAYMENT_SERVICE_URL",
            ));
        }
        if services.payment.is_some() && self.switch("PAYMENT_SANDBOX")? {
            return Err(ConfigError::new(
                "PAYMENT_SANDBOX",
                "and PAYMENT_SERVICE_URL are both set",
            ));
        }
        Ok(services)
    }

    fn service(&self, name: &str) -> Result<Option<String>, ConfigError> {
        match self.text(name)? {
            Some(url) if !is_service_address(&url) => Err(ConfigError::new(
                name,
                "is not the address of a service, such as http://stock.example:8080",
            )),
            url => Ok(url),
        }
    }

    /// `TAX_PERCENT`, up to two decimals, as hundredths of a percent.
    fn tax_basis_points(&self) -> Result<Option<i32>, ConfigError> {
        match self.text("TAX_PERCENT")?.as_deref().map(Percent::parse) {
            None => Ok(None),
            Some(Ok(Percent(basis_points))) if basis_points <= 10_000 => Ok(Some(basis_points)),
            Some(_) => Err(ConfigError::new(
                "TAX_PERCENT",
                "must be from 0 to 100, with at most two decimals",
            )),
        }
    }

    fn admin(&self, is_demo: bool) -> Result<Option<Credentials>, ConfigError> {
        match (self.text("ADMIN_EMAIL")?, self.text("ADMIN_PASSWORD")?) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(ConfigError::new(
                "ADMIN_PASSWORD",
                "is missing beside ADMIN_EMAIL",
            )),
            (None, Some(_)) => Err(ConfigError::new(
                "ADMIN_EMAIL",
                "is missing beside ADMIN_PASSWORD",
            )),
            (Some(_), Some(password)) if !is_demo && password == crate::demo::ADMIN_PASSWORD => {
                Err(ConfigError::new(
                    "ADMIN_PASSWORD",
                    "is the demo's, which everybody knows",
                ))
            }
            (Some(email), Some(password)) => Ok(Some(Credentials { email, password })),
        }
    }
}
