//! Retail: `/api/orders`. For a shop's own pages and their staff: decimal amounts, pages with numbers.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use orders::{
    Address, CustomerDocument, FieldError, ItemDocument, NewOrder, NewOrderDocument, NewPayment,
    Order, OrderCommand, OrderId, OrderState, PageNumber, Reference, Refusal, Settlement, Way,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{NumberOrText, change, created, decimal, shown, user};
use crate::{
    AppState,
    api::{
        ApiError,
        body::{PathPart, QueryString},
        changes::{Cancellation, towards},
        command::{Command, CommandHeaders},
        orders::{place_once, states},
        problem::Problem,
    },
    caller::Who,
};

const PATH: &str = "/api/orders";

/// An order to be placed.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({
    "items": [{"product_id": 1, "quantity": 2}],
    "shipping_address": {"street": "1 Post Lane", "city": "Bath", "country": "GB", "postal_code": "BA1 1AA"},
    "customer": {"email": "ada@example.com", "name": "Ada Lovelace"},
    "payment": {"method": "card", "token": "4242424242424242"}
}))]
pub(super) struct NewRetailOrder {
    /// What is bought.
    #[serde(default)]
    items: Vec<NewRetailItem>,
    /// Where parcels go.
    shipping_address: Option<Address>,
    /// How it is paid, at once. Without it, the order waits for staff.
    payment: Option<NewPayment>,
    /// Who buys it; guests have to say.
    customer: Option<RetailCustomer>,
    /// For whom it is; services and admins only.
    user_id: Option<Reference>,
    /// What the buyer wants to say.
    note: Option<String>,
}

/// One thing to be bought.
#[derive(Deserialize, ToSchema)]
struct NewRetailItem {
    /// The product's reference, or a SKU.
    product_id: Option<Reference>,
    /// The SKU, where the product comes in several.
    sku: Option<Reference>,
    /// How many.
    quantity: Option<i64>,
}

/// Who buys.
#[derive(Default, Deserialize, ToSchema)]
struct RetailCustomer {
    /// How they are reached.
    email: Option<String>,
    /// Their name.
    name: Option<String>,
    /// Their telephone number.
    phone: Option<String>,
}

/// An order, as retail knows it.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01936b6e-5b2a-7c40-9c1d-3d2b6d1c9a10", "user_id": 42, "status": "paid", "total_amount": "39.60",
    "currency": "USD",
    "items": [{"product_id": 1, "sku": "MUG-WHITE", "quantity": 2, "price": "18.00"}],
    "shipping_address": {"street": "1 Post Lane", "city": "Bath", "country": "GB", "postal_code": "BA1 1AA"},
    "created_at": "2026-12-01T12:00:00Z", "updated_at": "2026-12-01T12:00:01Z"
}))]
pub(super) struct RetailOrder {
    /// The order's id.
    #[schema(value_type = uuid::Uuid)]
    id: OrderId,
    /// Who bought it, as the shop calls them; `null` for a guest.
    user_id: Option<NumberOrText>,
    /// `pending`, `payment_pending`, `payment_failed`, `paid`, `confirmed`, `processing`, `shipped`, `delivered`,
    /// `completed`, `cancelled`, `failed` or `refunded`.
    status: &'static str,
    /// What the buyer pays.
    total_amount: String,
    /// What amounts are counted in (ISO 4217).
    currency: &'static str,
    /// What was bought.
    items: Vec<RetailItem>,
    /// Where parcels go.
    shipping_address: Option<Address>,
    /// When it was placed.
    created_at: DateTime<Utc>,
    /// When it last changed.
    updated_at: DateTime<Utc>,
    /// A guest's right to the order; only in the answer to its creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<String>,
}

/// One line of an order, as retail knows it.
#[derive(Serialize, ToSchema)]
struct RetailItem {
    /// The product's reference.
    product_id: NumberOrText,
    /// What exactly.
    sku: String,
    /// How many.
    quantity: u32,
    /// The price of one.
    price: String,
}

impl From<Order> for RetailOrder {
    fn from(order: Order) -> Self {
        let items = order.items.iter().map(|line| RetailItem {
            product_id: line.product.as_str().into(),
            sku: line.sku.clone(),
            quantity: line.quantity,
            price: decimal(&order, line.unit_price_minor),
        });
        Self {
            id: order.id,
            user_id: user(&order.customer).map(|it| it.as_str().into()),
            status: word(&order),
            total_amount: decimal(&order, order.total_minor),
            currency: order.currency.code(),
            items: items.collect(),
            shipping_address: order.shipping_address,
            created_at: order.created_at,
            updated_at: order.updated_at,
            access_token: order.access_token.map(|it| it.0),
        }
    }
}

/// What retail calls the order's state: confirmed by money that is here, it is `paid`.
fn word(order: &Order) -> &'static str {
    match order.status {
        OrderState::Confirmed if order.captured_minor() > 0 => "paid",
        state => state.as_str(),
    }
}

impl NewRetailOrder {
    fn parse(self) -> Result<NewOrder, Refusal> {
        let items = self.items.into_iter().map(|it| ItemDocument {
            product: it.product_id,
            sku: it.sku,
            quantity: it.quantity,
            ..ItemDocument::default()
        });
        let customer = self.customer.unwrap_or_default();
        let lacks_address = self.shipping_address.is_none();
        let parsed = NewOrderDocument {
            items: items.collect(),
            customer: Some(CustomerDocument {
                id: None,
                external_ref: self.user_id,
                email: customer.email,
                name: customer.name,
                phone: customer.phone,
            }),
            shipping_address: self.shipping_address,
            payment: self.payment,
            note: self.note,
            settlement: Settlement::AtOnce,
            ..NewOrderDocument::default()
        }
        .parse();
        if !lacks_address {
            return parsed.map_err(Refusal::Invalid);
        }
        let mut errors = parsed.err().unwrap_or_default();
        errors.push(FieldError::new("/shipping_address", "is missing"));
        Err(errors.into())
    }
}

