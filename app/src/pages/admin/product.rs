//! One product: how it is taxed, what it weighs, what it is called elsewhere.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use orders::{FieldError, Language, Percent, Product, Storefront};

use super::settings::{DoneNotice, DraftSelect, Label, RowField, Trail, corrections, english_name};
use crate::{
    api::{
        Draft,
        product_details::{ProductView, find_product_details, other_languages},
    },
    components::{ErrorSummary, RefusalNotice, loaded, refusal_code},
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
        Percent(own.unwrap_or(storefront.tax_basis_points)).written_in(Language::En)
    };
    let heads: Vec<_> = tax_classes
        .iter()
        .map(|it| view! { <th scope="col" class="number">{it.clone()}</th> })
        .collect();
    let rows: Vec<_> = storefronts
        .iter()
        .map(|storefront| {
            let cells: Vec<_> = tax_classes
                .iter()
                .map(|it| {
                    let label = it.clone();
                    view! { <td class="number" data-label=label>{rate(storefront, it)}</td> }
                })
                .collect();
            view! { <tr><th scope="row">{storefront.name.clone()}</th>{cells}</tr> }
        })
        .collect();
    view! {
        <div class="table-frame">
            <table class="data-table">
                <caption class="visually-hidden">"What each class comes to"</caption>
                <thead><tr><th scope="col">"Storefront"</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Weights(draft: Draft, product: Product) -> impl IntoView {
    let rows: Vec<_> = product
        .variants
        .into_iter()
        .enumerate()
        .map(|(row, variant)| {
            let name = variant.title.clone().unwrap_or_else(|| variant.sku.clone());
            let error = draft.error(&format!("/grams/{}", FieldError::step(&variant.sku)));
            view! {
                <div class="row-list-row">
                    <span aria-hidden="true">{name.clone()} " " <span class="code quiet">{variant.sku.clone()}</span></span>
                    <input type="hidden" name=format!("form[weights][{row:03}][sku]") value=variant.sku.clone() />
                    <RowField
                        draft=draft.clone() name=format!("[weights][{row:03}][grams]")
                        draft_name=format!("grams {}", variant.sku) label=format!("Grams, {name}") inputmode="numeric"
                        error
                    />
                </div>
            }
        })
        .collect();
    view! {
        <section class="card stack" id="weights">
            <h2>"What one weighs, in grams"</h2>
            <p class="field-hint">"Ways of delivery that are counted by weight go by it."</p>
            <div class="row-list" data-labelled>{rows}</div>
        </section>
    }
    .into_any()
}

/// What it is called in another language than its own.
#[component]
fn Words(draft: Draft, language: Language) -> impl IntoView {
    view! {
        <section class="card stack">
            <h2>{format!("In {}", english_name(language))}</h2>
            <p class="field-hint">"Left empty, its own words are shown."</p>
            <WordsField draft=draft.clone() language field="title" label="Title" maxlength=200 rows="1" />
            <WordsField draft language field="description" label="Description" maxlength=5_000 rows="6" />
        </section>
    }
    .into_any()
}

#[component]
fn WordsField(
    draft: Draft,
    language: Language,
    field: &'static str,
    label: &'static str,
    maxlength: u16,
    rows: &'static str,
) -> impl IntoView {
    let code = language.code();
    let id = format!("{field}-{code}");
    let error = draft.error(&format!("/texts/{code}/{field}"));
    let error_id = error.as_ref().map(|_| format!("{id}-error"));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            {error.clone().map(|it| view! { <p class="field-error" id=error_id.clone()>{it}</p> })}
            <textarea
                class="input" id=id name=format!("form[texts][{code}][{field}]") rows=rows
                maxlength=maxlength lang=code aria-invalid=error.is_some().then_some("true") aria-describedby=error_id
            >
                {draft.field(&format!("{field} {code}"))}
            </textarea>
        </div>
    }
    .into_any()
}
