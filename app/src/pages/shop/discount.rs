//! The discount code of a cart.

use leptos::prelude::*;
use orders::Cart;

use crate::{components::Icon, words::say};

/// The code that takes something off, or why it does not; or the form to enter one.
#[component]
pub(super) fn DiscountCode(cart: Cart) -> impl IntoView {
    let content = match &cart.discount_code {
        Some(code) => view! { <Entered code=code.clone() cart=cart.clone() /> }.into_any(),
        None => view! { <CodeForm /> }.into_any(),
    };
    view! {
        <section class="card discount-code" id="code" aria-label=say("Discount code", "Rabattcode")>
            {content}
        </section>
    }
}

#[component]
fn Entered(code: String, cart: Cart) -> impl IntoView {
    let language = crate::words::language();
    let news = match cart.problem {
        Some(problem) => view! {
            <p class="field-error" role="alert">
                <Icon name="alert" />
                {problem.sentence(&code, cart.currency, language)}
            </p>
        }
        .into_any(),
        None => view! {
            <p class="code-used">
                <Icon name="tag" />
                <span>
                    {say("Discount code ", "Rabattcode ")}
                    <strong>{code.clone()}</strong>
                    {say(" is used", " wird eingelöst")}
                </span>
            </p>
        }
        .into_any(),
    };
    view! {
        <form class="code-row" action="/fn/enter_code" method="post">
            {news}
            <button class="button" data-kind="quiet">
                {say("Remove", "Entfernen")}
                <span class="visually-hidden">{format!(" {code}")}</span>
            </button>
        </form>
    }
}

#[component]
fn CodeForm() -> impl IntoView {
    view! {
        <details class="fold">
            <summary>
                {say("Enter a discount code ", "Rabattcode eingeben ")}
                <Icon name="chevron-down" class="icon fold-mark" />
            </summary>
            <form class="code-row" action="/fn/enter_code" method="post">
                <div class="field">
                    <label for="discount-code">{say("Discount code", "Rabattcode")}</label>
                    <input
                        class="input"
                        id="discount-code"
                        name="code"
                        maxlength="40"
                        required
                        autocomplete="off"
                        autocapitalize="characters"
                        spellcheck="false"
                        enterkeyhint="done"
                    />
                </div>
                <button class="button">{say("Apply", "Einlösen")}</button>
            </form>
        </details>
    }
}
