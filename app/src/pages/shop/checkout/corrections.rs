//! What is wrong with a checkout, as its fields and sentences.

use orders::FieldError;

use crate::components::{Correction, sentence};

/// A field as the server names it, by its id here, its label, and what to enter.
struct Asked {
    pointer: &'static str,
    id: &'static str,
    label: &'static str,
    enter: &'static str,
}

const FIELDS: [Asked; 11] = [
    asked(
        "/customer/email",
        "email",
        "E-mail",
        "an e-mail address like name@example.com",
    ),
    asked("/customer/name", "name", "Full name", "your full name"),
    asked("/customer/phone", "phone", "Phone", "a phone number"),
    asked(
        "/shipping_address/country",
        "country",
        "Country",
        "a country",
    ),
    asked(
        "/shipping_address/street",
        "street",
        "Street and number",
        "a street and number",
    ),
    asked(
        "/shipping_address/street2",
        "street2",
        "Apartment, floor, care of",
        "an apartment or floor",
    ),
    asked("/shipping_address/city", "city", "City", "a city"),
    asked(
        "/shipping_address/state",
        "state",
        "State or region",
        "a state or region",
    ),
    asked(
        "/shipping_address/postal_code",
        "postal_code",
        "Postal code",
        "a postal code",
    ),
    asked("/note", "note", "Note", "a note"),
    asked(
        "/payment/token",
        "card_number",
        "Card number",
        "a card number",
    ),
];

const fn asked(
    pointer: &'static str,
    id: &'static str,
    label: &'static str,
    enter: &'static str,
) -> Asked {
    Asked {
        pointer,
        id,
        label,
        enter,
    }
}

impl Asked {
    fn message(&self, detail: &str) -> String {
        if detail == "is missing" || detail.starts_with("is not ") {
            format!("Enter {}", self.enter)
        } else {
            format!("{} {detail}", self.label)
        }
    }
}

/// Everything to correct, in the order of the page. What is wrong with the things themselves leads to the cart.
pub(super) fn corrections(errors: &[FieldError]) -> Vec<Correction> {
    let fields = FIELDS.iter().filter_map(|field| {
        message(errors, field.id).map(|it| Correction::new(format!("#{}", field.id), it))
    });
    let others = errors
        .iter()
        .filter(|it| FIELDS.iter().all(|field| field.pointer != it.pointer))
        .map(|it| Correction::new("/cart", sentence(&it.detail)));
    fields.chain(others).collect()
}

/// What is wrong with the field `id`.
pub(super) fn message(errors: &[FieldError], id: &str) -> Option<String> {
    let field = FIELDS.iter().find(|it| it.id == id)?;
    errors
        .iter()
        .find(|it| it.pointer == field.pointer)
        .map(|it| field.message(&it.detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corrections_stand_in_the_order_of_the_page_and_lead_to_their_fields() {
        let errors = [
            FieldError::new("/items", "only 3 of Beeswax candle left"),
            FieldError::new("/payment/token", "is missing"),
            FieldError::new("/shipping_address/city", "is too long"),
            FieldError::new("/customer/email", "is not an e-mail address"),
        ];

        let found: Vec<_> = corrections(&errors)
            .into_iter()
            .map(|it| (it.href, it.message))
            .collect();

        let expected = [
            ("#email", "Enter an e-mail address like name@example.com"),
            ("#city", "City is too long"),
            ("#card_number", "Enter a card number"),
            ("/cart", "Only 3 of Beeswax candle left"),
        ];
        assert_eq!(
            found,
            expected.map(|(href, it)| (href.to_owned(), it.to_owned()))
        );
    }
}
