//! What is sold: goods in variants, events in seats.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    Currency, FieldError, Invalid, Language, ProductId, Text,
    product_change::{parse_grams, parse_texts},
    storefront_document::parse_tax_class,
};

/// The most of a thing that a shelf has.
const MOST_ON_HAND: i32 = 1_000_000_000;

/// What kind of thing a product is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "engine",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProductKind {
    /// Sent in a parcel.
    #[default]
    Goods,
    /// Visited with a ticket.
    Event,
}

/// A product with its variants or seats.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Product {
    /// The product's id.
    pub id: ProductId,
    /// What everybody calls it by.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its name.
    pub title: String,
    /// Goods or event.
    pub kind: ProductKind,
    /// What the shop says about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The path of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// When the event begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<DateTime<Utc>>,
    /// Where the event is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// What prices are in (ISO 4217).
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub currency: Currency,
    /// What goods come in; empty for an event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<Variant>,
    /// An event's seats; empty for goods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seats: Vec<Seat>,
}

impl Product {
    /// The lowest price, and whether there are higher ones.
    #[must_use]
    pub fn price_from(&self) -> Option<(i64, bool)> {
        let prices = || {
            self.variants
                .iter()
                .map(|it| it.price_minor)
                .chain(self.seats.iter().map(|it| it.price_minor))
        };
        let (lowest, highest) = (prices().min()?, prices().max()?);
        Some((lowest, highest > lowest))
    }

    /// How many can be had of all variants and seats together.
    #[must_use]
    pub fn availability(&self) -> Availability {
        let goods: i64 = self.variants.iter().map(|it| i64::from(it.available)).sum();
        let seats = self.seats.iter().filter(|it| it.available).count();
        Availability::of(goods + i64::try_from(seats).unwrap_or(i64::MAX))
    }
}

/// How a shop speaks of stock.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Availability {
    /// Plenty.
    InStock,
    /// So few that it matters.
    Few(i64),
    /// None.
    SoldOut,
}

impl Availability {
    /// What to say when `left` are left.
    #[must_use]
    pub fn of(left: i64) -> Self {
        match left {
            ..=0 => Self::SoldOut,
            1..=5 => Self::Few(left),
            _ => Self::InStock,
        }
    }
}

/// One way a product comes.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Variant {
    /// Stock keeping unit: its name in stock and orders.
    pub sku: String,
    /// What tells it from its siblings.
    #[serde(default)]
    pub title: Option<String>,
    /// The price of one, in minor units.
    pub price_minor: i64,
    /// How many can be had.
    pub available: i32,
}

/// One seat of an event.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Seat {
    /// Its id, unique within the event.
    pub seat_id: i32,
    /// What is written on it.
    pub seat_code: String,
    /// Its price, in minor units.
    pub price_minor: i64,
    /// Whether it can be had.
    pub available: bool,
    /// Its section of the house.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Its row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// Its name in stock and orders.
    pub sku: String,
}

/// How much of something there is.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StockLevel {
    /// What.
    pub sku: String,
    /// How many are here.
    pub on_hand: i32,
    /// How many of them orders hold.
    pub reserved: i32,
    /// How many can be had: `on_hand - reserved`.
    pub available: i32,
}

/// A product to be made.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({
    "ref": "teapot", "title": "Teapot", "kind": "goods",
    "variants": [{"sku": "TEAPOT-RED", "title": "Red", "price_minor": 3900, "on_hand": 12}]
})))]
pub struct NewProduct {
    /// What everybody will call it by.
    #[serde(rename = "ref", default)]
    pub reference: String,
    /// Its name.
    #[serde(default)]
    pub title: String,
    /// Goods or event.
    #[serde(default)]
    pub kind: ProductKind,
    /// What the shop says about it.
    #[serde(default)]
    pub description: Option<String>,
    /// The path of its picture.
    #[serde(default)]
    pub picture: Option<String>,
    /// When the event begins.
    #[serde(default)]
    pub starts_at: Option<DateTime<Utc>>,
    /// Where the event is.
    #[serde(default)]
    pub venue: Option<String>,
    /// What goods come in.
    #[serde(default)]
    pub variants: Vec<NewVariant>,
    /// An event's seats.
    #[serde(default)]
    pub seats: Vec<NewSeat>,
    /// Things that are taxed alike: `standard` if nothing is said.
    #[serde(default = "standard")]
    pub tax_class: String,
    /// What is said of it in other languages than its own.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(value_type = std::collections::HashMap<String, ProductText>))]
    pub texts: BTreeMap<Language, ProductText>,
}

