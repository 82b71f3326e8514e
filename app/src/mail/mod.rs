//! Letters to customers: what they say ([`content`]), as plain text and as HTML. Only on the server.

mod content;
mod html;
mod text;

use leptos::{context::provide_context, prelude::Owner};
use orders::services::mail::{Letter, Notice};

/// Writes the letter that tells a customer something, in the language that they ordered in.
#[must_use]
pub fn write(notice: &Notice) -> Letter {
    // Texts know their language from the page that they are part of: this is its page.
    let page = Owner::new();
    page.with(|| {
        provide_context(notice.order.language);
        let content = content::of(notice);
        Letter {
            text: text::write(&content),
            subject: content.subject.clone(),
            html: html::write(content),
        }
    })
}

#[cfg(test)]
mod tests;
