//! Letters: what they say ([`content`]), as plain text and as HTML. Only on the server.

mod content;
mod html;
mod money;
mod order;
mod password;
mod text;

#[cfg(test)]
mod tests;

use leptos::{context::provide_context, prelude::Owner};
use orders::{
    Storefront,
    services::mail::{Letter, Notice},
};

/// Writes the letter that tells somebody something, from a storefront, in the language that they order in.
#[must_use]
pub fn write(notice: &Notice, storefront: &Storefront) -> Letter {
    let language = match notice {
        Notice::Order(notice) => notice.order.language,
        Notice::NewPassword(notice) => notice.language,
    };
    // Texts know their language from the page that they are part of: this is its page.
    let page = Owner::new();
    page.with(|| {
        provide_context(language);
        let content = match notice {
            Notice::Order(notice) => order::content(notice, storefront),
            Notice::NewPassword(notice) => password::content(notice, storefront),
        };
        Letter {
            text: text::write(&content),
            subject: content.subject.clone(),
            html: html::write(content),
        }
    })
}
