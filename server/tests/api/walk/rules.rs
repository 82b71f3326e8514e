//! Whom each route lets in.

use super::caller::Kind;

use Rule::{
    Admin, Buyer, Everyone, Known, KnownBuyer, Nowhere, Office, Oneself, OrderOffice, OrderStaff,
    Outside, Person, Provider, Staff,
};

/// Whom a route lets in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Rule {
    /// Nobody asks who is calling: files, health, documents.
    Outside,
    /// Everybody, but for those whose credentials are wrong.
    Everyone,
    /// An address that is none.
    Nowhere,
    /// The order's buyer and all who work here; to anybody else there is no such order.
    Buyer,
    /// The same, for those only who say who they are, or have an order's token.
    KnownBuyer,
    /// All who work here. The buyer learns that this is not theirs to do, anybody else that there is no such order.
    OrderStaff,
    /// The same without staff.
    OrderOffice,
    /// The person in the address and all who work here.
    Oneself,
    /// Whoever is known: people and programs.
    Known,
    /// People with an account.
    Person,
    /// All who work here: staff, admins, programs.
    Staff,
    /// Admins and programs.
    Office,
    /// Admins.
    Admin,
    /// Payment providers, by their signature, and programs.
    Provider,
}

impl Rule {
    /// The status with which this caller is turned away; `None` for those who are let in.
    pub(super) fn turns_away(self, kind: Kind) -> Option<u16> {
        use Kind as K;
        let is_nobody = matches!(kind, K::Nobody | K::WrongToken);
        let is_stranger = matches!(kind, K::Stranger | K::StrangerHere);
        let is_customer = is_stranger || kind == K::Owner;
        match (self, kind) {
            (Self::Outside, _) => None,
            (_, K::Forged | K::Expired | K::Unsigned | K::Revoked | K::SignedOut) => Some(401),
            (Self::Nowhere, _) => Some(404),
            (Self::Everyone, _) => None,
            (Self::KnownBuyer, K::Nobody) => Some(401),
            (Self::Buyer | Self::KnownBuyer | Self::OrderStaff | Self::OrderOffice, _)
                if is_nobody || is_stranger =>
            {
                Some(404)
            }
            (Self::Buyer | Self::KnownBuyer, _) => None,
            (Self::OrderStaff | Self::OrderOffice, K::Guest) => Some(401),
            (Self::OrderStaff | Self::OrderOffice, K::Owner) | (Self::OrderOffice, K::Staff) => {
                Some(403)
            }
            (Self::OrderStaff | Self::OrderOffice, _) => None,
            (Self::Provider, K::Service) => None,
            (Self::Provider, _) => Some(401),
            // All others need somebody; an order's token does not say who that is.
            (_, K::Guest) => Some(401),
            (_, _) if is_nobody => Some(401),
            (Self::Oneself, _) if is_stranger => Some(404),
            (Self::Oneself | Self::Known, _) => None,
            (Self::Person, K::Service) => Some(403),
            (Self::Person, _) => None,
            (_, _) if is_customer => Some(403),
            (Self::Staff, _) => None,
            (Self::Office | Self::Admin, K::Staff) => Some(403),
            (Self::Office, _) => None,
            (Self::Admin, K::Service) => Some(403),
            (Self::Admin, _) => None,
        }
    }
}

