//! What tests of several pages need.

use orders::Order;
use serde_json::{Value, json};

/// A pen that was bought for $42.00 and $4.20 of tax, and paid; with these fields changed.
pub(crate) fn order(changes: Value) -> Order {
    let mut order = json!({
        "id": "01a1fc07-40a4-7735-be73-6542d9362cda", "number": 1001, "status": "confirmed",
        "payment_status": "captured", "fulfilment_status": "unfulfilled", "version": 3, "storefront": "default",
        "currency": "USD", "customer": {}, "subtotal_minor": 4200, "discount_minor": 0, "shipping_minor": 0,
        "tax_minor": 420, "total_minor": 4620, "refunded_minor": 0, "explanation": [],
        "items": [{
            "line": 1, "product": "4", "sku": "PEN", "title": "Brass pen", "quantity": 1,
            "unit_price_minor": 4200, "tax_minor": 420, "total_minor": 4200, "ships": true,
        }],
        "payments": [{
            "id": "01a1fc07-40a4-7735-be73-6542d9362cdb", "provider": "sandbox", "method": "card",
            "status": "captured", "amount_minor": 4620, "created_at": "2026-11-20T09:12:00Z",
            "updated_at": "2026-11-20T09:12:04Z",
        }],
        "refunds": [], "shipments": [], "tickets": [],
        "created_at": "2026-11-20T09:12:00Z", "updated_at": "2026-11-20T09:12:00Z",
    });
    for (name, value) in changes.as_object().unwrap() {
        order[name] = value.clone();
    }
    serde_json::from_value(order).unwrap()
}
