//! What countries are called.

use std::{collections::BTreeMap, sync::LazyLock};

use super::{Address, region::folded};
use crate::domain::Language;

static GERMAN: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("countries.de.json"))
        .expect("the file is part of the program, and a test reads it")
});

impl Address {
    /// Every country, as code and name, by name.
    #[must_use]
    pub fn countries(language: Language) -> Vec<(&'static str, &'static str)> {
        let mut all: Vec<_> = rust_iso3166::ALL
            .iter()
            .map(|it| {
                let name = country_name(it.alpha2, language);
                (it.alpha2, name.unwrap_or(it.name))
            })
            .collect();
        // Accents do not count: Österreich stands among the Os.
        all.sort_by_cached_key(|(_, name)| folded(name).collect::<String>());
        all
    }
}

/// What a country is called, if there is one of this code.
pub(super) fn country_name(code: &str, language: Language) -> Option<&'static str> {
    match language {
        Language::En => rust_iso3166::from_alpha2(code).map(|it| it.name),
        Language::De => GERMAN.get(code).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_name_in_every_language() {
        for language in Language::ALL {
            for country in rust_iso3166::ALL {
                let name = country_name(country.alpha2, language);
                assert!(name.is_some(), "{}: {language:?}", country.alpha2);
            }
        }
    }

    #[test]
    fn countries_stand_in_the_order_in_which_one_looks_for_them() {
        let german = Address::countries(Language::De);
        let place = |code| german.iter().position(|it| it.0 == code).unwrap();

        assert!(place("OM") < place("AT") && place("AT") < place("PK"));
        assert_eq!(german[place("AT")].1, "Österreich");
    }
}