/// What products are taxed as where nobody says otherwise: at the storefront's own rate.
pub const STANDARD_TAX: &str = "standard";

fn standard() -> String {
    STANDARD_TAX.to_owned()
}

/// A product in another language.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProductText {
    /// Its name.
    #[serde(default)]
    pub title: String,
    /// What the shop says about it; absent: what it says in the product's own language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A variant to be made.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NewVariant {
    /// Stock keeping unit, unique in the whole catalogue.
    pub sku: String,
    /// What tells it from its siblings.
    #[serde(default)]
    pub title: Option<String>,
    /// The price of one, in minor units.
    pub price_minor: i64,
    /// How many there are.
    #[serde(default)]
    pub on_hand: i32,
    /// What one of it weighs, in grams.
    #[serde(default)]
    pub grams: i32,
    /// What tells it from its siblings, in other languages than the product's own.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(value_type = std::collections::HashMap<String, String>))]
    pub titles: BTreeMap<Language, String>,
}

/// A seat to be made.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NewSeat {
    /// Its id, unique within the event.
    pub seat_id: i32,
    /// What is written on it.
    pub seat_code: String,
    /// Its price, in minor units.
    pub price_minor: i64,
    /// Its section of the house.
    #[serde(default)]
    pub section: Option<String>,
    /// Its row.
    #[serde(default)]
    pub row: Option<String>,
    /// Across the plan.
    #[serde(default)]
    pub x: Option<i32>,
    /// Down the plan.
    #[serde(default)]
    pub y: Option<i32>,
}

impl NewProduct {
    /// The product with its text trimmed.
    ///
    /// # Errors
    /// Every field that is missing or unusable.
    pub fn parse(self) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let reference =
            FieldError::collect(&mut errors, "/ref", Text::required(&self.reference, 100));
        let title = FieldError::collect(&mut errors, "/title", Text::required(&self.title, 200));
        let (own, other) = match self.kind {
            ProductKind::Goods => (self.variants.is_empty(), !self.seats.is_empty()),
            ProductKind::Event => (self.seats.is_empty(), !self.variants.is_empty()),
        };
        if own || other {
            errors.push(FieldError::new(
                "/kind",
                "goods have variants and no seats, an event has seats and no variants",
            ));
        }
        for (index, variant) in self.variants.iter().enumerate() {
            FieldError::collect(
                &mut errors,
                &format!("/variants/{index}/sku"),
                Text::required(&variant.sku, 100),
            );
            check_not_negative(
                &mut errors,
                &format!("/variants/{index}/price_minor"),
                variant.price_minor,
            );
            FieldError::collect(
                &mut errors,
                &format!("/variants/{index}/on_hand"),
                parse_on_hand(variant.on_hand),
            );
            FieldError::collect(
                &mut errors,
                &format!("/variants/{index}/grams"),
                parse_grams(variant.grams),
            );
        }
        for (index, seat) in self.seats.iter().enumerate() {
            FieldError::collect(
                &mut errors,
                &format!("/seats/{index}/seat_code"),
                Text::required(&seat.seat_code, 50),
            );
            check_not_negative(
                &mut errors,
                &format!("/seats/{index}/price_minor"),
                seat.price_minor,
            );
        }
        let tax_class = parse_tax_class(&self.tax_class);
        let tax_class = FieldError::collect(&mut errors, "/tax_class", tax_class);
        let texts = parse_texts(self.texts, &mut errors);
        match (reference, title, tax_class) {
            (Some(reference), Some(title), Some(tax_class)) if errors.is_empty() => Ok(Self {
                reference,
                title,
                tax_class,
                texts,
                ..self
            }),
            _ => Err(errors),
        }
    }
}

/// How many of a thing there are: never so many that what comes back to the shelf cannot be counted any more.
pub(crate) fn parse_on_hand(on_hand: i32) -> Result<i32, Invalid> {
    match on_hand {
        0..=MOST_ON_HAND => Ok(on_hand),
        ..0 => Err("must not be negative"),
        _ => Err("must be at most 1000000000"),
    }
}

fn check_not_negative(errors: &mut Vec<FieldError>, pointer: &str, number: i64) {
    if number < 0 {
        errors.push(FieldError::new(pointer, "must not be negative"));
    }
}
