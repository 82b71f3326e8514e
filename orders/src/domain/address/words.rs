//! What the fields of an address are called. The kinds come from the metadata; their words stand here, and only here.

use serde::Deserialize;

/// What a field is called.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FieldLabel {
    /// The first line of a street.
    Street,
    /// Its second line, and what part of a city that country's addresses name there.
    Street2(Option<Sublocality>),
    /// City or the like.
    City(Locality),
    /// State or the like.
    State(Subdivision),
    /// Postal code or the like.
    PostalCode(PostCode),
}

/// A part of a city.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sublocality {
    District,
    Neighborhood,
    Suburb,
    Townland,
    VillageTownship,
}

/// What a country calls a place where people live.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Locality {
    City,
    District,
    PostTown,
    Suburb,
}

/// What a country calls its first level of regions.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subdivision {
    Area,
    County,
    Department,
    District,
    DoSi,
    Emirate,
    Island,
    Oblast,
    Parish,
    Prefecture,
    Province,
    State,
}

/// What a country calls its postal code.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostCode {
    Eircode,
    Pin,
    Postal,
    Zip,
}

impl FieldLabel {
    /// The label: `ZIP code`.
    #[must_use]
    pub fn words(self) -> &'static str {
        self.label_and_noun().0
    }

    /// What is asked for, as it stands in a sentence: `a ZIP code`.
    #[must_use]
    pub fn noun(self) -> &'static str {
        self.label_and_noun().1
    }

    fn label_and_noun(self) -> (&'static str, &'static str) {
        match self {
            Self::Street => ("Street and number", "a street and number"),
            Self::Street2(sublocality) => Sublocality::label_and_noun(sublocality),
            Self::City(locality) => locality.label_and_noun(),
            Self::State(subdivision) => subdivision.label_and_noun(),
            Self::PostalCode(code) => code.label_and_noun(),
        }
    }
}

impl Sublocality {
    fn label_and_noun(kind: Option<Self>) -> (&'static str, &'static str) {
        match kind {
            None => ("Apartment, floor, care of", "an apartment or floor"),
            Some(Self::District) => ("Apartment, district", "an apartment or district"),
            Some(Self::Neighborhood) => ("Apartment, neighborhood", "an apartment or neighborhood"),
            Some(Self::Suburb) => ("Apartment, suburb", "an apartment or suburb"),
            Some(Self::Townland) => ("Apartment, townland", "an apartment or townland"),
            Some(Self::VillageTownship) => ("Apartment, village", "an apartment or village"),
        }
    }
}

impl Locality {
    fn label_and_noun(self) -> (&'static str, &'static str) {
        match self {
            Self::City => ("City", "a city"),
            Self::District => ("District", "a district"),
            Self::PostTown => ("Post town", "a post town"),
            Self::Suburb => ("Suburb", "a suburb"),
        }
    }
}

impl Subdivision {
    fn label_and_noun(self) -> (&'static str, &'static str) {
        match self {
            Self::Area => ("Area", "an area"),
            Self::County => ("County", "a county"),
            Self::Department => ("Department", "a department"),
            Self::District => ("District", "a district"),
            Self::DoSi => ("Do/Si", "a do or si"),
            Self::Emirate => ("Emirate", "an emirate"),
            Self::Island => ("Island", "an island"),
            Self::Oblast => ("Oblast", "an oblast"),
            Self::Parish => ("Parish", "a parish"),
            Self::Prefecture => ("Prefecture", "a prefecture"),
            Self::Province => ("Province", "a province"),
            Self::State => ("State", "a state"),
        }
    }
}

impl PostCode {
    fn label_and_noun(self) -> (&'static str, &'static str) {
        match self {
            Self::Eircode => ("Eircode", "an Eircode"),
            Self::Pin => ("PIN code", "a PIN code"),
            Self::Postal => ("Postal code", "a postal code"),
            Self::Zip => ("ZIP code", "a ZIP code"),
        }
    }
}
