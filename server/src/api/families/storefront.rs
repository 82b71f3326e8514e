//! Storefront: `/orders`. For programs of other shops, which collect their money themselves: camelCase, UPPER-CASE states.

use axum::{extract::State, http::StatusCode, response::Response};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use orders::{
    Address, CustomerDocument, FieldError, Goods, ItemDocument, NewOrder, NewOrderDocument,
    NewShipment, Order, OrderCommand, OrderId, OrderState, Reference, Refusal, Settlement, Way,
};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use utoipa::ToSchema;

use super::{ActsForOthers, change, created, decimal, shown, user};
use crate::{
    AppState,
    api::{
        ApiError,
        body::PathPart,
        changes::towards,
        command::{Command, CommandHeaders, IfMatch, Terms},
        orders::place_once,
        problem::Problem,
    },
};

const PATH: &str = "/orders";

/// An order to be placed.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "customerId": "c-1001",
    "items": [{"productId": "2", "variantId": "TOTE-INK", "quantity": 1}],
    "shippingAddress": {
        "street": "218 Alder Street", "city": "Portland", "state": "OR", "country": "US", "postalCode": "97201"
    }
}))]
pub(super) struct NewStorefrontOrder {
    /// Who buys it, as the shop calls them.
    customer_id: Option<Reference>,
    /// What is bought.
    #[serde(default)]
    items: Vec<NewStorefrontItem>,
    /// Where parcels go.
    shipping_address: Option<StorefrontAddress>,
}

/// One thing to be bought.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NewStorefrontItem {
    /// The product's reference.
    product_id: Option<Reference>,
    /// The SKU; a product that comes in one variant needs none.
    variant_id: Option<Reference>,
    /// How many.
    quantity: Option<i64>,
}

/// A postal address.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StorefrontAddress {
    /// Street and number.
    #[serde(default)]
    street: String,
    /// City.
    #[serde(default)]
    city: String,
    /// State, province or region.
    state: Option<String>,
    /// Two letters (ISO 3166-1 alpha-2).
    #[serde(default)]
    country: String,
    /// Postal code.
    #[serde(default)]
    postal_code: String,
}

/// An order, as a storefront knows it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "id": "01936b6e-5b2a-7c40-9c1d-3d2b6d1c9a10", "customerId": "c-1001", "status": "PENDING",
    "items": [{"productId": "2", "variantId": "TOTE-INK", "quantity": 1, "unitPrice": "64.00"}],
    "shippingAddress": {
        "street": "218 Alder Street", "city": "Portland", "state": "OR", "country": "US", "postalCode": "97201"
    },
    "shippingInfo": null, "totalAmount": "70.40", "currency": "USD",
    "createdAt": "2026-12-01T12:00:00Z", "updatedAt": "2026-12-01T12:00:00Z"
}))]
pub(super) struct StorefrontOrder {
    /// The order's id.
    #[schema(value_type = uuid::Uuid)]
    id: OrderId,
    /// Who bought it, as the shop calls them; `null` for a guest.
    customer_id: Option<String>,
    /// `PENDING`, `PROCESSING`, `SHIPPED`, `DELIVERED` or `CANCELED`.
    status: &'static str,
    /// What was bought.
    items: Vec<StorefrontItem>,
    /// Where parcels go.
    shipping_address: Option<StorefrontAddress>,
    /// Who carries it, and as what.
    shipping_info: Option<ShippingInfo>,
    /// What the buyer pays.
    total_amount: String,
    /// What amounts are counted in (ISO 4217).
    currency: &'static str,
    /// When it was placed.
    created_at: DateTime<Utc>,
    /// When it last changed.
    updated_at: DateTime<Utc>,
}

/// One line of an order, as a storefront knows it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StorefrontItem {
    /// The product's reference.
    product_id: String,
    /// The SKU.
    variant_id: String,
    /// How many.
    quantity: u32,
    /// The price of one.
    unit_price: String,
}

/// Who carries an order, and as what.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "trackingCompany": "DHL", "trackingNumber": "JD014600006281230701", "estimatedDeliveryDate": "2026-12-21T00:00:00Z"
}))]
pub(super) struct ShippingInfo {
    /// Who carries it.
    #[serde(default)]
    tracking_company: String,
    /// The carrier's number for it.
    #[serde(default)]
    tracking_number: String,
    /// When it should arrive: a moment, or a day.
    #[serde(default, deserialize_with = "moment_or_day")]
    estimated_delivery_date: Option<DateTime<Utc>>,
}