/// Every route, whom it lets in, and a body that gets as far as the question who is calling. `ORDER` is the order's id.
#[rustfmt::skip]
pub(super) const RULES: &[(&str, &str, Rule, &str)] = &[
    ("GET", "/api/v1/orders", Known, ""),
    ("POST", "/api/v1/orders", Everyone, "{\"items\":[]}"),
    ("GET", "/api/v1/orders/user/{user_id}", Oneself, ""),
    ("GET", "/api/v1/orders/{id}", Buyer, ""),
    ("DELETE", "/api/v1/orders/{id}", OrderOffice, ""),
    ("POST", "/api/v1/orders/{id}/payment", Buyer, "{\"token\":\"4242424242424242\"}"),
    ("PUT", "/api/v1/orders/{id}/status", OrderStaff, "{\"status\":\"processing\"}"),
    ("POST", "/api/v1/orders/{id}/cancel", Buyer, "{}"),
    ("POST", "/api/v1/orders/{id}/shipments", OrderStaff, "{\"carrier\":\"DHL\",\"tracking_number\":\"1\"}"),
    ("POST", "/api/v1/orders/{id}/refunds", OrderStaff, "{}"),
    ("POST", "/api/v1/orders/{id}/attention", OrderStaff, "{\"resolved\":true}"),
    ("POST", "/api/v1/orders/{id}/returns", Buyer, "{\"items\":[{\"line\":1,\"quantity\":1}]}"),
    ("POST", "/api/v1/orders/{id}/returns/{return_id}/accept", OrderStaff, "{}"),
    ("POST", "/api/v1/orders/{id}/returns/{return_id}/refuse", OrderStaff, "{}"),
    ("POST", "/api/v1/orders/{id}/returns/{return_id}/receive", OrderStaff, "{}"),
    ("GET", "/api/v1/orders/{id}/notes", OrderStaff, ""),
    ("POST", "/api/v1/orders/{id}/notes", OrderStaff, "{\"text\":\"Hello\"}"),
    ("GET", "/api/v1/orders/{id}/history", Buyer, ""),
    ("GET", "/api/v1/orders/{id}/live", Buyer, ""),
    ("GET", "/api/v1/orders/{id}/tickets", Buyer, ""),
    ("POST", "/api/v1/tickets/{code}/check-in", Staff, ""),
    ("POST", "/api/v1/payments/{provider}/callback", Provider, "{\"payment_id\":\"0190a0a0-0000-7000-8000-000000000000\",\"charge_id\":\"1\",\"status\":\"captured\"}"),
    ("GET", "/api/v1/products", Everyone, ""),
    ("POST", "/api/v1/products", Office, "{\"ref\":\"\",\"title\":\"\"}"),
    ("GET", "/api/v1/products/{ref}", Everyone, ""),
    ("GET", "/api/v1/inventory/{sku}", Staff, ""),
    ("PUT", "/api/v1/inventory/{sku}", Staff, "{\"on_hand\":900}"),
    ("GET", "/api/v1/webhooks", Office, ""),
    ("POST", "/api/v1/webhooks", Office, "{\"url\":\"\"}"),
    ("GET", "/api/v1/webhooks/{id}", Office, ""),
    ("DELETE", "/api/v1/webhooks/{id}", Office, ""),
    ("POST", "/api/v1/webhooks/{id}/enable", Office, ""),
    ("POST", "/api/v1/webhooks/{id}/disable", Office, ""),
    ("POST", "/api/v1/webhooks/{id}/rotate-secret", Office, ""),
    ("POST", "/api/v1/webhooks/{id}/resend", Office, ""),
    ("GET", "/api/v1/deliveries", Office, ""),
    ("POST", "/api/v1/deliveries/{id}/resend", Office, ""),
    ("POST", "/api/v1/auth/token", Everyone, "{\"email\":\"ada@test.example\",\"password\":\"a test password\"}"),
    ("POST", "/api/v1/auth/password", Person, "{\"new_password\":\"another password\"}"),
    ("POST", "/api/v1/auth/password-reset", Everyone, "{\"token\":\"NONE\"}"),
    ("POST", "/api/v1/auth/sign-out-everywhere", Person, ""),
    ("GET", "/api/v1/keys", Admin, ""),
    ("POST", "/api/v1/keys", Admin, "{}"),
    ("DELETE", "/api/v1/keys/{id}", Admin, ""),
    ("GET", "/api/v1/people", Admin, ""),
    ("POST", "/api/v1/people", Admin, "{\"role\":\"staff\"}"),
    ("PUT", "/api/v1/people/{id}/role", Admin, "{\"role\":\"staff\"}"),
    ("POST", "/api/v1/people/{id}/password-reset", Admin, ""),
    // The other families.
    ("GET", "/api/orders", Known, ""),
    ("POST", "/api/orders", Everyone, "{\"items\":[],\"customer\":{\"email\":\"guest@test.example\",\"name\":\"Guest\"}}"),
    ("GET", "/api/orders/{id}", Buyer, ""),
    ("PATCH", "/api/orders/{id}/status", OrderStaff, "{\"status\":\"processing\"}"),
    ("POST", "/api/orders/{id}/cancel", Buyer, "{}"),
    ("POST", "/orders", Office, "{\"items\":[]}"),
    ("GET", "/orders/{id}", Office, ""),
    ("DELETE", "/orders/{id}", Office, ""),
    ("PUT", "/orders/{id}/status", Office, "{\"status\":\"PROCESSING\"}"),
    ("PUT", "/orders/{id}/shipping", Office, "{\"trackingCompany\":\"DHL\",\"trackingNumber\":\"1\"}"),
    ("POST", "/v1/orders", Known, "{\"user_id\":\"1\",\"event_id\":\"1\",\"seats\":[1]}"),
    ("GET", "/v1/orders/{id}", KnownBuyer, ""),
    ("POST", "/v1/payments/callback", Provider, "{\"order_id\":\"NONE\",\"payment_id\":\"1\",\"status\":\"FAILED\"}"),
    // Besides the document.
    ("ANY", "/api", Nowhere, ""),
    ("ANY", "/api/", Nowhere, ""),
    ("ANY", "/orders/", Nowhere, ""),
    ("ANY", "/orders/{id}/{*path}", Nowhere, ""),
    ("ANY", "/v1", Nowhere, ""),
    ("ANY", "/v1/", Nowhere, ""),
    ("ANY", "/v1/{*path}", Nowhere, ""),
    ("ANY", "/api/{*path}", Nowhere, ""),
    ("GET", "/feed", Staff, ""),
    ("GET", "/health", Outside, ""),
    ("GET", "/health/live", Outside, ""),
    ("GET", "/health/ready", Outside, ""),
    ("GET", "/metrics", Outside, ""),
    ("GET", "/openapi.json", Outside, ""),
    ("GET", "/pkg/{*path}", Outside, ""),
    ("GET", "/pictures/{*path}", Outside, ""),
    // Pages.
    ("GET", "/", Everyone, ""),
    ("GET", "/products/{reference}", Everyone, ""),
    ("GET", "/cart", Everyone, ""),
    ("GET", "/checkout", Everyone, ""),
    ("GET", "/order/{id}", Buyer, ""),
    ("GET", "/account/orders", Person, ""),
    ("GET", "/account/password", Person, ""),
    ("GET", "/reset-password", Everyone, ""),
    ("GET", "/sign-in", Everyone, ""),
    ("GET", "/register", Everyone, ""),
    ("GET", "/docs", Everyone, ""),
    ("GET", "/admin/orders", Staff, ""),
    ("GET", "/admin/orders/{id}", Staff, ""),
    ("GET", "/admin/products", Staff, ""),
    ("GET", "/admin/webhooks", Admin, ""),
    ("GET", "/admin/keys", Admin, ""),
    ("GET", "/admin/people", Admin, ""),
    ("GET", "/admin/health", Admin, ""),
    // Server functions.
    ("POST", "/fn/find_me", Everyone, ""),
    ("POST", "/fn/find_account_draft", Everyone, "form=sign_in"),
    ("POST", "/fn/sign_in", Everyone, "email=ada@test.example&password=a+test+password"),
    ("POST", "/fn/register", Everyone, ""),
    ("POST", "/fn/sign_out", Everyone, ""),
    ("POST", "/fn/change_password", Person, "new_password=another+password"),
    ("POST", "/fn/sign_out_everywhere", Person, ""),
    ("POST", "/fn/reset_password", Everyone, "reset=NONE"),
    ("POST", "/fn/find_orders", Staff, "query[q]="),
    ("POST", "/fn/find_order_for_staff", Staff, "id=ORDER&form=shipment"),
    ("POST", "/fn/change_order", OrderStaff, "id=ORDER&command=process"),
    ("POST", "/fn/add_shipment", OrderStaff, "id=ORDER&carrier=DHL&tracking_number=1"),
    ("POST", "/fn/add_note", OrderStaff, "id=ORDER&text=Hello"),
    ("POST", "/fn/resolve_attention", OrderStaff, "id=ORDER"),
    ("POST", "/fn/find_products_for_staff", Staff, ""),
    ("POST", "/fn/set_stock", Staff, "sku=MUG&on_hand=900"),
    ("POST", "/fn/check_health", Office, ""),
    ("POST", "/fn/find_cart", Everyone, ""),
    ("POST", "/fn/count_cart", Everyone, ""),
    ("POST", "/fn/add_to_cart", Everyone, "product=1&sku=MUG&quantity=1"),
    ("POST", "/fn/set_quantity", Everyone, "sku=MUG&quantity=1"),
    ("POST", "/fn/find_checkout", Everyone, ""),
    ("POST", "/fn/place_order", Everyone, ""),
    ("POST", "/fn/change_country", Everyone, ""),
    ("POST", "/fn/find_api", Everyone, ""),
    ("POST", "/fn/find_keys", Admin, "shows_secret=false"),
    ("POST", "/fn/add_key", Admin, "form[scopes][read]=yes"),
    ("POST", "/fn/revoke_key", Admin, "id=NONE"),
    ("POST", "/fn/find_order", Buyer, "id=ORDER"),
    ("POST", "/fn/find_my_orders", Person, ""),
    ("POST", "/fn/pay_order", Buyer, "id=ORDER&card_number=4242424242424242"),
    ("POST", "/fn/cancel_order", Buyer, "id=ORDER"),
    ("POST", "/fn/find_people", Admin, "query[q]="),
    ("POST", "/fn/invite_person", Admin, "role=staff"),
    ("POST", "/fn/set_role", Admin, "id=NONE&role=staff"),
    ("POST", "/fn/make_reset_link", Admin, "id=NONE"),
    ("POST", "/fn/find_products", Everyone, ""),
    ("POST", "/fn/find_product", Everyone, "reference=1"),
    ("POST", "/fn/refund_order", OrderStaff, "form[id]=ORDER&form[all]=yes"),
    ("POST", "/fn/ask_return", Buyer, "form[id]=ORDER&form[quantity][1]=1"),
    ("POST", "/fn/change_return", OrderStaff, "id=ORDER&return_id=NONE&command=accept"),
    ("POST", "/fn/find_webhooks", Office, "query[state]="),
    ("POST", "/fn/add_webhook", Office, ""),
    ("POST", "/fn/rotate_webhook_secret", Office, "id=NONE"),
    ("POST", "/fn/enable_webhook", Office, "id=NONE"),
    ("POST", "/fn/disable_webhook", Office, "id=NONE"),
    ("POST", "/fn/delete_webhook", Office, "id=NONE"),
    ("POST", "/fn/resend_delivery", Office, "id=1"),
    ("POST", "/fn/resend_set_aside", Office, "id=NONE"),
];
