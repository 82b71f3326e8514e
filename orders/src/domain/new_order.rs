//! An order that somebody wants to place: from loose JSON or form fields to something the engine can rely on.

use serde::Deserialize;

use super::{
    Address, CartId, Contact, CustomerId, Discount, EmailAddress, FieldError, Language, Market,
    NewPayment, Storefront, Text,
};

/// How many lines an order may have, and how many of one thing.
pub(super) const MOST_ITEMS: usize = 200;
const MOST_OF_ONE: u32 = 10_000;

/// An order as it is asked for, not looked at yet.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({
    "items": [{"sku": "MUG-WHITE", "quantity": 2}],
    "customer": {"email": "ada@example.com", "name": "Ada Lovelace"},
    "shipping_address": {"street": "12 St James's Square", "city": "London", "country": "GB", "postal_code": "SW1Y 4JH"},
    "payment": {"method": "card", "token": "4242424242424242"}
})))]
pub struct NewOrderDocument {
    /// What is bought.
    #[serde(default)]
    pub items: Vec<ItemDocument>,
    /// Who buys it, when that is not the caller.
    #[serde(default)]
    pub customer: Option<CustomerDocument>,
    /// Where parcels go.
    #[serde(default)]
    pub shipping_address: Option<Address>,
    /// What the invoice says.
    #[serde(default)]
    pub billing_address: Option<Address>,
    /// Where it is sold; absent: the default storefront.
    #[serde(default)]
    pub storefront: Option<String>,
    /// What it is written in; absent: the storefront's first language.
    #[serde(default)]
    pub language: Option<Language>,
    /// How its parcels travel; absent: the storefront's first way of delivery.
    #[serde(default)]
    pub shipping_method: Option<String>,
    /// What takes something off.
    #[serde(default)]
    pub discount_code: Option<String>,
    /// The cart that became this order; it is emptied.
    #[serde(default)]
    pub cart_id: Option<CartId>,
    /// What the buyer saw; another total is refused with the new one.
    #[serde(default)]
    pub expected_total_minor: Option<i64>,
    /// How it is paid; absent: later.
    #[serde(default)]
    pub payment: Option<NewPayment>,
    /// What the buyer wants to say.
    #[serde(default)]
    pub note: Option<String>,
    /// How it comes to its money; whoever takes the order knows that, not who sends it.
    #[serde(skip)]
    pub settlement: Settlement,
}

/// How an order comes to its money.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Settlement {
    /// By card, at once or before it expires. A card that was declined may be tried again.
    #[default]
    InTime,
    /// By the card that it comes with, or not at all: declined, the order fails. Without a card it waits for a person, as
    /// long as that takes.
    AtOnce,
    /// Not here: the order is confirmed as it is placed.
    Elsewhere,
    /// A payment service collects it, and tells what became of it. Where we know the service, it is asked for a charge.
    Collected,
}

/// One thing to be bought, by SKU, by product, or by an event's seat.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ItemDocument {
    /// The variant's SKU.
    #[serde(default)]
    pub sku: Option<Reference>,
    /// The variant, for those who call it that.
    #[serde(default)]
    pub variant: Option<Reference>,
    /// The product's reference; enough when it has one variant.
    #[serde(default)]
    pub product: Option<Reference>,
    /// A seat of the product.
    #[serde(default)]
    pub seat_id: Option<i32>,
    /// How many; 1 for a seat.
    #[serde(default)]
    pub quantity: Option<i64>,
}

/// A reference, text or number.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Reference {
    /// A number, as some systems write their ids.
    Number(i64),
    /// Text.
    Text(String),
}

/// Who buys.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CustomerDocument {
    /// Their account; services and admins only.
    #[serde(default)]
    pub id: Option<CustomerId>,
    /// What another system calls them; services and admins only.
    #[serde(default)]
    pub external_ref: Option<Reference>,
    /// How they are reached.
    #[serde(default)]
    pub email: Option<String>,
    /// Their name.
    #[serde(default)]
    pub name: Option<String>,
    /// Their telephone number.
    #[serde(default)]
    pub phone: Option<String>,
}

/// An order that the engine can place.
#[derive(Clone, Debug)]
pub struct NewOrder {
    /// What is bought; never empty.
    pub items: Vec<NewItem>,
    /// Who buys it.
    pub customer: Contact,
    /// Where parcels go.
    pub shipping_address: Option<Address>,
    /// What the invoice says.
    pub billing_address: Option<Address>,
    /// Where it is sold.
    pub market: Market,
    /// How its parcels travel, where the buyer said how.
    pub shipping_method: Option<String>,
    /// What takes something off, normalized.
    pub discount_code: Option<String>,
    /// The cart that became this order.
    pub cart_id: Option<CartId>,
    /// What the buyer saw.
    pub expected_total_minor: Option<i64>,
    /// How it is paid.
    pub payment: Option<NewPayment>,
    /// How it comes to its money.
    pub settlement: Settlement,
    /// What the buyer wants to say.
    pub note: Option<String>,
}

