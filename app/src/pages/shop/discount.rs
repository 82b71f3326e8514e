//! The discount code of a cart: entered, used, or not of use here.

use leptos::prelude::*;
use orders::{Cart, Discount};

use crate::{
    components::{FieldError, Icon, described_by},
    shop::in_shop,
    words::{language, say},
};

/// The field of the checkout's and the cart's form.
const FIELD: &str = "discount-code";

/// The code that takes something off, or why it does not; or where to enter one. Stands in a form that keeps what else
/// was typed into it.
#[component]
pub(super) fn DiscountFields(
    cart: Cart,
    /// What was typed, and not entered yet.
    #[prop(optional, into)]
    typed: String,
    /// Whether the form around it is for nothing else.
    #[prop(optional)]
    is_alone: bool,
) -> impl IntoView {
    let is_typed = !typed.is_empty();
    match (cart.discount_code, cart.problem) {
        (Some(code), None) => view! { <CodeUsed code /> }.into_any(),
        (Some(code), Some(problem)) => {
            // Another one that was typed since, and not entered, has nothing wrong with it yet.
            let is_the_same = !is_typed || Discount::normalize(&typed) == code;
            let error = is_the_same.then(|| problem.sentence(&code, cart.currency, language()));
            let value = if is_the_same { code.clone() } else { typed };
            view! {
                <input type="hidden" name="form[entered_code]" value=code />
                <CodeInput value=value error=error is_alone />
            }
            .into_any()
        }
        (None, _) => view! {
            <details class="fold" open=is_typed>
                <summary>
                    {say("Enter a discount code ", "Rabattcode eingeben ")}
                    <Icon name="chevron-down" class="icon fold-mark" />
                </summary>
                <CodeInput value=typed is_alone />
            </details>
        }
        .into_any(),
    }
}

#[component]
fn CodeUsed(code: String) -> impl IntoView {
    view! {
        <div class="code-row">
            <p class="code-used" role="status">
                <Icon name="tag" />
                <span>
                    {say("Discount code ", "Rabattcode ")}
                    <strong>{code.clone()}</strong>
                    {say(" is used", " wird eingelöst")}
                </span>
            </p>
            <RemoveButton code />
        </div>
    }
}

/// Where a code is typed. One that is not of use here can be mended, or taken out.
#[component]
fn CodeInput(
    value: String,
    #[prop(optional_no_strip)] error: Option<String>,
    is_alone: bool,
) -> impl IntoView {
    let described_by = described_by(FIELD, "", error.as_ref());
    let remove = (error.is_some()).then(|| view! { <RemoveButton code=value.clone() /> });
    view! {
        <div class="field">
            <label for=FIELD>{say("Discount code", "Rabattcode")}</label>
            <FieldError id=FIELD error=error.clone() />
            <div class="code-row">
                <input
                    class="input"
                    id=FIELD
                    name="form[discount_code]"
                    value=value
                    maxlength="40"
                    required=is_alone
                    autocomplete="off"
                    autocapitalize="characters"
                    spellcheck="false"
                    enterkeyhint="done"
                    aria-invalid=error.is_some().then_some("true")
                    aria-describedby=described_by
                />
                <button class="button" formaction=in_shop("/fn/enter_code")>{say("Apply", "Einlösen")}</button>
                {remove}
            </div>
        </div>
    }
}

#[component]
fn RemoveButton(code: String) -> impl IntoView {
    view! {
        <button class="button" data-kind="quiet" formaction=in_shop("/fn/remove_code") formnovalidate>
            {say("Remove", "Entfernen")}
            <span class="visually-hidden">{format!(" {code}")}</span>
        </button>
    }
}
