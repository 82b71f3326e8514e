//! What the process counts, in Prometheus' text format. Every name is described from the start, before anything was
//! counted, so that dashboards and alerts find it.

mod family;
mod process;
mod queries;

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use orders::{
    OrderState,
    engine::Observer as OrderObserver,
    services::client::{Called, Observer as CallObserver},
};

use self::family::{Counters, Histograms};
pub(crate) use self::{process::Process, queries::QueryTimes};
use crate::AppState;

/// Bounds for what a person waits for, in seconds.
const WAITING: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];
/// Bounds for what should take no time at all.
const QUICK: &[f64] = &[
    0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0,
];

/// Everything that is counted. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(Arc<Counted>);

struct Counted {
    requests: Histograms<3>,
    created: Counters<0>,
    states: Counters<1>,
    processing: Histograms<0>,
    calls: Counters<3>,
    call_times: Histograms<2>,
    queries: Histograms<1>,
    process: Process,
}

impl Default for Metrics {
    fn default() -> Self {
        let metrics = Self(Arc::new(Counted {
            requests: Histograms::new(["method", "route", "status"], WAITING),
            created: Counters::new([]),
            states: Counters::new(["status"]),
            processing: Histograms::new([], WAITING),
            calls: Counters::new(["service", "operation", "outcome"]),
            call_times: Histograms::new(["service", "operation"], WAITING),
            queries: Histograms::new(["operation"], QUICK),
            process: Process::default(),
        }));
        // What can only be counted in known ways begins at nothing, so that the first one is seen as a rise.
        metrics.0.created.add([], 0);
        metrics.0.processing.expect([]);
        for state in OrderState::ALL {
            metrics.0.states.add([state.as_str().into()], 0);
        }
        metrics
    }
}

impl Metrics {
    /// All of it, as it is now.
    #[must_use]
    pub fn text(&self) -> String {
        let it = &*self.0;
        let mut text = String::with_capacity(16 * 1024);
        it.requests.write(
            &mut text,
            "http_request_duration_seconds",
            "How long a request took, until its answer began.",
        );
        it.requests.write_counts(
            &mut text,
            "http_requests_total",
            "Requests that were answered, by route.",
        );
        it.created.write(
            &mut text,
            "orders_created_total",
            "Orders that this process placed.",
        );
        it.states.write(
            &mut text,
            "orders_status_total",
            "Orders that came to be in a state, counted by the process that relays their events.",
        );
        it.processing.write(
            &mut text,
            "order_processing_duration_seconds",
            "How long placing an order took, with stock, payment and all.",
        );
        it.calls.write(
            &mut text,
            "external_service_requests_total",
            "Calls to services outside, by what came of them.",
        );
        it.call_times.write(
            &mut text,
            "external_service_duration_seconds",
            "How long a call to a service outside took, with all its attempts.",
        );
        it.queries.write(
            &mut text,
            "database_query_duration_seconds",
            "How long the database took for a statement.",
        );
        it.process.write(&mut text);
        text
    }

    /// A statement has been answered.
    pub(crate) fn queried(&self, operation: &'static str, took: Duration) {
        self.0.queries.observe([operation.into()], took);
    }
}

impl OrderObserver for Metrics {
    fn placed(&self) {
        self.0.created.add([], 1);
    }

    fn processed(&self, took: Duration) {
        self.0.processing.observe([], took);
    }

    fn reached(&self, state: OrderState) {
        self.0.states.add([state.as_str().into()], 1);
    }
}

impl CallObserver for Metrics {
    fn called(&self, call: &Called) {
        let (service, operation) = (call.service.into(), call.operation.into());
        let outcome = [service, operation, call.outcome.into()];
        self.0.calls.add(outcome, 1);
        let [service, operation] = [call.service.into(), call.operation.into()];
        self.0
            .call_times
            .observe([service, operation], call.duration);
    }
}

/// `GET /metrics`.
pub(crate) async fn show(State(state): State<AppState>) -> Response {
    let kind = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    (kind, state.metrics.text()).into_response()
}

/// Which route a request came to: its template, so that there are as many as there are routes.
#[derive(Clone)]
struct Route(String);

/// Notes the route in the answer, for [`count`], which stands too far outside to know it.
pub(crate) async fn note_route(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|it| {
        // Folders of files are routed by a name of the framework's own.
        let template = it.as_str();
        let known = template.split("/{*__private").next().unwrap_or_default();
        Route(known.to_owned())
    });
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

/// Counts every request, and how long it took until its answer began.
pub(crate) async fn count(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let began = std::time::Instant::now();
    let method = method_word(request.method());
    let response = next.run(request).await;
    let route = response.extensions().get::<Route>();
    let route = route.map_or_else(|| "none".to_owned(), |it| it.0.clone());
    let status = response.status().as_str().to_owned();
    state.metrics.0.requests.observe(
        [method.into(), route.into(), status.into()],
        began.elapsed(),
    );
    response
}

/// Anybody can invent methods.
fn method_word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
