//! The checkout's form: what was typed, and the order that it becomes.

#[cfg(feature = "ssr")]
use orders::Cart;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::{AppError, ssr::Here};

/// The name under which the checkout's draft is kept.
#[cfg(feature = "ssr")]
pub(super) const FORM: &str = "checkout";

/// The names in the draft of the total that the buyer saw, in minor units, and of the storefront where.
pub const SEEN_TOTAL: &str = "expected_total_minor";
pub const SEEN_AT: &str = "storefront";

/// What stands in the place of a card where nothing is to be paid.
#[cfg(feature = "ssr")]
const FREE: &str = "free";

/// The checkout form's fields, as text.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckoutForm {
    /// Made with the page, sent back with the form.
    pub key: String,
    /// What the buyer saw, in minor units.
    pub expected_total_minor: String,
    /// Where they saw it.
    pub storefront: String,
    pub email: String,
    pub name: String,
    pub phone: String,
    pub street: String,
    pub street2: String,
    pub city: String,
    pub state: String,
    pub postal_code: String,
    pub country: String,
    /// How the parcel is to travel.
    pub shipping_method: String,
    /// What is typed where a code can be entered.
    pub discount_code: String,
    /// The code that the page knew already.
    pub entered_code: String,
    pub note: String,
    /// Never kept.
    pub card_number: String,
}

impl std::fmt::Debug for CheckoutForm {
    // Names, addresses and the card stay out of every log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CheckoutForm")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "ssr")]
impl CheckoutForm {
    /// Whether a code was typed that the page did not know yet.
    pub(super) fn has_new_code(&self) -> bool {
        let typed = orders::Discount::normalize(&self.discount_code);
        !typed.is_empty() && typed != self.entered_code
    }

    /// Keeps what was typed and chosen, but for the fields that are named: nothing is wrong with it so far.
    pub(super) async fn keep(&self, here: &Here, but_for: &[&str]) -> Result<(), AppError> {
        self.choose_delivery(here).await?;
        let mut fields = self.fields();
        fields.retain(|name, _| !but_for.contains(&name.as_str()));
        let nothing_wrong = orders::Refusal::Invalid(Vec::new());
        here.visitor.keep_draft(FORM, fields, &nothing_wrong).await
    }

    pub(super) async fn choose_delivery(&self, here: &Here) -> Result<(), AppError> {
        if self.shipping_method.is_empty() {
            return Ok(());
        }
        let cart = here.visitor.cart_or_new().await?;
        let carts = &here.engine.carts;
        Ok(carts.choose_delivery(cart, &self.shipping_method).await?)
    }

    /// Takes `code`, or none where it is empty, along with the cart. Where `next` is empty the checkout is shown again, with
    /// all that was typed, and `news` in its address.
    pub(super) async fn take_code(
        &self,
        here: &Here,
        code: &str,
        next: &str,
        news: &str,
    ) -> Result<(), AppError> {
        use crate::ssr;
        let cart = here.visitor.cart_or_new().await?;
        let entered = here.engine.carts.enter_code(cart, Some(code)).await;
        if next.is_empty() {
            self.keep(here, &["discount_code"]).await?;
        }
        let path = ssr::own_path(next, "/checkout");
        match entered.map_err(AppError::from) {
            Ok(()) => ssr::redirect(&format!("{path}{news}#code")),
            Err(error) => ssr::redirect(&format!("{path}?error={}", error.code())),
        }
        Ok(())
    }

