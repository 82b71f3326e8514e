//! A short storm. `make storm` makes a long one.

use std::{path::PathBuf, time::Duration};

use sqlx::PgPool;
use storm::Storm;

#[sqlx::test(migrations = false)]
async fn nothing_is_lost_oversold_or_charged_twice_when_servers_are_killed(pool: PgPool) {
    let database = pool.connect_options().as_ref().clone();
    let storm = Storm {
        server: built("server"),
        services: built("test_services"),
        database,
        servers: 2,
        duration: Duration::from_secs(12),
        people: 8,
        seed: 1,
    };

    let report = storm.rage().await.expect("the storm can be made");

    println!("{report}");
    assert_eq!(report.failures, Vec::<String>::new(), "\n{report}");
    assert!(report.kills > 0 && report.orders > 0, "\n{report}");
    assert!(report.callbacks > 0 && report.events > 0, "\n{report}");
}

/// What was built with this test.
fn built(name: &str) -> PathBuf {
    let here = std::env::current_exe().expect("a test is a file");
    let built = here
        .ancestors()
        .nth(2)
        .expect("tests are below what was built");
    built.join(name)
}
