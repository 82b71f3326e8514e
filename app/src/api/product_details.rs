//! What a product is besides its price: how it is taxed, what it weighs, what it is called elsewhere. For admins.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use orders::{Language, Product, Storefront};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use orders::{
    FieldError, Market, ProductChange, ProductDetails, ProductText, Refusal, STANDARD_TAX,
};

use super::Draft;
use crate::AppError;

/// A product, and the form for what it is besides its price.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProductView {
    /// As it is in the default storefront.
    pub product: Product,
    /// Where things are sold, with their rates.
    pub storefronts: Vec<Storefront>,
    /// The classes of things that are taxed alike: those that storefronts have a rate for, and the product's own.
    pub tax_classes: BTreeSet<String>,
    /// What the form says: what was typed and refused, or what is so.
    pub draft: Draft,
}

/// A product, and the form for what it is besides its price. `was_refused` asks for what was typed last.
#[server(endpoint = "find_product_details")]
pub async fn find_product_details(
    reference: String,
    was_refused: bool,
) -> Result<ProductView, AppError> {
    let here = crate::ssr::here()?;
    here.caller.must_act_for_others()?;
    let catalogue = &here.engine.catalogue;
    let details = catalogue.product_details(&here.caller, &reference).await?;
    let product = catalogue.product(&Market::default(), &reference).await?;
    let storefronts = catalogue.storefronts().await?.to_vec();
    let rates = storefronts.iter().flat_map(|it| it.tax_rates.keys());
    let rates = rates.cloned();
    let own = [STANDARD_TAX.to_owned(), details.tax_class.clone()];
    let tax_classes = rates.chain(own).collect();
    let as_it_is = || Draft::of(ProductForm::of(&reference, &details).fields());
    let page = path(&reference);
    let draft = here.visitor.draft_on(&page, was_refused, as_it_is).await?;
    Ok(ProductView {
        product,
        storefronts,
        tax_classes,
        draft,
    })
}

/// The form's fields, as text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ProductForm {
    pub reference: String,
    pub tax_class: String,
    pub weights: BTreeMap<String, WeightRow>,
    /// By language. One without title and description is taken away.
    pub texts: BTreeMap<String, TextRow>,
}

/// What one of a variant weighs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WeightRow {
    pub sku: String,
    pub grams: String,
}

/// What a product is called in a language.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TextRow {
    pub title: String,
    pub description: String,
}

/// Form: changes how a product is taxed, what it weighs, and its words in other languages.
#[server(endpoint = "change_product")]
pub async fn change_product(#[server(default)] form: ProductForm) -> Result<(), AppError> {
    let here = crate::ssr::here()?;
    here.caller.must_act_for_others()?;
    let catalogue = &here.engine.catalogue;
    let changed = match form.change() {
        Ok(change) => {
            let changed = catalogue.change_product(&here.caller, &form.reference, change);
            changed.await
        }
        Err(errors) => Err(Refusal::Invalid(errors).into()),
    };
    let page = path(&form.reference);
    let changed = changed.map(|_| format!("{page}?done=saved"));
    super::done_or_kept(&here.visitor, &page, form.fields(), changed).await
}

/// The address of a product's form.
pub fn path(reference: &str) -> String {
    let reference = leptos_router::location::Url::escape(reference);
    format!("/admin/products/{reference}")
}

/// The languages that a product may be called something else in.
pub fn other_languages() -> impl Iterator<Item = Language> {
    Language::ALL
        .into_iter()
        .filter(|it| *it != Language::default())
}

#[cfg(feature = "ssr")]
impl ProductForm {
    fn of(reference: &str, details: &ProductDetails) -> Self {
        let weights = details.grams.iter().map(|(sku, grams)| {
            let row = WeightRow {
                sku: sku.clone(),
                grams: grams.to_string(),
            };
            (sku.clone(), row)
        });
        let texts = details.texts.iter().map(|(language, text)| {
            let row = TextRow {
                title: text.title.clone(),
                description: text.description.clone().unwrap_or_default(),
            };
            (language.code().to_owned(), row)
        });
        Self {
            reference: reference.to_owned(),
            tax_class: details.tax_class.clone(),
            weights: weights.collect(),
            texts: texts.collect(),
        }
    }

    /// # Errors
    /// Every weight that is no number; the rest is looked at by whoever makes the change.
    fn change(&self) -> Result<ProductChange, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut grams = BTreeMap::new();
        for row in self.weights.values() {
            let pointer = format!("/grams/{}", FieldError::step(&row.sku));
            let parsed = row
                .grams
                .trim()
                .parse()
                .map_err(|_| "is no number of grams");
            if let Some(weight) = FieldError::collect(&mut errors, &pointer, parsed) {
                grams.insert(row.sku.clone(), weight);
            }
        }
        let texts = other_languages().filter_map(|language| {
            let row = self.texts.get(language.code())?;
            let is_silent = row.title.trim().is_empty() && row.description.trim().is_empty();
            let text = (!is_silent).then(|| ProductText {
                title: row.title.clone(),
                description: Some(row.description.clone()),
            });
            Some((language, text))
        });
        let change = ProductChange {
            tax_class: Some(self.tax_class.clone()),
            texts: texts.collect(),
            grams,
        };
        if errors.is_empty() {
            Ok(change)
        } else {
            Err(errors)
        }
    }

    /// What is kept of it when it is refused.
    fn fields(&self) -> BTreeMap<String, String> {
        let weights = self.weights.values();
        let weights = weights.map(|it| (format!("grams {}", it.sku), it.grams.clone()));
        let texts = self.texts.iter().flat_map(|(language, it)| {
            [
                (format!("title {language}"), it.title.clone()),
                (format!("description {language}"), it.description.clone()),
            ]
        });
        weights
            .chain(texts)
            .chain([("tax_class".to_owned(), self.tax_class.clone())])
            .collect()
    }
}
