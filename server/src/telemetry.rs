//! Logs: readable lines on a terminal, JSON lines where `LOG_FORMAT=json`.

use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Starts logging. `RUST_LOG` chooses what; the default is our own `info` and others' warnings.
pub fn start(config: &Config) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("warn,server=info,orders=info,app=info"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if config.log_json {
        subscriber.json().init();
    } else {
        subscriber.init();
    }
}
