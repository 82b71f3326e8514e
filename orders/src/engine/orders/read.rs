//! Orders as rows, and as documents.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};

use super::access::not_found;
use crate::{
    domain::{
        Address, Contact, CustomerId, Explanation, FulfilmentStatus, Goods, Order, OrderId,
        OrderLine, OrderState, ParcelLabel, Payment, PaymentStatus, Refund, RefundState, Return,
        Shipment, ShippingMethod, Ticket,
    },
    engine::OrderError,
};

/// An order, with what only the engine needs to know of it.
pub(super) struct OrderRecord {
    pub(super) order: Order,
    pub(super) token_version: i32,
    /// Until when its buyer had time to pay; the order itself says so only while that matters.
    pub(super) expires_at: Option<DateTime<Utc>>,
    /// Archived orders are worked on to their end, but found by nobody.
    pub(super) is_archived: bool,
}

struct Row {
    id: OrderId,
    number: i64,
    state: OrderState,
    version: i32,
    needs_attention: Option<String>,
    storefront: String,
    currency: String,
    customer_id: Option<CustomerId>,
    external_ref: Option<String>,
    email: Option<String>,
    name: Option<String>,
    phone: Option<String>,
    shipping_address: Option<Json<Address>>,
    billing_address: Option<Json<Address>>,
    subtotal_minor: i64,
    discount_minor: i64,
    shipping_minor: i64,
    tax_minor: i64,
    total_minor: i64,
    explanation: Json<Vec<Explanation>>,
    note: Option<String>,
    token_version: i32,
    archived_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    items: Json<Vec<OrderLine>>,
    payments: Json<Vec<Payment>>,
    refunds: Json<Vec<Refund>>,
    shipments: Json<Vec<Shipment>>,
    tickets: Json<Vec<Ticket>>,
    returns: Json<Vec<Return>>,
    language: String,
    shipping_method: Option<Json<ShippingMethod>>,
    discount_code: Option<String>,
    next_parcel: Option<Json<ParcelLabel>>,
}

/// Reads the orders that `$which` says with `$argument`.
macro_rules! select {
    ($which:literal, $argument:expr) => {
        sqlx::query_as!(
            Row,
            r#"select id as "id!: OrderId", number as "number!", state as "state!: OrderState", version as "version!",
                needs_attention, storefront as "storefront!", currency as "currency!",
                customer_id as "customer_id: CustomerId", external_ref, email, name, phone,
                shipping_address as "shipping_address: Json<Address>",
                billing_address as "billing_address: Json<Address>",
                subtotal_minor as "subtotal_minor!", discount_minor as "discount_minor!",
                shipping_minor as "shipping_minor!", tax_minor as "tax_minor!", total_minor as "total_minor!",
                explanation as "explanation!: Json<Vec<Explanation>>", note, token_version as "token_version!",
                archived_at, expires_at, created_at as "created_at!", updated_at as "updated_at!",
                items as "items!: Json<Vec<OrderLine>>", payments as "payments!: Json<Vec<Payment>>",
                refunds as "refunds!: Json<Vec<Refund>>", shipments as "shipments!: Json<Vec<Shipment>>",
                tickets as "tickets!: Json<Vec<Ticket>>", returns as "returns!: Json<Vec<Return>>",
                language as "language!", shipping_method as "shipping_method: Json<ShippingMethod>", discount_code,
                next_parcel as "next_parcel: Json<ParcelLabel>"
            from order_documents where "# + $which,
            $argument
        )
    };
}

/// The orders with these ids, newest first. Those that do not exist are left out.
pub(super) async fn documents(
    conn: &mut PgConnection,
    ids: &[OrderId],
) -> Result<Vec<OrderRecord>, OrderError> {
    let ids: Vec<_> = ids.iter().map(|it| it.0).collect();
    let rows = select!("id = any($1) order by id desc", &ids)
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(OrderRecord::try_from).collect()
}

/// One order. Asked for as one: of a list Postgres would make a new plan each time, which takes longer than reading it.
///
/// # Errors
/// It does not exist.
pub(super) async fn document(
    conn: &mut PgConnection,
    id: OrderId,
) -> Result<OrderRecord, OrderError> {
    let found = select!("id = $1", id as OrderId)
        .fetch_optional(conn)
        .await?;
    found.ok_or_else(not_found)?.try_into()
}

/// One order under its row's lock: nobody else changes it until the transaction ends.
///
/// # Errors
/// It does not exist.
pub(super) async fn lock(conn: &mut PgConnection, id: OrderId) -> Result<OrderRecord, OrderError> {
    sqlx::query!(
        "select 1 as one from orders where id = $1 for update",
        id as OrderId
    )
    .fetch_optional(&mut *conn)
    .await?
    .ok_or_else(not_found)?;
    // Read after the lock was got, so that what the last one to hold it wrote is seen.
    document(conn, id).await
}

impl TryFrom<Row> for OrderRecord {
    type Error = OrderError;

    fn try_from(row: Row) -> Result<Self, OrderError> {
        let currency = row.currency.parse().map_err(|_| OrderError::Corrupt {
            table: "orders",
            id: row.id.to_string(),
            why: format!("{} is not a currency", row.currency),
        })?;
        let goods = Goods::of(&row.items, &row.shipments);
        let succeeded = |it: &&Refund| it.status == RefundState::Succeeded;
        Ok(Self {
            token_version: row.token_version,
            expires_at: row.expires_at,
            is_archived: row.archived_at.is_some(),
            order: Order {
                id: row.id,
                number: row.number,
                status: row.state,
                payment_status: PaymentStatus::of(&row.payments, &row.refunds),
                fulfilment_status: FulfilmentStatus::of(row.state, goods, &row.shipments),
                needs_attention: row.needs_attention,
                version: row.version,
                storefront: row.storefront,
                language: row.language.parse().unwrap_or_default(),
                currency,
                customer: Contact {
                    id: row.customer_id,
                    external_ref: row.external_ref,
                    email: row.email,
                    name: row.name,
                    phone: row.phone,
                },
                items: row.items.0,
                subtotal_minor: row.subtotal_minor,
                discount_minor: row.discount_minor,
                shipping_minor: row.shipping_minor,
                tax_minor: row.tax_minor,
                total_minor: row.total_minor,
                refunded_minor: row
                    .refunds
                    .iter()
                    .filter(succeeded)
                    .map(|it| it.amount_minor)
                    .sum(),
                explanation: row.explanation.0,
                shipping_address: row.shipping_address.map(|it| it.0),
                billing_address: row.billing_address.map(|it| it.0),
                shipping_method: row.shipping_method.map(|it| it.0),
                discount_code: row.discount_code,
                note: row.note,
                payments: row.payments.0,
                refunds: row.refunds.0,
                shipments: row.shipments.0,
                next_parcel: row.next_parcel.map(|it| it.0),
                returns: row.returns.0,
                tickets: row.tickets.0,
                expires_at: row.expires_at.filter(|_| row.state.is_unpaid()),
                created_at: row.created_at,
                updated_at: row.updated_at,
                access_token: None,
            },
        })
    }
}
