//! How a storefront's parcels travel. For those who run the shop.

use std::collections::BTreeMap;

use leptos::prelude::*;
use orders::Storefront;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use orders::{
    Currency, DeliveryPrice, DeliveryTerms, FieldError, Language, Money, Refusal, WeightStep,
};

use super::Draft;
use crate::AppError;

/// A storefront, and the form for one of its ways of delivery.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeliveryView {
    /// Where.
    pub storefront: Storefront,
    /// What the form says: what was typed and refused, or what is so.
    pub draft: Draft,
}

/// The form for a way of delivery; for another one where `code` is empty. `was_refused` asks for what was typed last.
#[server(endpoint = "find_delivery_method")]
pub async fn find_delivery_method(
    storefront: String,
    code: String,
    was_refused: bool,
) -> Result<DeliveryView, AppError> {
    let here = crate::ssr::here()?;
    here.caller.must_run_the_shop()?;
    let catalogue = &here.engine.catalogue;
    let offered = catalogue.delivery_terms(&here.caller, &storefront).await?;
    let storefront = catalogue.storefront(&here.caller, &storefront).await?;
    let terms = offered.iter().find(|it| it.code == code);
    if terms.is_none() && !code.is_empty() {
        return Err(Refusal::NotFound("the way of delivery".to_owned()).into());
    }
    let as_it_is = || {
        let form = terms.map(|it| DeliveryForm::of(&storefront, it));
        form.map_or_else(Draft::default, |it| Draft::of(it.fields()))
    };
    let page = path(&storefront.code, &code);
    let draft = here.visitor.draft_on(&page, was_refused, as_it_is).await?;
    Ok(DeliveryView { storefront, draft })
}

/// The form's fields, as text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DeliveryForm {
    /// The storefront's code.
    pub storefront: String,
    pub code: String,
    /// By language.
    pub names: BTreeMap<String, String>,
    /// In the storefront's currency; empty where it is counted by weight.
    pub price: String,
    /// Lightest first; rows that say nothing are left out.
    pub steps: BTreeMap<String, StepRow>,
    pub free_from: String,
    pub days_least: String,
    pub days_most: String,
}

/// A price up to a weight.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StepRow {
    pub grams: String,
    pub price: String,
}

/// Form: offers a way of delivery.
#[server(endpoint = "add_delivery_method")]
pub async fn add_delivery_method(#[server(default)] form: DeliveryForm) -> Result<(), AppError> {
    let here = crate::ssr::here()?;
    here.caller.must_run_the_shop()?;
    let (catalogue, caller) = (&here.engine.catalogue, &here.caller);
    let storefront = catalogue.storefront(caller, &form.storefront).await?;
    let added = match form.terms(storefront.currency) {
        Ok(terms) => {
            let added = catalogue.add_delivery_method(caller, &storefront.code, terms);
            added.await
        }
        Err(refusal) => Err(refusal.into()),
    };
    let page = super::storefront::path(&storefront.code);
    let added = added.map(|_| format!("{page}?done=delivery#delivery"));
    let page = path(&storefront.code, "");
    super::done_or_kept(&here.visitor, &page, form.fields(), added).await
}

/// Form: changes everything about a way of delivery but its code.
#[server(endpoint = "change_delivery_method")]
pub async fn change_delivery_method(#[server(default)] form: DeliveryForm) -> Result<(), AppError> {
    let here = crate::ssr::here()?;
    here.caller.must_run_the_shop()?;
    let (catalogue, caller) = (&here.engine.catalogue, &here.caller);
    let storefront = catalogue.storefront(caller, &form.storefront).await?;
    let changed = match form.terms(storefront.currency) {
        Ok(terms) => {
            let at = (&storefront.code, &form.code);
            catalogue
                .change_delivery_method(caller, at.0, at.1, terms)
                .await
        }
        Err(refusal) => Err(refusal.into()),
    };
    let page = super::storefront::path(&storefront.code);
    let changed = changed.map(|_| format!("{page}?done=delivery#delivery"));
    let page = path(&storefront.code, &form.code);
    super::done_or_kept(&here.visitor, &page, form.fields(), changed).await
}

/// The address of the form for a way of delivery; for another one where `code` is empty.
#[cfg(feature = "ssr")]
fn path(storefront: &str, code: &str) -> String {
    use leptos_router::location::Url;
    let storefront = super::storefront::path(storefront);
    match code {
        "" => format!("{storefront}/delivery-new"),
        code => format!("{storefront}/delivery/{}", Url::escape(code)),
    }
}

/// Form: puts a way of delivery before the one that stands before it.
#[server(endpoint = "raise_delivery_method")]
pub async fn raise_delivery_method(
    #[server(default)] storefront: String,
    #[server(default)] code: String,
) -> Result<(), AppError> {
    let here = crate::ssr::here()?;
    let (catalogue, caller) = (&here.engine.catalogue, &here.caller);
    let offered = catalogue.delivery_terms(caller, &storefront).await?;
    let mut codes: Vec<_> = offered.into_iter().map(|it| it.code).collect();
    if let Some(place @ 1..) = codes.iter().position(|it| *it == code) {
        codes.swap(place - 1, place);
    }
    let done = catalogue.order_delivery_methods(caller, &storefront, &codes);
    super::back(
        &super::storefront::path(&storefront),
        done.await,
        "delivery",
    )
}

