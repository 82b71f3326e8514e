//! Sending events to webhooks, signed as the Standard Webhooks specification says
//! (<https://github.com/standard-webhooks/standard-webhooks>).

use std::{error::Error, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{StatusCode, Url, header};
use sha2::Sha256;

pub use super::reach::Reach;
use super::{
    client,
    reach::{NotPublic, PublicNames, is_public_or_a_name},
    sent::{Sent, reason},
};
use crate::{domain::Event, engine::Clock};

/// How long a webhook has for its answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Sends events to webhooks. Cheap to clone.
#[derive(Clone)]
pub struct Webhooks {
    http: reqwest::Client,
    clock: Clock,
    source: Arc<str>,
    reach: Reach,
}

/// One event for one webhook.
pub(crate) struct Message {
    pub(crate) url: String,
    /// It is signed with each of them.
    pub(crate) secrets: Vec<Vec<u8>>,
    pub(crate) event: Event,
}

impl Webhooks {
    /// A sender that tells events as coming from `source` (a URI reference), within `reach`.
    ///
    /// # Errors
    /// The machine's certificates cannot be read.
    pub fn new(clock: Clock, source: &str, reach: Reach) -> Result<Self, reqwest::Error> {
        Self::patient_for(clock, source, reach, TIMEOUT)
    }

    /// The same, with another time for each answer than ten seconds.
    ///
    /// # Errors
    /// The machine's certificates cannot be read.
    pub fn patient_for(
        clock: Clock,
        source: &str,
        reach: Reach,
        timeout: Duration,
    ) -> Result<Self, reqwest::Error> {
        let mut http = client::builder(timeout);
        if reach == Reach::Public {
            // A proxy would resolve names by itself.
            http = http.dns_resolver(Arc::new(PublicNames)).no_proxy();
        }
        Ok(Self {
            http: http.build()?,
            clock,
            source: source.into(),
            reach,
        })
    }

    /// Where events come from.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// Sends one event, once.
    pub(crate) async fn send(&self, message: &Message) -> Sent {
        match self.exchange(message).await {
            Ok(status) if status.is_success() => Sent::Delivered {
                status: status.as_u16(),
            },
            // Whoever is there wants nothing, ever.
            Ok(StatusCode::GONE) => Sent::Refused {
                status: Some(StatusCode::GONE.as_u16()),
                why: "answered 410 Gone: it wants nothing any more".to_owned(),
            },
            Ok(status) => Sent::Failed {
                status: Some(status.as_u16()),
                why: refusal(status),
            },
            Err(error) => Sent::Failed {
                status: None,
                why: failure(error.as_ref()),
            },
        }
    }

    async fn exchange(
        &self,
        Message {
            url,
            secrets,
            event,
        }: &Message,
    ) -> Result<StatusCode, Box<dyn Error + Send + Sync>> {
        let url = Url::parse(url)?;
        if self.reach == Reach::Public && !is_public_or_a_name(&url) {
            return Err(NotPublic.into());
        }
        let body = serde_json::to_string(event)?;
        let (id, timestamp) = (event.id.to_string(), self.clock.now().timestamp());
        let signatures: Vec<_> = secrets
            .iter()
            .map(|secret| sign(secret, &id, timestamp, &body))
            .collect();
        let answer = self
            .http
            .post(url)
            .header(header::CONTENT_TYPE, "application/cloudevents+json")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signatures.join(" "))
            .body(body)
            .send()
            .await?;
        // What else it says is not read: it could go on for ever.
        Ok(answer.status())
    }
}

/// One signature of a message.
fn sign(secret: &[u8], id: &str, timestamp: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of every length");
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

fn refusal(status: StatusCode) -> String {
    let hint = if status.is_redirection() {
        "; redirects are not followed"
    } else {
        ""
    };
    format!("answered {status}{hint}")
}

/// Why there was no answer.
fn failure(error: &(dyn Error + 'static)) -> String {
    let is_timeout = error
        .downcast_ref::<reqwest::Error>()
        .is_some_and(reqwest::Error::is_timeout);
    if is_timeout {
        return "did not answer in time".to_owned();
    }
    reason(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn signatures_are_those_of_the_specification() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();

        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signature = sign(&secret, id, 1_614_265_330, r#"{"test": 2432232314}"#);

        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_redirect_says_that_it_is_not_followed() {
        assert_eq!(
            refusal(StatusCode::FOUND),
            "answered 302 Found; redirects are not followed"
        );
        assert_eq!(
            refusal(StatusCode::INTERNAL_SERVER_ERROR),
            "answered 500 Internal Server Error"
        );
    }
}
