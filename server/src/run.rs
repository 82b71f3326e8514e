//! What the `server` command does: serving from start to stop, and what is done at a terminal.

use std::{future::IntoFuture, net::SocketAddr};

use orders::{Caller, Checked, NewPerson, NewServiceKey, ServiceKey, ServiceKeyId, engine::People};
use tokio::net::TcpListener;

use crate::{
    Lifecycle,
    config::Config,
    demo::Demo,
    door::Door,
    metrics::Metrics,
    router,
    set_up::{OpenDatabase, cause, engine, mails, migrate_pool, open, reason, set_up, webhooks},
    workers,
};

/// Serves until the process is asked to stop. `ready` learns the address once the shop is open; whoever asks before learns
/// that the server is starting.
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
    let (door, lifecycle) = (Door::default(), Lifecycle::default());
    let stop = lifecycle.clone();
    let serving = axum::serve(
        listener,
        door.router()
            .into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(async move {
        stop_signal().await;
        stop.drain();
    });
    let serving = tokio::spawn(serving.into_future());
    let database = open(&config).await?;
    migrate_pool(&database.pool).await?;
    let state = set_up(&config, &database.pool, metrics, lifecycle).await?;
    let webhooks = webhooks(&config, &state.engine)?;
    let mails = mails(&config)?;
    let workers = workers::start(&state.engine, webhooks, mails);
    door.open(router(state));
    ready(address);
    serving
        .await
        .map_err(|error| error.to_string())?
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
    let state = set_up(
        &config,
        &database.pool,
        Metrics::default(),
        Lifecycle::default(),
    );
    let engine = state.await?.engine.clone();
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
    let (engine, _) = engine(config, &database.pool, &Metrics::default())?;
    Ok(OpenPeople {
        people: engine.people.clone(),
        caller: Caller::system("command line"),
        _database: database,
    })
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