/// One thing to be bought, as it was named.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NewItem {
    /// By its SKU.
    Sku {
        /// The variant.
        sku: String,
        /// What it must be a variant of, where that was said too.
        of: Option<String>,
        /// How many, at least 1.
        quantity: u32,
    },
    /// By its product, which has one variant.
    Product {
        /// The product's reference.
        product: String,
        /// How many, at least 1.
        quantity: u32,
    },
    /// One seat of an event.
    Seat {
        /// The event's reference.
        product: String,
        /// The seat.
        seat_id: i32,
    },
}

impl NewItem {
    /// What it was named by: a SKU or a product's reference.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Sku { sku, .. } => sku,
            Self::Product { product, .. } | Self::Seat { product, .. } => product,
        }
    }

    /// What it must be a variant of, where that was said beside its SKU.
    #[must_use]
    pub fn of(&self) -> Option<&str> {
        match self {
            Self::Sku { of, .. } => of.as_deref(),
            Self::Product { .. } | Self::Seat { .. } => None,
        }
    }

    /// The seat, if it is one.
    #[must_use]
    pub fn seat(&self) -> Option<i32> {
        match self {
            Self::Seat { seat_id, .. } => Some(*seat_id),
            Self::Sku { .. } | Self::Product { .. } => None,
        }
    }

    /// How many.
    #[must_use]
    pub fn quantity(&self) -> u32 {
        match self {
            Self::Sku { quantity, .. } | Self::Product { quantity, .. } => *quantity,
            Self::Seat { .. } => 1,
        }
    }
}

impl NewOrderDocument {
    /// The order, if every field of it can be used.
    ///
    /// # Errors
    /// Every field that cannot.
    pub fn parse(self) -> Result<NewOrder, Vec<FieldError>> {
        let mut errors = Vec::new();
        let items = parse_items(self.items, &mut errors);
        let customer = self.customer.unwrap_or_default().parse(&mut errors);
        let mut address =
            |pointer, raw: Option<Address>| raw.map(|it| it.accept(pointer, &mut errors));
        let shipping_address = address("/shipping_address", self.shipping_address);
        let billing_address = address("/billing_address", self.billing_address);
        let payment = self.payment.map(|it| it.parse("/payment", &mut errors));
        let note = FieldError::collect(
            &mut errors,
            "/note",
            Text::optional(self.note.as_deref().unwrap_or_default(), 1_000),
        );
        match (customer, note) {
            (Some(customer), Some(note)) if errors.is_empty() => Ok(NewOrder {
                items,
                customer,
                shipping_address: shipping_address.flatten(),
                billing_address: billing_address.flatten(),
                market: Market {
                    storefront: (self.storefront).unwrap_or_else(|| Storefront::DEFAULT.to_owned()),
                    language: self.language,
                },
                shipping_method: given(self.shipping_method),
                discount_code: given(self.discount_code).map(|it| Discount::normalize(&it)),
                cart_id: self.cart_id,
                expected_total_minor: self.expected_total_minor,
                payment: payment.flatten(),
                settlement: self.settlement,
                note,
            }),
            _ => Err(errors),
        }
    }
}

/// What was named, if it says anything. Whether there is such a thing is seen where it is looked up.
fn given(name: Option<String>) -> Option<String> {
    name.filter(|it| !it.trim().is_empty())
}

fn parse_items(items: Vec<ItemDocument>, errors: &mut Vec<FieldError>) -> Vec<NewItem> {
    if items.is_empty() {
        errors.push(FieldError::new("/items", "is empty"));
    }
    if items.len() > MOST_ITEMS {
        errors.push(FieldError::new(
            "/items",
            format!("has more than {MOST_ITEMS} lines"),
        ));
        return Vec::new();
    }
    let items: Vec<_> = items
        .into_iter()
        .enumerate()
        .map(|(index, it)| it.parse(&format!("/items/{index}"), errors))
        .collect();
    // Of other things two lines are one with the sum; a seat is there once.
    for (index, item) in items.iter().enumerate() {
        let is_seat = item.as_ref().is_some_and(|it| it.seat().is_some());
        if is_seat && items[..index].contains(item) {
            errors.push(FieldError::new(format!("/items/{index}"), "is named twice"));
        }
    }
    items.into_iter().flatten().collect()
}

