//! From a cart to an order.

use leptos::prelude::*;
use orders::{Cart, Customer};
use serde::{Deserialize, Serialize};

use super::Draft;
use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr::Here;

/// The name under which the checkout's draft is kept.
pub const FORM: &str = "checkout";

/// What the checkout page shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Checkout {
    /// What is bought; `None` when the cart is empty.
    pub cart: Option<Cart>,
    /// Who is signed in.
    pub customer: Option<Customer>,
    /// What was typed before.
    pub draft: Draft,
    /// Makes a form that is sent twice one order.
    pub key: String,
    /// Whether cards can be paid with.
    pub takes_cards: bool,
    /// Whether only test cards work.
    pub is_sandbox: bool,
}

/// The checkout form's fields, as text.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckoutForm {
    /// Made with the page, sent back with the form.
    pub key: String,
    /// What the buyer saw, in minor units.
    pub expected_total_minor: String,
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

/// Everything the checkout page shows.
#[server(endpoint = "find_checkout")]
pub async fn find_checkout() -> Result<Checkout, AppError> {
    let here = crate::ssr::here()?;
    let engine = &here.engine;
    let customer = match here.caller.person() {
        Some(person) => engine.people.find(person).await?,
        None => None,
    };
    Ok(Checkout {
        cart: super::cart::cart_of(&here).await?,
        customer,
        draft: here.visitor.draft(FORM).await?,
        key: uuid::Uuid::new_v4().to_string(),
        takes_cards: engine.orders.provider().takes_cards(),
        is_sandbox: engine.orders.provider().is_sandbox(),
    })
}

/// Form: places the cart as an order and pays it, then shows the order. What cannot be used is shown again.
#[server(endpoint = "place_order")]
pub async fn place_order(#[server(default)] form: CheckoutForm) -> Result<(), AppError> {
    use crate::ssr;
    let here = ssr::here()?;
    let placed = form.place(&here).await;
    let visitor = here.visitor;
    match placed {
        Ok(Some(order)) => {
            if let Some(token) = order.access_token {
                visitor.keep_order_token(token).await?;
            }
            visitor.drop_draft(FORM).await?;
            ssr::redirect(&format!("/order/{}?placed", order.id));
        }
        Ok(None) => ssr::redirect("/cart"),
        Err(AppError::Refused(refusal)) => {
            visitor.keep_draft(FORM, form.fields(), &refusal).await?;
            ssr::redirect(&format!("/checkout?error={}", refusal.code()));
        }
        Err(error) => {
            visitor
                .keep_draft(FORM, form.fields(), &orders::Refusal::Invalid(Vec::new()))
                .await?;
            ssr::redirect(&format!("/checkout?error={}", error.code()));
        }
    }
    Ok(())
}

/// Form: shows the checkout again, with the address fields of another country. What was typed is kept, but for the region:
/// the same letters may mean another one there.
#[server(endpoint = "change_country")]
pub async fn change_country(#[server(default)] form: CheckoutForm) -> Result<(), AppError> {
    let Here { visitor, .. } = crate::ssr::here()?;
    let mut fields = form.fields();
    if visitor.draft(FORM).await?.field("country") != form.country {
        fields.remove("state");
    }
    let nothing_wrong = orders::Refusal::Invalid(Vec::new());
    visitor.keep_draft(FORM, fields, &nothing_wrong).await?;
    crate::ssr::redirect("/checkout#country");
    Ok(())
}

/// Form: chooses how the parcel travels, and shows the cart or the checkout again, with what was typed there.
#[server(endpoint = "choose_delivery")]
pub async fn choose_delivery(
    #[server(default)] form: CheckoutForm,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use crate::ssr;
    let Here {
        engine, visitor, ..
    } = ssr::here()?;
    let cart = visitor.cart_or_new().await?;
    let carts = &engine.carts;
    carts.choose_delivery(cart, &form.shipping_method).await?;
    if next.is_empty() {
        let nothing_wrong = orders::Refusal::Invalid(Vec::new());
        let fields = form.fields();
        visitor.keep_draft(FORM, fields, &nothing_wrong).await?;
    }
    let path = ssr::own_path(&next, "/checkout");
    ssr::redirect(&format!("{path}#delivery"));
    Ok(())
}

#[cfg(feature = "ssr")]
impl CheckoutForm {
    /// The order; `None` when the cart is empty, so that there is nothing to place.
    async fn place(
        &self,
        Here {
            engine,
            caller,
            visitor,
            market,
        }: &Here,
    ) -> Result<Option<orders::Order>, AppError> {
        use orders::{
            FieldError, Refusal,
            engine::{AnsweredAs, IdempotencyKey},
        };
        let Some(cart_id) = visitor.cart().await? else {
            return Ok(None);
        };
        if !self.shipping_method.is_empty() {
            let method = &self.shipping_method;
            engine.carts.choose_delivery(cart_id, method).await?;
        }
        let cart = engine.carts.find(cart_id, market).await?;
        // A form sent twice finds the cart empty, and the order under its key.
        let key = IdempotencyKey::new(&format!("cart:{cart_id}"), &self.key, b"");
        if cart.lines.is_empty() {
            return Ok(engine
                .orders
                .placed_before(caller, &key, AnsweredAs::Kept)
                .await?);
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
        if self.card_number.trim().is_empty() {
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
                token: self.card_number.clone(),
            }),
            note: text(&self.note),
            ..NewOrderDocument::default()
        }
    }

    /// What may be kept of it: everything but the card.
    fn fields(&self) -> std::collections::BTreeMap<String, String> {
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
            ("note", &self.note),
        ]
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.chars().take(1_000).collect()))
        .collect()
    }
}
