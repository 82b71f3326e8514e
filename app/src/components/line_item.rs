//! Lines of an order or a cart beside a total.

use leptos::prelude::*;
use orders::Money;

use super::LinePicture;
use crate::words::{amount, say};

/// One line: what, how many, how much.
#[component]
pub(crate) fn LineItem(
    picture: Option<String>,
    title: String,
    quantity: u32,
    unit_price: Money,
    total: Money,
    /// How many of it were paid back.
    #[prop(optional)]
    refunded: u32,
) -> impl IntoView {
    let mut note = format!("{quantity} × {}", amount(unit_price));
    if refunded > 0 {
        note += &say(
            format!(", {refunded} refunded"),
            format!(", {refunded} erstattet"),
        );
    }
    view! {
        <li class="line-item">
            <LinePicture path=picture />
            <div>
                <p class="line-title">{title}</p>
                <p class="line-note">{note}</p>
            </div>
            <p class="line-amount">{amount(total)}</p>
        </li>
    }
}

/// `1 thing`, `2 things`.
pub(crate) fn things(count: u32) -> String {
    let english = if count == 1 { "thing" } else { "things" };
    format!("{count} {}", say(english, "Artikel"))
}
