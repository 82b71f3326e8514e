//! The letter that brings a link for a new password.

use orders::{Storefront, services::mail::PasswordNotice};

use super::content::{Content, sender};
use crate::{
    components::TimeStyle,
    words::{language, say},
};

/// What it says.
pub(super) fn content(notice: &PasswordNotice, storefront: &Storefront) -> Content {
    let until = TimeStyle::Minute.write(notice.expires_at, language());
    let paragraphs = vec![
        say(
            format!(
                "Somebody, hopefully you, asked for a new password at {}.",
                storefront.name
            ),
            format!(
                "Jemand, hoffentlich Sie, hat bei {} um ein neues Passwort gebeten.",
                storefront.name
            ),
        ),
        say(
            format!(
                "The link works once, until {until} UTC. If it wasn’t you, leave it: your password stays as it is."
            ),
            format!(
                "Der Link gilt einmal, bis {until} Uhr UTC. Waren Sie es nicht, lassen Sie ihn: Ihr Passwort bleibt, wie es ist."
            ),
        ),
    ];
    Content {
        language: language(),
        subject: say("Choose a new password", "Wählen Sie ein neues Passwort").to_owned(),
        shop: storefront.name.clone(),
        order: None,
        // Without their name: strangers may have made the account, for somebody else to read.
        heading: say("A new password", "Ein neues Passwort").to_owned(),
        paragraphs,
        action: (
            say("Choose a password", "Passwort wählen").to_owned(),
            notice.link.clone(),
        ),
        parcel: None,
        lines: Vec::new(),
        sum: Vec::new(),
        going_to: Vec::new(),
        delivery: None,
        sender: sender(storefront.sender.as_ref()),
    }
}
