//! Mail to customers, over SMTP.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp,
};
use tokio::time::timeout;
use uuid::Uuid;

use super::sent::{Sent, reason, shortened};
use crate::domain::{MailKind, Order, OrderToken, Refund, Shipment, Storefront};

/// How long the mail server has to take a mail.
const TIMEOUT: Duration = Duration::from_secs(30);
/// What is wrong with a reply that is about us and not about the mail: without a sign-in, or with a wrong one, nothing
/// is taken (RFC 4954).
const SIGN_IN_REPLIES: [u16; 5] = [530, 534, 535, 538, 454];

/// Writes the letter that tells a customer something.
pub type Writer = fn(&Notice) -> Letter;

/// What a customer is told.
#[derive(Clone, Debug)]
pub struct Notice {
    /// What it is about.
    pub kind: MailKind,
    /// When that happened.
    pub at: DateTime<Utc>,
    /// The order as it is now.
    pub order: Order,
    /// Where it was sold.
    pub storefront: Storefront,
    /// Opens the order's page, for whoever has it.
    pub link: String,
    /// The parcel that left.
    pub parcel: Option<Shipment>,
    /// The money that went back.
    pub refund: Option<Refund>,
}

/// A letter, in plain text and as a page.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Letter {
    /// What it is about, in a line.
    pub subject: String,
    /// What it says, for those who read plain text.
    pub text: String,
    /// The same as an HTML document.
    pub html: String,
}

/// Sends mail. Cheap to clone.
#[derive(Clone)]
pub struct Mails {
    smtp: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
    site: Arc<str>,
    write: Writer,
    patience: Duration,
}

/// Why no mail can be sent with these settings.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// What is to be the mail server's address is none.
    #[error("is not the address of a mail server: {0}")]
    Server(String),
    /// What is to be the sender's address is none.
    #[error("is not an e-mail address")]
    Sender,
}

impl Mails {
    /// A sender of mail through the server at `url` (`smtps://name:password@host`, or `smtp://host:587?tls=required`).
    /// Letters that `write` writes come from `from`, where their storefront has no address of its own, and lead to pages
    /// of `site`.
    ///
    /// # Errors
    /// An address cannot be used. Nobody has been called yet.
    pub fn new(url: &str, from: &str, site: &str, write: Writer) -> Result<Self, MailError> {
        let smtp = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| MailError::Server(reason(&error)))?
            .build();
        Ok(Self {
            smtp,
            from: from.parse().map_err(|_| MailError::Sender)?,
            site: site.into(),
            write,
            patience: TIMEOUT,
        })
    }

    /// The same, with another time to take a mail than thirty seconds.
    #[must_use]
    pub fn patient_for(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The address of an order's page at the storefront where it was sold.
    pub(crate) fn link(
        &self,
        storefront: &Storefront,
        order: &Order,
        token: &OrderToken,
    ) -> String {
        let path = format!("/order/{}?token={}", order.id, token.0);
        match (&storefront.path, &storefront.host) {
            (Some(prefix), _) => format!("{}/{prefix}{path}", self.site),
            (None, Some(host)) => {
                let scheme = self.site.split("://").next().unwrap_or("https");
                format!("{scheme}://{host}{path}")
            }
            (None, None) => format!("{}{path}", self.site),
        }
    }

    /// Sends a notice, once. `event` names the mail: whoever gets it twice can tell.
    pub(crate) async fn send(&self, notice: &Notice, event: Uuid) -> Sent {
        let message = match self.message(notice, event) {
            Ok(message) => message,
            Err(why) => return Sent::Refused { status: None, why },
        };
        // The library limits how long it connects, not how long it waits for answers.
        match timeout(self.patience, self.smtp.send(message)).await {
            Ok(Ok(answer)) => Sent::Delivered {
                status: answer.code().into(),
            },
            Ok(Err(error)) => failure(&error),
            Err(_) => Sent::Failed {
                status: None,
                why: "did not answer in time".to_owned(),
            },
        }
    }

    /// # Errors
    /// Why it cannot be sent to anybody.
    fn message(&self, notice: &Notice, event: Uuid) -> Result<Message, String> {
        let customer = &notice.order.customer;
        let address = customer.email.as_deref().unwrap_or_default();
        let address = address
            .parse()
            .map_err(|_| "the customer has no usable e-mail address".to_owned())?;
        let letter = (self.write)(notice);
        let from = self.sender(&notice.storefront);
        let id = format!("<{event}@{}>", from.email.domain());
        Message::builder()
            .from(from)
            .to(Mailbox::new(customer.name.clone(), address))
            .message_id(Some(id))
            .subject(letter.subject)
            // Nobody is at home to answer "I am on holiday" (RFC 3834).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .multipart(MultiPart::alternative_plain_html(letter.text, letter.html))
            .map_err(|error| shortened(&error.to_string()))
    }

    /// Who a storefront's mail comes from.
    fn sender(&self, storefront: &Storefront) -> Mailbox {
        let sender = storefront.sender.as_ref();
        let address = sender.and_then(|it| it.email.as_deref()?.parse().ok());
        let name = sender.map_or(&storefront.name, |it| &it.name);
        Mailbox::new(
            Some(name.clone()),
            address.unwrap_or_else(|| self.from.clone()),
        )
    }
}

/// What becomes of a mail that was not taken. A mailbox that does not exist never will; all else may come right.
fn failure(error: &smtp::Error) -> Sent {
    let status = error.status().map(u16::from);
    let why = reason(error);
    let is_about_us = status.is_some_and(|it| SIGN_IN_REPLIES.contains(&it));
    if error.is_permanent() && !is_about_us {
        Sent::Refused { status, why }
    } else {
        Sent::Failed { status, why }
    }
}
