//! What the fields of an address are called. The kinds come from the metadata; their words stand here, and only here.

use serde::Deserialize;

use crate::domain::Language;

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
    pub fn words(self, language: Language) -> &'static str {
        self.label_and_noun(language).0
    }

    /// What is asked for, as it stands in a sentence: `a ZIP code`.
    #[must_use]
    pub fn noun(self, language: Language) -> &'static str {
        self.label_and_noun(language).1
    }

    fn label_and_noun(self, language: Language) -> (&'static str, &'static str) {
        match self {
            Self::Street => language.either(
                ("Street and number", "a street and number"),
                ("Straße und Hausnummer", "Straße und Hausnummer"),
            ),
            Self::Street2(sublocality) => Sublocality::label_and_noun(sublocality, language),
            Self::City(locality) => locality.label_and_noun(language),
            Self::State(subdivision) => subdivision.label_and_noun(language),
            Self::PostalCode(code) => code.label_and_noun(language),
        }
    }
}

impl Sublocality {
    fn label_and_noun(kind: Option<Self>, language: Language) -> (&'static str, &'static str) {
        let (english, german) = match kind {
            None => (
                ("Apartment, floor, care of", "an apartment or floor"),
                ("Wohnung, Etage, bei", "Wohnung oder Etage"),
            ),
            Some(Self::District) => (
                ("Apartment, district", "an apartment or district"),
                ("Wohnung, Bezirk", "Wohnung oder Bezirk"),
            ),
            Some(Self::Neighborhood) => (
                ("Apartment, neighborhood", "an apartment or neighborhood"),
                ("Wohnung, Viertel", "Wohnung oder Viertel"),
            ),
            Some(Self::Suburb) => (
                ("Apartment, suburb", "an apartment or suburb"),
                ("Wohnung, Vorort", "Wohnung oder Vorort"),
            ),
            Some(Self::Townland) => (
                ("Apartment, townland", "an apartment or townland"),
                ("Wohnung, Townland", "Wohnung oder Townland"),
            ),
            Some(Self::VillageTownship) => (
                ("Apartment, village", "an apartment or village"),
                ("Wohnung, Dorf", "Wohnung oder Dorf"),
            ),
        };
        language.either(english, german)
    }
}

impl Locality {
    fn label_and_noun(self, language: Language) -> (&'static str, &'static str) {
        let (english, german) = match self {
            Self::City => (("City", "a city"), ("Ort", "einen Ort")),
            Self::District => (("District", "a district"), ("Bezirk", "einen Bezirk")),
            Self::PostTown => (("Post town", "a post town"), ("Postort", "einen Postort")),
            Self::Suburb => (("Suburb", "a suburb"), ("Vorort", "einen Vorort")),
        };
        language.either(english, german)
    }
}

impl Subdivision {
    fn label_and_noun(self, language: Language) -> (&'static str, &'static str) {
        let (english, german) = match self {
            Self::Area => (("Area", "an area"), ("Gebiet", "ein Gebiet")),
            Self::County => (("County", "a county"), ("Grafschaft", "eine Grafschaft")),
            Self::Department => (
                ("Department", "a department"),
                ("Departement", "ein Departement"),
            ),
            Self::District => (("District", "a district"), ("Bezirk", "einen Bezirk")),
            Self::DoSi => (("Do/Si", "a do or si"), ("Do/Si", "ein Do oder Si")),
            Self::Emirate => (("Emirate", "an emirate"), ("Emirat", "ein Emirat")),
            Self::Island => (("Island", "an island"), ("Insel", "eine Insel")),
            Self::Oblast => (("Oblast", "an oblast"), ("Oblast", "eine Oblast")),
            Self::Parish => (("Parish", "a parish"), ("Gemeinde", "eine Gemeinde")),
            Self::Prefecture => (
                ("Prefecture", "a prefecture"),
                ("Präfektur", "eine Präfektur"),
            ),
            Self::Province => (("Province", "a province"), ("Provinz", "eine Provinz")),
            Self::State => (("State", "a state"), ("Bundesstaat", "einen Bundesstaat")),
        };
        language.either(english, german)
    }
}

impl PostCode {
    fn label_and_noun(self, language: Language) -> (&'static str, &'static str) {
        let (english, german) = match self {
            Self::Eircode => (("Eircode", "an Eircode"), ("Eircode", "einen Eircode")),
            Self::Pin => (("PIN code", "a PIN code"), ("PIN-Code", "einen PIN-Code")),
            Self::Postal => (
                ("Postal code", "a postal code"),
                ("Postleitzahl", "eine Postleitzahl"),
            ),
            Self::Zip => (("ZIP code", "a ZIP code"), ("ZIP-Code", "einen ZIP-Code")),
        };
        language.either(english, german)
    }
}
