//! The order as everybody reads it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    Address, Currency, CustomerId, FieldError, FulfilmentStatus, Goods, Language, Money,
    OrderCommand, OrderId, OrderState, OrderToken, ParcelLabel, Payment, PaymentStatus, Refund,
    RefundState, Return, Shipment, TicketId, new_order::MOST_ITEMS,
};

/// An order with everything that belongs to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Order {
    /// The order's id.
    pub id: OrderId,
    /// What people call it. Grows, with gaps.
    pub number: i64,
    /// Where it stands.
    pub status: OrderState,
    /// Derived from payments and refunds.
    pub payment_status: PaymentStatus,
    /// Derived from parcels.
    pub fulfilment_status: FulfilmentStatus,
    /// Why a person has to look, where automation gave up.
    pub needs_attention: Option<String>,
    /// Grows by one with every change.
    pub version: i32,
    /// Where it was sold.
    pub storefront: String,
    /// What it is written in.
    #[serde(default)]
    pub language: Language,
    /// What it is counted in (ISO 4217).
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub currency: Currency,
    /// Who bought it.
    pub customer: Contact,
    /// What was bought. A line never disappears.
    pub items: Vec<OrderLine>,
    /// Sum of the lines.
    pub subtotal_minor: i64,
    /// What a discount takes off.
    pub discount_minor: i64,
    /// Delivery.
    pub shipping_minor: i64,
    /// Tax.
    pub tax_minor: i64,
    /// What the buyer pays.
    pub total_minor: i64,
    /// What has gone back.
    pub refunded_minor: i64,
    /// Why the total is what it is.
    pub explanation: Vec<Explanation>,
    /// Where parcels go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_address: Option<Address>,
    /// What the invoice says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing_address: Option<Address>,
    /// How its parcels travel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_method: Option<ShippingMethod>,
    /// The code that takes the discount off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_code: Option<String>,
    /// What the buyer wants to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Attempts to pay, in their order.
    pub payments: Vec<Payment>,
    /// Money on its way back.
    pub refunds: Vec<Refund>,
    /// Parcels.
    pub shipments: Vec<Shipment>,
    /// What the next parcel's label will say, where that is known already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_parcel: Option<ParcelLabel>,
    /// Goods on their way back.
    #[serde(default)]
    pub returns: Vec<Return>,
    /// Tickets for seats.
    pub tickets: Vec<Ticket>,
    /// When an unpaid order gives its stock back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was placed.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// A guest's right to the order; only in the answer to its creation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>))]
    pub access_token: Option<OrderToken>,
}

impl Order {
    /// How far the goods are.
    #[must_use]
    pub fn goods(&self) -> Goods {
        Goods::of(&self.items, &self.shipments)
    }

    /// What could be done with it now.
    #[must_use]
    pub fn commands(&self) -> Vec<OrderCommand> {
        self.status.commands(self.goods())
    }

    /// Whether `command` would work now.
    #[must_use]
    pub fn allows(&self, command: OrderCommand) -> bool {
        self.status.after(command, self.goods()).is_ok()
    }

    /// Whether a payment runs, or its outcome is not known: nobody may pay meanwhile.
    #[must_use]
    pub fn payment_runs(&self) -> bool {
        self.payments.iter().any(|it| it.status.is_open())
    }

    /// What providers captured, in minor units.
    #[must_use]
    pub fn captured_minor(&self) -> i64 {
        self.payments
            .iter()
            .filter(|it| it.status.is_captured())
            .map(|it| it.amount_minor)
            .sum()
    }

    /// What could still go back: captured, and not refunded or on its way.
    #[must_use]
    pub fn refundable_minor(&self) -> i64 {
        let leaving: i64 = self
            .refunds
            .iter()
            .filter(|it| it.status != RefundState::Failed)
            .map(|it| it.amount_minor)
            .sum();
        self.captured_minor() - leaving
    }

    /// The line with this number.
    #[must_use]
    pub fn line(&self, line: u32) -> Option<&OrderLine> {
        self.items.iter().find(|it| it.line == line)
    }

    /// How much of `line` waits for a parcel.
    #[must_use]
    pub fn unsent(&self, line: &OrderLine) -> u32 {
        let sent: u32 = self
            .shipments
            .iter()
            .flat_map(|it| &it.items)
            .filter(|item| item.line == line.line)
            .map(|item| item.quantity)
            .sum();
        if line.ships {
            line.quantity.saturating_sub(line.withdrawn + sent)
        } else {
            0
        }
    }

    /// The order as it was when it was placed, with the time there was to pay it: what was bought, by whom, for how much,
    /// never changes.
    #[must_use]
    pub fn as_placed(self, expires_at: Option<DateTime<Utc>>) -> Self {
        let items = self.items.into_iter().map(|line| OrderLine {
            withdrawn: 0,
            restocked: 0,
            ..line
        });
        Self {
            status: OrderState::Pending,
            payment_status: PaymentStatus::None,
            fulfilment_status: FulfilmentStatus::Unfulfilled,
            needs_attention: None,
            version: 1,
            items: items.collect(),
            refunded_minor: 0,
            payments: Vec::new(),
            refunds: Vec::new(),
            returns: Vec::new(),
            shipments: Vec::new(),
            next_parcel: None,
            tickets: Vec::new(),
            expires_at,
            updated_at: self.created_at,
            ..self
        }
    }

