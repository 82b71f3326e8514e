//! Accounts: signing in, and one's own orders.

mod form;
mod order_list;
mod register;
mod sign_in;

pub(super) use order_list::OrderListPage;
pub(super) use register::RegisterPage;
pub(super) use sign_in::SignInPage;
