//! Logs: readable lines on a terminal, JSON lines where `LOG_FORMAT=json`.

use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    config::Config,
    metrics::{Metrics, QueryTimes},
};

/// Starts logging, and counting the database's answers. `RUST_LOG` chooses what is logged; the default is our own `info`
/// and others' warnings.
pub fn start(config: &Config, metrics: &Metrics) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("warn,server=info,orders=info,app=info"));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = if config.log_json {
        lines.json().with_filter(filter).boxed()
    } else {
        lines.with_filter(filter).boxed()
    };
    tracing_subscriber::registry()
        .with(lines)
        .with(QueryTimes::layer(metrics.clone()))
        .init();
}
