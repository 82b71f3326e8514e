//! An order before it is written: everything about it but its number.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{AnsweredAs, IdempotencyKey};
use crate::{
    domain::{
        Address, Contact, FulfilmentStatus, Goods, Language, Order, OrderId, OrderLine, OrderState,
        PaymentStatus, ShippingMethod,
        pricing::{Item, Pricing},
    },
    engine::catalogue::Offer,
};

/// Stands between the words of [`Draft::search_words`]; no word has it.
pub(super) const SEPARATOR: char = '\u{1f}';

/// An order that can be placed.
pub(super) struct Draft {
    pub(super) id: OrderId,
    pub(super) now: DateTime<Utc>,
    /// When it gives its stock back unless it was paid; `None` where nobody has to hurry.
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) storefront: String,
    pub(super) language: Language,
    pub(super) customer: Contact,
    pub(super) shipping_address: Option<Address>,
    pub(super) billing_address: Option<Address>,
    pub(super) shipping_method: Option<ShippingMethod>,
    pub(super) discount_code: Option<String>,
    pub(super) note: Option<String>,
    pub(super) lines: Vec<Line>,
    pub(super) pricing: Pricing,
    /// The revision of the catalogue that it was priced by.
    pub(super) revision: i64,
    /// What a repeat of the request is known by.
    pub(super) key: Option<IdempotencyKey>,
    /// How repeats of the request are answered.
    pub(super) answered_as: AnsweredAs,
    /// Who places it, as history says.
    pub(super) actor: String,
    pub(super) request_id: String,
}

/// One line: of each SKU there is one.
pub(super) struct Line {
    pub(super) offer: Arc<Offer>,
    pub(super) quantity: u32,
}

impl Line {
    pub(super) fn to_price(&self) -> Item {
        Item {
            quantity: self.quantity,
            unit_price_minor: self.offer.unit_price_minor,
            tax_basis_points: self.offer.tax_basis_points,
            ships: self.offer.ships,
            grams: self.offer.grams,
        }
    }
}

impl Draft {
    /// What a search finds the order by, besides its number.
    pub(super) fn search_words(&self) -> String {
        let customer = &self.customer;
        let names = customer.name.iter().flat_map(|it| it.split_whitespace());
        let mut words: Vec<String> = (customer.email.iter().map(String::as_str))
            .chain(customer.external_ref.as_deref())
            .chain(names)
            .chain(self.lines.iter().map(|it| it.offer.sku.as_str()))
            .map(|word| word.to_lowercase().replace(SEPARATOR, " "))
            .collect();
        words.sort();
        words.dedup();
        words.join(&SEPARATOR.to_string())
    }

    /// The order as it stands once it is written.
    pub(super) fn order(&self, number: i64) -> Order {
        let items = self.items();
        let goods = Goods::of(&items, &[]);
        let pricing = &self.pricing;
        Order {
            id: self.id,
            number,
            status: OrderState::Pending,
            payment_status: PaymentStatus::of(&[], &[]),
            fulfilment_status: FulfilmentStatus::of(OrderState::Pending, goods, &[]),
            needs_attention: None,
            version: 1,
            storefront: self.storefront.clone(),
            language: self.language,
            currency: pricing.currency,
            customer: self.customer.clone(),
            items,
            subtotal_minor: pricing.subtotal_minor,
            discount_minor: pricing.discount_minor,
            shipping_minor: pricing.shipping_minor,
            tax_minor: pricing.tax_minor,
            total_minor: pricing.total_minor,
            refunded_minor: 0,
            explanation: pricing.explanation.clone(),
            shipping_address: self.shipping_address.clone(),
            billing_address: self.billing_address.clone(),
            shipping_method: self.shipping_method.clone(),
            discount_code: self.discount_code.clone(),
            note: self.note.clone(),
            payments: Vec::new(),
            refunds: Vec::new(),
            shipments: Vec::new(),
            next_parcel: None,
            returns: Vec::new(),
            tickets: Vec::new(),
            expires_at: self.expires_at,
            created_at: self.now,
            updated_at: self.now,
            access_token: None,
        }
    }

    fn items(&self) -> Vec<OrderLine> {
        (1..)
            .zip(&self.lines)
            .zip(&self.pricing.lines)
            .map(|((line, Line { offer, quantity }), priced)| OrderLine {
                line,
                product: offer.product.clone(),
                sku: offer.sku.clone(),
                title: offer.title.clone(),
                quantity: *quantity,
                unit_price_minor: offer.unit_price_minor,
                tax_minor: priced.tax_minor,
                total_minor: priced.total_minor,
                discount_minor: priced.discount_minor,
                shipping_minor: priced.shipping_minor,
                seat: offer.seat.clone(),
                ships: offer.ships,
                withdrawn: 0,
                restocked: 0,
            })
            .collect()
    }
}
