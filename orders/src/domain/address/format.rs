//! How addresses are written in a country.

use std::{
    collections::BTreeMap,
    sync::{LazyLock, OnceLock},
};

use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::{
    AddressPart, FieldLabel, Region,
    layout::Layout,
    region::is_same,
    words::{Locality, PostCode, Subdivision, Sublocality},
};

/// Which fields an address has in a country: their order, what they are called, what may stand in them.
#[derive(Debug, Deserialize)]
pub struct AddressFormat {
    #[serde(rename = "format")]
    layout: Layout,
    /// For addresses in Latin letters, where the country has other ones.
    #[serde(rename = "latin_format")]
    latin_layout: Option<Layout>,
    required: String,
    city: Option<Locality>,
    sublocality: Option<Sublocality>,
    state: Option<Subdivision>,
    postal_code: Option<PostCode>,
    pattern: Option<Pattern>,
    /// What some people write in front of the postal code, and parcels always.
    prefix: Option<String>,
    example: Option<String>,
    #[serde(default)]
    pub(super) regions: Vec<Region>,
}

/// A field of an address form.
#[derive(Clone, Copy, Debug)]
pub struct AddressField {
    /// What it holds.
    pub part: AddressPart,
    /// What it is called.
    pub label: FieldLabel,
    /// Whether there is no address without it.
    pub is_required: bool,
    /// What can be chosen; empty: anything can be typed.
    pub regions: &'static [Region],
    /// Whether it holds nothing but digits.
    pub is_numeric: bool,
}

static FORMATS: LazyLock<BTreeMap<String, AddressFormat>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("countries.json"))
        .expect("the file is part of the program, and a test reads it")
});

/// Stands for all countries about which nothing is known.
const ANY_COUNTRY: &str = "ZZ";

impl AddressFormat {
    /// How addresses are written in a country (ISO 3166-1 alpha-2); what is most usual for an unknown one.
    #[must_use]
    pub fn of(country: &str) -> &'static Self {
        FORMATS
            .get(country)
            .unwrap_or_else(|| &FORMATS[ANY_COUNTRY])
    }

    /// The fields of a form, in the order in which the country writes them in Latin letters. The name is not among
    /// them: it is the customer's.
    #[must_use]
    pub fn fields(&'static self) -> Vec<AddressField> {
        self.layout(true)
            .parts()
            .flat_map(|part| {
                let second = (part == AddressPart::Street).then_some(AddressPart::Street2);
                [Some(part), second].into_iter().flatten()
            })
            .filter_map(|part| self.field(part))
            .collect()
    }

    /// The field for a part; `None` where addresses have no such part.
    #[must_use]
    pub fn field(&'static self, part: AddressPart) -> Option<AddressField> {
        let label = match part {
            AddressPart::Name => None,
            AddressPart::Street => Some(FieldLabel::Street),
            AddressPart::Street2 => Some(FieldLabel::Street2(self.sublocality)),
            AddressPart::City => self.city.map(FieldLabel::City),
            AddressPart::State => self.state.map(FieldLabel::State),
            AddressPart::PostalCode => self.postal_code.map(FieldLabel::PostalCode),
        };
        let is_state = part == AddressPart::State;
        label.map(|label| AddressField {
            part,
            label,
            is_required: self.requires(part),
            regions: if is_state { &self.regions } else { &[] },
            is_numeric: part == AddressPart::PostalCode
                && self.pattern.as_ref().is_some_and(Pattern::is_numeric),
        })
    }

    /// A postal code that there is, or the name of a region.
    #[must_use]
    pub fn example(&self, part: AddressPart) -> Option<&str> {
        match part {
            AddressPart::State => self.regions.first().map(Region::name),
            AddressPart::PostalCode => self.example.as_deref(),
            AddressPart::Name | AddressPart::Street | AddressPart::Street2 | AddressPart::City => {
                None
            }
        }
    }

    /// Whether no address is complete without a part.
    #[must_use]
    pub fn requires(&self, part: AddressPart) -> bool {
        self.required
            .chars()
            .any(|it| AddressPart::of(it) == Some(part))
    }

    /// The region that somebody calls so, by code or name, in whatever case.
    #[must_use]
    pub fn region(&self, word: &str) -> Option<&Region> {
        let find = |is: fn(&str, &str) -> bool| {
            let mut regions = self.regions.iter();
            regions.find(|it| it.words().any(|known| is(known, word)))
        };
        // Most come as they are kept, and that is quick.
        find(|known, word| known == word).or_else(|| find(is_same))
    }

    /// A postal code as it is kept: in capitals, as every pattern has it, plain digits, without the country's prefix.
    /// `None` when it is none.
    pub(super) fn postal_code(&self, raw: &str) -> Option<String> {
        let Some(pattern) = &self.pattern else {
            return Some(raw.to_owned());
        };
        let plain = raw.nfkc().collect::<String>().to_ascii_uppercase();
        let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        let bare = self.prefix.as_ref().and_then(|prefix| {
            let separators = [' ', '-'];
            let rest = plain.strip_prefix(prefix.trim_end_matches(separators))?;
            Some(rest.trim_start_matches(separators).to_owned())
        });
        [Some(plain), bare]
            .into_iter()
            .flatten()
            .find(|it| pattern.fits(it))
    }

    pub(super) fn layout(&self, is_latin: bool) -> &Layout {
        self.latin_layout
            .as_ref()
            .filter(|_| is_latin)
            .unwrap_or(&self.layout)
    }
}

