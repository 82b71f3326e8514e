//! What it comes to, and the button that pays it.

use leptos::prelude::*;
use orders::{Cart, Money};

use crate::{
    components::{Icon, SumList, WhyTotal},
    words::{amount, say},
};

/// The sum, why it is that, and paying it.
#[component]
pub(super) fn Review(cart: Cart, takes_cards: bool) -> impl IntoView {
    let total = Money::new(cart.total_minor, cart.currency);
    let to_pay = amount(total);
    let pay = takes_cards.then(|| {
        let promise = if cart.ships() {
            say(
                "You can cancel until the parcel leaves. Cancelling pays everything back.",
                "Sie können stornieren, bis das Paket losgeht. Dann wird alles erstattet.",
            )
        } else {
            say(
                "Your tickets are on the next page.",
                "Ihre Karten stehen auf der nächsten Seite.",
            )
        };
        view! {
            <div class="form-foot">
                <button class="button" data-kind="primary" data-wide>
                    <Icon name="lock" />
                    {if total.minor == 0 {
                        say("Place the order", "Bestellung aufgeben").to_owned()
                    } else {
                        say(format!("Pay {to_pay}"), format!("{to_pay} zahlen"))
                    }}
                </button>
                <p>{promise}</p>
            </div>
        }
    });
    view! {
        <section
            class="form-section"
            id="review-part"
            aria-labelledby="review"
            data-announce=say(
                format!("The total is {to_pay}"),
                format!("Die Gesamtsumme ist {to_pay}"),
            )
        >
            <input
                type="hidden"
                name="form[expected_total_minor]"
                value=cart.total_minor.to_string()
            />
            <h2 id="review">{say("Review", "Prüfen und zahlen")}</h2>
            <SumList explanation=cart.explanation.clone() total />
            <WhyTotal explanation=cart.explanation total />
            {pay}
        </section>
    }
}
