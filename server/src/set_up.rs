//! From the configuration to a shop that can be opened: its database, its engine, and what must be there.

use std::{path::Path, sync::Arc};

use embedded_postgres::EmbeddedPostgres;
use leptos::config::LeptosOptions;
use orders::{
    Caller, Engine, OrderError, Refusal, Role,
    engine::{Clock, Database, Secrets},
    services::{
        client::{Client, Limits},
        mail::{MailError, Mails},
        payment::{PaymentService, Provider, Sandbox},
        reservations::Reservations,
        webhooks::Webhooks,
    },
};
use sha2::{Digest, Sha256};
use sqlx::PgPool;

use crate::{
    AppState, Lifecycle, Parts, Pulse, Settings,
    config::{Config, DatabaseConfig},
    demo::Demo,
    metrics::Metrics,
};

/// A database that is open; the embedded one lives as long as this.
pub(crate) struct OpenDatabase {
    pub(crate) pool: PgPool,
    _embedded: Option<EmbeddedPostgres>,
}

pub(crate) async fn open(config: &Config) -> Result<OpenDatabase, String> {
    let (options, embedded) = match &config.database {
        DatabaseConfig::Postgres(options) => (options.as_ref().clone(), None),
        DatabaseConfig::Embedded(folder) => {
            let postgres = start_embedded(folder.clone()).await?;
            let url = postgres.url(embedded_postgres::DATABASE);
            let options = url
                .parse()
                .map_err(|error| format!("the embedded database: {error}"))?;
            (options, Some(postgres))
        }
    };
    let pool = Database::connect(options, config.database_connections)
        .await
        .map_err(|error| format!("DATABASE_URL: cannot connect: {}", cause(&error)))?;
    Ok(OpenDatabase {
        pool,
        _embedded: embedded,
    })
}

async fn start_embedded(folder: std::path::PathBuf) -> Result<EmbeddedPostgres, String> {
    let start = move || EmbeddedPostgres::start(&folder);
    let postgres = tokio::task::spawn_blocking(start)
        .await
        .map_err(|error| error.to_string())?
        .map_err(|error| error.to_string())?;
    postgres.on_death(|status| {
        // Without its database the server can answer nothing; whoever started it starts it again.
        eprintln!("server: the embedded database died: {status}");
        std::process::exit(1);
    });
    Ok(postgres)
}

pub(crate) async fn migrate_pool(pool: &PgPool) -> Result<(), String> {
    Database::migrate(pool)
        .await
        .map_err(|error| format!("cannot migrate the database: {error}"))
}

/// The engine on `pool`, as configured, and the secret that it shares with bearer tokens.
pub(crate) fn engine(
    config: &Config,
    pool: &PgPool,
    metrics: &Metrics,
) -> Result<(Engine, Vec<u8>), String> {
    let jwt_secret = match (&config.jwt_secret, &config.database) {
        (Some(secret), _) => secret.clone(),
        (None, DatabaseConfig::Embedded(folder)) => Demo::secret(folder)?,
        (None, DatabaseConfig::Postgres(_)) => return Err("JWT_SECRET is missing".to_owned()),
    };
    let clock = Clock::System;
    let client = Client::new(clock.clone(), Limits::default())
        .map_err(|error| format!("cannot call services: {}", cause(&error)))?
        .observed_by(Arc::new(metrics.clone()));
    let service = |name, url: &Option<String>| client.service(name, url.as_deref()?);
    let services = &config.services;
    let provider = match service("payment", &services.payment) {
        Some(service) => Provider::Http(PaymentService(service)),
        None if config.payment_sandbox => {
            Provider::Sandbox(Sandbox::new(pool.clone(), clock.clone()))
        }
        None => Provider::Nobody,
    };
    let database = Database::new(pool.clone(), clock, secrets(&jwt_secret))
        .observed_by(Arc::new(metrics.clone()));
    let mut engine = Engine::new(database, provider).limited_to(config.rates);
    let reservations = Reservations {
        inventory: service("inventory", &services.inventory),
        seating: service("seating", &services.seating),
    };
    if config.mail.is_some() {
        engine.deliveries = engine.deliveries.clone().writing_mail();
    }
    engine.orders = engine
        .orders
        .clone()
        .expiring_after(config.order_expiry)
        .reserving_at(reservations);
    Ok((engine, jwt_secret))
}

