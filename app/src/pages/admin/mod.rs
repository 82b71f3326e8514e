//! The admin dashboard: what staff see.

mod frame;
mod health;
mod keys;
mod order;
mod order_list;
mod order_query;
mod order_table;
mod people;
mod product_list;
mod stock_table;
mod webhooks;

pub(super) use frame::AdminFrame;
pub(super) use health::AdminHealthPage;
pub(super) use keys::AdminKeyListPage;
pub(super) use order::AdminOrderPage;
pub(super) use order_list::AdminOrderListPage;
pub(super) use people::AdminPersonListPage;
pub(super) use product_list::AdminProductListPage;
pub(super) use webhooks::AdminWebhookListPage;
