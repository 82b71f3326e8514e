//! Mail to customers, over SMTP.

use std::{
    net::IpAddr,
    panic::{self, AssertUnwindSafe},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{self, PoolConfig, extension::ClientId},
};
use reqwest::Url;
use tokio::time::timeout;
use uuid::Uuid;

use super::sent::{Sent, reason, shortened};
use crate::domain::{Language, MailKind, Order, Refund, Shipment, Storefront};

/// What is answered once a mail was taken (RFC 5321).
const TAKEN: u16 = 250;
/// How long the mail server has to take a mail.
const TIMEOUT: Duration = Duration::from_secs(30);
/// What is answered where a mailbox is none (RFC 5321). Everything else that is refused may come right: a password of
/// ours, a sender that is not allowed, a mail server's idea of spam.
const NO_MAILBOX: [u16; 3] = [550, 551, 553];
/// The same, where the answer goes into detail (RFC 3463).
const NO_MAILBOX_IN_DETAIL: [&str; 5] = ["5.1.1 ", "5.1.2 ", "5.1.3 ", "5.1.6 ", "5.1.10 "];

/// Writes the letter that tells somebody something.
pub type Writer = fn(&Notice, &Storefront) -> Letter;

/// What somebody is told.
#[derive(Clone, Debug)]
pub enum Notice {
    /// What happened to their order.
    Order(Box<OrderNotice>),
    /// Where they choose a new password.
    NewPassword(PasswordNotice),
}

/// A link for a new password.
#[derive(Clone, Debug)]
pub struct PasswordNotice {
    /// What they read.
    pub language: Language,
    /// The page where it is chosen. Whoever has it becomes them.
    pub link: String,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// What happened to an order.
#[derive(Clone, Debug)]
pub struct OrderNotice {
    /// What it is about.
    pub kind: MailKind,
    /// The order as it is now.
    pub order: Order,
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
    /// Everybody on the way would read the password.
    #[error("would tell its password to everybody on the way: use smtps://, or add ?tls=required")]
    InClear,
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
        let unusable = |why: &(dyn std::error::Error + 'static)| MailError::Server(reason(why));
        let address = Url::parse(url).map_err(|error| unusable(&error))?;
        if tells_password(&address) {
            return Err(MailError::InClear);
        }
        let mut smtp = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| unusable(&error))?
            // A connection a mail: one that was left in the middle of a conversation would answer for the next mail.
            .pool_config(PoolConfig::new().max_size(0));
        if let Some(host) = Url::parse(site).ok().as_ref().and_then(Url::host_str) {
            smtp = smtp.hello_name(ClientId::Domain(host.to_owned()));
        }
        let smtp = smtp.build();
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

    /// The address of a page of ours at a storefront; in the default one, where it has closed.
    pub(crate) fn link(&self, storefront: &Storefront, path: &str) -> String {
        match (&storefront.path, &storefront.host) {
            _ if !storefront.is_open => format!("{}{path}", self.site),
            (Some(prefix), _) => format!("{}/{prefix}{path}", self.site),
            (None, Some(host)) => {
                let scheme = self.site.split("://").next().unwrap_or("https");
                format!("{scheme}://{host}{path}")
            }
            (None, None) => format!("{}{path}", self.site),
        }
    }

    /// Sends a notice, once. `id` names the mail: whoever gets it twice can tell.
    pub(crate) async fn send(
        &self,
        to: &str,
        storefront: &Storefront,
        notice: &Notice,
        id: Uuid,
    ) -> Sent {
        let message = match self.message(to, storefront, notice, id) {
            Ok(message) => message,
            Err(why) => return Sent::Refused { status: None, why },
        };
        // The library limits how long it connects, not how long it waits for answers.
        match timeout(self.patience, self.smtp.send(message)).await {
            Ok(Ok(answer)) if u16::from(answer.code()) == TAKEN => {
                Sent::Delivered { status: TAKEN }
            }
            Ok(Ok(answer)) => Sent::Failed {
                status: Some(answer.code().into()),
                why: "answered something else than that it was taken".to_owned(),
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
    fn message(
        &self,
        to: &str,
        storefront: &Storefront,
        notice: &Notice,
        id: Uuid,
    ) -> Result<Message, String> {
        let address = to
            .parse()
            .map_err(|_| "the customer has no usable e-mail address".to_owned())?;
        // What cannot be written is not tried for ever: somebody sees it among the mails, and why.
        let letter = panic::catch_unwind(AssertUnwindSafe(|| (self.write)(notice, storefront)))
            .map_err(|_| "the letter cannot be written".to_owned())?;
        let from = self.sender(storefront);
        let id = format!("<{id}@{}>", from.email.domain());
        Message::builder()
            .from(from)
            // Without the name: strangers may have typed it for somebody else to read.
            .to(Mailbox::new(None, address))
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

/// What becomes of a mail that was not taken: another attempt, unless nobody has this address.
fn failure(error: &smtp::Error) -> Sent {
    let (status, why) = (error.status().map(u16::from), reason(error));
    if status.is_some_and(|it| is_no_mailbox(it, &why)) {
        Sent::Refused { status, why }
    } else {
        Sent::Failed { status, why }
    }
}

fn is_no_mailbox(status: u16, why: &str) -> bool {
    if why.starts_with("5.") {
        NO_MAILBOX_IN_DETAIL.iter().any(|it| why.starts_with(it))
    } else {
        NO_MAILBOX.contains(&status)
    }
}

/// Whether a password would be sent to `url` in clear.
fn tells_password(url: &Url) -> bool {
    let is_here = match url.host_str() {
        Some("localhost") => true,
        Some(host) => host.parse().is_ok_and(|it: IpAddr| it.is_loopback()),
        None => false,
    };
    let is_safe = url.scheme() == "smtps" || url.query() == Some("tls=required");
    url.password().is_some() && !is_safe && !is_here
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_mailbox_that_is_none_is_given_up_at_once() {
        for (status, why, is_final) in [
            (550, "No such user here", true),
            (550, "5.1.1 No such user", true),
            (553, "Mailbox name not allowed", true),
            (550, "5.7.1 Relaying denied", false),
            (550, "5.1.8 Bad sender", false),
            (554, "Transaction failed", false),
            (535, "5.7.8 Bad credentials", false),
            (452, "4.2.2 Mailbox full", false),
        ] {
            assert_eq!(is_no_mailbox(status, why), is_final, "{status} {why}");
        }
    }

    #[tokio::test]
    async fn a_password_is_told_nobody_on_the_way() {
        let write: Writer = |_, _| unreachable!("nothing is sent");
        let refused =
            |url: &str| Mails::new(url, "a@example.com", "https://example.com", write).err();

        for url in [
            "smtp://a:b@mail.example.com",
            "smtp://a:b@mail.example.com:587?tls=opportunistic",
        ] {
            assert!(matches!(refused(url), Some(MailError::InClear)), "{url}");
        }
        for url in [
            "smtps://a:b@mail.example.com",
            "smtp://a:b@mail.example.com:587?tls=required",
            "smtp://a:b@localhost:25",
            "smtp://a:b@127.0.0.1:25",
            "smtp://mail.example.com",
        ] {
            assert!(refused(url).is_none(), "{url}");
        }
        assert!(matches!(
            refused("http://example.com"),
            Some(MailError::Server(_))
        ));
    }
}
