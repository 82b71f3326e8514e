//! Pages, by who uses them, and the frame around them.

mod account;
mod admin;
mod docs;
mod shop;

use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::{
    components::{PageLife, page_title},
    shop::shop as this_shop,
    words::language,
};
use account::{
    ForgotPasswordPage, OrderListPage, PasswordPage, RegisterPage, ResetPasswordPage, SignInPage,
};
use admin::{
    AdminDeliveryMethodPage, AdminDiscountListPage, AdminDiscountPage, AdminFrame, AdminHealthPage,
    AdminKeyListPage, AdminMailListPage, AdminNewStorefrontPage, AdminOrderListPage,
    AdminOrderPage, AdminPersonListPage, AdminPriceListPage, AdminProductListPage,
    AdminProductPage, AdminStorefrontListPage, AdminStorefrontPage, AdminWebhookListPage,
};
use docs::DocsPage;
use shop::{CartPage, CheckoutPage, FrontPage, NotFoundPage, OrderPage, ProductPage, ShopFrame};

/// The document around every page.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang=language().code()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#faf8f4" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#141110" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <leptos_meta::HashedStylesheet id="style" options=options.clone() />
                <AutoReload options=options.clone() />
                <HydrationScripts options islands=true />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Every page, by its address.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let name = this_shop().storefront.name;
    view! {
        <Title formatter=move |title: String| page_title(&title, &name) />
        <PageLife language=language() />
        <Router>
            <Routes fallback=NotFoundPage>
                <ParentRoute path=path!("") view=ShopFrame ssr=SsrMode::Async>
                    <Route path=path!("") view=FrontPage />
                    <Route path=path!("products/:reference") view=ProductPage />
                    <Route path=path!("cart") view=CartPage />
                    <Route path=path!("checkout") view=CheckoutPage />
                    <Route path=path!("order/:id") view=OrderPage />
                    <Route path=path!("account/orders") view=OrderListPage />
                    <Route path=path!("account/password") view=PasswordPage />
                    <Route path=path!("reset-password") view=ResetPasswordPage />
                    <Route path=path!("docs") view=DocsPage />
                    <Route path=path!("sign-in") view=SignInPage />
                    <Route path=path!("forgot-password") view=ForgotPasswordPage />
                    <Route path=path!("register") view=RegisterPage />
                </ParentRoute>
                <ParentRoute path=path!("admin") view=AdminFrame ssr=SsrMode::Async>
                    <Route path=path!("orders") view=AdminOrderListPage />
                    <Route path=path!("orders/:id") view=AdminOrderPage />
                    <Route path=path!("products") view=AdminProductListPage />
                    <Route path=path!("products/:id") view=AdminProductPage />
                    <Route path=path!("storefronts") view=AdminStorefrontListPage />
                    <Route path=path!("storefronts-new") view=AdminNewStorefrontPage />
                    <Route path=path!("storefronts/:code") view=AdminStorefrontPage />
                    <Route path=path!("storefronts/:code/prices") view=AdminPriceListPage />
                    <Route path=path!("storefronts/:code/delivery-new") view=AdminDeliveryMethodPage />
                    <Route path=path!("storefronts/:code/delivery/:method") view=AdminDeliveryMethodPage />
                    <Route path=path!("discounts") view=AdminDiscountListPage />
                    <Route path=path!("discounts-new") view=AdminDiscountPage />
                    <Route path=path!("discounts/:code") view=AdminDiscountPage />
                    <Route path=path!("mails") view=AdminMailListPage />
                    <Route path=path!("webhooks") view=AdminWebhookListPage />
                    <Route path=path!("keys") view=AdminKeyListPage />
                    <Route path=path!("people") view=AdminPersonListPage />
                    <Route path=path!("health") view=AdminHealthPage />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
