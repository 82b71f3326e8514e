//! What things cost at a storefront. For those who run the shop.

use std::collections::BTreeMap;

use leptos::prelude::*;
use orders::{Price, Storefront};
use serde::{Deserialize, Serialize};

use super::Draft;
use crate::AppError;

/// A page of prices.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PriceView {
    /// Where.
    pub storefront: Storefront,
    /// What things cost there, by SKU.
    pub prices: Vec<Price>,
    /// The SKU behind which the next page begins, if there is one.
    pub next: Option<String>,
    /// What was typed and refused.
    pub draft: Draft,
}

/// What things cost at a storefront whose title or SKU holds `q`, from behind the SKU `after`. `was_refused` asks for what was typed last.
#[server(endpoint = "find_prices")]
pub async fn find_prices(
    storefront: String,
    q: String,
    after: Option<String>,
    was_refused: bool,
) -> Result<PriceView, AppError> {
    let here = crate::ssr::here()?;
    here.caller.must_run_the_shop()?;
    let (catalogue, caller) = (&here.engine.catalogue, &here.caller);
    let page = catalogue.storefront_prices(caller, &storefront, Some(&q), after.as_deref(), 50);
    let (prices, next) = page.await?;
    let path = path(&storefront);
    let draft = here.visitor.draft_on(&path, was_refused, Draft::default);
    let draft = draft.await?;
    Ok(PriceView {
        storefront: catalogue.storefront(caller, &storefront).await?,
        prices,
        next,
        draft,
    })
}

/// The form's fields, as text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PriceForm {
    /// The storefront's code.
    pub storefront: String,
    /// What was searched for.
    pub q: String,
    /// Where the page began.
    pub after: String,
    pub rows: BTreeMap<String, PriceRow>,
}

/// What was typed for a SKU.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PriceRow {
    pub sku: String,
    /// What the page showed.
    pub seen: String,
    /// Empty for no price of its own.
    pub price: String,
}

/// Form: sets the prices that were changed on a page, all of them or none.
#[server(endpoint = "set_prices")]
pub async fn set_prices(#[server(default)] form: PriceForm) -> Result<(), AppError> {
    use leptos_router::location::Url;
    let here = crate::ssr::here()?;
    let (catalogue, caller) = (&here.engine.catalogue, &here.caller);
    let storefront = catalogue.storefront(caller, &form.storefront).await?;
    let done = match form.changes(storefront.currency) {
        Ok(changes) => match catalogue.set_prices(caller, &changes).await {
            Err(orders::OrderError::Refused(refusal)) => Err(by_sku(refusal, &changes).into()),
            done => done,
        },
        Err(refusal) => Err(refusal.into()),
    };
    let page = path(&storefront.code);
    let (q, after) = (Url::escape(&form.q), Url::escape(&form.after));
    let page = format!("{page}?q={q}&after={after}");
    let done = done.map(|()| format!("{page}&done=saved"));
    super::done_or_kept(&here.visitor, &page, form.fields(), done).await
}

/// The address of a storefront's prices.
#[cfg(feature = "ssr")]
fn path(storefront: &str) -> String {
    format!("{}/prices", super::storefront::path(storefront))
}

#[cfg(feature = "ssr")]
impl PriceForm {
    /// The rows that say something else than the page did: what somebody else has set meanwhile stays.
    fn changed(&self) -> impl Iterator<Item = &PriceRow> {
        let rows = self.rows.values();
        rows.filter(|it| it.price.trim() != it.seen.trim())
    }

    fn changes(
        &self,
        currency: orders::Currency,
    ) -> Result<Vec<orders::PriceChange>, orders::Refusal> {
        use orders::{FieldError, Money, PriceChange, Refusal};
        let mut errors = Vec::new();
        let changes: Vec<_> = self
            .changed()
            .map(|it| {
                let price = match it.price.trim() {
                    "" => Ok(None),
                    text => Money::parse(text, currency).map(Some),
                };
                let pointer = format!("/{}", it.sku);
                PriceChange {
                    storefront: self.storefront.clone(),
                    sku: it.sku.clone(),
                    price_minor: FieldError::collect(&mut errors, &pointer, price).flatten(),
                }
            })
            .collect();
        if errors.is_empty() {
            Ok(changes)
        } else {
            Err(Refusal::Invalid(errors))
        }
    }

    /// What is kept of it when it is refused: what was changed.
    fn fields(&self) -> BTreeMap<String, String> {
        let changed = self.changed();
        changed
            .map(|it| (it.sku.clone(), it.price.clone()))
            .collect()
    }
}

/// The same with each error at its SKU: the form's rows are not those that were sent on.
#[cfg(feature = "ssr")]
fn by_sku(refusal: orders::Refusal, changes: &[orders::PriceChange]) -> orders::Refusal {
    let orders::Refusal::Invalid(mut errors) = refusal else {
        return refusal;
    };
    for error in &mut errors {
        let place = error.pointer.split('/').nth(2);
        let place = place.and_then(|it| it.parse::<usize>().ok());
        if let Some(change) = place.and_then(|it| changes.get(it)) {
            error.pointer = format!("/{}", change.sku);
        }
    }
    orders::Refusal::Invalid(errors)
}
