//! What an order is: types and pure rules, without IO or clock. The browser and the engine share them.

mod address;
mod caller;
mod cart;
mod catalogue;
mod check;
mod customer;
mod delivery;
mod delivery_terms;
mod discount;
mod discount_code;
mod event;
mod filter;
mod fulfilment;
mod ids;
mod language;
mod mail;
mod money;
mod new_order;
mod note;
mod order;
mod payment;
mod percent;
mod person;
mod price;
pub mod pricing;
mod product_change;
mod refund;
mod refusal;
mod returns;
mod service_key;
mod state;
mod storefront;
mod storefront_document;
mod text;
mod webhook;

pub use address::{Address, AddressField, AddressFormat, AddressPart, FieldLabel, Region};
pub use caller::{Caller, Identity, OrderToken};
pub use cart::{Cart, CartLine, OfferedDelivery};
#[cfg(feature = "engine")]
pub(crate) use catalogue::parse_on_hand;
pub use catalogue::{
    Availability, NewProduct, NewSeat, NewVariant, Product, ProductKind, ProductText, STANDARD_TAX,
    Seat, StockLevel, Variant,
};
pub use check::{Checked, Violation};
pub use customer::{Credentials, Customer, EmailAddress, Role};
pub use delivery::{DeliveryMethod, DeliveryPrice, DeliveryReason, WeightStep};
pub use delivery_terms::DeliveryTerms;
pub use discount::{CodeProblem, Discount, DiscountKind};
pub use discount_code::{DiscountCode, DiscountState, NewDiscountCode};
pub use event::{Event, EventType, HistoryEntry};
pub use filter::{Cursor, NumberedPage, OrderFilter, Page, PageNumber, PageRequest};
pub use fulfilment::{FulfilmentStatus, Goods, NewShipment, ParcelLabel, Shipment};
pub use ids::{
    CartId, CustomerId, NoteId, OrderId, PaymentId, ProductId, RefundId, ReturnId, ServiceKeyId,
    ShipmentId, TicketId, WebhookId,
};
pub use language::Language;
pub use mail::MailKind;
pub use money::{Currency, Money};
pub use new_order::{
    CustomerDocument, ItemDocument, NewItem, NewOrder, NewOrderDocument, Reference, Settlement,
};
pub use note::{NewNote, Note};
pub use order::{
    Contact, Explanation, ExplanationKind, LineQuantity, Order, OrderLine, SeatRef, ShippingMethod,
    Ticket,
};
pub use payment::{Fact, NewPayment, Payment, PaymentState, PaymentStatus, Refund, RefundState};
pub use percent::Percent;
pub use person::{NewPerson, PasswordReset, Person};
pub use price::{Price, PriceChange};
pub use product_change::{ProductChange, ProductDetails};
pub use refund::{NewRefund, RefundItem, RefundPlan};
pub use refusal::{FieldError, Refusal, Shortage};
pub use returns::{NewReturn, Return, ReturnCommand, ReturnState};
pub use service_key::{NewServiceKey, Scope, ServiceKey, ServiceKeyWithSecret};
pub use state::{NotAllowed, OrderCommand, OrderState, Way};
pub use storefront::{Market, Sender, Storefront};
pub use storefront_document::StorefrontDocument;
pub use text::{Invalid, Text};
pub use webhook::{
    Addressee, Delivery, DeliveryFilter, DeliveryId, DeliveryState, DeliveryTarget,
    DisabledBecause, NewWebhook, Webhook, WebhookWithSecret,
};
