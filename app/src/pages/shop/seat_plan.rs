//! How an event's seats stand: in rows, and rows in bands of one price.

use orders::{Language, Seat};

/// Seats beside each other.
#[derive(Clone, Debug)]
pub(super) struct SeatRow {
    /// What the row is called.
    pub(super) name: String,
    /// Its seats, from left to right.
    pub(super) seats: Vec<Seat>,
}

impl SeatRow {
    /// The rows that `seats`, in their order, make.
    pub(super) fn of(seats: Vec<Seat>) -> Vec<Self> {
        let mut rows: Vec<Self> = Vec::new();
        for seat in seats {
            let name = seat.row.clone().unwrap_or_default();
            match rows.last_mut() {
                Some(row) if row.name == name => row.seats.push(seat),
                _ => rows.push(Self {
                    name,
                    seats: vec![seat],
                }),
            }
        }
        rows
    }

    /// What a seat of the row costs.
    pub(super) fn price_minor(&self) -> i64 {
        self.seats.first().map_or(0, |it| it.price_minor)
    }
}

/// Rows of one price.
#[derive(Clone, Debug)]
pub(super) struct Band {
    /// The price, in minor units.
    pub(super) price_minor: i64,
    rows: Vec<String>,
}

impl Band {
    /// The bands of `rows`, the dearest first.
    pub(super) fn of(rows: &[SeatRow]) -> Vec<Self> {
        let mut bands: Vec<Self> = Vec::new();
        for row in rows {
            let price_minor = row.price_minor();
            match bands.iter_mut().find(|it| it.price_minor == price_minor) {
                Some(band) => band.rows.push(row.name.clone()),
                None => bands.push(Self {
                    price_minor,
                    rows: vec![row.name.clone()],
                }),
            }
        }
        bands.sort_by_key(|it| std::cmp::Reverse(it.price_minor));
        bands
    }

    /// `rows A and B`
    pub(super) fn words(&self, language: Language) -> String {
        match self.rows.as_slice() {
            [] => String::new(),
            [one] => language.either(format!("row {one}"), format!("Reihe {one}")),
            [most @ .., last] => {
                let most = most.join(", ");
                language.either(
                    format!("rows {most} and {last}"),
                    format!("Reihen {most} und {last}"),
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(row: &str, price_minor: i64) -> Seat {
        Seat {
            seat_id: 1,
            seat_code: format!("{row}1"),
            price_minor,
            available: true,
            section: None,
            row: Some(row.to_owned()),
            sku: format!("101-{row}1"),
        }
    }

    #[test]
    fn rows_of_one_price_are_a_band_and_the_dearest_comes_first() {
        let seats = vec![
            seat("A", 2_000),
            seat("A", 2_000),
            seat("B", 3_000),
            seat("C", 2_000),
        ];

        let rows = SeatRow::of(seats);
        let bands = Band::of(&rows);

        assert_eq!(rows.len(), 3);
        let words: Vec<_> = bands.iter().map(|it| it.words(Language::En)).collect();
        assert_eq!(words, ["row B", "rows A and C"]);
    }
}
