//! Discount codes. For those who run the shop.

use leptos::prelude::*;
use orders::{DiscountCode, Storefront};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use std::collections::BTreeMap;

#[cfg(feature = "ssr")]
use chrono::{DateTime, NaiveDateTime, Utc};
#[cfg(feature = "ssr")]
use orders::{
    Currency, DiscountKind, FieldError, Invalid, Money, NewDiscountCode, Percent, Refusal,
};

use super::Draft;
use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr::Here;

#[cfg(feature = "ssr")]
const PATH: &str = "/admin/discounts";

/// The page of the form for another one.
#[cfg(feature = "ssr")]
const NEW: &str = "/admin/discounts-new";
/// How a time is typed: browsers write seconds only where there are any.
#[cfg(feature = "ssr")]
const TIMES: [&str; 2] = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];

/// A page of discount codes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DiscountList {
    /// The codes, newest first.
    pub codes: Vec<DiscountCode>,
    /// The code behind which the next page begins, if there is one.
    pub next: Option<String>,
    /// Where they are used.
    pub storefronts: Vec<Storefront>,
}

/// A code's form.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DiscountView {
    /// The code as it stands; nothing where it is to be made.
    pub code: Option<DiscountCode>,
    /// Where it can be used.
    pub storefronts: Vec<Storefront>,
    /// What the form says: what was typed and refused, or what is so.
    pub draft: Draft,
}

/// Discount codes, from behind the code `after`.
#[server(endpoint = "find_discounts")]
pub async fn find_discounts(after: Option<String>) -> Result<DiscountList, AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let (codes, next) = engine.discounts.list(&caller, after.as_deref(), 50).await?;
    Ok(DiscountList {
        codes,
        next,
        storefronts: engine.catalogue.storefronts().await?.to_vec(),
    })
}

/// The form of a code; of another one where `code` is empty. `was_refused` asks for what was typed last.
#[server(endpoint = "find_discount")]
pub async fn find_discount(code: String, was_refused: bool) -> Result<DiscountView, AppError> {
    let here = crate::ssr::here()?;
    here.caller.must_run_the_shop()?;
    let storefronts = here.engine.catalogue.storefronts().await?;
    let code = match code.as_str() {
        "" => None,
        code => Some(here.engine.discounts.find(&here.caller, code).await?),
    };
    let as_it_is = || match &code {
        Some(code) => Draft::of(DiscountForm::of(&code.rules, &storefronts).fields()),
        None => Draft::of(DiscountForm::usual().fields()),
    };
    let page = code
        .as_ref()
        .map_or(NEW.to_owned(), |it| path(&it.rules.code));
    let draft = here.visitor.draft_on(&page, was_refused, as_it_is).await?;
    Ok(DiscountView {
        code,
        storefronts: storefronts.to_vec(),
        draft,
    })
}

/// The form's fields, as text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DiscountForm {
    pub code: String,
    /// `percent`, `amount` or `free_delivery`.
    pub kind: String,
    /// How much, in percent or in the storefront's currency.
    pub measure: String,
    /// The storefront's code; empty for all of them.
    pub storefront: String,
    pub minimum: String,
    pub starts_at: String,
    pub ends_at: String,
    pub use_limit: String,
    pub customer_limit: String,
    pub is_active: String,
}

/// Form: makes a code.
#[server(endpoint = "create_discount")]
pub async fn create_discount(#[server(default)] form: DiscountForm) -> Result<(), AppError> {
    let here = crate::ssr::here()?;
    here.caller.must_run_the_shop()?;
    let made = match form.rules(&here.engine.catalogue.storefronts().await?) {
        Ok(rules) => here.engine.discounts.create(&here.caller, rules).await,
        Err(refusal) => Err(refusal.into()),
    };
    let made = made.map(|_| format!("{PATH}?done=made"));
    super::done_or_kept(&here.visitor, NEW, form.fields(), made).await
}

