//! The one way out over HTTP. Every call has a deadline and an idempotency key, is tried again when that is safe, and
//! says what is certain afterwards: done, refused, surely not done, or unknown.

use std::{
    sync::{Arc, Once},
    time::{Duration, Instant},
};

use reqwest::{Method, StatusCode, Url, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::breaker::Breaker;
use crate::engine::Clock;

/// How patient the client is.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long one attempt may take.
    pub attempt: Duration,
    /// How long all attempts of a call may take together.
    pub call: Duration,
    /// How often a call is attempted.
    pub attempts: u32,
    /// The pause before the second attempt; it doubles with every further one.
    pub pause: Duration,
    /// The largest answer that is read, in bytes.
    pub answer_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attempt: Duration::from_secs(3),
            call: Duration::from_secs(8),
            attempts: 3,
            pause: Duration::from_millis(100),
            answer_bytes: 256 * 1024,
        }
    }
}

/// What is told of every call that has ended.
#[derive(Clone, Debug)]
pub struct Called {
    /// Which service.
    pub service: &'static str,
    /// What it was asked to do.
    pub operation: &'static str,
    /// `answered`, `refused`, `unknown` or `unavailable`.
    pub outcome: &'static str,
    /// How often it was attempted; 0 with the breaker open.
    pub attempts: u32,
    /// How long it took, with all attempts.
    pub duration: Duration,
}

/// Whoever counts calls.
pub trait Observer: Send + Sync {
    /// A call has ended.
    fn called(&self, call: &Called);
}

/// Counts nothing.
struct Nobody;

impl Observer for Nobody {
    fn called(&self, _: &Called) {}
}

/// The client that all services share. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    clock: Clock,
    limits: Limits,
    observer: Arc<dyn Observer>,
}

/// One service, with its address and its breaker. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    client: Client,
    name: &'static str,
    base: String,
    breaker: Arc<Breaker>,
}

/// What a service is asked.
pub(super) struct Call<'a> {
    /// For logs and metrics.
    pub(super) operation: &'static str,
    pub(super) method: Method,
    /// Below the service's address.
    pub(super) path: String,
    /// Makes a repeat harmless.
    pub(super) key: Uuid,
    pub(super) body: Option<Value>,
    /// The request on whose behalf this happens.
    pub(super) request_id: &'a str,
}

/// What is certain after a call.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer<T> {
    /// It was done; this is what the service said.
    Answered(T),
    /// The service refused (4xx).
    Refused {
        /// Its status.
        status: u16,
        /// What it said, if that was JSON.
        body: Value,
    },
    /// No answer, or none that can be understood: it may have been done or not.
    Unknown,
    /// The service did not get to hear of it: surely not done by this call.
    Unavailable,
}

/// What came of one attempt.
enum Attempt {
    Final(Answer<Vec<u8>>),
    /// Surely not done; worth another attempt.
    NotDone,
    /// Perhaps done; the key makes another attempt safe.
    Doubtful,
}

impl Client {
    /// A client with these limits.
    ///
    /// # Errors
    /// The machine's certificates cannot be read.
    pub fn new(clock: Clock, limits: Limits) -> Result<Self, reqwest::Error> {
        let http = builder(limits.attempt).build()?;
        Ok(Self {
            http,
            clock,
            limits,
            observer: Arc::new(Nobody),
        })
    }

    /// The same, with `observer` told of every call.
    #[must_use]
    pub fn observed_by(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = observer;
        self
    }

    /// The service at `url`; `None` when that is not an address for HTTP.
    #[must_use]
    pub fn service(&self, name: &'static str, url: &str) -> Option<Service> {
        is_service_address(url).then(|| Service {
            client: self.clone(),
            name,
            base: url.trim().trim_end_matches('/').to_owned(),
            breaker: Arc::new(Breaker::new(self.clock.clone())),
        })
    }
}

/// What every client of ours begins with: `timeout` for a whole request, our name, and no redirects.
pub(super) fn builder(timeout: Duration) -> reqwest::ClientBuilder {
    static CRYPTO: Once = Once::new();
    CRYPTO.call_once(|| {
        // An error means that somebody chose before us.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that makes a client"
    )]
    reqwest::Client::builder()
        .timeout(timeout)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("waybill/", env!("CARGO_PKG_VERSION")))
}

/// Whether a service can be called at `url`.
#[must_use]
pub fn is_service_address(url: &str) -> bool {
    Url::parse(url.trim()).is_ok_and(|url| {
        let is_http = matches!(url.scheme(), "http" | "https") && url.has_host();
        is_http && url.query().is_none() && url.fragment().is_none()
    })
}

impl Service {
    /// Calls the service, again if need be.
    pub(super) async fn call(&self, call: &Call<'_>) -> Answer<Vec<u8>> {
        let began = Instant::now();
        let (answer, attempts) = self.attempts(call, began).await;
        let called = Called {
            service: self.name,
            operation: call.operation,
            outcome: answer.outcome(),
            attempts,
            duration: began.elapsed(),
        };
        tracing::debug!(?called, request_id = call.request_id, "Called a service");
        self.client.observer.called(&called);
        answer
    }

