//! Servers that die in the middle of a call.

use std::time::Duration;

use chrono::Duration as Span;
use orders::{OrderState, engine::MIGRATOR};
use sqlx::{PgPool, postgres::PgPoolOptions};
use test_services::Behaviour;
use tokio::runtime;

use crate::shop::{self, PAYS, Shop, TOO_SLOW, mug_and_seat};

/// Whether the call that the server died in got through or not, another server takes the order over and brings it to
/// its end.
#[sqlx::test(migrator = "MIGRATOR")]
async fn a_server_that_dies_in_a_call_leaves_work_that_another_finishes(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    for operation in ["reserve", "charge", "confirm"] {
        let before = shop.books().await.calls(operation);
        // Done long after the caller is gone.
        let slow = Behaviour::Slow(TOO_SLOW);
        shop.services.behave(operation, slow, 1).await;
        let dying = Server::start(&pool, &shop);
        dying.place();
        while shop.books().await.calls(operation) == before {
            tokio::task::yield_now().await;
        }

        dying.die();
        shop.work_for(Span::minutes(3)).await;

        let order = shop.only_unrefunded().await;
        assert_eq!(order.status, OrderState::Confirmed, "{operation}");
        shop.assert_consistent(order.id).await;
        assert_eq!(shop.captures(order.id).await, 1, "{operation}");
        // Our clock has gone on by minutes, the service's has not: what is under way there arrives before the next round.
        while shop.books().await.unfinished > 0 {
            tokio::task::yield_now().await;
        }
        // The seat is free again for it.
        shop.cancel(&order).await;
        shop.work_for(Span::minutes(3)).await;
        shop.assert_consistent(order.id).await;
    }
}

/// Like a process: when it dies, everything in it stops where it is.
struct Server {
    runtime: runtime::Runtime,
    pool: PgPool,
    url: String,
    clock: orders::engine::Clock,
}

impl Server {
    fn start(pool: &PgPool, shop: &Shop) -> Self {
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let options = pool.connect_options().as_ref().clone();
        let entered = runtime.enter();
        let pool = PgPoolOptions::new()
            .max_connections(3)
            .connect_lazy_with(options);
        drop(entered);
        Self {
            runtime,
            pool,
            url: shop.services.url().to_owned(),
            clock: shop.clock.clone(),
        }
    }

    fn place(&self) {
        let (pool, clock, url) = (self.pool.clone(), self.clock.clone(), self.url.clone());
        self.runtime.spawn(async move {
            let engine = shop::server(pool, &clock, &url);
            // Nobody lives to see the answer.
            drop(shop::place(&engine, mug_and_seat(Some(PAYS))).await);
        });
    }

    fn die(self) {
        self.runtime.shutdown_timeout(Duration::ZERO);
    }
}
