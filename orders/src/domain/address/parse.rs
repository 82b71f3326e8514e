//! What is wrong with an address.

use super::{Address, AddressFormat, AddressPart};
use crate::domain::{FieldError, Invalid, Language, Text};

/// How much is asked of an address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Care {
    /// All that its country's addresses need: whoever typed it can mend it.
    Form,
    /// What it cannot do without. A program cannot ask its customer again, and a parcel often arrives all the same.
    Program,
}

impl Address {
    /// The address as its country writes it: text trimmed, country and postal code in capitals, a known region in the one
    /// way it is kept. Errors are noted below `pointer`, all at once.
    pub fn parse(self, pointer: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        self.parse_with(Care::Form, pointer, errors)
    }

    /// The same for an address that another program sends: no region is needed, and a region or postal code that the
    /// country does not know is kept as it is.
    pub fn accept(self, pointer: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        self.parse_with(Care::Program, pointer, errors)
    }

    fn parse_with(self, care: Care, pointer: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        let country = Self::country(&self.country);
        let format = AddressFormat::of(country.as_deref().unwrap_or_default());
        let mut field = |part: AddressPart, raw: &str, limit| {
            let parsed = format.parse(care, part, raw, limit);
            FieldError::collect(errors, &format!("{pointer}/{}", part.name()), parsed)
        };
        let or_empty = |it: &Option<String>| it.clone().unwrap_or_default();
        let name = field(AddressPart::Name, &or_empty(&self.name), 200);
        let street = field(AddressPart::Street, &self.street, 200);
        let street2 = field(AddressPart::Street2, &or_empty(&self.street2), 200);
        let city = field(AddressPart::City, &self.city, 100);
        let state = field(AddressPart::State, &or_empty(&self.state), 100);
        let postal_code = field(AddressPart::PostalCode, &self.postal_code, 20);
        let country = FieldError::collect(errors, &format!("{pointer}/country"), country);
        Some(Self {
            name: name?,
            street: street?.unwrap_or_default(),
            street2: street2?,
            city: city?.unwrap_or_default(),
            state: state?,
            country: country?,
            postal_code: postal_code?.unwrap_or_default(),
        })
    }

    /// A country as it is kept: its code (ISO 3166-1 alpha-2), in capitals.
    pub(in crate::domain) fn country(raw: &str) -> Result<String, Invalid> {
        let code = Text::required(raw, 60)?.to_ascii_uppercase();
        rust_iso3166::from_alpha2(&code)
            .map(|it| it.alpha2.to_owned())
            .ok_or("is not a country code of two letters")
    }
}

impl AddressFormat {
    /// One part of an address. What the country's addresses do not have is kept as it is.
    fn parse(
        &'static self,
        care: Care,
        part: AddressPart,
        raw: &str,
        limit: usize,
    ) -> Result<Option<String>, String> {
        let is_dispensable = care == Care::Program && part == AddressPart::State;
        let Some(text) = Text::optional(raw, limit)? else {
            return if self.requires(part) && !is_dispensable {
                Err("is missing".to_owned())
            } else {
                Ok(None)
            };
        };
        let known = match part {
            AddressPart::PostalCode => self.postal_code(&text),
            AddressPart::State => self.state(&text),
            AddressPart::Name | AddressPart::Street | AddressPart::Street2 | AddressPart::City => {
                Some(text.clone())
            }
        };
        let kept = known.or_else(|| (care == Care::Program).then_some(text));
        kept.map(Some).ok_or_else(|| self.complaint(part))
    }

    /// A region as it is kept. Where addresses do without, the list may be too: what is not on it stays as it is.
    fn state(&self, text: &str) -> Option<String> {
        match self.region(text) {
            Some(region) => Some(region.code().to_owned()),
            None if !self.regions.is_empty() && self.requires(AddressPart::State) => None,
            None => Some(text.to_owned()),
        }
    }