    async fn attempts(&self, call: &Call<'_>, began: Instant) -> (Answer<Vec<u8>>, u32) {
        let limits = &self.client.limits;
        let (mut attempts, mut in_doubt) = (0, false);
        while self.breaker.admits() {
            attempts += 1;
            match self.attempt(call).await {
                Attempt::Final(answer) => return (answer, attempts),
                Attempt::NotDone => {}
                Attempt::Doubtful => in_doubt = true,
            }
            let pause = limits.pause * 2_u32.saturating_pow(attempts - 1);
            let pause = pause.mul_f64(rand::random_range(0.5..1.5));
            let is_late = began.elapsed() + pause + limits.attempt > limits.call;
            if attempts < limits.attempts && !is_late {
                tokio::time::sleep(pause).await;
            } else {
                break;
            }
        }
        let answer = if in_doubt {
            Answer::Unknown
        } else {
            Answer::Unavailable
        };
        (answer, attempts)
    }

    async fn attempt(&self, call: &Call<'_>) -> Attempt {
        let (status, body) = match self.exchange(call).await {
            Ok(answer) => answer,
            Err(error) => {
                self.breaker.failed();
                let never_arrived = error.is_connect() || error.is_builder();
                let error = error.without_url();
                tracing::warn!(
                    service = self.name,
                    operation = call.operation,
                    ?error,
                    "A service did not answer"
                );
                return if never_arrived {
                    Attempt::NotDone
                } else {
                    Attempt::Doubtful
                };
            }
        };
        match status {
            // These say that nothing was begun.
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
                self.breaker.failed();
                Attempt::NotDone
            }
            StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => {
                self.breaker.failed();
                Attempt::Doubtful
            }
            _ if status.is_server_error() => {
                self.breaker.failed();
                Attempt::Final(Answer::Unknown)
            }
            _ => {
                self.breaker.succeeded();
                Attempt::Final(match body {
                    Some(body) if status.is_success() => Answer::Answered(body),
                    body if status.is_client_error() => Answer::Refused {
                        status: status.as_u16(),
                        body: body
                            .and_then(|it| serde_json::from_slice(&it).ok())
                            .unwrap_or_default(),
                    },
                    _ => Answer::Unknown,
                })
            }
        }
    }

    /// One request and its answer; no body when that is too large.
    async fn exchange(
        &self,
        call: &Call<'_>,
    ) -> Result<(StatusCode, Option<Vec<u8>>), reqwest::Error> {
        let mut request = self
            .client
            .http
            .request(call.method.clone(), format!("{}{}", self.base, call.path))
            .header("idempotency-key", call.key.to_string())
            .header("x-request-id", call.request_id)
            .header("traceparent", traceparent(call.request_id))
            .header(header::ACCEPT, "application/json");
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let mut response = request.send().await?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > self.client.limits.answer_bytes {
                return Ok((response.status(), None));
            }
            body.extend_from_slice(&chunk);
        }
        Ok((response.status(), Some(body)))
    }
}

impl<T> Answer<T> {
    fn outcome(&self) -> &'static str {
        match self {
            Self::Answered(_) => "answered",
            Self::Refused { .. } => "refused",
            Self::Unknown => "unknown",
            Self::Unavailable => "unavailable",
        }
    }
}

impl Answer<Vec<u8>> {
    /// The answer understood; one that cannot be leaves unknown what happened.
    pub(super) fn json<T: DeserializeOwned>(self) -> Answer<T> {
        match self {
            Self::Answered(body) => {
                serde_json::from_slice(&body).map_or(Answer::Unknown, Answer::Answered)
            }
            Self::Refused { status, body } => Answer::Refused { status, body },
            Self::Unknown => Answer::Unknown,
            Self::Unavailable => Answer::Unavailable,
        }
    }
}

/// The W3C trace context: one trace for all calls of a request, one span for each.
fn traceparent(request_id: &str) -> String {
    let trace = Uuid::parse_str(request_id).unwrap_or_else(|_| {
        let hash = Sha256::digest(request_id);
        let mut trace = [0; 16];
        trace.copy_from_slice(&hash[..16]);
        Uuid::from_bytes(trace)
    });
    let span = rand::random_range(1..=u64::MAX);
    format!("00-{}-{span:016x}-01", trace.simple())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_calls_of_a_request_are_one_trace() {
        let (one, two) = (traceparent("abc"), traceparent("abc"));

        assert_eq!((one.len(), &one[..36]), (55, &two[..36]));
        assert_ne!(one, two);
        let id = "01936b6e-1111-7222-8333-444455556666";
        assert!(traceparent(id).starts_with("00-01936b6e111172228333444455556666-"));
    }

    #[test]
    fn only_addresses_of_services_are_taken() {
        let client = Client::new(Clock::System, Limits::default()).unwrap();

        assert!(
            client
                .service("x", "http://user:word@stock.local:81/api/")
                .is_some()
        );
        for url in [
            "stock.local",
            "ftp://stock.local",
            "http://",
            "http://a/?b=c",
            "",
        ] {
            assert!(client.service("x", url).is_none(), "{url}");
        }
    }
}