/// What a postal code looks like. Compiled when it is first asked.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
struct Pattern {
    source: String,
    regex: OnceLock<Regex>,
}

impl From<String> for Pattern {
    fn from(source: String) -> Self {
        let regex = OnceLock::new();
        Self { source, regex }
    }
}

impl Pattern {
    fn fits(&self, text: &str) -> bool {
        let regex = self.regex.get_or_init(|| {
            RegexBuilder::new(&format!("^(?:{})$", self.source))
                .unicode(false)
                .build()
                .expect("the pattern is part of the program, and a test compiles it")
        });
        regex.is_match(text)
    }

    fn is_numeric(&self) -> bool {
        let without_classes = self.source.replace("\\d", "");
        !without_classes.contains(|it: char| it.is_ascii_alphabetic())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Language;

    #[test]
    fn every_country_of_the_data_makes_sense() {
        assert!(FORMATS.len() > 250);
        for (country, format) in &*FORMATS {
            let fields = format.fields();
            let shown: Vec<_> = fields.iter().map(|it| it.part).collect();
            assert!(shown.contains(&AddressPart::Street), "{country}");
            for letter in format.required.chars() {
                let part = AddressPart::of(letter).unwrap();
                assert!(shown.contains(&part), "{country}: {part:?} is required");
            }
            // What is shown can be written in the country's own letters too.
            for part in format.layout(false).parts() {
                let is_name = part == AddressPart::Name;
                assert!(is_name || shown.contains(&part), "{country}: {part:?}");
            }
        }
    }

    #[test]
    fn every_example_of_a_postal_code_is_one() {
        let mut patterns = 0;
        for (country, format) in &*FORMATS {
            let Some(pattern) = &format.pattern else {
                continue;
            };
            patterns += 1;
            let example = format.example(AddressPart::PostalCode).unwrap();
            assert!(pattern.fits(example), "{country}: {example}");
            let raw = format!(" {} ", example.to_lowercase());
            assert_eq!(
                format.postal_code(&raw).as_deref(),
                Some(example),
                "{country}"
            );
            let prefixed = format!("{}{example}", format.prefix.as_deref().unwrap_or_default());
            assert_eq!(
                format.postal_code(&prefixed).as_deref(),
                Some(example),
                "{country}"
            );
            for wrong in [format!("{example}!"), format!("!{example}"), "?".to_owned()] {
                assert_eq!(format.postal_code(&wrong), None, "{country}: {wrong}");
            }
            if pattern.is_numeric() {
                let has_letters = example.contains(|it: char| it.is_alphabetic());
                assert!(!has_letters, "{country}: {example}");
            }
        }
        assert!(patterns > 170);
    }

    #[test]
    fn every_region_is_found_by_each_of_its_words_and_no_other_is() {
        for (country, format) in &*FORMATS {
            for region in &format.regions {
                for word in region.words() {
                    let found = format.region(&word.to_lowercase());
                    assert_eq!(found, Some(region), "{country}: {word}");
                }
            }
            assert_eq!(format.region(""), None, "{country}");
            assert_eq!(format.region(" - "), None, "{country}");
        }
    }

    /// The labels of a form in their order, with a star where there is no address without them.
    fn form(country: &str) -> String {
        let fields = AddressFormat::of(country).fields();
        let labels = fields.iter().map(|it| {
            let star = if it.is_required { "*" } else { "" };
            format!("{}{star}", it.label.words(Language::En))
        });
        labels.collect::<Vec<_>>().join(" | ")
    }

    /// Checked by hand against <https://chromium-i18n.appspot.com/ssl-address/data/US> and so on: `fmt` or `lfmt`,
    /// `require` and the `*_name_type`s, of which data/ZZ says what is usual.
    #[test]
    fn forms_are_as_the_published_metadata_says() {
        for (country, expected) in [
            (
                "US",
                "Street and number* | Apartment, floor, care of | City* | State* | ZIP code*",
            ),
            (
                "GB",
                "Street and number* | Apartment, floor, care of | Post town* | Postal code*",
            ),
            (
                "DE",
                "Street and number* | Apartment, floor, care of | Postal code* | City*",
            ),
            (
                "JP",
                "Street and number* | Apartment, floor, care of | Prefecture* | Postal code*",
            ),
            (
                "IE",
                "Street and number* | Apartment, townland | City* | County | Eircode",
            ),
            (
                "HK",
                "Street and number* | Apartment, floor, care of | District | Area*",
            ),
            (
                "CA",
                "Street and number* | Apartment, floor, care of | City* | Province* | Postal code*",
            ),
            (
                "BR",
                "Street and number* | Apartment, neighborhood | City* | State* | Postal code*",
            ),
            (
                "XX",
                "Street and number* | Apartment, floor, care of | City*",
            ),
        ] {
            assert_eq!(form(country), expected, "{country}");
        }
    }

    #[test]
    fn keypads_of_digits_are_for_codes_of_digits() {
        let is_numeric = |country| {
            let format = AddressFormat::of(country);
            format.field(AddressPart::PostalCode).unwrap().is_numeric
        };

        assert!(is_numeric("US") && is_numeric("DE") && is_numeric("JP"));
        assert!(!is_numeric("GB") && !is_numeric("CA") && !is_numeric("NL"));
    }
}
