//! An address as it stands on a parcel.

use super::{Address, AddressFormat, AddressPart, country::country_name, region::is_same};
use crate::domain::Language;

impl Address {
    /// The address as its country writes it, line by line, the country last, as readers of `language` call it.
    /// `recipient` is who gets it, unless the address says so itself.
    ///
    /// Nothing is left out: a city that the country has no place for stands with the street, anything else before the
    /// country.
    #[must_use]
    pub fn lines(&self, recipient: Option<&str>, language: Language) -> Vec<String> {
        let format = AddressFormat::of(&self.country);
        let is_latin = [&self.street, &self.city]
            .iter()
            .all(|it| it.chars().all(is_latin));
        let layout = format.layout(is_latin);
        let has_place = |part| layout.parts().any(|it| it == part);

        let country = country_name(&self.country, language).unwrap_or(&self.country);
        let state = self.state.as_deref().unwrap_or_default();
        let state = match format.region(state) {
            Some(region) if is_latin => region.code(),
            Some(region) => region.local(),
            None => state,
        };
        // Singapore is city and country, and some countries write theirs on every parcel.
        let is_said = |word: &str| {
            let others = [state, country].into_iter().chain(layout.texts());
            others.into_iter().any(|it| is_same(it, word))
        };
        let stray_city =
            Some(self.city.as_str()).filter(|it| !has_place(AddressPart::City) && !is_said(it));

        let lines_of = |part| {
            let lines = match part {
                AddressPart::Name => vec![self.name.as_deref().or(recipient)],
                AddressPart::Street => {
                    let street = [Some(self.street.as_str()), self.street2.as_deref()];
                    if layout.is_large_first() {
                        [&[stray_city], &street[..]].concat()
                    } else {
                        [&street[..], &[stray_city]].concat()
                    }
                }
                AddressPart::Street2 => Vec::new(),
                AddressPart::City => vec![Some(self.city.as_str())],
                AddressPart::State => vec![Some(state)],
                AddressPart::PostalCode => vec![Some(self.postal_code.as_str())],
            };
            let lines = lines.into_iter().flatten().filter(|it| !it.is_empty());
            lines.map(str::to_owned).collect()
        };
        let mut lines = layout.write(lines_of);
        let strays = [AddressPart::State, AddressPart::PostalCode]
            .into_iter()
            .filter(|it| !has_place(*it));
        lines.extend(strays.flat_map(lines_of));
        lines.push(country.to_owned());
        lines
    }
}

/// Whether a letter is Latin, accents and all. What is no letter can stand among any.
fn is_latin(letter: char) -> bool {
    !letter.is_alphabetic() || matches!(letter, '\0'..='\u{2ff}' | '\u{1e00}'..='\u{1eff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Street, second line, city, state and postal code, separated by bars.
    fn lines(country: &str, parts: &str) -> String {
        let mut parts = parts.split('|').map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        let address = Address {
            name: None,
            street: next(),
            street2: Some(next()),
            city: next(),
            state: Some(next()),
            postal_code: next(),
            country: country.to_owned(),
        };
        address.lines(Some("Robin"), Language::En).join(" | ")
    }

    /// Checked by hand against `fmt` and `lfmt` in <https://chromium-i18n.appspot.com/ssl-address/data/US> and so on.
    #[test]
    fn parcels_are_labelled_as_the_published_metadata_says() {
        for (country, parts, expected) in [
            (
                "US",
                "218 Alder Street|Apt 4|Portland|OR|97205",
                "Robin | 218 Alder Street | Apt 4 | Portland, OR 97205 | United States of America",
            ),
            (
                "GB",
                "1 Post Lane||Bath||BA1 1AA",
                "Robin | 1 Post Lane | Bath | BA1 1AA | United Kingdom of Great Britain and Northern Ireland",
            ),
            (
                "DE",
                "Domshof 1||Bremen||28195",
                "Robin | Domshof 1 | 28195 Bremen | Germany",
            ),
            (
                "JP",
                "1-2-3 Jingumae||Shibuya-ku|Tokyo|150-0001",
                "Robin | 1-2-3 Jingumae | Shibuya-ku, Tokyo | 150-0001 | Japan",
            ),
            (
                "JP",
                "神宮前1-2-3||渋谷区|Tokyo|150-0001",
                "〒150-0001 | 東京都 | 渋谷区 | 神宮前1-2-3 | Robin | Japan",
            ),
            (
                "IE",
                "5 Kildare Street|Knocknagoran|Dublin|Co. Dublin|D02 AF30",
                "Robin | 5 Kildare Street | Knocknagoran | Dublin | Co. Dublin | D02 AF30 | Ireland",
            ),
            (
                "HK",
                "12 Nathan Road||Tsim Sha Tsui|Kowloon|",
                "Robin | 12 Nathan Road | Tsim Sha Tsui | Kowloon | Hong Kong",
            ),
            (
                "HK",
                "彌敦道12號||尖沙咀|Kowloon|",
                "九龍 | 尖沙咀 | 彌敦道12號 | Robin | Hong Kong",
            ),
            (
                "CA",
                "111 Wellington Street||Ottawa|ON|K1A 0B1",
                "Robin | 111 Wellington Street | Ottawa ON K1A 0B1 | Canada",
            ),
            (
                "BR",
                "Avenida Paulista 1000|Bela Vista|São Paulo|SP|01310-100",
                "Robin | Avenida Paulista 1000 | Bela Vista | São Paulo-SP | 01310-100 | Brazil",
            ),
        ] {
            assert_eq!(lines(country, parts), expected, "{country}");
        }
    }

    #[test]
    fn separators_go_with_what_they_separate() {
        assert_eq!(
            lines("US", "218 Alder Street||Portland||97205"),
            "Robin | 218 Alder Street | Portland 97205 | United States of America"
        );
        assert_eq!(
            lines("CH", "Bundesplatz 3||Bern||"),
            "Robin | Bundesplatz 3 | Bern | Switzerland"
        );
        assert_eq!(
            lines("CH", "Bundesplatz 3||Bern||3011"),
            "Robin | Bundesplatz 3 | CH-3011 Bern | Switzerland"
        );
    }

    #[test]
    fn nothing_is_left_out_and_nothing_said_twice() {
        assert_eq!(
            lines("DE", "Domshof 1||Bremen|Land Bremen|28195"),
            "Robin | Domshof 1 | 28195 Bremen | Land Bremen | Germany"
        );
        assert_eq!(
            lines("SG", "1 Raffles Place||Singapore||048616"),
            "Robin | 1 Raffles Place | SINGAPORE 048616 | Singapore"
        );
        assert_eq!(
            lines("AE", "5 Creek Road||Deira|Dubai|00000"),
            "Robin | 5 Creek Road | Deira | Dubai | 00000 | United Arab Emirates"
        );
    }

    #[test]
    fn the_name_on_the_address_comes_before_the_buyers() {
        let address = Address {
            name: Some("Ada".to_owned()),
            street: "1 Post Lane".to_owned(),
            country: "GB".to_owned(),
            ..Address::default()
        };

        assert_eq!(address.lines(Some("Robin"), Language::En)[0], "Ada");
    }
}
