//! What staff see and do.

use std::collections::BTreeMap;

use leptos::prelude::*;
use orders::{Checked, Delivery, Note, Order, OrderId, Page, Product, StockLevel};
use serde::{Deserialize, Serialize};

use super::{Draft, order::OrderView};
use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr::Here;

/// The name under which the parcel form's draft is kept.
pub const SHIPMENT_FORM: &str = "shipment";
/// The name under which the note form's draft is kept.
pub const NOTE_FORM: &str = "note";

/// The order list's filter, as it stands in the page's address. Empty text filters nothing.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderQuery {
    /// A state.
    pub status: String,
    /// Only those that a person has to look at, when it says anything.
    pub needs_attention: String,
    /// Words.
    pub q: String,
    /// The order behind which the page begins.
    pub after: String,
}

/// A page of orders, newest first.
#[server(endpoint = "find_orders")]
pub async fn find_orders(query: OrderQuery) -> Result<Page<Order>, AppError> {
    use orders::{OrderFilter, OrderState, PageRequest};
    let Here { engine, caller, .. } = crate::ssr::here()?;
    caller.must_work_here()?;
    let filter = OrderFilter {
        status: OrderState::read(&query.status).into_iter().collect(),
        needs_attention: !query.needs_attention.is_empty(),
        q: Some(query.q).filter(|it| !it.trim().is_empty()),
        ..OrderFilter::default()
    };
    let page = PageRequest {
        limit: 50,
        after: query.after.parse().ok(),
    };
    Ok(engine.orders.list(&caller, &filter, page).await?)
}

/// An order as those who work here see it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StaffView {
    /// What its buyer sees too.
    pub view: OrderView,
    /// What staff tell each other, oldest first.
    pub notes: Vec<Note>,
    /// What its customer was written, newest first.
    pub mails: Vec<Delivery>,
    /// What was typed into a form that was refused.
    pub draft: Draft,
}

/// One order, for those who work here, with what was typed into the form of that name.
#[server(endpoint = "find_order_for_staff")]
pub async fn find_order_for_staff(id: OrderId, form: String) -> Result<StaffView, AppError> {
    let here = crate::ssr::here()?;
    here.caller.must_work_here()?;
    Ok(StaffView {
        view: super::order::view_order(&here, id).await?,
        notes: here.engine.orders.notes(&here.caller, id).await?,
        mails: super::mail::mails_of(&here, id).await?,
        draft: here.visitor.draft(&form).await?,
    })
}

/// Form: does a command to an order; `version` is the one that was seen.
#[server(endpoint = "change_order")]
pub async fn change_order(
    #[server(default)] id: String,
    #[server(default)] command: String,
    #[server(default)] reason: String,
    #[server(default)] version: String,
) -> Result<(), AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let id: OrderId = id.parse().map_err(|_| AppError::Malformed)?;
    let command = serde_json::from_value(command.into()).map_err(|_| AppError::Malformed)?;
    let done = engine
        .orders
        .change(&caller, id, command, Some(&reason), version.parse().ok())
        .await;
    back_to_order(id, done.map_err(AppError::from))
}

/// Form: adds a parcel with everything that has not been sent.
#[server(endpoint = "add_shipment")]
pub async fn add_shipment(
    #[server(default)] id: String,
    #[server(default)] carrier: String,
    #[server(default)] tracking_number: String,
    #[server(default)] estimated_delivery: String,
) -> Result<(), AppError> {
    use orders::{NewShipment, Refusal};
    let Here {
        engine,
        caller,
        visitor,
        ..
    } = crate::ssr::here()?;
    let id: OrderId = id.parse().map_err(|_| AppError::Malformed)?;
    let fields = BTreeMap::from([
        ("carrier".to_owned(), carrier.clone()),
        ("tracking_number".to_owned(), tracking_number.clone()),
        ("estimated_delivery".to_owned(), estimated_delivery.clone()),
    ]);
    let done = match parse_date(&estimated_delivery) {
        Ok(estimated_delivery) => {
            let parcel = NewShipment {
                carrier,
                tracking_number,
                estimated_delivery,
                items: None,
            };
            engine
                .orders
                .ship(&caller, id, parcel)
                .await
                .map_err(AppError::from)
        }
        Err(wrong) => Err(Refusal::field("/estimated_delivery", wrong).into()),
    };
    back_to_form(&visitor, SHIPMENT_FORM, fields, id, done).await
}

