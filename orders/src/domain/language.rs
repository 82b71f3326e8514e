//! The languages that the shop speaks.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Invalid;

/// A language of the shop's pages, mails and explanations.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// Its code, as in ISO 639-1 and in a page's `lang`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// What its speakers call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
        }
    }

    /// What is to be said in this language. A further language becomes a further argument, and the compiler names every
    /// place where its words are missing.
    pub fn either<T>(self, english: T, german: T) -> T {
        match self {
            Self::En => english,
            Self::De => german,
        }
    }

    /// The one of `spoken` that a browser likes best, by its `Accept-Language` (RFC 9110); else the first of them.
    #[must_use]
    pub fn preferred(accept_language: &str, spoken: &[Self]) -> Self {
        let mut wanted: Vec<(f32, Self)> = accept_language
            .split(',')
            .filter_map(|range| {
                let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
                let language = tag.trim().split('-').next()?.parse().ok()?;
                let quality = parameters
                    .trim()
                    .strip_prefix("q=")
                    .map_or(Ok(1.0), str::parse);
                Some((quality.ok()?, language))
            })
            .filter(|(quality, language)| *quality > 0.0 && spoken.contains(language))
            .collect();
        // Stable: of equals the first one named.
        wanted.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let first = wanted.first().map(|(_, language)| *language);
        first
            .or_else(|| spoken.first().copied())
            .unwrap_or_default()
    }
}

impl FromStr for Language {
    type Err = Invalid;

    fn from_str(code: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|it| it.code().eq_ignore_ascii_case(code))
            .ok_or("is not a language of this shop")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_a_browser_likes_best_is_spoken_where_it_can_be() {
        let both = [Language::En, Language::De];
        for (accepted, expected) in [
            ("de-AT,de;q=0.9,en;q=0.8", Language::De),
            ("fr,de;q=0.3,en;q=0.4", Language::En),
            ("de;q=0, en", Language::En),
            ("fr", Language::En),
            ("", Language::En),
            ("de;q=nonsense, *;;;", Language::En),
        ] {
            assert_eq!(Language::preferred(accepted, &both), expected, "{accepted}");
        }
        assert_eq!(Language::preferred("de", &[Language::En]), Language::En);
    }
}
