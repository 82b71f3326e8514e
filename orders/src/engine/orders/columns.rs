//! New orders as columns, as a set-based statement takes them.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::draft::{Draft, Line};
use crate::domain::{Address, Explanation, ShippingMethod};

/// One entry for each order.
pub(super) struct OrderColumns {
    pub(super) ids: Vec<Uuid>,
    pub(super) storefronts: Vec<String>,
    pub(super) languages: Vec<String>,
    pub(super) currencies: Vec<String>,
    pub(super) customers: Vec<Option<Uuid>>,
    pub(super) external_refs: Vec<Option<String>>,
    pub(super) emails: Vec<Option<String>>,
    pub(super) names: Vec<Option<String>>,
    pub(super) phones: Vec<Option<String>>,
    pub(super) shipping_addresses: Vec<Option<Json<Address>>>,
    pub(super) billing_addresses: Vec<Option<Json<Address>>>,
    pub(super) shipping_methods: Vec<Option<Json<ShippingMethod>>>,
    pub(super) discount_codes: Vec<Option<String>>,
    pub(super) subtotals: Vec<i64>,
    pub(super) discounts: Vec<i64>,
    pub(super) shippings: Vec<i64>,
    pub(super) taxes: Vec<i64>,
    pub(super) totals: Vec<i64>,
    pub(super) explanations: Vec<Json<Vec<Explanation>>>,
    pub(super) notes: Vec<Option<String>>,
    pub(super) words: Vec<String>,
    pub(super) expiries: Vec<Option<DateTime<Utc>>>,
    pub(super) times: Vec<DateTime<Utc>>,
    pub(super) actors: Vec<String>,
    pub(super) request_ids: Vec<String>,
}

impl OrderColumns {
    pub(super) fn of(drafts: &[&Draft]) -> Self {
        Self {
            ids: column(drafts, |it| it.id.0),
            storefronts: column(drafts, |it| it.storefront.clone()),
            languages: column(drafts, |it| it.language.code().to_owned()),
            shipping_methods: column(drafts, |it| it.shipping_method.clone().map(Json)),
            discount_codes: column(drafts, |it| it.discount_code.clone()),
            currencies: column(drafts, |it| it.pricing.currency.code().to_owned()),
            customers: column(drafts, |it| it.customer.id.map(|it| it.0)),
            external_refs: column(drafts, |it| it.customer.external_ref.clone()),
            emails: column(drafts, |it| it.customer.email.clone()),
            names: column(drafts, |it| it.customer.name.clone()),
            phones: column(drafts, |it| it.customer.phone.clone()),
            shipping_addresses: column(drafts, |it| it.shipping_address.clone().map(Json)),
            billing_addresses: column(drafts, |it| it.billing_address.clone().map(Json)),
            subtotals: column(drafts, |it| it.pricing.subtotal_minor),
            discounts: column(drafts, |it| it.pricing.discount_minor),
            shippings: column(drafts, |it| it.pricing.shipping_minor),
            taxes: column(drafts, |it| it.pricing.tax_minor),
            totals: column(drafts, |it| it.pricing.total_minor),
            explanations: column(drafts, |it| Json(it.pricing.explanation.clone())),
            notes: column(drafts, |it| it.note.clone()),
            words: column(drafts, Draft::search_words),
            expiries: column(drafts, |it| it.expires_at),
            times: column(drafts, |it| it.now),
            actors: column(drafts, |it| it.actor.clone()),
            request_ids: column(drafts, |it| it.request_id.clone()),
        }
    }
}

fn column<T>(drafts: &[&Draft], of: impl Fn(&Draft) -> T) -> Vec<T> {
    drafts.iter().map(|it| of(it)).collect()
}

/// One entry for each line of all the orders.
pub(super) struct LineColumns {
    pub(super) orders: Vec<Uuid>,
    pub(super) numbers: Vec<i32>,
    pub(super) skus: Vec<String>,
    pub(super) products: Vec<String>,
    pub(super) quantities: Vec<i32>,
    pub(super) titles: Vec<String>,
    pub(super) unit_prices: Vec<i64>,
    pub(super) taxes: Vec<i64>,
    pub(super) totals: Vec<i64>,
    pub(super) discounts: Vec<i64>,
    pub(super) shippings: Vec<i64>,
    pub(super) seat_ids: Vec<Option<i32>>,
    pub(super) seat_codes: Vec<Option<String>>,
    pub(super) ships: Vec<bool>,
}

impl LineColumns {
    pub(super) fn of(drafts: &[&Draft]) -> Self {
        let lines = || drafts.iter().flat_map(|it| &it.lines);
        let priced = || drafts.iter().flat_map(|it| &it.pricing.lines);
        Self {
            orders: drafts
                .iter()
                .flat_map(|it| it.lines.iter().map(|_| it.id.0))
                .collect(),
            numbers: drafts
                .iter()
                .flat_map(|it| (1..).take(it.lines.len()))
                .collect(),
            skus: lines().map(|it| it.offer.sku.clone()).collect(),
            products: lines().map(|it| it.offer.product.clone()).collect(),
            quantities: lines().map(quantity).collect(),
            titles: lines().map(|it| it.offer.title.clone()).collect(),
            unit_prices: lines().map(|it| it.offer.unit_price_minor).collect(),
            taxes: priced().map(|it| it.tax_minor).collect(),
            totals: priced().map(|it| it.total_minor).collect(),
            discounts: priced().map(|it| it.discount_minor).collect(),
            shippings: priced().map(|it| it.shipping_minor).collect(),
            seat_ids: lines()
                .map(|it| it.offer.seat.as_ref().map(|it| it.seat_id))
                .collect(),
            seat_codes: lines()
                .map(|it| it.offer.seat.as_ref().map(|it| it.seat_code.clone()))
                .collect(),
            ships: lines().map(|it| it.offer.ships).collect(),
        }
    }
}

/// What all the orders take of each SKU: the SKUs, and how many of each.
pub(super) fn taken(drafts: &[&Draft]) -> (Vec<String>, Vec<i32>) {
    let mut lines: Vec<&Line> = drafts.iter().flat_map(|it| &it.lines).collect();
    lines.sort_by(|a, b| a.offer.sku.cmp(&b.offer.sku));
    lines
        .chunk_by(|a, b| a.offer.sku == b.offer.sku)
        .map(|same| {
            let sum = same
                .iter()
                .map(|it| quantity(it))
                .fold(0, i32::saturating_add);
            (same[0].offer.sku.clone(), sum)
        })
        .unzip()
}

fn quantity(line: &Line) -> i32 {
    i32::try_from(line.quantity).unwrap_or(i32::MAX)
}