fn moment_or_day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else {
        return Ok(None);
    };
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    (text.parse().ok())
        .or_else(|| Some(day(&text)?.and_time(NaiveTime::MIN).and_utc()))
        .map(Some)
        .ok_or_else(|| D::Error::custom("expected a moment like 2024-03-21T00:00:00Z"))
}

impl From<Order> for StorefrontOrder {
    fn from(order: Order) -> Self {
        let items = order.items.iter().map(|line| StorefrontItem {
            product_id: line.product.clone(),
            variant_id: line.sku.clone(),
            quantity: line.quantity,
            unit_price: decimal(&order, line.unit_price_minor),
        });
        Self {
            id: order.id,
            customer_id: user(&order.customer),
            status: word(order.status),
            items: items.collect(),
            shipping_info: shipping_info(&order),
            total_amount: decimal(&order, order.total_minor),
            currency: order.currency.code(),
            shipping_address: order.shipping_address.map(StorefrontAddress::from),
            created_at: order.created_at,
            updated_at: order.updated_at,
        }
    }
}

/// What a storefront calls the order's state.
fn word(state: OrderState) -> &'static str {
    match state {
        OrderState::Pending
        | OrderState::PaymentPending
        | OrderState::PaymentFailed
        | OrderState::Confirmed => "PENDING",
        OrderState::Processing => "PROCESSING",
        OrderState::Shipped => "SHIPPED",
        OrderState::Delivered | OrderState::Completed => "DELIVERED",
        OrderState::Cancelled | OrderState::Failed | OrderState::Refunded => "CANCELED",
    }
}

/// What the next parcel's label will say, or the last one's says.
fn shipping_info(order: &Order) -> Option<ShippingInfo> {
    if let Some(next) = &order.next_parcel
        && order.goods() != Goods::AllSent
    {
        return Some(ShippingInfo {
            tracking_company: next.carrier.clone(),
            tracking_number: next.tracking_number.clone(),
            estimated_delivery_date: next.estimated_delivery,
        });
    }
    let last = order.shipments.last()?;
    // Sent without a carrier's number, by a shop that does not track.
    let is_told = !(last.carrier.is_empty() && last.tracking_number.is_empty());
    is_told.then(|| ShippingInfo {
        tracking_company: last.carrier.clone(),
        tracking_number: last.tracking_number.clone(),
        estimated_delivery_date: last.estimated_delivery,
    })
}

impl From<Address> for StorefrontAddress {
    fn from(address: Address) -> Self {
        Self {
            street: address.street,
            city: address.city,
            state: address.state,
            country: address.country,
            postal_code: address.postal_code,
        }
    }
}

impl From<StorefrontAddress> for Address {
    fn from(address: StorefrontAddress) -> Self {
        Self {
            street: address.street,
            city: address.city,
            state: address.state,
            country: address.country,
            postal_code: address.postal_code,
            ..Self::default()
        }
    }
}

impl NewStorefrontOrder {
    fn parse(self) -> Result<NewOrder, Refusal> {
        let items = self.items.into_iter().map(|it| ItemDocument {
            product: it.product_id,
            variant: it.variant_id,
            quantity: it.quantity,
            ..ItemDocument::default()
        });
        let missing = [
            ("/customer/external_ref", self.customer_id.is_none()),
            ("/shipping_address", self.shipping_address.is_none()),
        ];
        let parsed = NewOrderDocument {
            items: items.collect(),
            customer: Some(CustomerDocument {
                external_ref: self.customer_id,
                ..CustomerDocument::default()
            }),
            shipping_address: self.shipping_address.map(Address::from),
            settlement: Settlement::Elsewhere,
            ..NewOrderDocument::default()
        }
        .parse();
        let missing = missing.into_iter().filter(|(_, is_missing)| *is_missing);
        let missing: Vec<_> = missing
            .map(|(pointer, _)| FieldError::new(pointer, "is missing"))
            .collect();
        match parsed {
            Ok(new) if missing.is_empty() => Ok(new),
            Ok(_) => Err(missing.into()),
            Err(errors) => Err([errors, missing].concat().into()),
        }
    }
}

