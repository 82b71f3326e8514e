//! Where things are sold. For those who run the shop.

mod form;

use leptos::prelude::*;
use orders::{DeliveryTerms, Storefront};
use serde::{Deserialize, Serialize};

pub use form::{RateRow, StorefrontForm};

use super::Draft;
use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr::Here;

/// The page of the form for another storefront.
#[cfg(feature = "ssr")]
const NEW: &str = "/admin/storefronts-new";

/// A storefront, with everything about it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StorefrontView {
    /// The storefront.
    pub storefront: Storefront,
    /// How its parcels travel, the usual way first.
    pub delivery_methods: Vec<DeliveryTerms>,
    /// What the form says: what was typed and refused, or what is so.
    pub draft: Draft,
}

/// Every storefront, open or not.
#[server(endpoint = "find_storefronts")]
pub async fn find_storefronts() -> Result<Vec<Storefront>, AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    caller.must_run_the_shop()?;
    Ok(engine.catalogue.storefronts().await?.to_vec())
}

/// One storefront. `was_refused` asks for what was typed last.
#[server(endpoint = "find_storefront")]
pub async fn find_storefront(code: String, was_refused: bool) -> Result<StorefrontView, AppError> {
    let here = crate::ssr::here()?;
    here.caller.must_run_the_shop()?;
    let catalogue = &here.engine.catalogue;
    let storefront = catalogue.storefront(&here.caller, &code).await?;
    let as_it_is = || Draft::of(StorefrontForm::from(&storefront).fields());
    let path = path(&code);
    let draft = here.visitor.draft_on(&path, was_refused, as_it_is).await?;
    Ok(StorefrontView {
        delivery_methods: catalogue.delivery_terms(&here.caller, &code).await?,
        storefront,
        draft,
    })
}

/// What the form for another storefront says: what was typed and refused, or what is usual.
#[server(endpoint = "find_new_storefront")]
pub async fn find_new_storefront(was_refused: bool) -> Result<Draft, AppError> {
    let Here {
        caller, visitor, ..
    } = crate::ssr::here()?;
    caller.must_run_the_shop()?;
    let usual = || Draft::of(StorefrontForm::usual().fields());
    visitor.draft_on(NEW, was_refused, usual).await
}

/// Form: makes a storefront.
#[server(endpoint = "create_storefront")]
pub async fn create_storefront(#[server(default)] form: StorefrontForm) -> Result<(), AppError> {
    let here = crate::ssr::here()?;
    here.caller.must_run_the_shop()?;
    let made = match form.document() {
        Ok(document) => {
            let catalogue = &here.engine.catalogue;
            catalogue.create_storefront(&here.caller, document).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    let made = made.map(|it| format!("{}?done=made", path(&it.code)));
    super::done_or_kept(&here.visitor, NEW, form.fields(), made).await
}

/// Form: changes everything about a storefront but its code.
#[server(endpoint = "change_storefront")]
pub async fn change_storefront(#[server(default)] form: StorefrontForm) -> Result<(), AppError> {
    let here = crate::ssr::here()?;
    here.caller.must_run_the_shop()?;
    let page = path(&form.code);
    let changed = match form.document() {
        Ok(document) => {
            let catalogue = &here.engine.catalogue;
            let changed = catalogue.change_storefront(&here.caller, &form.code, document);
            changed.await
        }
        Err(refusal) => Err(refusal.into()),
    };
    let changed = changed.map(|_| format!("{page}?done=saved"));
    super::done_or_kept(&here.visitor, &page, form.fields(), changed).await
}

/// Form: lets a storefront take orders, or lets it take none any more.
#[server(endpoint = "open_storefront")]
pub async fn open_storefront(
    #[server(default)] code: String,
    /// `yes`, or anything else to close it.
    #[server(default)]
    open: String,
) -> Result<(), AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let catalogue = &engine.catalogue;
    let is_open = open == "yes";
    let done = catalogue.open_storefront(&caller, &code, is_open).await;
    let word = if is_open { "opened" } else { "closed" };
    super::back("/admin/storefronts", done, word)
}

/// The address of a storefront's page.
#[cfg(feature = "ssr")]
pub(super) fn path(code: &str) -> String {
    use leptos_router::location::Url;
    format!("/admin/storefronts/{}", Url::escape(code))
}
