//! One product: how it is taxed, what it weighs, what it is called elsewhere.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use orders::{FieldError, Language, Percent, Product, Storefront, Variant};

use super::settings::{DoneNotice, DraftSelect, Label, Trail, corrections, english_name};
use crate::{
    api::{
        Draft,
        product_details::{ProductView, find_product_details, other_languages},
    },
    components::{
        self, ErrorSummary, Field, FieldLabel, RefusalNotice, described_by, loaded, refusal_code,
    },
};

const LABELS: [Label; 4] = [
    ("/tax_class", "tax_class", "The tax class"),
    ("/grams", "weights", "The weight"),
    ("/texts/de/title", "title-de", "The German title"),
    (
        "/texts/de/description",
        "description-de",
        "The German description",
    ),
];

/// A product's form.
#[component]
pub(in crate::pages) fn AdminProductPage() -> impl IntoView {
    let reference = use_params_map().get_untracked().get("id");
    let reference = reference.unwrap_or_default();
    let is_saved = use_query_map().get_untracked().get("done").is_some();
    let was_refused = refusal_code().is_some();
    let found = Resource::new(
        move || reference.clone(),
        move |reference| find_product_details(reference, was_refused),
    );
    loaded(found, move |found| {
        view! { <ProductContent found is_saved /> }
    })
}

#[component]
fn ProductContent(found: ProductView, is_saved: bool) -> impl IntoView {
    let title = found.product.title.clone();
    let above = vec![(
        "/admin/products".to_owned(),
        "Products and stock".to_owned(),
    )];
    let shown = format!("/products/{}", found.product.reference);
    let words =
        is_saved.then_some("It is saved. Orders that stand keep what they were placed with.");
    let is_said_below = !found.draft.errors.is_empty();
    view! {
        <Title text=title.clone() />
        <div class="stack" data-gap="small">
            <Trail above here=title.clone() />
            <div class="admin-head">
                <h1>{title}</h1>
                <a class="button" href=shown>"See it in the shop"</a>
            </div>
        </div>
        {(!is_said_below).then(|| view! { <RefusalNotice /> })}
        <DoneNotice words />
        <ProductForm found />
    }
    .into_any()
}

#[component]
fn ProductForm(found: ProductView) -> impl IntoView {
    let ProductView {
        product,
        storefronts,
        tax_classes,
        draft,
    } = found;
    let has_weights = !product.variants.is_empty();
    view! {
        <form class="stack settings-form" action="/fn/change_product" method="post" aria-label="Product">
            <ErrorSummary corrections=corrections(&draft, &LABELS) />
            <input type="hidden" name="form[reference]" value=product.reference.clone() />
            <section class="card stack">
                <h2>"How it is taxed"</h2>
                <TaxClass draft=draft.clone() tax_classes=tax_classes.clone() />
                <Rates storefronts tax_classes />
            </section>
            {has_weights.then(|| view! { <Weights draft=draft.clone() product /> })}
            {other_languages().map(|language| view! { <Words draft=draft.clone() language /> }).collect_view()}
            <p><button class="button" data-kind="primary">"Save"</button></p>
        </form>
    }
    .into_any()
}

#[component]
fn TaxClass(draft: Draft, tax_classes: BTreeSet<String>) -> impl IntoView {
    let options = tax_classes.into_iter().map(|it| (it.clone(), it));
    view! {
        <DraftSelect
            draft name="tax_class" pointer="/tax_class" label="Tax class" options=options.collect()
            hint="Things of one class are taxed alike. Storefronts say at which rate."
        />
    }
    .into_any()
}

/// What each class comes to at each storefront.
#[component]
fn Rates(storefronts: Vec<Storefront>, tax_classes: BTreeSet<String>) -> impl IntoView {
    let rate = |storefront: &Storefront, class: &str| {
        let own = storefront.tax_rates.get(class).copied();
        let rate = Percent(own.unwrap_or(storefront.tax_basis_points));
        format!("{} at {}", rate.written_in(Language::En), storefront.name)
    };
    let rows: Vec<_> = tax_classes
        .into_iter()
        .map(|class| {
            let rates: Vec<_> = storefronts.iter().map(|it| rate(it, &class)).collect();
            view! { <div><dt>{class}</dt><dd>{rates.join(", ")}</dd></div> }
        })
        .collect();
    view! { <dl class="tax-list">{rows}</dl> }
}

#[component]
fn Weights(draft: Draft, product: Product) -> impl IntoView {
    let rows: Vec<_> = product
        .variants
        .into_iter()
        .enumerate()
        .map(|(row, variant)| view! { <Weight draft=draft.clone() row variant /> })
        .collect();
    view! {
        <section class="card stack" id="weights">
            <h2>"What one weighs"</h2>
            <p class="field-hint">"In grams. Ways of delivery that are counted by weight go by it."</p>
            <div class="field-row">{rows}</div>
        </section>
    }
    .into_any()
}

#[component]
fn Weight(draft: Draft, row: usize, variant: Variant) -> impl IntoView {
    let name = |field: &str| format!("form[weights][{row:03}][{field}]");
    let error = draft.error(&format!("/grams/{}", FieldError::step(&variant.sku)));
    let value = draft.field(&format!("grams {}", variant.sku));
    view! {
        <input type="hidden" name=name("sku") value=variant.sku.clone() />
        <Field
            id=format!("grams-{row}") name=name("grams") label=variant.title.unwrap_or(variant.sku) value error
            inputmode="numeric" maxlength=7 autocomplete="off"
        />
    }
    .into_any()
}

/// What it is called in another language than its own.
#[component]
fn Words(draft: Draft, language: Language) -> impl IntoView {
    let code = language.code();
    let name = |field: &str| format!("form[texts][{code}][{field}]");
    let value = |field: &str| draft.field(&format!("{field} {code}"));
    let error = |field: &str| draft.error(&format!("/texts/{code}/{field}"));
    let (id, description_error) = (format!("description-{code}"), error("description"));
    let is_wrong = description_error.is_some().then_some("true");
    let described_by = described_by(&id, "", description_error.as_ref());
    view! {
        <section class="card stack">
            <h2>{format!("In {}", english_name(language))}</h2>
            <p class="field-hint">"Left empty, its own words are shown."</p>
            <Field
                id=format!("title-{code}") name=name("title") label="Title" value=value("title") error=error("title")
                optional=true maxlength=200 lang=code autocomplete="off"
            />
            <div class="field">
                <FieldLabel id=id.clone() label="Description" optional=true />
                <components::FieldError id=id.clone() error=description_error />
                <textarea
                    class="input" id=id name=name("description") maxlength="5000" lang=code aria-invalid=is_wrong
                    aria-describedby=described_by
                >
                    {value("description")}
                </textarea>
            </div>
        </section>
    }
    .into_any()
}
