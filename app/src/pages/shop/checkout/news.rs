//! Why the checkout is shown again.

use leptos::prelude::*;
use orders::{Cart, Money};

use crate::{
    components::{Alert, RefusalNotice, refusal_code},
    words::{amount, language, say},
};

/// What was refused before this page; of a total that has changed, from what to what.
#[component]
pub(super) fn News(seen_minor: Option<i64>, cart: Cart) -> impl IntoView {
    let total = Money::new(cart.total_minor, cart.currency);
    let is_changed = refusal_code().as_deref() == Some("total_changed");
    let Some(seen) = seen_minor.filter(|it| is_changed && *it != total.minor) else {
        return view! { <RefusalNotice /> }.into_any();
    };
    let (seen, now) = (amount(Money::new(seen, total.currency)), amount(total));
    // Of what may have changed, the code is what nobody sees in the lines.
    let code = cart.discount_code.zip(cart.problem);
    let code = code.map(|(code, it)| it.sentence(&code, cart.currency, language()));
    view! {
        <Alert icon="alert" kind="attention">
            <h2>{say("The total has changed", "Die Summe hat sich geändert")}</h2>
            <p>
                {say(
                    format!("It was {seen} when you last saw it, and is {now} now. Nothing was charged."),
                    format!("Zuletzt waren es {seen}, jetzt sind es {now}. Es wurde nichts abgebucht."),
                )}
            </p>
            {code.map(|it| view! { <p>{it}</p> })}
            <p>
                {say(
                    "If that is fine with you, enter your card again and pay.",
                    "Wenn das so in Ordnung ist, geben Sie Ihre Karte noch einmal ein, und zahlen Sie.",
                )}
            </p>
        </Alert>
    }
    .into_any()
}
