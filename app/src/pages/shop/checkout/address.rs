//! Where the parcel goes: a country, and the fields that its addresses have.

use leptos::prelude::*;
use orders::{Address, AddressField, AddressFormat, AddressPart, Storefront};

use super::corrections::Corrections;
use crate::{
    api::Draft,
    components::{Field, FieldError, FieldLabel, FreshParts, described_by},
    shop::in_shop,
    words::{language, say},
};

/// Where most parcels go, if the storefront does not say where it is itself.
const USUAL_COUNTRY: &str = "US";

/// The fields of an address that mean nothing in another country.
const ADDRESS: [&str; 5] = ["street", "street2", "city", "state", "postal_code"];

/// The countries that can be chosen, and the one whose fields are shown.
#[derive(Clone)]
pub(super) struct Destination {
    countries: Vec<(&'static str, &'static str)>,
    country: &'static str,
    /// The country of what was typed, where no parcel of the storefront goes to.
    elsewhere: Option<&'static str>,
}

impl Destination {
    /// The country chosen in `draft`, if the storefront's parcels go there; else the storefront's own. Then an address that
    /// was typed is in another country, and the draft that comes back says so in its place.
    pub(super) fn of(mut draft: Draft, storefront: &Storefront) -> (Draft, Self) {
        let goes_to = |code: &str| {
            let countries = storefront.shipping_countries.as_ref();
            countries.is_none_or(|it| it.iter().any(|it| it == code))
        };
        let mut countries = Address::countries(language());
        let chosen = draft.field("country");
        let elsewhere = countries.iter().find(|it| it.0 == chosen).map(|it| it.1);
        let elsewhere = elsewhere.filter(|_| !goes_to(&chosen));
        countries.retain(|(code, _)| goes_to(code));
        let sender = storefront.sender.as_ref();
        let own = sender.and_then(|it| Some(it.address.as_ref()?.country.as_str()));
        let find = |code: &str| countries.iter().find(|it| it.0 == code);
        let country = find(&chosen)
            .or_else(|| find(own.unwrap_or(USUAL_COUNTRY)))
            .or(countries.first())
            .map_or(USUAL_COUNTRY, |it| it.0);
        if elsewhere.is_some() {
            for part in ADDRESS {
                draft.fields.remove(part);
            }
        }
        let destination = Self {
            countries,
            country,
            elsewhere,
        };
        (draft, destination)
    }

    /// What is wrong with the country that was chosen before.
    fn refusal(&self) -> Option<String> {
        let elsewhere = self.elsewhere?;
        Some(say(
            format!("This shop does not send to {elsewhere}. Enter another address."),
            format!(
                "Dieser Shop schickt nicht nach {elsewhere}. Geben Sie eine andere Adresse ein."
            ),
        ))
    }

    /// How addresses are written there.
    pub(super) fn format(&self) -> &'static AddressFormat {
        AddressFormat::of(self.country)
    }

    fn name(&self) -> &'static str {
        let chosen = self.countries.iter().find(|it| it.0 == self.country);
        chosen.map_or(self.country, |it| it.1)
    }
}

/// Where the parcel goes. The country comes first, the others follow it.
#[component]
pub(super) fn AddressFields(
    draft: Draft,
    corrections: Corrections,
    destination: Destination,
) -> impl IntoView {
    let announcement = say(
        format!("Address fields for {}", destination.name()),
        format!("Adressfelder für {}", destination.name()),
    );
    let lines: Vec<_> = in_lines(destination.format().fields())
        .into_iter()
        .map(|line| {
            let fields: Vec<_> = line
                .into_iter()
                .map(|field| {
                    let id = field.part.name();
                    view! { <AddressInput field value=draft.field(id) error=corrections.at(id) /> }
                })
                .collect();
            view! { <div class="field-row">{fields}</div> }
        })
        .collect();
    let error = corrections.at("country").or_else(|| destination.refusal());
    view! {
        <fieldset class="form-section">
            <legend>
                <h2>{say("Delivery address", "Lieferadresse")}</h2>
            </legend>
            <CountryField destination error />
            <div class="stack" id="address-fields" data-announce=announcement>
                {lines}
            </div>
        </fieldset>
    }
}

/// Lines of the street stand alone, what is short stands together.
fn in_lines(fields: Vec<AddressField>) -> Vec<Vec<AddressField>> {
    let is_street =
        |it: &AddressField| matches!(it.part, AddressPart::Street | AddressPart::Street2);
    let lines = fields.chunk_by(|one, other| !is_street(one) && !is_street(other));
    lines.map(<[_]>::to_vec).collect()
}

#[component]
fn CountryField(destination: Destination, error: Option<String>) -> impl IntoView {
    let described_by = described_by("country", "", error.as_ref());
    let chosen = destination.country;
    let countries: Vec<_> = destination
        .countries
        .into_iter()
        .map(|(code, name)| view! { <option value=code selected=code == chosen>{name}</option> })
        .collect();
    view! {
        <div class="field">
            <FieldLabel id="country" label=say("Country", "Land") />
            <FieldError id="country" error=error.clone() />
            <select
                class="input"
                id="country"
                name="form[country]"
                autocomplete="shipping country"
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described_by
            >
                {countries}
            </select>
            <FreshParts
                name="form[country]".to_owned()
                parts=vec!["address-fields".to_owned()]
                url=in_shop("/fn/change_country")
                failure=say(
                    "This could not be updated. Check your connection, then choose once more.",
                    "Das ließ sich nicht aktualisieren. Prüfen Sie die Verbindung, und wählen Sie noch einmal.",
                ).to_owned()
            />
            <noscript>
                <button class="button" formaction=in_shop("/fn/change_country")>{say("Change country", "Land ändern")}</button>
            </noscript>
        </div>
    }
}

#[component]
fn AddressInput(field: AddressField, value: String, error: Option<String>) -> impl IntoView {
    let id = field.part.name();
    if !field.regions.is_empty() {
        return view! { <RegionField field value error /> }.into_any();
    }
    let inputmode = if field.is_numeric { "numeric" } else { "text" };
    view! {
        <Field
            id
            name=format!("form[{id}]")
            label=field.label.words(language())
            value
            error
            autocomplete=autocomplete(field.part)
            inputmode
            optional=!field.is_required
        />
    }
    .into_any()
}

/// A choice of the country's regions.
#[component]
fn RegionField(field: AddressField, value: String, error: Option<String>) -> impl IntoView {
    let id = field.part.name();
    let described_by = described_by(id, "", error.as_ref());
    let regions: Vec<_> = field
        .regions
        .iter()
        .map(
            |it| view! { <option value=it.code() selected=it.code() == value>{it.name()}</option> },
        )
        .collect();
    view! {
        <div class="field">
            <FieldLabel id label=field.label.words(language()) optional=!field.is_required />
            <FieldError id error=error.clone() />
            <select
                class="input"
                id=id
                name=format!("form[{id}]")
                autocomplete=autocomplete(field.part)
                required=field.is_required
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described_by
            >
                <option value="">{say("Choose", "Bitte wählen")}</option>
                {regions}
            </select>
        </div>
    }
}

/// What browsers know the field as.
fn autocomplete(part: AddressPart) -> &'static str {
    match part {
        AddressPart::Name => "shipping name",
        AddressPart::Street => "shipping address-line1",
        AddressPart::Street2 => "shipping address-line2",
        AddressPart::City => "shipping address-level2",
        AddressPart::State => "shipping address-level1",
        AddressPart::PostalCode => "shipping postal-code",
    }
}
