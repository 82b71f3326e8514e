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
    outside::Outside,
};

/// How long the servers may take to come to rest: a lease that a killed server held, and the longest pause between tries.
const REST: Duration = Duration::from_secs(600);

/// What is still to be done: orders that are or will be due, what is undecided, events that wait to be told.
const LEFT: &str = "
    select format('order %s, %s, due at %s', id, state, due_at) from orders where due_at is not null
    union all
    select format('payment %s, %s, asked %s times', id, state, asked) from payments
    where state in ('started', 'running', 'unknown')
    union all
    select format('refund %s, tried %s times', id, tries) from refunds where state = 'pending'
    union all
    select format('event %s of order %s', sequence, order_id) from outbox where relayed_at is null
    union all
    select format('delivery %s after %s attempts: %s', id, attempts, last_error) from deliveries
    where state = 'waiting'";

/// Waits until nothing is left to be done. What is charged only now is told of too.
pub(crate) async fn come_to_rest(
    pool: &PgPool,
    client: &Client,
    outside: &Outside,
) -> Result<(), Error> {
    let deadline = Instant::now() + REST;
    loop {
        let left: Vec<String> = sqlx::query_scalar(LEFT).fetch_all(pool).await?;
        if left.is_empty() {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(format!("still to be done:\n{}", left.join("\n")).into());
        }
        outside.tell_the_rest(client).await;
        sleep(Duration::from_millis(500)).await;
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
