//! What everybody outside says, beside what the orders say.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgPool;
use test_services::{Books, HeldState};

use crate::{Error, Report};

/// Compares the books of the services with the orders: money taken and sent back, goods held and sold, events heard.
pub(crate) async fn compare(
    pool: &PgPool,
    books: &Books,
    report: &mut Report,
) -> Result<(), Error> {
    let captured = sums(
        pool,
        "select order_id::text, sum(amount_minor)::bigint from payments where state = 'captured' group by 1",
    );
    differences("taken for order", &captured.await?, &taken(books), report);
    let refunded = sums(
        pool,
        "select order_id::text, sum(amount_minor)::bigint from refunds where state = 'succeeded' group by 1",
    );
    differences(
        "sent back for order",
        &refunded.await?,
        &sent_back(books),
        report,
    );
    let held: Vec<(String, String)> =
        sqlx::query_as("select id::text, state from remote_reservations where state <> 'released'")
            .fetch_all(pool)
            .await?;
    let held = held.into_iter().collect();
    differences("the state of reservation", &held, &reserved(books), report);
    let told = sums(
        pool,
        "select id::text, event_sequence::bigint from orders where event_sequence > 0",
    );
    differences(
        "the events without gaps of order",
        &told.await?,
        &heard(books),
        report,
    );
    report.events = books.told.values().map(BTreeSet::len).sum();
    Ok(())
}

async fn sums(pool: &PgPool, query: &'static str) -> Result<BTreeMap<String, i64>, sqlx::Error> {
    let rows: Vec<(String, i64)> = sqlx::query_as(query).fetch_all(pool).await?;
    Ok(rows.into_iter().collect())
}

/// By order, what the payment service took.
fn taken(books: &Books) -> BTreeMap<String, i64> {
    let mut taken = BTreeMap::new();
    for charge in books.charges.values().filter(|it| it.status == "captured") {
        *taken.entry(charge.order_id.clone()).or_default() += charge.amount_minor;
    }
    taken
}

/// By order, what the payment service sent back.
fn sent_back(books: &Books) -> BTreeMap<String, i64> {
    let mut sent = BTreeMap::new();
    for (charge, amount_minor) in books.refunds.values() {
        if let Some(charge) = books.charges.get(charge) {
            *sent.entry(charge.order_id.clone()).or_default() += amount_minor;
        }
    }
    sent
}

/// By reservation, how far it is.
fn reserved(books: &Books) -> BTreeMap<String, String> {
    let word = |state| match state {
        HeldState::Held => "held".to_owned(),
        HeldState::Confirmed => "confirmed".to_owned(),
    };
    let reservations = books.reservations.iter();
    reservations
        .map(|(key, it)| (key.clone(), word(it.state)))
        .collect()
}

/// By order, up to which event everything was heard.
fn heard(books: &Books) -> BTreeMap<String, i64> {
    let without_gaps = |told: &BTreeSet<i64>| (1..).take_while(|it| told.contains(it)).count();
    let told = books.told.iter();
    told.map(|(order, told)| {
        let heard = i64::try_from(without_gaps(told)).unwrap_or(i64::MAX);
        (order.clone(), heard)
    })
    .collect()
}

fn differences<T: std::fmt::Debug + PartialEq>(
    what: &str,
    ours: &BTreeMap<String, T>,
    theirs: &BTreeMap<String, T>,
    report: &mut Report,
) {
    let keys: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
    for key in keys {
        let (ours, theirs) = (ours.get(key), theirs.get(key));
        if ours != theirs {
            let failure = format!("{what} {key}: we say {ours:?}, outside it is {theirs:?}");
            report.failures.push(failure);
        }
    }
}
