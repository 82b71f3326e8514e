//! The form for everything about a storefront.

use leptos::prelude::*;
use orders::{Address, FieldError, Language, Storefront};

use crate::{
    api::Draft,
    components::{ErrorSummary, Field},
    pages::admin::settings::{
        DraftField, DraftSelect, DraftTick, Label, RowField, RowHead, corrections, english_name,
        rows,
    },
};

const LABELS: [Label; 20] = [
    ("/code", "code", "The code"),
    ("/name", "name", "The name"),
    ("/path", "path", "The path"),
    ("/host", "host", "The host"),
    ("/currency", "currency", "The currency"),
    ("/languages", "language", "The languages"),
    ("/tax_basis_points", "tax", "The tax"),
    ("/tax_rates", "rates", "The rate for"),
    ("/shipping_countries", "countries", "The countries"),
    ("/sender/name", "sender_name", "The sender’s name"),
    ("/sender/email", "sender_email", "The sender’s e-mail"),
    (
        "/sender/address/street2",
        "street2",
        "The second line of the address",
    ),
    ("/sender/address/street", "street", "The street"),
    ("/sender/address/city", "city", "The city"),
    ("/sender/address/state", "state", "The state"),
    (
        "/sender/address/postal_code",
        "postal_code",
        "The postal code",
    ),
    ("/sender/address/country", "country", "The sender’s country"),
    ("/sender", "sender_name", "The sender"),
    ("/position", "position", "The place in the list"),
    ("", "name", "The storefront"),
];

/// The form, as its draft says it. `code` is empty for a storefront that is to be made.
#[component]
pub(super) fn StorefrontForm(draft: Draft, code: String) -> impl IntoView {
    let is_new = code.is_empty();
    let (action, word) = if is_new {
        ("/fn/create_storefront", "Make the storefront")
    } else {
        ("/fn/change_storefront", "Save")
    };
    let corrections = corrections(&draft, &LABELS);
    let hidden =
        (!is_new).then(|| view! { <input type="hidden" name="form[code]" value=code.clone() /> });
    let named = is_new.then(|| {
        view! {
            <DraftField
                draft=draft.clone() name="code" pointer="/code" label="Code" maxlength=40
                hint="What orders name it by, for ever: small letters, digits, - and _"
            />
        }
    });
    view! {
        <form class="stack settings-form" action=action method="post" aria-label="Storefront">
            <ErrorSummary corrections />
            {hidden}
            <section class="card stack" aria-labelledby="about">
                <h2 id="about">"About it"</h2>
                {named}
                <DraftField draft=draft.clone() name="name" pointer="/name" label="Name" maxlength=100 />
                <Place draft=draft.clone() is_default=code == Storefront::DEFAULT />
                <Tongues draft=draft.clone() />
                <DraftTick draft=draft.clone() name="is_open" label="Open: it takes orders" />
            </section>
            <Taxes draft=draft.clone() />
            <section class="card stack" aria-labelledby="parcels">
                <h2 id="parcels">"Parcels"</h2>
                <DraftField
                    draft=draft.clone() name="countries" pointer="/shipping_countries" optional=true maxlength=1000
                    label="Countries it sends to" hint="Codes of two letters, like DE, AT. Empty: everywhere."
                />
                <SenderFields draft />
            </section>
            <p><button class="button" data-kind="primary">{word}</button></p>
        </form>
    }
    .into_any()
}

#[component]
fn Place(draft: Draft, is_default: bool) -> impl IntoView {
    let path = (!is_default).then(|| {
        view! {
            <DraftField
                draft=draft.clone() name="path" pointer="/path" label="Path" optional=true maxlength=20
                hint="Like eu, for /eu/cart"
            />
            <DraftField
                draft=draft.clone() name="position" pointer="/position" label="Place in the list" optional=true
                inputmode="numeric" maxlength=6 hint="Small numbers come first"
            />
        }
    });
    view! {
        <div class="field-row">
            {path}
            <DraftField
                draft=draft.clone() name="host" pointer="/host" label="Host" optional=true maxlength=253
                hint="Like shop.example.eu"
            />
        </div>
    }
    .into_any()
}

