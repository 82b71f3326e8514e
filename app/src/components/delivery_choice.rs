//! Choosing how a parcel travels.

use leptos::prelude::*;
use orders::{Cart, Money};

use super::FreshParts;
use crate::{
    shop::in_shop,
    words::{days, price, say},
};

/// The ways of delivery that carry the cart, as boxes of the form around them.
#[component]
pub(crate) fn DeliveryChoice(
    cart: Cart,
    /// The name of the form's field.
    name: &'static str,
    /// The ids of what follows the choice.
    parts: Vec<&'static str>,
) -> impl IntoView {
    let choices: Vec<_> = cart
        .shipping_methods
        .into_iter()
        .map(|it| {
            let is_chosen = Some(&it.code) == cart.shipping_method.as_ref();
            let price = price(Money::new(it.price_minor, cart.currency));
            view! {
                <label class="choice">
                    <input type="radio" name=name value=it.code checked=is_chosen />
                    <span class="choice-text">{it.name}</span>
                    <span class="choice-amount">{price}</span>
                    <span class="choice-note">{days(it.days_least, it.days_most)}</span>
                </label>
            }
        })
        .collect();
    view! {
        <div class="choice-list delivery-choice">{choices}</div>
        <FreshParts
            name=name.to_owned()
            parts=parts.into_iter().map(str::to_owned).collect()
            url=in_shop("/fn/choose_delivery")
            failure=say(
                "This could not be updated. Check your connection, then choose once more.",
                "Das ließ sich nicht aktualisieren. Prüfen Sie die Verbindung, und wählen Sie noch einmal.",
            ).to_owned()
        />
        <noscript>
            <button class="button" formaction=in_shop("/fn/choose_delivery")>
                {say("Update the total", "Summe aktualisieren")}
            </button>
        </noscript>
    }
}