    /// `is not a ZIP code like 95014`.
    fn complaint(&'static self, part: AddressPart) -> String {
        let noun = self
            .field(part)
            .map_or("right", |it| it.label.noun(Language::En));
        match self.example(part) {
            Some(example) => format!("is not {noun} like {example}"),
            None => format!("is not {noun}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(country: &str, city: &str, state: &str, postal_code: &str) -> Address {
        Address {
            street: "1 Post Lane".to_owned(),
            city: city.to_owned(),
            state: Some(state.to_owned()),
            country: country.to_owned(),
            postal_code: postal_code.to_owned(),
            ..Address::default()
        }
    }

    fn complaints(address: Address) -> Vec<String> {
        let mut errors = Vec::new();
        let parsed = address.parse("", &mut errors);
        assert_eq!(parsed.is_none(), !errors.is_empty());
        let lines = errors
            .iter()
            .map(|it| format!("{} {}", it.pointer, it.detail));
        lines.collect()
    }

    #[test]
    fn a_program_may_send_what_a_person_is_asked_about() {
        let sent = address("us", "Portland", "Oregano", "9720");
        assert_eq!(complaints(sent.clone()).len(), 2);
        let mut errors = Vec::new();

        let kept = sent.accept("", &mut errors).unwrap();
        let known = address("us", "Portland", "oregon", "97201-1234").accept("", &mut errors);
        let without = Address {
            state: None,
            ..kept.clone()
        }
        .accept("", &mut errors);

        assert_eq!(
            (kept.state.as_deref(), kept.postal_code.as_str()),
            (Some("Oregano"), "9720")
        );
        assert_eq!(known.unwrap().state.as_deref(), Some("OR"));
        assert!(without.is_some() && errors.is_empty());
        assert!(
            Address {
                street: String::new(),
                ..kept
            }
            .accept("", &mut errors)
            .is_none()
        );
    }

    #[test]
    fn an_address_names_every_field_that_is_wrong() {
        let mut errors = Vec::new();

        let parsed = Address {
            country: "Atlantis".to_owned(),
            ..Address::default()
        }
        .parse("/shipping_address", &mut errors);

        assert_eq!(parsed, None);
        let pointers: Vec<_> = errors.iter().map(|it| it.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            [
                "/shipping_address/street",
                "/shipping_address/city",
                "/shipping_address/country",
            ]
        );
    }

    #[test]
    fn what_is_wrong_depends_on_the_country() {
        let address = |country: &str| Address {
            country: country.to_owned(),
            ..Address::default()
        };
        for (country, expected) in [
            ("US", vec!["/street", "/city", "/state", "/postal_code"]),
            ("GB", vec!["/street", "/city", "/postal_code"]),
            ("JP", vec!["/street", "/state", "/postal_code"]),
            ("IE", vec!["/street", "/city"]),
            ("HK", vec!["/street", "/state"]),
        ] {
            let expected: Vec<_> = expected
                .iter()
                .map(|it| format!("{it} is missing"))
                .collect();
            assert_eq!(complaints(address(country)), expected, "{country}");
        }
    }

    #[test]
    fn a_complaint_names_an_example() {
        for (wrong, expected) in [
            (
                address("US", "Portland", "Oregano", "9720"),
                vec![
                    "/state is not a state like Alabama",
                    "/postal_code is not a ZIP code like 95014",
                ],
            ),
            (
                address("GB", "Bath", "", "BA1"),
                vec!["/postal_code is not a postal code like EC1Y 8SY"],
            ),
            (
                address("IE", "Dublin", "", "D02"),
                vec!["/postal_code is not an Eircode like A65 F4E2"],
            ),
            (
                address("JP", "", "Tokyo-to", "150-000"),
                vec![
                    "/state is not a prefecture like Aichi",
                    "/postal_code is not a postal code like 154-0023",
                ],
            ),
            (
                address("HK", "", "Atlantis", "999077"),
                vec!["/state is not an area like Hong Kong Island"],
            ),
        ] {
            assert_eq!(complaints(wrong), expected);
        }
    }

    #[test]
    fn an_address_is_kept_in_one_way() {
        for (raw, expected) in [
            (
                address(" us ", "Portland", "oregon", "97205-1234"),
                address("US", "Portland", "OR", "97205-1234"),
            ),
            (
                address("gb", "Bath", "Somerset", "ba1  1aa"),
                address("GB", "Bath", "Somerset", "BA1 1AA"),
            ),
            (
                address("CH", "Bern", "BE", "CH-3011"),
                address("CH", "Bern", "BE", "3011"),
            ),
            (
                address("SE", "Visby", "", "se 621 55"),
                address("SE", "Visby", "", "621 55"),
            ),
            (
                address("JP", "", "東京都", "１５０－０００１"),
                address("JP", "", "Tokyo", "150-0001"),
            ),
            (
                address("JP", "Shibuya", "13", "1500001"),
                address("JP", "Shibuya", "Tokyo", "1500001"),
            ),
            (
                address("CA", "Montréal", "québec", "h3z 2y7"),
                address("CA", "Montréal", "QC", "H3Z 2Y7"),
            ),
            (
                address("BR", "São Paulo", "Sao Paulo", "01310100"),
                address("BR", "São Paulo", "SP", "01310100"),
            ),
            (
                address("HK", "Tsim Sha Tsui", "九龍", ""),
                address("HK", "Tsim Sha Tsui", "Kowloon", ""),
            ),
            (
                address("IE", "Dublin", "co dublin", ""),
                address("IE", "Dublin", "Co. Dublin", ""),
            ),
            // Where an address does without a county, an unknown one does no harm.
            (
                address("IE", "Dublin", "County Dublin", ""),
                address("IE", "Dublin", "County Dublin", ""),
            ),
        ] {
            let kept = Address {
                state: expected.state.clone().filter(|it| !it.is_empty()),
                ..expected
            };
            let parsed = raw.parse("", &mut Vec::new()).unwrap();
            assert_eq!(parsed, kept);
            assert_eq!(parsed.clone().parse("", &mut Vec::new()), Some(parsed));
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_refused_or_kept_for_good(
            country in "[A-Z]{2}|\\PC{0,3}", street in "\\PC*", city in "\\PC*", state in "\\PC*", code in "\\PC*|[0-9A-Z -]{3,9}",
        ) {
            let mut errors = Vec::new();
            let raw = Address { street, ..address(&country, &city, &state, &code) };
            prop_assert!(!raw.lines(None, Language::En).is_empty());
            match raw.parse("", &mut errors) {
                Some(parsed) => {
                    prop_assert!(errors.is_empty());
                    prop_assert!(!parsed.lines(Some("Robin"), Language::En).is_empty());
                    prop_assert_eq!(parsed.clone().parse("", &mut errors), Some(parsed));
                }
                None => prop_assert!(!errors.is_empty()),
            }
        }
    }
}
