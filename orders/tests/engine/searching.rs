//! Searches through more orders than are looked through one by one.

use std::collections::BTreeSet;

use orders::{OrderFilter, OrderState, PageRequest, engine::MIGRATOR};
use sqlx::PgPool;

use crate::shop::{Shop, staff};

/// The ids that a search finds, page by page, in their order.
async fn found(shop: &Shop, q: &str, status: &[OrderState]) -> Vec<uuid::Uuid> {
    let filter = OrderFilter {
        q: Some(q.to_owned()),
        status: status.to_vec(),
        ..OrderFilter::default()
    };
    let (mut found, mut page) = (Vec::new(), PageRequest::first(100));
    loop {
        let listed = shop
            .engine
            .orders
            .list(&staff(), &filter, page)
            .await
            .unwrap();
        found.extend(listed.data.iter().map(|it| it.id.0));
        match listed.next {
            Some(next) => page.after = Some(next),
            None => return found,
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn common_and_rare_words_find_every_order_once_newest_first(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    shop.engine.orders.seed(&staff(), 6_000).await.unwrap();
    let rare: String = sqlx::query_scalar("select email from orders order by id limit 1")
        .fetch_one(&pool)
        .await
        .unwrap();

    for (q, statuses) in [
        ("a", vec![]),
        ("ada", vec![]),
        ("ada", vec![OrderState::Delivered, OrderState::Cancelled]),
        (rare.as_str(), vec![]),
        ("nobody-is-called-this", vec![]),
    ] {
        let states: Vec<String> = statuses.iter().map(|it| it.as_str().to_owned()).collect();
        let expected: Vec<uuid::Uuid> = sqlx::query_scalar(
            "select id from orders where search @@ ($1 || ':*')::tsquery
                and (cardinality($2::text[]) = 0 or state = any($2)) order by id desc",
        )
        .bind(format!("'{q}'"))
        .bind(&states)
        .fetch_all(&pool)
        .await
        .unwrap();

        let found = found(&shop, q, &statuses).await;

        assert_eq!(found, expected, "{q} {states:?}");
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len());
    }
}
