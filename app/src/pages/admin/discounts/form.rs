//! The form for a discount code.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use orders::{DiscountCode, Storefront};

use super::table::{StateChip, uses_words};
use crate::{
    api::{
        Draft,
        discount::{DiscountView, find_discount},
    },
    components::{ErrorSummary, RefusalNotice, loaded, refusal_code},
    pages::admin::settings::{DraftField, DraftSelect, DraftTick, Label, Trail, corrections},
};

const LABELS: [Label; 9] = [
    ("/code", "code", "The code"),
    ("/kind/percent", "measure", "How much"),
    ("/kind/amount", "measure", "How much"),
    ("/storefront", "storefront", "The storefront"),
    ("/minimum_minor", "minimum", "The minimum"),
    ("/starts_at", "starts_at", "The start"),
    ("/ends_at", "ends_at", "The end"),
    ("/use_limit", "use_limit", "The number of uses"),
    (
        "/customer_limit",
        "customer_limit",
        "The uses of one customer",
    ),
];

/// One code, or the form for another one.
#[component]
pub(in crate::pages) fn AdminDiscountPage() -> impl IntoView {
    let code = use_params_map().get_untracked().get("code");
    let code = code.unwrap_or_default();
    let was_refused = refusal_code().is_some();
    let found = Resource::new(
        move || code.clone(),
        move |code| find_discount(code, was_refused),
    );
    loaded(found, move |found| view! { <DiscountDetails found /> })
}

#[component]
fn DiscountDetails(found: DiscountView) -> impl IntoView {
    let DiscountView {
        code,
        storefronts,
        draft,
    } = found;
    let title = code
        .as_ref()
        .map_or("New code", |it| it.rules.code.as_str());
    let title = title.to_owned();
    let is_said_below = !draft.errors.is_empty();
    let standing = code.as_ref().map(|it| {
        let uses = format!("Used {}", uses_words(it.uses, it.rules.use_limit));
        view! { <StateChip state=it.state /> <span class="quiet">{uses}</span> }
    });
    view! {
        <Title text=title.clone() />
        <div class="stack" data-gap="small">
            <Trail above=vec![("/admin/discounts".to_owned(), "Discount codes".to_owned())] here=title.clone() />
            <div class="cluster"><h1>{title}</h1> {standing}</div>
        </div>
        {(!is_said_below).then(|| view! { <RefusalNotice /> })}
        <DiscountForm draft code storefronts />
    }
    .into_any()
}

#[component]
fn DiscountForm(
    draft: Draft,
    #[prop(optional_no_strip)] code: Option<DiscountCode>,
    storefronts: Vec<Storefront>,
) -> impl IntoView {
    let (action, word) = match code {
        None => ("/fn/create_discount", "Make the code"),
        Some(_) => ("/fn/change_discount", "Save"),
    };
    let name = match code {
        None => view! {
            <DraftField
                draft=draft.clone() name="code" pointer="/code" label="Code" maxlength=40
                hint="What buyers type, in capitals or not"
            />
        }
        .into_any(),
        Some(code) => {
            view! { <input type="hidden" name="form[code]" value=code.rules.code /> }.into_any()
        }
    };
    view! {
        <form class="stack settings-form" action=action method="post" aria-label="Discount code">
            <ErrorSummary corrections=corrections(&draft, &LABELS) />
            <section class="card stack">
                <h2>"What it takes off"</h2>
                {name}
                <Worth draft=draft.clone() storefronts />
            </section>
            <section class="card stack">
                <h2>"When, and how often"</h2>
                <Limits draft />
            </section>
            <p><button class="button" data-kind="primary">{word}</button></p>
        </form>
    }
    .into_any()
}

#[component]
fn Worth(draft: Draft, storefronts: Vec<Storefront>) -> impl IntoView {
    let kinds = [
        ("percent", "A share of the goods, in percent"),
        ("amount", "An amount off the goods"),
        ("free_delivery", "The delivery"),
    ];
    let kinds = kinds.map(|(value, word)| (value.to_owned(), word.to_owned()));
    let everywhere = std::iter::once((String::new(), "Every storefront".to_owned()));
    let storefronts = storefronts.into_iter().map(|it| {
        let word = format!("{} ({})", it.name, it.currency.code());
        (it.code, word)
    });
    let wrong_amount = draft.error("/kind/amount");
    let measure = if wrong_amount.is_some() {
        "/kind/amount"
    } else {
        "/kind/percent"
    };
    view! {
        <div class="field-row">
            <DraftSelect draft=draft.clone() name="kind" pointer="/kind" label="Takes off" options=kinds.into() />
            <DraftField
                draft=draft.clone() name="measure" pointer=measure label="How much" optional=true inputmode="decimal"
                maxlength=20 hint="15 for 15 %, or an amount like 5.00. Delivery needs none."
            />
        </div>
        <div class="field-row">
            <DraftSelect
                draft=draft.clone() name="storefront" pointer="/storefront" label="Where"
                options=everywhere.chain(storefronts).collect() hint="An amount needs a storefront’s currency"
            />
            <DraftField
                draft name="minimum" pointer="/minimum_minor" label="For goods worth at least" optional=true
                inputmode="decimal" maxlength=20 hint="In the storefront’s currency"
            />
        </div>
    }
    .into_any()
}

#[component]
fn Limits(draft: Draft) -> impl IntoView {
    view! {
        <div class="field-row">
            <DraftField
                draft=draft.clone() name="starts_at" pointer="/starts_at" label="From (UTC)" kind="datetime-local"
                optional=true
            />
            <DraftField
                draft=draft.clone() name="ends_at" pointer="/ends_at" label="Until (UTC)" kind="datetime-local"
                optional=true
            />
        </div>
        <div class="field-row">
            <DraftField
                draft=draft.clone() name="use_limit" pointer="/use_limit" label="Uses in all" optional=true
                inputmode="numeric" maxlength=9 hint="Empty: without end"
            />
            <DraftField
                draft=draft.clone() name="customer_limit" pointer="/customer_limit" label="Uses of one customer"
                optional=true inputmode="numeric" maxlength=9 hint="Told apart by their e-mail address"
            />
        </div>
        <DraftTick draft name="is_active" label="It can be used" />
    }
    .into_any()
}
