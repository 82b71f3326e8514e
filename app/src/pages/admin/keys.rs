//! The keys of programs.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use orders::{Scope, ServiceKey};

use super::ask_first::AskFirst;
use crate::{
    api::{
        Draft,
        key::{KeyView, find_keys},
    },
    components::{
        Correction, ErrorSummary, Field, FieldError, Moment, Notice, RefusalNotice, StatusChip,
        TimeStyle, Tone, loaded, refusal_code,
    },
};

/// Every key, and the form for another one.
#[component]
pub(in crate::pages) fn AdminKeyListPage() -> impl IntoView {
    let address = use_query_map().get_untracked();
    let shows_secret = address.get("secret").is_some();
    let was_revoked = address.get("done").is_some();
    let was_refused = refusal_code().is_some();
    let found = Resource::new(move || shows_secret, find_keys);
    view! {
        <Title text="API keys" />
        <div class="admin-head">
            <h1>"API keys"</h1>
            <a class="button" href="#add">"Make a key"</a>
        </div>
        {was_revoked.then(|| view! {
            <Notice icon="check-circle" kind="done">
                <p>"The key is revoked. It opens nothing any more."</p>
            </Notice>
        })}
        {loaded(found, move |KeyView { keys, draft, secret }| {
            let draft = if was_refused { draft } else { Draft::default() };
            // The form says it itself then.
            let is_said_below = !draft.errors.is_empty();
            view! {
                {(!is_said_below).then(|| view! { <RefusalNotice /> })}
                {secret.map(|secret| view! {
                    <Notice icon="key" kind="attention">
                        <h2>"The new key"</h2>
                        <p class="code">{secret}</p>
                        <p>"It goes into the header X-API-Key. Keep it now: it is not shown again."</p>
                    </Notice>
                })}
                <KeyTable keys />
                <KeyForm draft />
            }
        })}
    }
    .into_any()
}

#[component]
fn KeyTable(keys: Vec<ServiceKey>) -> impl IntoView {
    if keys.is_empty() {
        return view! { <p class="quiet">"There are none yet. A program needs one to call the JSON API."</p> }
            .into_any();
    }
    let rows: Vec<_> = keys
        .into_iter()
        .map(|key| view! { <KeyRow key /> })
        .collect();
    view! {
        <div class="table-frame">
            <table class="data-table">
                <caption class="visually-hidden">"API keys, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Key"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"May"</th>
                        <th scope="col" class="number">"Requests a minute"</th>
                        <th scope="col">"Last used"</th>
                        <th scope="col"><span class="visually-hidden">"What can be done"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn KeyRow(key: ServiceKey) -> impl IntoView {
    let (tone, word) = match key.revoked_at {
        None => (Tone::Paid, "Good"),
        Some(_) => (Tone::Stopped, "Revoked"),
    };
    let scopes = match key.scopes.as_slice() {
        [] => "Everything programs may do".to_owned(),
        some => some
            .iter()
            .map(|it| words(*it))
            .collect::<Vec<_>>()
            .join(", "),
    };
    let limit = key.requests_per_minute;
    let limit = limit.map_or_else(|| "any".to_owned(), |it| it.to_string());
    let used = match key.last_used_at {
        Some(at) => view! { <Moment at style=TimeStyle::ShortMinute /> }.into_any(),
        None => view! { <span class="quiet">"Never"</span> }.into_any(),
    };
    let command = key.revoked_at.is_none().then(|| {
        view! {
            <AskFirst
                id=format!("revoke-{}", key.id) word="Revoke" which=key.name.clone() small=true
                heading=format!("Revoke {}", key.name) action="/fn/revoke_key" promise="Revoke it"
            >
                <p>"Whoever calls with this key is turned away from now on. This can’t be undone."</p>
                <input type="hidden" name="id" value=key.id.to_string() />
            </AskFirst>
        }
    });
    view! {
        <tr>
            <th scope="row" class="webhook-cell">
                {key.name.clone()}
                <small class="code">{format!("{}…", key.prefix)}</small>
            </th>
            <td data-end><StatusChip tone word /></td>
            <td data-wide>{scopes}</td>
            <td class="number" data-label="Requests a minute">{limit}</td>
            <td>{used}</td>
            <td>{command}</td>
        </tr>
    }
    .into_any()
}

/// What a scope opens, in words.
fn words(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "Read",
        Scope::Orders => "Place and change orders",
        Scope::Catalogue => "Products and stock",
        Scope::Webhooks => "Webhooks",
    }
}

#[component]
fn KeyForm(draft: Draft) -> impl IntoView {
    let fields = [
        ("name", "The name"),
        ("scopes", "What it may do:"),
        ("requests_per_minute", "Requests a minute"),
    ];
    let corrections = fields.into_iter().filter_map(|(name, label)| {
        let detail = draft.error(&format!("/{name}"))?;
        Some(Correction::new(
            format!("#key-{name}"),
            format!("{label} {detail}"),
        ))
    });
    let corrections: Vec<_> = corrections.collect();
    let choices: Vec<_> = Scope::ALL
        .into_iter()
        .map(|scope| {
            let name = scope.to_string();
            let is_ticked = !draft.field(&name).is_empty();
            view! {
                <label class="check-field">
                    <input type="checkbox" name=format!("form[scopes][{name}]") value="yes" checked=is_ticked />
                    <span>{words(scope)}</span>
                </label>
            }
        })
        .collect();
    view! {
        <section class="card" aria-labelledby="add">
            <h2 id="add">"Make a key"</h2>
            <form class="stack" action="/fn/add_key" method="post">
                <ErrorSummary corrections />
                <Field
                    id="key-name" name="form[name]" label="What it is for" maxlength=100
                    value=draft.field("name") error=draft.error("/name")
                />
                <fieldset class="choice-group" id="key-scopes" tabindex="-1">
                    <legend>"It may"</legend>
                    <FieldError id="key-scopes" error=draft.error("/scopes") />
                    <div class="check-columns">{choices}</div>
                </fieldset>
                <Field
                    id="key-requests_per_minute" name="form[requests_per_minute]" label="Requests a minute"
                    inputmode="numeric" optional=true value=draft.field("requests_per_minute")
                    error=draft.error("/requests_per_minute") maxlength=7
                />
                <p><button class="button" data-kind="primary">"Make key"</button></p>
            </form>
        </section>
    }
    .into_any()
}
