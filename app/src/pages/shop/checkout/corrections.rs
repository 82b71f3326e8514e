//! What is wrong with a checkout, as its fields and sentences.

use orders::{AddressField, AddressFormat, FieldError};

use crate::{
    components::{Correction, sentence},
    shop::in_shop,
    words::{complaint, language, say},
};

/// Everything to correct.
#[derive(Clone, Default)]
pub(super) struct Corrections {
    /// What is wrong with a field, by its id, in the order of the page.
    fields: Vec<(&'static str, String)>,
    /// What is wrong with anything else, behind where it is changed.
    others: Vec<Correction>,
}

impl Corrections {
    /// What `errors` mean for a form with the address fields of `format`.
    pub(super) fn of(errors: &[FieldError], format: &'static AddressFormat) -> Self {
        let asked = asked(format);
        let error_at = |pointer: &str| errors.iter().find(|it| it.pointer == pointer);
        let message = |field: &Asked| Some(field.message(&error_at(&field.pointer)?.detail));
        let is_other = |error: &&FieldError| asked.iter().all(|it| it.pointer != error.pointer);
        Self {
            fields: asked
                .iter()
                .filter_map(|field| Some((field.id, message(field)?)))
                .collect(),
            others: errors.iter().filter(is_other).map(other).collect(),
        }
    }

    /// All of them, with links to where they are changed.
    pub(super) fn all(&self) -> Vec<Correction> {
        let fields = self
            .fields
            .iter()
            .map(|(id, message)| Correction::new(format!("#{id}"), message.as_str()));
        fields.chain(self.others.iter().cloned()).collect()
    }

    /// What is wrong with the field `id`.
    pub(super) fn at(&self, id: &str) -> Option<String> {
        let mut fields = self.fields.iter();
        fields
            .find(|(field, _)| *field == id)
            .map(|(_, message)| message.clone())
    }
}

/// What is wrong with what was chosen before. What is short comes in the visitor's words already, and is changed in the cart.
fn other(error: &FieldError) -> Correction {
    let cart = || in_shop("/cart");
    match error.pointer.as_str() {
        "/items" => Correction::new(cart(), sentence(&error.detail)),
        "/discount_code" => Correction::new(
            "#code",
            say(
                "The discount code cannot be used here any more",
                "Der Rabattcode gilt hier nicht mehr",
            ),
        ),
        "/shipping_method" => Correction::new(
            "#delivery",
            say(
                "Choose another way of delivery",
                "Wählen Sie eine andere Versandart",
            ),
        ),
        _ => Correction::new(
            cart(),
            say(
                "Something in the cart is not sold here",
                "Etwas im Warenkorb wird hier nicht verkauft",
            ),
        ),
    }
}

/// A field as the server names it, by its id here, its label, and what to enter.
struct Asked {
    pointer: String,
    id: &'static str,
    label: &'static str,
    enter: String,
}

fn asked(format: &'static AddressFormat) -> Vec<Asked> {
    let before = [
        Asked::new(
            "/customer/email",
            "email",
            say("E-mail", "E-Mail"),
            say(
                "Enter an e-mail address like name@example.com",
                "Geben Sie eine E-Mail-Adresse wie name@example.com ein",
            ),
        ),
        Asked::new(
            "/customer/name",
            "name",
            say("Full name", "Vor- und Nachname"),
            say(
                "Enter your full name",
                "Geben Sie Ihren Vor- und Nachnamen ein",
            ),
        ),
        Asked::new(
            "/customer/phone",
            "phone",
            say("Phone", "Telefon"),
            say("Enter a phone number", "Geben Sie eine Telefonnummer ein"),
        ),
        Asked::new(
            "/shipping_address/country",
            "country",
            say("Country", "Land"),
            say("Choose a country", "Wählen Sie ein Land"),
        ),
    ];
    let address = format.fields();
    let address = address.into_iter().map(|it| Asked::of_address(it, format));
    let after = [
        Asked::new(
            "/note",
            "note",
            say("Note", "Nachricht"),
            say("Enter a note", "Geben Sie eine Nachricht ein"),
        ),
        Asked::new(
            "/payment/token",
            "card_number",
            say("Card number", "Kartennummer"),
            say("Enter a card number", "Geben Sie eine Kartennummer ein"),
        ),
    ];
    before.into_iter().chain(address).chain(after).collect()
}

impl Asked {
    fn new(pointer: &str, id: &'static str, label: &'static str, enter: &str) -> Self {
        Self {
            pointer: pointer.to_owned(),
            id,
            label,
            enter: enter.to_owned(),
        }
    }

    fn of_address(field: AddressField, format: &AddressFormat) -> Self {
        let (id, noun) = (field.part.name(), field.label.noun(language()));
        let enter = match format.example(field.part) {
            _ if !field.regions.is_empty() => {
                say(format!("Choose {noun}"), format!("Wählen Sie {noun}"))
            }
            Some(example) => say(
                format!("Enter {noun} like {example}"),
                format!("Geben Sie {noun} wie {example} ein"),
            ),
            None => say(format!("Enter {noun}"), format!("Geben Sie {noun} ein")),
        };
        Self::new(
            &format!("/shipping_address/{id}"),
            id,
            field.label.words(language()),
            &enter,
        )
    }

    fn message(&self, detail: &str) -> String {
        if detail == "is missing" || detail.starts_with("is not ") {
            self.enter.clone()
        } else {
            format!("{} {}", self.label, complaint(detail))
        }
    }
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
            FieldError::new("/shipping_address/postal_code", "is missing"),
            FieldError::new("/shipping_address/state", "is missing"),
            FieldError::new("/customer/email", "is not an e-mail address"),
        ];
        let of = |country: &str| {
            let found = Corrections::of(&errors, AddressFormat::of(country)).all();
            let found = found.into_iter().map(|it| (it.href, it.message));
            found.collect::<Vec<_>>()
        };

        let expected = [
            ("#email", "Enter an e-mail address like name@example.com"),
            ("#city", "City is too long"),
            ("#state", "Choose a state"),
            ("#postal_code", "Enter a ZIP code like 95014"),
            ("#card_number", "Enter a card number"),
            ("/cart", "Only 3 of Beeswax candle left"),
        ];
        assert_eq!(
            of("US"),
            expected.map(|(href, it)| (href.to_owned(), it.to_owned()))
        );
        assert_eq!(
            of("AU")[1].1,
            "Suburb is too long",
            "by the words of the country"
        );
    }
}
