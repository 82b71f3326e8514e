//! How long the database takes. sqlx tells of every statement that it has sent; this listens, so that no statement of
//! the engine has to be wrapped.

use std::{fmt, time::Duration};

use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    Layer,
    filter::{FilterFn, filter_fn},
    layer::Context,
    registry::LookupSpan,
};

use super::Metrics;

/// Under what name sqlx tells of statements.
const TARGET: &str = "sqlx::query";

/// Hears of statements.
pub(crate) struct QueryTimes(pub(crate) Metrics);

impl QueryTimes {
    /// The layer, which looks at nothing else.
    pub(crate) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(metrics: Metrics) -> impl Layer<S> {
        let only_statements: FilterFn =
            filter_fn((|it| it.target() == TARGET) as fn(&tracing::Metadata<'_>) -> bool)
                .with_max_level_hint(Level::DEBUG);
        Self(metrics).with_filter(only_statements)
    }
}

impl<S: Subscriber> Layer<S> for QueryTimes {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut statement = Statement::default();
        event.record(&mut statement);
        if let Some(seconds) = statement.seconds {
            self.0.queried(
                statement.operation,
                Duration::try_from_secs_f64(seconds).unwrap_or_default(),
            );
        }
    }
}

struct Statement {
    operation: &'static str,
    seconds: Option<f64>,
}

impl Default for Statement {
    fn default() -> Self {
        Self {
            operation: "other",
            seconds: None,
        }
    }
}

impl Visit for Statement {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "elapsed_secs" {
            self.seconds = Some(value);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "summary" {
            self.operation = operation(value);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

/// The statement's first word, if it is one of those that begin ours.
fn operation(summary: &str) -> &'static str {
    let first = summary.split_whitespace().next().unwrap_or_default();
    let known = [
        "select", "insert", "update", "delete", "with", "begin", "commit", "rollback",
    ];
    let word = known.into_iter().find(|it| first.eq_ignore_ascii_case(it));
    word.unwrap_or("other")
}