impl ItemDocument {
    fn parse(self, pointer: &str, errors: &mut Vec<FieldError>) -> Option<NewItem> {
        let mut name = |field: &str, reference: Option<Reference>| match reference {
            None => Some(None),
            Some(it) => {
                FieldError::collect(errors, &format!("{pointer}/{field}"), it.parse()).map(Some)
            }
        };
        let sku = name("sku", self.sku)?.or(name("variant", self.variant)?);
        let product = name("product", self.product)?;
        let quantity = match self.quantity {
            None if self.seat_id.is_some() => Some(1),
            None => None,
            Some(number) => u32::try_from(number)
                .ok()
                .filter(|it| (1..=MOST_OF_ONE).contains(it)),
        };
        let Some(quantity) = quantity else {
            errors.push(FieldError::new(
                format!("{pointer}/quantity"),
                format!("must be from 1 to {MOST_OF_ONE}"),
            ));
            return None;
        };
        match (sku, product, self.seat_id) {
            (None, Some(_), Some(_)) if quantity != 1 => {
                errors.push(FieldError::new(
                    format!("{pointer}/quantity"),
                    "must be 1 for a seat",
                ));
                None
            }
            (None, Some(product), Some(seat_id)) => Some(NewItem::Seat { product, seat_id }),
            (Some(sku), of, None) => Some(NewItem::Sku { sku, of, quantity }),
            (None, Some(product), None) => Some(NewItem::Product { product, quantity }),
            (Some(_), _, Some(_)) | (None, None, _) => {
                errors.push(FieldError::new(
                    pointer,
                    "needs a sku, a product, or a product and a seat_id",
                ));
                None
            }
        }
    }
}

impl Reference {
    /// The reference as text.
    ///
    /// # Errors
    /// Empty, too long, or with characters that cannot be printed.
    pub fn parse(&self) -> Result<String, &'static str> {
        match self {
            Self::Number(number) => Ok(number.to_string()),
            Self::Text(text) => Text::required(text, 100),
        }
    }
}

impl CustomerDocument {
    fn parse(self, errors: &mut Vec<FieldError>) -> Option<Contact> {
        let email = match self.email.as_deref().map(str::trim) {
            None | Some("") => Ok(None),
            Some(raw) => EmailAddress::parse(raw).map(|it| Some(it.to_string())),
        };
        let email = FieldError::collect(errors, "/customer/email", email);
        let name = Text::optional(self.name.as_deref().unwrap_or_default(), 200);
        let name = FieldError::collect(errors, "/customer/name", name);
        let phone = Text::optional(self.phone.as_deref().unwrap_or_default(), 40);
        let phone = FieldError::collect(errors, "/customer/phone", phone);
        let external_ref = self.external_ref.map(|it| it.parse()).transpose();
        let external_ref = FieldError::collect(errors, "/customer/external_ref", external_ref);
        Some(Contact {
            id: self.id,
            external_ref: external_ref?,
            email: email?,
            name: name?,
            phone: phone?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(json: serde_json::Value) -> NewOrderDocument {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let errors = document(serde_json::json!({
            "items": [{"sku": "MUG", "quantity": 0}, {"quantity": 1}],
            "customer": {"email": "nobody"},
            "shipping_address": {"country": "XX"},
            "payment": {"method": "shells", "token": ""},
        }))
        .parse()
        .unwrap_err();

        let pointers: Vec<_> = errors.iter().map(|it| it.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            [
                "/items/0/quantity",
                "/items/1",
                "/customer/email",
                "/shipping_address/street",
                "/shipping_address/city",
                "/shipping_address/country",
                "/payment/method",
                "/payment/token",
            ]
        );
    }

    #[test]
    fn an_item_is_named_by_sku_product_or_seat_in_text_or_number() {
        let items = document(serde_json::json!({"items": [
            {"variant": "MUG", "quantity": 2}, {"product": 1, "quantity": 1}, {"product": "101", "seat_id": 7},
        ]}))
        .parse()
        .unwrap()
        .items;

        assert_eq!(
            items,
            [
                NewItem::Sku {
                    sku: "MUG".to_owned(),
                    of: None,
                    quantity: 2
                },
                NewItem::Product {
                    product: "1".to_owned(),
                    quantity: 1
                },
                NewItem::Seat {
                    product: "101".to_owned(),
                    seat_id: 7
                },
            ]
        );
    }

    #[test]
    fn a_seat_is_named_once() {
        let errors = document(serde_json::json!({"items": [
            {"product": "101", "seat_id": 7}, {"product": "101", "seat_id": 8}, {"product": 101, "seat_id": 7},
        ]}))
        .parse()
        .unwrap_err();

        assert_eq!(errors, [FieldError::new("/items/2", "is named twice")]);
    }

    #[test]
    fn a_line_keeps_its_number_though_one_before_it_cannot_be_used() {
        let errors = document(serde_json::json!({"items": [
            {}, {"product": "101", "seat_id": 7}, {"product": "101", "seat_id": 7},
        ]}))
        .parse()
        .unwrap_err();

        let pointers: Vec<_> = errors.iter().map(|it| it.pointer.as_str()).collect();
        assert_eq!(pointers, ["/items/0/quantity", "/items/2"]);
    }

    #[test]
    fn ten_thousand_lines_are_refused_as_one_error() {
        let items = vec![ItemDocument::default(); 10_000];
        let order = NewOrderDocument {
            items,
            ..NewOrderDocument::default()
        };

        assert_eq!(order.parse().unwrap_err().len(), 1);
    }
}
