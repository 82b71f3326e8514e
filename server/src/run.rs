//! Running the server from start to stop.

use std::{net::SocketAddr, path::Path, sync::Arc};

use embedded_postgres::EmbeddedPostgres;
use leptos::config::LeptosOptions;
use orders::{
    Caller, Checked, Engine, NewPerson, NewServiceKey, OrderError, Refusal, Role, ServiceKey,
    ServiceKeyId,
    engine::{Clock, Database, People, Secrets},
    services::{
        client::{Client, Limits},
        payment::{PaymentService, Provider, Sandbox},
        reservations::Reservations,
        webhooks::Webhooks,
    },
};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use tokio::net::TcpListener;

use crate::{
    AppState, Lifecycle, Settings,
    config::{Config, DatabaseConfig},
    demo::Demo,
    metrics::Metrics,
    router, workers,
};

/// A database that is open; the embedded one lives as long as this.
struct OpenDatabase {
    pool: PgPool,
    _embedded: Option<EmbeddedPostgres>,
}

/// Serves until the process is asked to stop. `ready` learns the address once requests are answered.
///
/// # Errors
/// One line that says why it could not start.
pub async fn serve(
    config: Config,
    metrics: Metrics,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), String> {
    // Asked for first: a port that is taken is found out before anything else is started.
    let listener = TcpListener::bind((config.host, config.port))
        .await
        .map_err(|error| format!("cannot listen on {}:{}: {error}", config.host, config.port))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let database = open(&config).await?;
    migrate_pool(&database.pool).await?;
    let state = set_up(&config, &database.pool, metrics).await?;
    let lifecycle = state.lifecycle.clone();
    let webhooks = webhooks(&config, &state.engine)?;
    let workers = workers::start(&state.engine, webhooks);
    ready(address);
    let stop = lifecycle.clone();
    axum::serve(
        listener,
        router(state).into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(async move {
        stop_signal().await;
        stop.drain();
    })
    .await
    .map_err(|error| format!("stopped serving: {error}"))?;
    workers.stop().await;
    database.pool.close().await;
    Ok(())
}

/// Brings the schema up to date, and ends.
///
/// # Errors
/// One line that says why it could not.
pub async fn migrate(config: Config) -> Result<(), String> {
    let database = open(&config).await?;
    migrate_pool(&database.pool).await
}

/// Loads the demo's catalogue, and makes `orders` orders of it.
///
/// # Errors
/// One line that says why it could not.
pub async fn seed(config: Config, orders: usize) -> Result<(), String> {
    let database = open(&config).await?;
    migrate_pool(&database.pool).await?;
    let state = set_up(&config, &database.pool, Metrics::default()).await?;
    let engine = state.engine;
    let failed = |error: orders::OrderError| format!("cannot seed: {}", cause(&error));
    Demo::load_catalogue(&engine).await.map_err(failed)?;
    if orders > 0 {
        let caller = Caller::system("seed");
        engine.orders.seed(&caller, orders).await.map_err(failed)?;
    }
    Ok(())
}

/// Looks at every invariant.
///
/// # Errors
/// One line that says why it could not.
pub async fn check(config: Config) -> Result<Vec<Checked>, String> {
    let database = open(&config).await?;
    let (engine, _) = engine(&config, &database.pool, &Metrics::default())?;
    let checked = engine.checks.run(&Caller::system("check")).await;
    checked.map_err(|error| format!("cannot check: {}", cause(&error)))
}

/// Makes an API key, and returns what it is made of.
///
/// # Errors
/// One line that says why it could not.
pub async fn create_key(config: Config, new: &NewServiceKey) -> Result<String, String> {
    let open = open_people(&config).await?;
    let made = open.people.create_service_key(&open.caller, new).await;
    made.map(|it| it.secret).map_err(|error| reason(&error))
}

/// Every API key, one line each.
///
/// # Errors
/// One line that says why it could not.
pub async fn list_keys(config: Config) -> Result<Vec<ServiceKey>, String> {
    let open = open_people(&config).await?;
    let keys = open.people.service_keys(&open.caller).await;
    keys.map_err(|error| reason(&error))
}

/// Refuses an API key from now on.
///
/// # Errors
/// One line that says why it could not.
pub async fn revoke_key(config: Config, id: ServiceKeyId) -> Result<(), String> {
    let open = open_people(&config).await?;
    let revoked = open.people.revoke_service_key(&open.caller, id).await;
    revoked.map_err(|error| reason(&error))
}

/// Makes an account for an admin, and returns the path of the page where they choose their password.
///
/// # Errors
/// One line that says why it could not.
pub async fn create_admin(config: Config, new: &NewPerson) -> Result<String, String> {
    let open = open_people(&config).await?;
    let invited = open.people.invite(&open.caller, new).await;
    let path = invited.map_err(|error| reason(&error))?.path();
    let url = config.public_url.unwrap_or_default();
    Ok(format!("{url}{path}"))
}

/// People in an open database.
struct OpenPeople {
    people: People,
    caller: Caller,
    _database: OpenDatabase,
}

async fn open_people(config: &Config) -> Result<OpenPeople, String> {
    let database = open(config).await?;
    migrate_pool(&database.pool).await?;
    let state = set_up(config, &database.pool, Metrics::default()).await?;
    Ok(OpenPeople {
        people: state.engine.people,
        caller: Caller::system("command line"),
        _database: database,
    })
}

/// Why not, with every field that cannot be used.
fn reason(error: &OrderError) -> String {
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

async fn open(config: &Config) -> Result<OpenDatabase, String> {
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

async fn migrate_pool(pool: &PgPool) -> Result<(), String> {
    Database::migrate(pool)
        .await
        .map_err(|error| format!("cannot migrate the database: {error}"))
}

/// The engine on `pool`, as configured, and the secret that it shares with bearer tokens.
fn engine(config: &Config, pool: &PgPool, metrics: &Metrics) -> Result<(Engine, Vec<u8>), String> {
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
    engine.orders = engine
        .orders
        .expiring_after(config.order_expiry)
        .reserving_at(reservations);
    Ok((engine, jwt_secret))
}

/// What sends to webhooks, as configured.
fn webhooks(config: &Config, engine: &Engine) -> Result<Webhooks, String> {
    let clock = engine.database().clock.clone();
    let source = config.public_url.as_deref().unwrap_or("waybill");
    Webhooks::new(clock, source, config.webhooks_reach)
        .map_err(|error| format!("cannot call webhooks: {}", cause(&error)))
}

/// The state of a server on a migrated database, with what the configuration wants to be there.
async fn set_up(config: &Config, pool: &PgPool, metrics: Metrics) -> Result<AppState, String> {
    let (engine, jwt_secret) = engine(config, pool, &metrics)?;
    let caller = Caller::system("start");
    let failed = |error: orders::OrderError| format!("cannot set up the shop: {}", cause(&error));
    engine
        .catalogue
        .set_up_storefront(&caller, config.tax_basis_points)
        .await
        .map_err(failed)?;
    if let Some(admin) = &config.admin {
        engine
            .people
            .ensure(&caller, "Admin", admin, Role::Admin)
            .await
            .map_err(failed)?;
    }
    if config.is_demo() {
        Demo::load(&engine).await.map_err(failed)?;
    } else {
        Demo::refuse(&engine).await.map_err(failed)?;
    }
    Ok(AppState {
        engine,
        leptos_options: site(),
        settings: Arc::new(Settings {
            jwt_secret,
            payment_callback_secret: config.payment_callback_secret.clone(),
            is_https: config
                .public_url
                .as_ref()
                .is_some_and(|it| it.starts_with("https://")),
            trusted_proxies: config.trusted_proxies.clone(),
            cors_origins: config.cors_origins.clone(),
        }),
        lifecycle: Lifecycle::default(),
        metrics,
    })
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

/// Waits until the process is asked to stop.
async fn stop_signal() {
    let interrupt = async {
        // Without a handler the signal ends the process by itself.
        let _ = tokio::signal::ctrl_c().await;
    };
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

/// An error with what caused it, in one line.
fn cause(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        line.push_str(": ");
        line.push_str(&error.to_string());
        source = error.source();
    }
    line.replace('\n', " ")
}