    /// The order; `None` when the cart is empty, so that there is nothing to place.
    pub(super) async fn place(&self, here: &Here) -> Result<Option<orders::Order>, AppError> {
        let Here {
            engine,
            caller,
            visitor,
            market,
            ..
        } = here;
        use orders::{
            FieldError, Refusal,
            engine::{AnsweredAs, IdempotencyKey},
        };
        let Some(cart_id) = visitor.cart().await? else {
            return Ok(None);
        };
        self.choose_delivery(here).await?;
        let cart = engine.carts.find(cart_id, market).await?;
        // A form sent twice finds the cart empty, and the order under its key.
        let key = IdempotencyKey::new(&format!("cart:{cart_id}"), &self.key, b"");
        if cart.lines.is_empty() {
            return Ok(engine
                .orders
                .placed_before(caller, &key, AnsweredAs::Kept)
                .await?);
        }
        // The shop that the buyer looked at may have closed, or moved: another one's total is in a currency of its own.
        if self.storefront != market.storefront {
            return Err(Refusal::TotalChanged {
                expected_minor: self.expected_total_minor.trim().parse().unwrap_or(0),
                actual_minor: cart.total_minor,
            }
            .into());
        }
        let mut errors = Vec::new();
        let signed_in = caller.person().is_some();
        for (pointer, field) in [
            ("/customer/email", &self.email),
            ("/customer/name", &self.name),
        ] {
            if field.trim().is_empty() && !(signed_in && pointer == "/customer/email") {
                errors.push(FieldError::new(pointer, "is missing"));
            }
        }
        if self.card_number.trim().is_empty() && cart.total_minor > 0 {
            errors.push(FieldError::new("/payment/token", "is missing"));
        }
        let mut document = self.document(&cart, cart_id, market);
        // Of people more is asked than of programs: they can mend what they typed.
        let address = document.shipping_address.take();
        document.shipping_address =
            address.and_then(|it| it.parse("/shipping_address", &mut errors));
        let order = match document.parse() {
            Ok(order) if errors.is_empty() => order,
            Ok(_) => return Err(Refusal::Invalid(errors).into()),
            Err(others) => {
                errors.extend(
                    others
                        .into_iter()
                        .filter(|it| it.pointer != "/payment/token"),
                );
                return Err(Refusal::Invalid(errors).into());
            }
        };
        Ok(Some(
            engine
                .orders
                .place(caller, &order, Some(&key))
                .await?
                .order(),
        ))
    }

    fn document(
        &self,
        cart: &Cart,
        cart_id: orders::CartId,
        market: &orders::Market,
    ) -> orders::NewOrderDocument {
        use orders::{
            Address, CustomerDocument, ItemDocument, NewOrderDocument, NewPayment, Reference,
        };
        let text = |field: &String| Some(field.clone()).filter(|it| !it.trim().is_empty());
        NewOrderDocument {
            items: cart
                .lines
                .iter()
                .map(|line| ItemDocument {
                    sku: Some(Reference::Text(line.sku.clone())),
                    quantity: Some(i64::from(line.quantity)),
                    ..ItemDocument::default()
                })
                .collect(),
            customer: Some(CustomerDocument {
                email: text(&self.email),
                name: text(&self.name),
                phone: text(&self.phone),
                ..CustomerDocument::default()
            }),
            shipping_address: cart.ships().then(|| Address {
                name: None,
                street: self.street.clone(),
                street2: text(&self.street2),
                city: self.city.clone(),
                state: text(&self.state),
                country: self.country.clone(),
                postal_code: self.postal_code.clone(),
            }),
            storefront: Some(market.storefront.clone()),
            language: market.language,
            shipping_method: cart.shipping_method.clone(),
            discount_code: cart
                .discount_code
                .clone()
                .filter(|_| cart.problem.is_none()),
            cart_id: Some(cart_id),
            expected_total_minor: self.expected_total_minor.trim().parse().ok(),
            payment: Some(NewPayment {
                method: "card".to_owned(),
                token: match cart.total_minor {
                    0 => FREE.to_owned(),
                    _ => self.card_number.clone(),
                },
            }),
            note: text(&self.note),
            ..NewOrderDocument::default()
        }
    }

    /// What may be kept of it: everything but the card.
    pub(super) fn fields(&self) -> std::collections::BTreeMap<String, String> {
        [
            ("email", &self.email),
            ("name", &self.name),
            ("phone", &self.phone),
            ("street", &self.street),
            ("street2", &self.street2),
            ("city", &self.city),
            ("state", &self.state),
            ("postal_code", &self.postal_code),
            ("country", &self.country),
            ("discount_code", &self.discount_code),
            ("note", &self.note),
            (SEEN_TOTAL, &self.expected_total_minor),
            (SEEN_AT, &self.storefront),
        ]
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.chars().take(1_000).collect()))
        .collect()
    }
}
