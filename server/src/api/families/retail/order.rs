//! An order, as retail asks for it and reads it.

use chrono::{DateTime, Utc};
use orders::{
    Address, CustomerDocument, FieldError, ItemDocument, NewOrder, NewOrderDocument, NewPayment,
    Order, OrderCommand, OrderId, OrderState, Reference, Refusal, Settlement, Way,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::families::{NumberOrText, Words, decimal, renamed, user};

/// An order to be placed.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({
    "items": [{"product_id": 1, "quantity": 2}],
    "shipping_address": {"street": "1 Post Lane", "city": "Bath", "country": "GB", "postal_code": "BA1 1AA"},
    "customer": {"email": "ada@example.com", "name": "Ada Lovelace"},
    "payment": {"method": "card", "token": "4242424242424242"}
}))]
pub(in crate::api::families) struct NewRetailOrder {
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
pub(in crate::api::families) struct RetailOrder {
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
            status: Self::word_of(&order),
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

impl Words for RetailOrder {
    const NAMED: &'static [OrderState] = &[
        OrderState::Confirmed,
        OrderState::Processing,
        OrderState::Shipped,
        OrderState::Delivered,
        OrderState::Completed,
        OrderState::Cancelled,
        OrderState::Failed,
        OrderState::Refunded,
    ];

    /// Confirmed by money that is here, it is `paid`.
    fn word(state: OrderState, is_paid: bool) -> &'static str {
        match state {
            OrderState::Confirmed if is_paid => "paid",
            state => state.as_str(),
        }
    }

    fn way(command: OrderCommand) -> Way {
        match command {
            OrderCommand::Complete => Way::ToTheEnd,
            other => Way::Straight(other),
        }
    }
}

impl NewRetailOrder {
    pub(super) fn parse(self) -> Result<NewOrder, Refusal> {
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
pub(super) fn pointer(canonical: &str) -> String {
    let names = [
        ("/customer/external_ref", "/user_id"),
        ("/product", "/product_id"),
    ];
    renamed(canonical, &names)
}
