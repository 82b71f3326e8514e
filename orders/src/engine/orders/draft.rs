//! An order before it is written: everything about it but its number.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        Contact, FulfilmentStatus, Goods, NewOrder, Order, OrderId, OrderLine, OrderState,
        PaymentStatus,
        pricing::{Item, Pricing},
    },
    engine::catalogue::Offer,
};

/// One line.
pub(super) struct Line {
    pub(super) offer: Arc<Offer>,
    pub(super) quantity: u32,
}

impl Line {
    pub(super) fn to_price(&self) -> Item {
        Item {
            quantity: self.quantity,
            unit_price_minor: self.offer.unit_price_minor,
        }
    }
}

/// An order that can be placed.
pub(super) struct Draft<'a> {
    pub(super) id: OrderId,
    pub(super) now: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) storefront: &'a str,
    pub(super) customer: Contact,
    pub(super) new: &'a NewOrder,
    pub(super) lines: Vec<Line>,
    pub(super) pricing: Pricing,
    /// The revision of the catalogue that it was priced by.
    pub(super) revision: i64,
}

impl Draft<'_> {
    /// What a search finds the order by, besides its number.
    pub(super) fn search_words(&self) -> Vec<String> {
        let customer = &self.customer;
        let names = customer.name.iter().flat_map(|it| it.split_whitespace());
        let mut words: Vec<String> = (customer.email.iter().map(String::as_str))
            .chain(customer.external_ref.as_deref())
            .chain(names)
            .chain(self.lines.iter().map(|it| it.offer.sku.as_str()))
            .map(str::to_lowercase)
            .collect();
        words.sort();
        words.dedup();
        words
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
            storefront: self.storefront.to_owned(),
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
            shipping_address: self.new.shipping_address.clone(),
            billing_address: self.new.billing_address.clone(),
            note: self.new.note.clone(),
            payments: Vec::new(),
            refunds: Vec::new(),
            shipments: Vec::new(),
            tickets: Vec::new(),
            expires_at: Some(self.expires_at),
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
                seat: offer.seat.clone(),
                ships: offer.ships,
            })
            .collect()
    }
}
