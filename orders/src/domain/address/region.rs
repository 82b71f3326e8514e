//! States, provinces, prefectures: the first level below a country.

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

/// A region that addresses name.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
pub struct Region {
    code: String,
    name: Option<String>,
    local: Option<String>,
    #[serde(default)]
    also: Vec<String>,
}

impl Region {
    /// As it stands in an address that is written in Latin letters: `CA`, `Tokyo`. This is how it is kept.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Its whole name in Latin letters.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_ref().unwrap_or(&self.code)
    }

    /// As it stands in an address in the country's own letters.
    #[must_use]
    pub fn local(&self) -> &str {
        self.local.as_ref().unwrap_or(&self.code)
    }

    /// Everything it is called, ISO 3166-2 codes included.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        let words = [Some(&self.code), self.name.as_ref(), self.local.as_ref()];
        words
            .into_iter()
            .flatten()
            .chain(&self.also)
            .map(String::as_str)
    }
}

/// Whether two words are the same but for case, accents, spaces and punctuation.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    folded(one).eq(folded(other))
}

/// Letters and digits alone, in lower case, their accents taken off.
pub(super) fn folded(word: &str) -> impl Iterator<Item = char> {
    word.nfkd()
        .filter(|it| it.is_alphanumeric())
        .flat_map(char::to_lowercase)
}
