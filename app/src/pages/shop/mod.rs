//! The shop: what customers see.

mod cart;
mod cart_line;
mod checkout;
mod discount;
mod event;
mod event_band;
mod frame;
mod front;
mod market_switch;
mod not_found;
mod order;
mod product;
mod seat_form;
mod seat_plan;
mod sold_elsewhere;

pub(super) use cart::CartPage;
pub(super) use checkout::CheckoutPage;
pub(super) use frame::ShopFrame;
pub(super) use front::FrontPage;
pub(super) use not_found::NotFoundPage;
pub(super) use order::OrderPage;
pub(super) use product::ProductPage;
