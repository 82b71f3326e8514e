//! Shares in hundredths of a percent, and how people type and read them.

use super::{Invalid, Language};

/// A share: 1,000 is 10 %.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Percent(pub i32);

impl Percent {
    /// A share as people type it, `19` or `7.25`.
    ///
    /// # Errors
    /// Not a number, or with more than two decimals.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let is_number = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(decimals) {
            return Err("is not a percentage like 7.25");
        }
        if decimals.len() > 2 {
            return Err("has more than two decimals");
        }
        let digits = format!("{whole}{decimals:0<2}");
        digits.parse().map(Self).map_err(|_| "is too large")
    }

    /// The share without its sign, as it is typed: `10`, `7.25`.
    #[must_use]
    pub fn decimal(self) -> String {
        let (whole, hundredths) = (self.0 / 100, self.0 % 100);
        match (hundredths, hundredths % 10) {
            (0, _) => whole.to_string(),
            (_, 0) => format!("{whole}.{}", hundredths / 10),
            _ => format!("{whole}.{hundredths:02}"),
        }
    }

    /// The share as readers of `language` write it: `7.25 %`, `7,25 %`.
    #[must_use]
    pub fn written_in(self, language: Language) -> String {
        let decimal = self.decimal();
        let decimal = language.either(decimal.clone(), decimal.replace('.', ","));
        format!("{decimal} %")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_read_to_the_hundredth_of_a_percent_and_written_as_short_as_it_can_be() {
        for (text, basis_points, written) in [
            ("0", 0, "0 %"),
            (" 7.25 ", 725, "7.25 %"),
            ("7.05", 705, "7.05 %"),
            ("19", 1_900, "19 %"),
            ("8.50", 850, "8.5 %"),
            ("100.", 10_000, "100 %"),
        ] {
            assert_eq!(Percent::parse(text), Ok(Percent(basis_points)), "{text}");
            assert_eq!(Percent(basis_points).written_in(Language::En), written);
        }
        assert_eq!(Percent(725).written_in(Language::De), "7,25 %");
        for text in ["", ".5", "-1", "1e2", "1,5", "7.255", "99999999999"] {
            assert!(Percent::parse(text).is_err(), "{text}");
        }
    }
}
