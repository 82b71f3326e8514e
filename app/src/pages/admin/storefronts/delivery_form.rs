//! The form for a way of delivery.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use orders::{Language, Storefront};

use crate::{
    api::{
        Draft,
        delivery_method::{DeliveryView, find_delivery_method},
    },
    components::{ErrorSummary, FieldError, RefusalNotice, loaded, refusal_code},
    pages::admin::settings::{
        DraftField, Label, RowField, RowHead, Trail, corrections, english_name, rows,
    },
};

const LABELS: [Label; 7] = [
    ("/code", "code", "The code"),
    ("/names", "name-en", "Names"),
    ("/price/flat", "price", "The price"),
    ("/price/by_weight", "steps", "A step by weight"),
    ("/free_from_minor", "free_from", "What it is free from"),
    ("/days_least", "days_least", "The fewest days"),
    ("/days_most", "days_most", "The most days"),
];

/// One way of delivery, or the form for another one.
#[component]
pub(in crate::pages) fn AdminDeliveryMethodPage() -> impl IntoView {
    let address = use_params_map().get_untracked();
    let storefront = address.get("code").unwrap_or_default();
    let method = address.get("method").unwrap_or_default();
    let was_refused = refusal_code().is_some();
    let asked = (storefront, method.clone());
    let found = Resource::new(
        move || asked.clone(),
        move |(storefront, method)| find_delivery_method(storefront, method, was_refused),
    );
    loaded(found, move |found| {
        view! { <DeliveryDetails found method=method.clone() /> }
    })
}

#[component]
fn DeliveryDetails(found: DeliveryView, method: String) -> impl IntoView {
    let DeliveryView { storefront, draft } = found;
    let title = if method.is_empty() {
        "New way of delivery".to_owned()
    } else {
        format!("Way of delivery: {method}")
    };
    let above = vec![
        ("/admin/storefronts".to_owned(), "Storefronts".to_owned()),
        (
            format!("/admin/storefronts/{}", storefront.code),
            storefront.name.clone(),
        ),
    ];
    let is_said_below = !draft.errors.is_empty();
    view! {
        <Title text=title.clone() />
        <div class="stack" data-gap="small">
            <Trail above here=title.clone() />
            <h1>{title}</h1>
        </div>
        {(!is_said_below).then(|| view! { <RefusalNotice /> })}
        <DeliveryForm storefront method draft />
    }
    .into_any()
}

#[component]
fn DeliveryForm(storefront: Storefront, method: String, draft: Draft) -> impl IntoView {
    let is_new = method.is_empty();
    let (action, word) = if is_new {
        ("/fn/add_delivery_method", "Add it")
    } else {
        ("/fn/change_delivery_method", "Save")
    };
    let code = if is_new {
        view! {
            <DraftField
                draft=draft.clone() name="code" pointer="/code" label="Code" maxlength=40
                hint="What orders name it by: small letters, digits, - and _"
            />
        }
        .into_any()
    } else {
        view! { <input type="hidden" name="form[code]" value=method /> }.into_any()
    };
    view! {
        <form class="stack settings-form" action=action method="post" aria-label="Way of delivery">
            <ErrorSummary corrections=corrections(&draft, &LABELS) />
            <input type="hidden" name="form[storefront]" value=storefront.code.clone() />
            <section class="card stack">
                <h2>"What it is"</h2>
                {code}
                <Names draft=draft.clone() />
                <div class="field-row">
                    <DraftField
                        draft=draft.clone() name="days_least" pointer="/days_least" label="Days, at least"
                        inputmode="numeric" maxlength=3
                    />
                    <DraftField
                        draft=draft.clone() name="days_most" pointer="/days_most" label="Days, at most"
                        inputmode="numeric" maxlength=3
                    />
                </div>
            </section>
            <PriceFields storefront draft />
            <p><button class="button" data-kind="primary">{word}</button></p>
        </form>
    }
    .into_any()
}

#[component]
fn Names(draft: Draft) -> impl IntoView {
    let names = Language::ALL.map(|it| {
        let code = it.code();
        let missing = (it == Language::En).then(|| draft.error("/names")).flatten();
        let error = draft.error(&format!("/names/{code}")).or(missing);
        view! {
            <div class="row-list-row">
                <span aria-hidden="true">{english_name(it)}</span>
                <RowField
                    draft=draft.clone() name=format!("[names][{code}]") draft_name=format!("name {code}")
                    label=format!("Name in {}", english_name(it)) error=error
                />
            </div>
        }
    });
    view! {
        <fieldset class="choice-group">
            <legend>"Names"</legend>
            <p class="field-hint">"Where a language has none, the English name is shown."</p>
            <div class="row-list" data-labelled>{names.into_iter().collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn PriceFields(storefront: Storefront, draft: Draft) -> impl IntoView {
    let steps: Vec<_> = rows(&draft, ["grams", "price"])
        .map(|row| view! { <StepRow draft=draft.clone() row /> })
        .collect();
    let steps_error = draft.error("/price/by_weight");
    view! {
        <section class="card stack">
            <h2>{format!("What it costs, in {}", storefront.currency.code())}</h2>
            <div class="field-row">
                <DraftField
                    draft=draft.clone() name="price" pointer="/price/flat" label="One price" optional=true
                    inputmode="decimal" maxlength=20 hint="0 is free. Empty: by weight, below."
                />
                <DraftField
                    draft=draft.clone() name="free_from" pointer="/free_from_minor" label="Free from" optional=true
                    inputmode="decimal" maxlength=20 hint="When the goods are worth this much"
                />
            </div>
            <fieldset
                class="choice-group" id="steps" tabindex="-1"
                aria-describedby=steps_error.is_some().then_some("steps-error")
            >
                <legend>"By weight"</legend>
                <FieldError id="steps" error=steps_error.clone() />
                <p class="field-hint">
                    "Up to how many grams, and the price; lightest first. What is heavier than the last does not travel so."
                </p>
                <div class="row-list"><RowHead words=["Up to, in grams", "Price"] /> {steps}</div>
            </fieldset>
        </section>
    }
    .into_any()
}

#[component]
fn StepRow(draft: Draft, row: usize) -> impl IntoView {
    let error = |field| draft.error(&format!("/price/by_weight/{row}/{field}"));
    let (wrong_grams, wrong_price) = (error("up_to_grams"), error("price_minor"));
    let number = row + 1;
    view! {
        <div class="row-list-row">
            <RowField
                draft=draft.clone() name=format!("[steps][{row:02}][grams]") draft_name=format!("grams {row}")
                label=format!("Step {number}, up to grams") placeholder="1000 g" inputmode="numeric" error=wrong_grams
            />
            <RowField
                draft=draft.clone() name=format!("[steps][{row:02}][price]") draft_name=format!("price {row}")
                label=format!("Step {number}, price") placeholder="Price" inputmode="decimal" error=wrong_price
            />
        </div>
    }
    .into_any()
}
