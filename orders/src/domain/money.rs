//! Amounts in a currency's minor unit, and how people read them.

use std::fmt;

pub use iso_currency::Currency;

use super::{Invalid, Language};

/// An amount of money in the currency's minor unit (ISO 4217: cents for USD, whole yen for JPY).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Money {
    /// Minor units; negative for money that flows back.
    pub minor: i64,
    /// Decides the number of decimals and the sign.
    pub currency: Currency,
}

impl Money {
    /// `minor` units of `currency`.
    #[must_use]
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// An amount as people type it, `12.5` or `12.50`, in minor units.
    ///
    /// # Errors
    /// Not a number, or with more decimals than the currency has.
    pub fn parse(text: &str, currency: Currency) -> Result<i64, Invalid> {
        let exponent = usize::from(currency.exponent().unwrap_or(0));
        let text = text.trim();
        let (whole, cents) = text.split_once('.').unwrap_or((text, ""));
        let is_number = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(cents) {
            return Err("is not an amount like 12.50");
        }
        if cents.len() > exponent {
            return Err("has more decimals than the currency");
        }
        format!("{whole}{cents:0<exponent$}")
            .parse()
            .map_err(|_| "is larger than an amount can be")
    }

    /// The amount without the currency's sign: `25.98`, `1200`, `-0.05`.
    #[must_use]
    pub fn decimal(self) -> String {
        let exponent = u32::from(self.currency.exponent().unwrap_or(0));
        let sign = if self.minor < 0 { "-" } else { "" };
        let unit = 10_u64.pow(exponent);
        let whole = self.minor.unsigned_abs() / unit;
        if exponent == 0 {
            return format!("{sign}{whole}");
        }
        let rest = self.minor.unsigned_abs() % unit;
        format!("{sign}{whole}.{rest:0width$}", width = exponent as usize)
    }

    /// The amount as readers of `language` write it: `$1,234.50`, `1.234,50 €`.
    #[must_use]
    pub fn written_in(self, language: Language) -> String {
        self.written(language, false)
    }

    /// The same, but a whole amount without its cents, for where there is little room: `$1,234`, `1.234 €`.
    #[must_use]
    pub fn written_briefly_in(self, language: Language) -> String {
        self.written(language, true)
    }

    fn written(self, language: Language, is_brief: bool) -> String {
        let decimal = self.decimal();
        let (sign, digits) = decimal
            .strip_prefix('-')
            .map_or(("", decimal.as_str()), |digits| ("-", digits));
        let (whole, cents) = digits.split_once('.').unwrap_or((digits, ""));
        let is_whole = cents.bytes().all(|it| it == b'0');
        let cents = if is_brief && is_whole { "" } else { cents };
        let (separator, point) = match language {
            Language::En => (',', "."),
            Language::De => ('.', ","),
        };
        let point = if cents.is_empty() { "" } else { point };
        let number = format!("{}{point}{cents}", grouped(whole, separator));
        let symbol = self.currency.symbol();
        match language {
            Language::En => format!("{sign}{symbol}{number}"),
            // A no-break space: the sign of the currency stays with its number.
            Language::De => format!("{sign}{number}\u{a0}{symbol}"),
        }
    }
}

/// English notation: `$1,234.50`, `-€3.00`, `¥1,200`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written_in(Language::En))
    }
}

/// `1234567` as `1,234,567`.
fn grouped(whole: &str, separator: char) -> String {
    let mut grouped = String::with_capacity(whole.len() * 4 / 3);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_amounts_are_whole_minor_units_or_nothing() {
        let usd = |text| Money::parse(text, Currency::USD);

        assert_eq!(usd(" 12.5 "), Ok(1_250));
        assert_eq!(usd("12"), Ok(1_200));
        assert_eq!(usd("0.05"), Ok(5));
        assert_eq!(Money::parse("1200", Currency::JPY), Ok(1_200));
        assert_eq!(Money::parse("1.234", Currency::BHD), Ok(1_234));
        for wrong in [
            "",
            ".",
            "-1",
            "1,50",
            "1.234",
            "1e3",
            "99999999999999999999",
        ] {
            assert!(usd(wrong).is_err(), "{wrong}");
        }
        assert!(Money::parse("1.5", Currency::JPY).is_err());
    }

    #[test]
    fn amounts_read_as_people_write_them() {
        let shown = |minor, currency| Money::new(minor, currency).to_string();

        assert_eq!(shown(4280, Currency::USD), "$42.80");
        assert_eq!(shown(123_456_789, Currency::EUR), "€1,234,567.89");
        assert_eq!(shown(-5, Currency::EUR), "-€0.05");
        let german = |minor, currency| Money::new(minor, currency).written_in(Language::De);
        assert_eq!(german(-123_456_789, Currency::EUR), "-1.234.567,89\u{a0}€");
        let brief = |minor, currency| {
            let money = Money::new(minor, currency);
            Language::ALL.map(|it| money.written_briefly_in(it))
        };
        assert_eq!(brief(2_000, Currency::JPY), ["¥2,000", "2.000\u{a0}¥"]);
        assert_eq!(brief(100_000, Currency::EUR), ["€1,000", "1.000\u{a0}€"]);
        assert_eq!(
            brief(100_050, Currency::EUR),
            ["€1,000.50", "1.000,50\u{a0}€"]
        );
        assert_eq!(german(1200, Currency::JPY), "1.200\u{a0}¥");
        assert_eq!(shown(1200, Currency::JPY), "¥1,200");
        assert_eq!(Money::new(1234, Currency::BHD).decimal(), "1.234");
        assert_eq!(
            Money::new(i64::MIN, Currency::USD).decimal(),
            "-92233720368547758.08"
        );
    }
}