/// A field as a storefront calls it.
fn pointer(canonical: &str) -> String {
    let renamed = [
        ("/customer/external_ref", "/customerId"),
        ("/shipping_address", "/shippingAddress"),
        ("/postal_code", "/postalCode"),
        ("/product", "/productId"),
        ("/variant", "/variantId"),
        ("/carrier", "/trackingCompany"),
        ("/tracking_number", "/trackingNumber"),
    ];
    renamed
        .into_iter()
        .fold(canonical.to_owned(), |it, (from, to)| it.replace(from, to))
}

/// Place an order
///
/// The shop collects the money itself: the order is confirmed, and its stock taken, as it is placed.
#[utoipa::path(post, path = PATH, tag = "storefront", request_body = NewStorefrontOrder,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless, for a day.")),
    responses((status = 201, body = StorefrontOrder), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn place(
    State(state): State<AppState>,
    ActsForOthers(caller): ActsForOthers,
    Command { value, terms }: Command<NewStorefrontOrder>,
) -> Result<Response, ApiError> {
    let placed = async {
        let new = value.parse()?;
        let answer = |order| Ok(created::<StorefrontOrder>(PATH, order));
        place_once(&state, &caller, terms, &new, answer).await
    };
    placed.await.map_err(|error| error.with_pointers(pointer))
}

/// Read an order
#[utoipa::path(get, path = "/orders/{id}", tag = "storefront", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = StorefrontOrder), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn find(
    State(state): State<AppState>,
    ActsForOthers(caller): ActsForOthers,
    PathPart(id): PathPart<OrderId>,
) -> Result<Response, ApiError> {
    let order = state.engine.orders.find(&caller, id).await?;
    Ok(shown::<StorefrontOrder>(StatusCode::OK, order))
}

/// Where an order shall go.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"status": "PROCESSING"}))]
pub(super) struct StorefrontStatus {
    /// A state's word, in any case, or a synonym.
    #[serde(default)]
    status: String,
}

/// Change an order's status
///
/// `PROCESSING` confirms an order first that nobody has paid, unless a payment runs. `SHIPPED` sends what is left.
#[utoipa::path(put, path = "/orders/{id}/status", tag = "storefront",
    params(("id" = uuid::Uuid, Path), CommandHeaders), request_body = StorefrontStatus,
    responses((status = 200, body = StorefrontOrder), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn set_status(
    State(state): State<AppState>,
    ActsForOthers(caller): ActsForOthers,
    PathPart(id): PathPart<OrderId>,
    Command { value, terms }: Command<StorefrontStatus>,
) -> Result<Response, ApiError> {
    let command = towards(&value.status)?;
    change::<StorefrontOrder>(&state, &caller, &terms, async |orders| {
        if command == OrderCommand::Process {
            orders.lead(&caller, id, Way::ToPacking, None).await
        } else {
            orders.change(&caller, id, command, None, None).await
        }
    })
    .await
}

/// Tell who carries an order
///
/// Until it has been delivered. It moves the order nowhere: `SHIPPED` does.
#[utoipa::path(put, path = "/orders/{id}/shipping", tag = "storefront",
    params(("id" = uuid::Uuid, Path), CommandHeaders), request_body = ShippingInfo,
    responses((status = 200, body = StorefrontOrder), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn label(
    State(state): State<AppState>,
    ActsForOthers(caller): ActsForOthers,
    PathPart(id): PathPart<OrderId>,
    Command { value, terms }: Command<ShippingInfo>,
) -> Result<Response, ApiError> {
    let parcel = NewShipment {
        carrier: value.tracking_company,
        tracking_number: value.tracking_number,
        estimated_delivery: value.estimated_delivery_date,
        items: None,
    };
    let label = async |orders: orders::engine::Orders| orders.label(&caller, id, parcel).await;
    let told = change::<StorefrontOrder>(&state, &caller, &terms, label).await;
    told.map_err(|error| error.with_pointers(pointer))
}

/// Delete an order
///
/// One that can be cancelled is cancelled first. Its history stays.
#[utoipa::path(delete, path = "/orders/{id}", tag = "storefront",
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version that was seen.")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 412, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn archive(
    State(state): State<AppState>,
    ActsForOthers(caller): ActsForOthers,
    PathPart(id): PathPart<OrderId>,
    if_match: IfMatch,
) -> Result<StatusCode, ApiError> {
    Terms::from(if_match)
        .change(&state.engine.orders, async |orders| {
            orders.archive(&caller, id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
