//! The order in which a country writes the parts of an address, and what it writes between them.

use serde::Deserialize;

/// A part of an address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AddressPart {
    /// Who gets it.
    Name,
    /// Street and number.
    Street,
    /// What the street's line has no room for.
    Street2,
    /// City, town, suburb.
    City,
    /// State, province, county.
    State,
    /// Postal code.
    PostalCode,
}

/// One piece of a layout.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Piece {
    Part(AddressPart),
    /// A field that our addresses do not have, and so always empty: an organization, a district, a sorting code.
    Nothing,
    Text(String),
    LineEnd,
}

/// Parts, separators and line ends, from a pattern like `%N%n%A%n%C, %S %Z`.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
pub(super) struct Layout(Vec<Piece>);

impl From<String> for Layout {
    fn from(pattern: String) -> Self {
        let mut pieces = Vec::new();
        let mut signs = pattern.chars();
        while let Some(sign) = signs.next() {
            if sign == '%' {
                pieces.extend(signs.next().map(Piece::of));
            } else if let Some(Piece::Text(text)) = pieces.last_mut() {
                text.push(sign);
            } else {
                pieces.push(Piece::Text(sign.to_string()));
            }
        }
        Self(pieces)
    }
}

impl Piece {
    fn of(sign: char) -> Self {
        match sign {
            'n' => Self::LineEnd,
            sign => AddressPart::of(sign).map_or(Self::Nothing, Self::Part),
        }
    }
}

impl AddressPart {
    /// The name of its field in an [`Address`](super::Address).
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Street => "street",
            Self::Street2 => "street2",
            Self::City => "city",
            Self::State => "state",
            Self::PostalCode => "postal_code",
        }
    }

    /// The part that the metadata calls by this letter.
    pub(super) fn of(sign: char) -> Option<Self> {
        match sign {
            'N' => Some(Self::Name),
            'A' => Some(Self::Street),
            'C' => Some(Self::City),
            'S' => Some(Self::State),
            'Z' => Some(Self::PostalCode),
            _ => None,
        }
    }
}

impl Layout {
    /// The parts, in their order. The street's second line belongs to the street.
    pub(super) fn parts(&self) -> impl Iterator<Item = AddressPart> {
        self.0.iter().filter_map(|it| match it {
            Piece::Part(part) => Some(*part),
            Piece::Nothing | Piece::Text(_) | Piece::LineEnd => None,
        })
    }

    /// Whether it goes from the region down to the name, as some countries write in their own letters.
    pub(super) fn is_large_first(&self) -> bool {
        self.parts().next() != Some(AddressPart::Name)
    }

    /// What is written in every address.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|it| match it {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Part(_) | Piece::Nothing | Piece::LineEnd => None,
        })
    }

    /// The lines, with what `lines_of` has for each part. Text at the start of a line belongs to the part behind it;
    /// other text stands between two parts, and goes with one of them.
    pub(super) fn write(&self, lines_of: impl Fn(AddressPart) -> Vec<String>) -> Vec<String> {
        let contents: Vec<_> = self.0.iter().map(|it| it.contents(&lines_of)).collect();
        let is_empty = |index: usize| contents.get(index).is_some_and(Option::is_none);
        let mut written = vec![String::new()];
        let mut ends_in_part = false;
        for (index, piece) in self.0.iter().enumerate() {
            match piece {
                Piece::LineEnd => {
                    written.push(String::new());
                    ends_in_part = false;
                }
                Piece::Text(text) => {
                    let has_before = ends_in_part || index == 0 || !is_empty(index - 1);
                    if has_before && !is_empty(index + 1) {
                        push(&mut written, text);
                        ends_in_part = false;
                    }
                }
                Piece::Part(_) | Piece::Nothing => {
                    for (index, line) in contents[index].iter().flatten().enumerate() {
                        if index > 0 {
                            written.push(String::new());
                        }
                        push(&mut written, line);
                        ends_in_part = true;
                    }
                }
            }
        }
        let lines = written.iter().map(|it| it.trim().to_owned());
        lines.filter(|it| !it.is_empty()).collect()
    }
}

impl Piece {
    /// What stands there; `None` for a part that is empty.
    fn contents(&self, lines_of: impl Fn(AddressPart) -> Vec<String>) -> Option<Vec<String>> {
        match self {
            Self::Part(part) => Some(lines_of(*part)).filter(|it| !it.is_empty()),
            Self::Nothing => None,
            Self::Text(_) | Self::LineEnd => Some(Vec::new()),
        }
    }
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}