/// A field as retail calls it.
fn pointer(canonical: &str) -> String {
    canonical.replace("/customer/external_ref", "/user_id")
}

/// Place an order
///
/// Checks the goods, holds their stock and takes the money, in one go: `201` as `paid`, or as `payment_pending` while a
/// payment runs. A declined payment is `402`; the order ends as `failed`, its stock is back. Without a payment the order
/// stays `pending` until staff decide. Guests send a `customer`, and get an `access_token`.
#[utoipa::path(post, path = PATH, tag = "retail", request_body = NewRetailOrder,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless, for a day.")),
    responses((status = 201, body = RetailOrder), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 402, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security((), ("bearer" = []), ("api_key" = [])))]
pub(super) async fn place(
    State(state): State<AppState>,
    Who(caller): Who,
    Command { value, terms }: Command<NewRetailOrder>,
) -> Result<Response, ApiError> {
    let placed = async {
        let new = value.parse()?;
        place_once(&state, &caller, terms, &new, placed).await
    };
    placed.await.map_err(|error| error.with_pointers(pointer))
}

fn placed(order: Order) -> Result<Response, ApiError> {
    match order.status {
        OrderState::Failed | OrderState::PaymentFailed => {
            Err(ApiError::declined(order.id, order.access_token))
        }
        _ => Ok(created::<RetailOrder>(PATH, order)),
    }
}

/// Which page of which orders.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RetailQuery {
    /// Which page, from 1.
    #[serde(default = "first_page")]
    page: u32,
    /// How many at most, 1 to 100.
    #[serde(default = "default_limit")]
    limit: u16,
    /// States, separated by commas.
    #[serde(default)]
    status: String,
}

fn first_page() -> u32 {
    1
}

fn default_limit() -> u16 {
    20
}

/// A page of orders, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct RetailList {
    data: Vec<RetailOrder>,
    pagination: Pagination,
}

/// Which page of how many.
#[derive(Serialize, ToSchema)]
struct Pagination {
    /// Which page, from 1.
    page: u32,
    /// How many a page has.
    limit: u16,
    /// How many orders there are on all pages.
    total: u64,
    /// How many pages there are.
    total_pages: u64,
}

/// List orders
///
/// Newest first: their own for a customer, all of them for staff, admins and services.
#[utoipa::path(get, path = PATH, tag = "retail", params(RetailQuery),
    responses((status = 200, body = RetailList), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn list(
    State(state): State<AppState>,
    Who(caller): Who,
    QueryString(query): QueryString<RetailQuery>,
) -> Result<Json<RetailList>, ApiError> {
    let page = PageNumber {
        page: query.page,
        limit: query.limit,
    };
    let states = states(&query.status)?;
    let listed = state
        .engine
        .orders
        .list_numbered(&caller, &states, page)
        .await?;
    let pagination = Pagination {
        page: listed.page.page,
        limit: listed.page.limit,
        total: listed.total,
        total_pages: listed.pages(),
    };
    let data = listed.data.into_iter().map(RetailOrder::from).collect();
    Ok(Json(RetailList { data, pagination }))
}

/// Read an order
#[utoipa::path(get, path = "/api/orders/{id}", tag = "retail", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = RetailOrder), (status = 401, body = Problem), (status = 404, body = Problem)),
    security((), ("bearer" = []), ("api_key" = []), ("order_token" = [])))]
pub(super) async fn find(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
) -> Result<Response, ApiError> {
    let order = state.engine.orders.find(&caller, id).await?;
    Ok(shown::<RetailOrder>(StatusCode::OK, order).into_response())
}

/// Where an order shall go.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"status": "CONFIRMED"}))]
pub(super) struct RetailStatus {
    /// A state's word, in any case, or a synonym such as `PAID`.
    #[serde(default)]
    status: String,
    /// Why.
    note: Option<String>,
}

/// Change an order's status
///
/// `CONFIRMED` takes the stock for good. `COMPLETED` ends the order: what has not been sent by then counts as sent and
/// arrived.
#[utoipa::path(patch, path = "/api/orders/{id}/status", tag = "retail",
    params(("id" = uuid::Uuid, Path), CommandHeaders), request_body = RetailStatus,
    responses((status = 200, body = RetailOrder), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn set_status(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
    Command { value, terms }: Command<RetailStatus>,
) -> Result<Response, ApiError> {
    let command = towards(&value.status)?;
    let note = value.note.as_deref();
    change::<RetailOrder>(&state, &caller, &terms, async |orders| {
        if command == OrderCommand::Complete {
            orders.lead(&caller, id, Way::ToTheEnd, note).await
        } else {
            orders.change(&caller, id, command, note, None).await
        }
    })
    .await
}

/// Cancel an order
///
/// Stock goes back at once; captured money follows by itself.
#[utoipa::path(post, path = "/api/orders/{id}/cancel", tag = "retail",
    params(("id" = uuid::Uuid, Path), CommandHeaders), request_body = Cancellation,
    responses((status = 200, body = RetailOrder), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem)),
    security((), ("bearer" = []), ("api_key" = []), ("order_token" = [])))]
pub(super) async fn cancel(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
    Command { value, terms }: Command<Cancellation>,
) -> Result<Response, ApiError> {
    let reason = value.reason.as_deref();
    change::<RetailOrder>(&state, &caller, &terms, async |orders| {
        orders.cancel(&caller, id, reason).await
    })
    .await
}
