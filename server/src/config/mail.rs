//! How customers are written to.

use orders::EmailAddress;

use super::{ConfigError, Environment};

/// How customers are written to.
pub struct MailConfig {
    /// The mail server, as `smtps://name:password@host` or `smtp://host:587?tls=required`.
    pub smtp_url: String,
    /// The address that mail comes from where a storefront has none of its own.
    pub from: String,
    /// Where the pages are that mail leads to.
    pub site: String,
}

impl Environment<'_> {
    pub(super) fn mail(
        &self,
        public_url: Option<String>,
        is_demo: bool,
        port: u16,
    ) -> Result<Option<MailConfig>, ConfigError> {
        let Some(smtp_url) = self.text("SMTP_URL")? else {
            return Ok(None);
        };
        let site = match public_url {
            Some(url) => url,
            None if is_demo => format!("http://localhost:{port}"),
            None => {
                let why = "is missing beside SMTP_URL: mail leads to its pages";
                return Err(ConfigError::new("PUBLIC_URL", why));
            }
        };
        let from = match self.text("MAIL_FROM")? {
            Some(from) => {
                EmailAddress::parse(&from).map_err(|why| ConfigError::new("MAIL_FROM", why))?
            }
            None => sender_at(&site)?,
        };
        Ok(Some(MailConfig {
            smtp_url,
            from: from.as_str().to_owned(),
            site,
        }))
    }
}

/// Who writes from a site, where nobody says so.
fn sender_at(site: &str) -> Result<EmailAddress, ConfigError> {
    let host = site.split("://").nth(1).unwrap_or_default();
    let host = host.split(['/', ':']).next().unwrap_or_default();
    EmailAddress::parse(&format!("orders@{host}")).map_err(|_| {
        ConfigError::new(
            "MAIL_FROM",
            "is missing: the host of PUBLIC_URL has no mail",
        )
    })
}
