//! The admin dashboard: what staff see.

mod ask_first;
mod deliveries;
mod discounts;
mod frame;
mod health;
mod keys;
mod mails;
mod order;
mod order_list;
mod order_query;
mod order_table;
mod people;
mod product;
mod product_list;
mod settings;
mod stock_table;
mod storefronts;
mod webhooks;

pub(super) use discounts::{AdminDiscountListPage, AdminDiscountPage};
pub(super) use frame::AdminFrame;
pub(super) use health::AdminHealthPage;
pub(super) use keys::AdminKeyListPage;
pub(super) use mails::AdminMailListPage;
pub(super) use order::AdminOrderPage;
pub(super) use order_list::AdminOrderListPage;
pub(super) use people::AdminPersonListPage;
pub(super) use product::AdminProductPage;
pub(super) use product_list::AdminProductListPage;
pub(super) use storefronts::{
    AdminDeliveryMethodPage, AdminNewStorefrontPage, AdminPriceListPage, AdminStorefrontListPage,
    AdminStorefrontPage,
};
pub(super) use webhooks::AdminWebhookListPage;
