//! Accounts: signing in, passwords, and one's own orders.

mod forgot;
mod form;
mod order_list;
mod password;
mod register;
mod reset;
mod sign_in;

pub(super) use forgot::ForgotPasswordPage;
pub(super) use order_list::OrderListPage;
pub(super) use password::PasswordPage;
pub(super) use register::RegisterPage;
pub(super) use reset::ResetPasswordPage;
pub(super) use sign_in::SignInPage;