/// Form: changes all rules of a code.
#[server(endpoint = "change_discount")]
pub async fn change_discount(#[server(default)] form: DiscountForm) -> Result<(), AppError> {
    let here = crate::ssr::here()?;
    here.caller.must_run_the_shop()?;
    let changed = match form.rules(&here.engine.catalogue.storefronts().await?) {
        Ok(rules) => {
            let discounts = &here.engine.discounts;
            discounts.change(&here.caller, &form.code, rules).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    let changed = changed.map(|_| format!("{PATH}?done=saved"));
    let page = path(&form.code);
    super::done_or_kept(&here.visitor, &page, form.fields(), changed).await
}

/// The address of a code's form.
#[cfg(feature = "ssr")]
fn path(code: &str) -> String {
    use leptos_router::location::Url;
    format!("{PATH}/{}", Url::escape(code))
}

/// Form: lets a code be used, or no more.
#[server(endpoint = "activate_discount")]
pub async fn activate_discount(
    #[server(default)] code: String,
    /// `yes`, or anything else to end it.
    #[server(default)]
    active: String,
) -> Result<(), AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let is_active = active == "yes";
    let done = engine.discounts.activate(&caller, &code, is_active).await;
    super::back(PATH, done, if is_active { "activated" } else { "ended" })
}

#[cfg(feature = "ssr")]
impl DiscountForm {
    /// What a new one usually is.
    fn usual() -> Self {
        Self {
            kind: "percent".to_owned(),
            is_active: "yes".to_owned(),
            ..Self::default()
        }
    }

    fn of(rules: &NewDiscountCode, storefronts: &[Storefront]) -> Self {
        let currency = currency(rules.storefront.as_deref().unwrap_or_default(), storefronts);
        let money = |minor| Money::new(minor, currency).decimal();
        let number = |it: Option<i32>| it.map(|it| it.to_string()).unwrap_or_default();
        Self {
            code: rules.code.clone(),
            kind: rules.kind.columns().0.to_owned(),
            measure: match rules.kind {
                DiscountKind::Percent(basis_points) => Percent(basis_points).decimal(),
                DiscountKind::Amount(minor) => money(minor),
                DiscountKind::FreeDelivery => String::new(),
            },
            storefront: rules.storefront.clone().unwrap_or_default(),
            minimum: match rules.minimum_minor {
                0 => String::new(),
                minor => money(minor),
            },
            starts_at: written(rules.starts_at),
            ends_at: written(rules.ends_at),
            use_limit: number(rules.use_limit),
            customer_limit: number(rules.customer_limit),
            is_active: if rules.is_active {
                "yes".to_owned()
            } else {
                String::new()
            },
        }
    }

    /// # Errors
    /// Every field that cannot be used.
    fn rules(&self, storefronts: &[Storefront]) -> Result<NewDiscountCode, Refusal> {
        let currency = currency(&self.storefront, storefronts);
        let number = |text: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| "must be a whole number"),
        };
        let minimum = match self.minimum.trim() {
            "" => Ok(0),
            text => Money::parse(text, currency),
        };
        let mut errors = Vec::new();
        let rules = NewDiscountCode {
            code: self.code.clone(),
            kind: self.kind(currency, &mut errors),
            storefront: Some(self.storefront.clone()),
            minimum_minor: FieldError::collect(&mut errors, "/minimum_minor", minimum).unwrap_or(0),
            starts_at: FieldError::collect(&mut errors, "/starts_at", read(&self.starts_at))
                .flatten(),
            ends_at: FieldError::collect(&mut errors, "/ends_at", read(&self.ends_at)).flatten(),
            use_limit: FieldError::collect(&mut errors, "/use_limit", number(&self.use_limit))
                .flatten(),
            customer_limit: FieldError::collect(
                &mut errors,
                "/customer_limit",
                number(&self.customer_limit),
            )
            .flatten(),
            is_active: !self.is_active.is_empty(),
        };
        if errors.is_empty() {
            return Ok(rules);
        }
        errors.extend(rules.parse().err().into_iter().flatten());
        Err(Refusal::Invalid(errors))
    }

    /// What it takes off. Where that cannot be read, something that is right in itself, so that only one error is told.
    fn kind(&self, currency: Currency, errors: &mut Vec<FieldError>) -> DiscountKind {
        let measure = self.measure.trim();
        let measure = if measure.is_empty() {
            Err("is missing")
        } else {
            Ok(measure)
        };
        match self.kind.as_str() {
            "free_delivery" => DiscountKind::FreeDelivery,
            "amount" => {
                let minor = measure.and_then(|it| Money::parse(it, currency));
                let minor = FieldError::collect(errors, "/kind/amount", minor);
                DiscountKind::Amount(minor.unwrap_or(1))
            }
            _ => {
                let share =
                    FieldError::collect(errors, "/kind/percent", measure.and_then(Percent::parse));
                DiscountKind::Percent(share.map_or(1, |it| it.0))
            }
        }
    }

    /// What is kept of it when it is refused, and what the page fills in.
    fn fields(&self) -> BTreeMap<String, String> {
        [
            ("code", &self.code),
            ("kind", &self.kind),
            ("measure", &self.measure),
            ("storefront", &self.storefront),
            ("minimum", &self.minimum),
            ("starts_at", &self.starts_at),
            ("ends_at", &self.ends_at),
            ("use_limit", &self.use_limit),
            ("customer_limit", &self.customer_limit),
            ("is_active", &self.is_active),
        ]
        .map(|(name, text)| (name.to_owned(), text.clone()))
        .into()
    }
}

/// What a storefront counts in. An amount without a storefront is refused, whatever it is read as.
#[cfg(feature = "ssr")]
fn currency(storefront: &str, storefronts: &[Storefront]) -> Currency {
    let found = storefronts.iter().find(|it| it.code == storefront);
    found.map_or(Currency::USD, |it| it.currency)
}

/// A time in UTC as a browser writes it; nothing for an empty field.
#[cfg(feature = "ssr")]
fn read(text: &str) -> Result<Option<DateTime<Utc>>, Invalid> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let mut times = TIMES.iter();
    let time = times.find_map(|it| NaiveDateTime::parse_from_str(text, it).ok());
    time.map(|it| Some(it.and_utc()))
        .ok_or("is not a time like 2026-12-24T18:00")
}

#[cfg(feature = "ssr")]
fn written(at: Option<DateTime<Utc>>) -> String {
    use chrono::Timelike;
    let pattern = |at: DateTime<Utc>| TIMES[usize::from(at.second() != 0)];
    at.map(|it| it.format(pattern(it)).to_string())
        .unwrap_or_default()
}