#[component]
fn Tongues(draft: Draft) -> impl IntoView {
    let options = Language::ALL.map(|it| (it.code().to_owned(), english_name(it).to_owned()));
    let others = Language::ALL.map(|it| {
        let name = format!("languages[{}]", it.code());
        let draft_name = format!("speaks {}", it.code());
        view! { <DraftTick draft=draft.clone() name draft_name label=english_name(it) /> }
    });
    view! {
        <div class="field-row">
            <DraftField
                draft=draft.clone() name="currency" pointer="/currency" label="Currency" maxlength=3
                hint="Like EUR. Once in use, it stays."
            />
            <DraftSelect
                draft=draft.clone() name="language" pointer="/languages" label="First language"
                hint="Spoken too, and used unless a visitor wants another" options=options.into()
            />
        </div>
        <fieldset class="choice-group">
            <legend>"Languages it speaks"</legend>
            <div class="check-columns">{others.into_iter().collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Taxes(draft: Draft) -> impl IntoView {
    let rates: Vec<_> = rows(&draft, ["tax_class", "percent"])
        .map(|row| view! { <RateRow draft=draft.clone() row /> })
        .collect();
    let included = [("yes", "Prices include it"), ("", "It comes on top")];
    let included = included.map(|(value, word)| (value.to_owned(), word.to_owned()));
    view! {
        <section class="card stack" aria-labelledby="taxes">
            <h2 id="taxes">"Tax"</h2>
            <div class="field-row">
                <DraftField
                    draft=draft.clone() name="tax" pointer="/tax_basis_points" label="Tax in percent"
                    inputmode="decimal" maxlength=6
                />
                <DraftSelect
                    draft=draft.clone() name="included" pointer="/prices_include_tax" label="Prices"
                    options=included.into()
                />
            </div>
            <DraftTick draft=draft.clone() name="tax_delivery" label="Delivery is taxed like what it brings" />
            <fieldset class="choice-group" id="rates" tabindex="-1">
                <legend>"Taxed otherwise"</legend>
                <p class="field-hint">"A tax class of products, and its percentage. Empty rows do not count."</p>
                <div class="row-list"><RowHead words=["Tax class", "Percent"] /> {rates}</div>
            </fieldset>
        </section>
    }
    .into_any()
}

#[component]
fn RateRow(draft: Draft, row: usize) -> impl IntoView {
    let class = draft.field(&format!("tax_class {row}"));
    let error = draft.error(&format!("/tax_rates/{}", FieldError::step(class.trim())));
    let is_filled = !class.is_empty() || !draft.field(&format!("percent {row}")).is_empty();
    let error = error.filter(|_| is_filled);
    // A class that is there is right; it is its rate that is not.
    let (of_class, of_rate) = if class.is_empty() {
        (error, None)
    } else {
        (None, error)
    };
    let number = row + 1;
    view! {
        <div class="row-list-row">
            <RowField
                draft=draft.clone() name=format!("[rates][{row:02}][tax_class]") draft_name=format!("tax_class {row}")
                label=format!("Tax class {number}") placeholder="books" error=of_class
            />
            <RowField
                draft=draft.clone() name=format!("[rates][{row:02}][percent]") draft_name=format!("percent {row}")
                label=format!("Percent for tax class {number}") placeholder="7" inputmode="decimal" error=of_rate
            />
        </div>
    }
    .into_any()
}

#[component]
fn SenderFields(draft: Draft) -> impl IntoView {
    let countries = std::iter::once((String::new(), "None".to_owned()));
    let all = Address::countries(Language::En).into_iter();
    let countries = countries.chain(all.map(|(code, name)| (code.to_owned(), name.to_owned())));
    view! {
        <fieldset class="choice-group stack">
            <legend>"Who sends them"</legend>
            <div class="field-row">
                <DraftField
                    draft=draft.clone() name="sender_name" pointer="/sender/name" label="Sender" optional=true
                />
                <Field
                    id="sender_email" name="form[sender_email]" label="E-mail" kind="email" inputmode="email"
                    optional=true value=draft.field("sender_email") error=draft.error("/sender/email")
                    autocomplete="off" maxlength=254
                />
            </div>
            <DraftField
                draft=draft.clone() name="street" pointer="/sender/address/street" label="Street and number"
                optional=true
            />
            <DraftField
                draft=draft.clone() name="street2" pointer="/sender/address/street2" label="Floor, district"
                optional=true
            />
            <div class="field-row">
                <DraftField
                    draft=draft.clone() name="postal_code" pointer="/sender/address/postal_code" label="Postal code"
                    optional=true maxlength=20
                />
                <DraftField
                    draft=draft.clone() name="city" pointer="/sender/address/city" label="City" optional=true
                    maxlength=100
                />
                <DraftField
                    draft=draft.clone() name="state" pointer="/sender/address/state" label="State or region"
                    optional=true maxlength=100
                />
            </div>
            <DraftSelect
                draft name="country" pointer="/sender/address/country" label="Country" options=countries.collect()
            />
        </fieldset>
    }
    .into_any()
}