    /// An amount in the order's currency.
    #[must_use]
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }
}

/// Who bought an order, as they were at that time.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Contact {
    /// Their account, if they have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<CustomerId>,
    /// What another system calls them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_ref: Option<String>,
    /// How they are reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Their name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl Contact {
    /// These details, with what is missing taken from `other`.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        Self {
            id: self.id.or(other.id),
            external_ref: self.external_ref.or_else(|| other.external_ref.clone()),
            email: self.email.or_else(|| other.email.clone()),
            name: self.name.or_else(|| other.name.clone()),
            phone: self.phone.or_else(|| other.phone.clone()),
        }
    }
}

/// One line of an order.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OrderLine {
    /// Its place, from 1.
    pub line: u32,
    /// The product's reference.
    pub product: String,
    /// What exactly.
    pub sku: String,
    /// Its name when it was bought.
    pub title: String,
    /// How many.
    pub quantity: u32,
    /// The price of one, in minor units.
    pub unit_price_minor: i64,
    /// Its share of the tax.
    pub tax_minor: i64,
    /// Quantity times unit price.
    pub total_minor: i64,
    /// Its share of the discount.
    #[serde(default)]
    pub discount_minor: i64,
    /// Its share of delivery.
    #[serde(default)]
    pub shipping_minor: i64,
    /// Which seat, for an event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<SeatRef>,
    /// Whether a parcel carries it.
    #[serde(default, skip_serializing)]
    pub ships: bool,
    /// How many will never be sent: refunded before a parcel took them.
    #[serde(default, skip_serializing)]
    pub withdrawn: u32,
    /// How many are back on the shelf, though the order stands.
    #[serde(default, skip_serializing)]
    pub restocked: u32,
}

/// Some of an order's line: in a parcel, a refund, a return.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LineQuantity {
    /// The order's line.
    pub line: u32,
    /// How many of it.
    pub quantity: u32,
}

impl LineQuantity {
    /// Notes what is wrong with the shape of `items`, where there are some.
    pub(super) fn check(items: Option<&[Self]>, errors: &mut Vec<FieldError>) {
        let Some(items) = items else { return };
        if items.is_empty() {
            errors.push(FieldError::new("/items", "is empty"));
        }
        if items.len() > MOST_ITEMS {
            let detail = format!("has more than {MOST_ITEMS} lines");
            errors.push(FieldError::new("/items", detail));
            return;
        }
        for (index, item) in items.iter().enumerate() {
            if item.quantity == 0 {
                let pointer = format!("/items/{index}/quantity");
                errors.push(FieldError::new(pointer, "must be at least 1"));
            }
            if items[..index].iter().any(|it| it.line == item.line) {
                let pointer = format!("/items/{index}/line");
                errors.push(FieldError::new(pointer, "is named twice"));
            }
        }
    }

    /// Every item within what `left` says of its line.
    ///
    /// # Errors
    /// Each item that asks for more.
    pub(crate) fn within(
        items: &[Self],
        left: impl Fn(u32) -> u32,
        what_is_left: &str,
    ) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let left = left(item.line);
            if item.quantity > left {
                let pointer = format!("/items/{index}/quantity");
                let detail = format!(
                    "is more than the {left} of line {} {what_is_left}",
                    item.line
                );
                errors.push(FieldError::new(pointer, detail));
            }
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }
}

/// A seat of an event.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SeatRef {
    /// Its id, unique within the event.
    pub seat_id: i32,
    /// What is written on it.
    pub seat_code: String,
}

/// A ticket: the right to one seat.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Ticket {
    /// The ticket's id.
    pub id: TicketId,
    /// The seat.
    pub seat_id: i32,
    /// What the door checks.
    pub ticket_code: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When somebody came in with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_in_at: Option<DateTime<Utc>>,
}

/// The way of delivery that an order was placed with.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ShippingMethod {
    /// What the storefront names it by.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// How many days it takes, at least.
    pub days_least: u16,
    /// How many days it takes, at most.
    pub days_most: u16,
}

/// One step on the way to the total.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Explanation {
    /// What kind of step it is, for programs; orders of before there were kinds have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ExplanationKind>,
    /// What it is.
    pub label: String,
    /// What it adds to the total; negative takes off.
    pub amount_minor: i64,
    /// Why.
    pub rule: String,
}

/// What a step on the way to the total is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExplanationKind {
    /// The goods.
    Items,
    /// What a code takes off.
    Discount,
    /// What the parcel costs.
    Delivery,
    /// Tax on top of the prices.
    Tax,
    /// Tax that the prices contain: it adds nothing.
    TaxIncluded,
}

impl Explanation {
    /// One step.
    #[must_use]
    pub fn new(kind: ExplanationKind, label: &str, amount_minor: i64, rule: String) -> Self {
        Self {
            kind: Some(kind),
            label: label.to_owned(),
            amount_minor,
            rule,
        }
    }
}