/// Form: offers a way of delivery no more.
#[server(endpoint = "remove_delivery_method")]
pub async fn remove_delivery_method(
    #[server(default)] storefront: String,
    #[server(default)] code: String,
) -> Result<(), AppError> {
    let here = crate::ssr::here()?;
    let catalogue = &here.engine.catalogue;
    let done = catalogue.remove_delivery_method(&here.caller, &storefront, &code);
    super::back(
        &super::storefront::path(&storefront),
        done.await,
        "delivery",
    )
}

#[cfg(feature = "ssr")]
impl DeliveryForm {
    fn of(storefront: &Storefront, terms: &DeliveryTerms) -> Self {
        let money = |minor| Money::new(minor, storefront.currency).decimal();
        let names = terms.names.iter();
        let (price, steps) = match &terms.price {
            DeliveryPrice::Flat(minor) => (money(*minor), &[][..]),
            DeliveryPrice::ByWeight(steps) => (String::new(), steps.as_slice()),
        };
        let steps = steps.iter().enumerate().map(|(row, it)| {
            let step = StepRow {
                grams: it.up_to_grams.to_string(),
                price: money(it.price_minor),
            };
            (format!("{row:02}"), step)
        });
        Self {
            storefront: storefront.code.clone(),
            code: terms.code.clone(),
            names: names
                .map(|(it, name)| (it.code().to_owned(), name.clone()))
                .collect(),
            price,
            steps: steps.collect(),
            free_from: terms.free_from_minor.map(money).unwrap_or_default(),
            days_least: terms.days_least.to_string(),
            days_most: terms.days_most.to_string(),
        }
    }

    /// # Errors
    /// Every field that cannot be used.
    fn terms(&self, currency: Currency) -> Result<DeliveryTerms, Refusal> {
        let mut errors = Vec::new();
        let days = |text: &str| text.trim().parse().map_err(|_| "must be a whole number");
        let free_from = match self.free_from.trim() {
            "" => Ok(None),
            text => Money::parse(text, currency).map(Some),
        };
        let names = self.names.iter().filter_map(|(language, name)| {
            let language: Language = language.parse().ok()?;
            Some((language, name.clone()))
        });
        let terms = DeliveryTerms {
            code: self.code.clone(),
            names: names.collect(),
            price: self.price(currency, &mut errors),
            free_from_minor: FieldError::collect(&mut errors, "/free_from_minor", free_from)
                .flatten(),
            days_least: FieldError::collect(&mut errors, "/days_least", days(&self.days_least))
                .unwrap_or(0),
            days_most: FieldError::collect(&mut errors, "/days_most", days(&self.days_most))
                .unwrap_or(u16::MAX),
        };
        if errors.is_empty() {
            return Ok(terms);
        }
        let more = terms.parse().err().into_iter().flatten();
        let more: Vec<_> = more
            .filter(|it| errors.iter().all(|e| e.pointer != it.pointer))
            .collect();
        errors.extend(more);
        Err(Refusal::Invalid(errors))
    }

    fn price(&self, currency: Currency, errors: &mut Vec<FieldError>) -> DeliveryPrice {
        let mut refuse = |pointer: &str, detail| errors.push(FieldError::new(pointer, detail));
        let (flat, has_steps) = (self.price.trim(), self.rows().next().is_some());
        if !has_steps {
            let minor = match flat {
                "" => Err("is missing, and so are steps by weight"),
                text => Money::parse(text, currency),
            };
            return DeliveryPrice::Flat(minor.map_err(|it| refuse("/price/flat", it)).unwrap_or(0));
        }
        if !flat.is_empty() {
            refuse(
                "/price/flat",
                "stands beside steps by weight: empty one of them",
            );
        }
        let steps = self.rows().enumerate().map(|(row, it)| {
            let pointer = |field| format!("/price/by_weight/{row}/{field}");
            let grams = it.grams.trim().parse().map_err(|_| "must be whole grams");
            let price = Money::parse(&it.price, currency);
            WeightStep {
                up_to_grams: (grams.map_err(|it| refuse(&pointer("up_to_grams"), it))).unwrap_or(0),
                price_minor: (price.map_err(|it| refuse(&pointer("price_minor"), it))).unwrap_or(0),
            }
        });
        DeliveryPrice::ByWeight(steps.collect())
    }

    /// The rows that say anything.
    fn rows(&self) -> impl Iterator<Item = &StepRow> {
        let rows = self.steps.values();
        rows.filter(|it| !it.grams.trim().is_empty() || !it.price.trim().is_empty())
    }

    /// What is kept of it when it is refused, and what the page fills in.
    fn fields(&self) -> BTreeMap<String, String> {
        let names = self.names.iter();
        let names = names.map(|(language, name)| (format!("name {language}"), name));
        let rows = self.rows().enumerate().flat_map(|(row, it)| {
            [
                (format!("grams {row}"), &it.grams),
                (format!("price {row}"), &it.price),
            ]
        });
        [
            ("code", &self.code),
            ("price", &self.price),
            ("free_from", &self.free_from),
            ("days_least", &self.days_least),
            ("days_most", &self.days_most),
        ]
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text))
        .chain(names)
        .chain(rows)
        .map(|(name, text)| (name, text.clone()))
        .collect()
    }
}