/// Form: adds a note among staff.
#[server(endpoint = "add_note")]
pub async fn add_note(
    #[server(default)] id: String,
    #[server(default)] text: String,
) -> Result<(), AppError> {
    let Here {
        engine,
        caller,
        visitor,
        ..
    } = crate::ssr::here()?;
    let id: OrderId = id.parse().map_err(|_| AppError::Malformed)?;
    let fields = BTreeMap::from([("text".to_owned(), text.clone())]);
    let note = orders::NewNote { text };
    let done = engine.orders.add_note(&caller, id, &note).await;
    let done = done.map_err(AppError::from);
    back_to_form(&visitor, NOTE_FORM, fields, id, done).await
}

/// Form: marks an order as seen to.
#[server(endpoint = "resolve_attention")]
pub async fn resolve_attention(#[server(default)] id: String) -> Result<(), AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let id: OrderId = id.parse().map_err(|_| AppError::Malformed)?;
    let done = engine.orders.resolve_attention(&caller, id).await;
    back_to_order(id, done.map_err(AppError::from))
}

/// A page of products, and the stock of their variants by SKU.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StockPage {
    /// The products.
    pub products: Vec<Product>,
    /// How much there is of each variant; seats are not counted one by one.
    pub stock: BTreeMap<String, StockLevel>,
    /// Whether whoever reads it may change products.
    pub may_change: bool,
    /// The reference behind which the next page begins, if there is one.
    pub next: Option<String>,
}

/// A page of products with their stock.
#[server(endpoint = "find_products_for_staff")]
pub async fn find_products_for_staff(after: Option<String>) -> Result<StockPage, AppError> {
    use orders::Market;
    let Here { engine, caller, .. } = crate::ssr::here()?;
    caller.must_work_here()?;
    let catalogue = &engine.catalogue;
    let (products, next) = catalogue
        .products(&Market::default(), None, after.as_deref(), 50)
        .await?;
    let variants = products.iter().flat_map(|it| &it.variants);
    let skus: Vec<_> = variants.map(|it| it.sku.clone()).collect();
    let stock = catalogue.stock_levels(&caller, &skus).await?;
    Ok(StockPage {
        products,
        stock: stock.into_iter().map(|it| (it.sku.clone(), it)).collect(),
        may_change: caller.may_act_for_others(),
        next,
    })
}

/// Form: says how many of a SKU there are, on the page of products from behind `after`.
#[server(endpoint = "set_stock")]
pub async fn set_stock(
    #[server(default)] sku: String,
    #[server(default)] on_hand: String,
    #[server(default)] after: String,
) -> Result<(), AppError> {
    use leptos_router::location::Url;
    use orders::Refusal;
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let done = match on_hand.trim().parse() {
        Ok(on_hand) => engine
            .catalogue
            .set_stock(&caller, &sku, on_hand)
            .await
            .map_err(AppError::from),
        Err(_) => Err(Refusal::field("/on_hand", "must be a whole number").into()),
    };
    let page = format!("/admin/products?after={}", Url::escape(&after));
    match done {
        Ok(_) => crate::ssr::redirect(&format!("{page}&saved")),
        Err(error) => {
            let sku = Url::escape(&sku);
            crate::ssr::redirect(&format!("{page}&error={}&sku={sku}", error.code()));
        }
    }
    Ok(())
}

/// What must always be true, and whether it is. For admins.
#[server(endpoint = "check_health")]
pub async fn check_health() -> Result<Vec<Checked>, AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    Ok(engine.checks.run(&caller).await?)
}

/// Midnight (UTC) of a date as browsers write it, `2026-12-24`; nothing for an empty field.
#[cfg(feature = "ssr")]
fn parse_date(text: &str) -> Result<Option<chrono::DateTime<chrono::Utc>>, orders::Invalid> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let date: chrono::NaiveDate = text.trim().parse().map_err(|_| "is not a date")?;
    Ok(Some(date.and_time(chrono::NaiveTime::MIN).and_utc()))
}

/// Back to the order's page, with what was typed into `form` when it was refused.
#[cfg(feature = "ssr")]
pub(super) async fn back_to_form<T>(
    visitor: &crate::ssr::Visitor,
    form: &str,
    fields: BTreeMap<String, String>,
    id: OrderId,
    done: Result<T, AppError>,
) -> Result<(), AppError> {
    if let Err(AppError::Refused(refusal)) = &done {
        visitor.keep_draft(form, fields, refusal).await?;
        let path = format!("/admin/orders/{id}?error={}&form={form}", refusal.code());
        crate::ssr::redirect(&path);
        return Ok(());
    }
    visitor.drop_draft(form).await?;
    back_to_order(id, done)
}

#[cfg(feature = "ssr")]
pub(super) fn back_to_order<T>(id: OrderId, done: Result<T, AppError>) -> Result<(), AppError> {
    match done {
        Ok(_) => crate::ssr::redirect(&format!("/admin/orders/{id}")),
        Err(error) => crate::ssr::redirect(&format!("/admin/orders/{id}?error={}", error.code())),
    }
    Ok(())
}
