//! An order, as a storefront asks for it and reads it.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use orders::{
    Address, CustomerDocument, FieldError, Goods, ItemDocument, NewOrder, NewOrderDocument,
    NewShipment, Order, OrderCommand, OrderId, OrderState, Reference, Refusal, Settlement, Way,
};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use utoipa::ToSchema;

use crate::api::families::{Words, decimal, renamed, user};

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
pub(in crate::api::families) struct NewStorefrontOrder {
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
pub(in crate::api::families) struct StorefrontOrder {
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
pub(in crate::api::families) struct ShippingInfo {
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
            status: Self::word_of(&order),
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

impl Words for StorefrontOrder {
    const NAMED: &'static [OrderState] = &[
        OrderState::Processing,
        OrderState::Shipped,
        OrderState::Delivered,
        OrderState::Cancelled,
    ];

    fn word(state: OrderState, _: bool) -> &'static str {
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

    fn way(command: OrderCommand) -> Way {
        match command {
            OrderCommand::Process => Way::ToPacking,
            OrderCommand::Ship => Way::ToTheCarrier,
            other => Way::Straight(other),
        }
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
    pub(super) fn parse(self) -> Result<NewOrder, Refusal> {
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

impl From<ShippingInfo> for NewShipment {
    fn from(info: ShippingInfo) -> Self {
        Self {
            carrier: info.tracking_company,
            tracking_number: info.tracking_number,
            estimated_delivery: info.estimated_delivery_date,
            items: None,
        }
    }
}

/// A field as a storefront calls it.
pub(super) fn pointer(canonical: &str) -> String {
    let names = [
        ("/customer/external_ref", "/customerId"),
        ("/shipping_address", "/shippingAddress"),
        ("/postal_code", "/postalCode"),
        ("/product", "/productId"),
        ("/variant", "/variantId"),
        ("/carrier", "/trackingCompany"),
        ("/tracking_number", "/trackingNumber"),
    ];
    renamed(canonical, &names)
}
