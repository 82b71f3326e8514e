//! What is left when it is over.

use std::time::Duration;

use reqwest::Method;
use sqlx::PgPool;
use tokio::time::{Instant, sleep};

use crate::{
    Error, Report,
    client::Client,
    fleet::Fleet,
    goods::{HOT, HOT_BUYERS, HOT_UNITS},
};

/// How long the servers may take to come to rest: a lease that a killed server held, and the pauses between tries.
const REST: Duration = Duration::from_secs(240);

/// Waits until nothing is due or will be, nothing undecided, and every event told.
pub(crate) async fn come_to_rest(pool: &PgPool) -> Result<(), Error> {
    let deadline = Instant::now() + REST;
    loop {
        let left: i64 = sqlx::query_scalar(
            "select (select count(*) from orders where due_at is not null)
                + (select count(*) from payments where state in ('started', 'running', 'unknown'))
                + (select count(*) from refunds where state = 'pending')
                + (select count(*) from outbox where relayed_at is null)
                + (select count(*) from deliveries where state = 'waiting')",
        )
        .fetch_one(pool)
        .await?;
        if left == 0 {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(format!("{left} things are still to be done").into());
        }
        sleep(Duration::from_millis(200)).await;
    }
}

/// Looks for what must not be.
pub(crate) async fn look(client: &Client, fleet: &Fleet, report: &mut Report) -> Result<(), Error> {
    let (is_healthy, said) = fleet.check().await?;
    if !is_healthy {
        report
            .failures
            .push(format!("server check is not content:\n{said}"));
    }
    for id in client.orders() {
        let found = client
            .insist(Method::GET, &format!("/api/v1/orders/{id}"), &id, None)
            .await;
        if found.status != 200 {
            report.failures.push(format!(
                "order {id} was answered 201 and is gone: {}",
                found.status
            ));
        }
    }
    let (sold, refused) = (report.hot_sold, report.hot_refused);
    if (sold, refused) != (HOT_UNITS, HOT_BUYERS - HOT_UNITS) {
        report.failures.push(format!(
            "{sold} of {HOT_UNITS} hot units were sold, {refused} refused"
        ));
    }
    let path = format!("/api/v1/inventory/{HOT}");
    let stock = client.insist(Method::GET, &path, HOT, None).await.body;
    if (stock["on_hand"].as_i64(), stock["reserved"].as_i64()) != (Some(0), Some(0)) {
        report
            .failures
            .push(format!("the hot product's stock is {stock}"));
    }
    Ok(())
}