/// What writes to customers, as configured; nothing where nobody is written to.
pub(crate) fn mails(config: &Config) -> Result<Option<Mails>, String> {
    let Some(mail) = &config.mail else {
        return Ok(None);
    };
    let mails = Mails::new(&mail.smtp_url, &mail.from, &mail.site, app::mail::write);
    mails.map(Some).map_err(|error| match error {
        MailError::Server(_) | MailError::InClear => format!("SMTP_URL {error}"),
        MailError::Sender => format!("MAIL_FROM {error}"),
    })
}

/// What sends to webhooks, as configured.
pub(crate) fn webhooks(config: &Config, engine: &Engine) -> Result<Webhooks, String> {
    let clock = engine.database().clock.clone();
    let source = config.public_url.as_deref().unwrap_or("waybill");
    Webhooks::new(clock, source, config.webhooks_reach)
        .map_err(|error| format!("cannot call webhooks: {}", cause(&error)))
}

/// The state of a server on a migrated database, with what the configuration wants to be there.
pub(crate) async fn set_up(
    config: &Config,
    pool: &PgPool,
    metrics: Metrics,
    lifecycle: Lifecycle,
) -> Result<AppState, String> {
    let (engine, jwt_secret) = engine(config, pool, &metrics)?;
    let caller = Caller::system("start");
    let failed = |error: orders::OrderError| format!("cannot set up the shop: {}", cause(&error));
    let usual_tax = if config.is_demo() { 1_000 } else { 0 };
    engine
        .catalogue
        .set_up_storefront(&caller, usual_tax, config.tax_basis_points)
        .await
        .map_err(failed)?;
    if let Some(admin) = &config.admin {
        let people = &engine.people;
        let role = people.ensure(&caller, "Admin", admin, Role::Admin).await;
        let role = role.map_err(|error| format!("ADMIN_PASSWORD: {}", reason(&error)))?;
        if role != Role::Admin {
            tracing::warn!("ADMIN_EMAIL has an account that is no admin's; nothing was changed");
        }
    }
    if config.is_demo() {
        Demo::load(&engine).await.map_err(failed)?;
    } else {
        Demo::refuse(&engine).await.map_err(failed)?;
    }
    Ok(AppState::from(Parts {
        engine,
        leptos_options: site(),
        settings: Settings {
            jwt_secret,
            payment_callback_secret: config.payment_callback_secret.clone(),
            public_url: config.public_url.clone(),
            trusted_proxies: config.trusted_proxies.clone(),
            cors_origins: config.cors_origins.clone(),
        },
        lifecycle,
        metrics,
        pulse: Pulse::default(),
    }))
}

/// Keys for different purposes, derived from the one secret, so that none is used for two things.
fn secrets(jwt_secret: &[u8]) -> Secrets {
    let mut hash = Sha256::new();
    hash.update(b"waybill order tokens\0");
    hash.update(jwt_secret);
    Secrets {
        order_tokens: hash.finalize().into(),
    }
}

/// Where the files for the browser are: where the build tool says, else beside the executable.
fn site() -> LeptosOptions {
    let folder = std::env::current_exe()
        .ok()
        .and_then(|it| it.parent().map(Path::to_path_buf))
        .unwrap_or_default();
    let beside = folder.join("site");
    let site_root = std::env::var("LEPTOS_SITE_ROOT").unwrap_or_else(|_| {
        if beside.is_dir() {
            beside.to_string_lossy().into_owned()
        } else {
            "target/site".to_owned()
        }
    });
    LeptosOptions::builder()
        .output_name("waybill")
        .site_root(site_root)
        .hash_files(folder.join("hash.txt").is_file())
        .build()
}

/// Why not, with every field that cannot be used.
pub(crate) fn reason(error: &OrderError) -> String {
    match error {
        OrderError::Refused(Refusal::Invalid(errors)) => {
            let errors = errors.iter();
            let errors: Vec<_> = errors
                .map(|it| format!("{} {}", it.pointer.trim_start_matches('/'), it.detail))
                .collect();
            errors.join(", ")
        }
        error => cause(error),
    }
}

/// An error with what caused it, in one line.
pub(crate) fn cause(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        line.push_str(": ");
        line.push_str(&error.to_string());
        source = error.source();
    }
    line.replace('\n', " ")
}
