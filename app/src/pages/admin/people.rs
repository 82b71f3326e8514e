//! Who works here, and who is known.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, location::Url};
use orders::{CustomerId, Person, Role};

use crate::{
    api::{
        Draft,
        person::{PersonQuery, PersonView, find_people},
    },
    components::{
        Correction, ErrorSummary, Field, Icon, Moment, Notice, Pager, RefusalNotice, TimeStyle,
        loaded, refusal_code,
    },
};

/// People, newest first, and the form to invite somebody.
#[component]
pub(in crate::pages) fn AdminPersonListPage() -> impl IntoView {
    let address = use_query_map().get_untracked();
    let field = |name| address.get(name).unwrap_or_default();
    let query = PersonQuery {
        q: field("q"),
        after: field("after"),
        link: field("link"),
    };
    let was_changed = address.get("done").is_some();
    let was_refused = refusal_code().is_some();
    let asked = query.clone();
    let found = Resource::new(move || asked.clone(), find_people);
    view! {
        <Title text="People" />
        <div class="admin-head">
            <h1>"People"</h1>
            <a class="button" href="#invite">"Invite somebody"</a>
        </div>
        {was_changed.then(|| view! {
            <Notice icon="check-circle" kind="done">
                <p>"The role is changed. It holds from now on, wherever they are signed in."</p>
            </Notice>
        })}
        {loaded(found, move |PersonView { people, me, draft, link }| {
            let draft = if was_refused { draft } else { Draft::default() };
            let first = (!query.after.is_empty()).then(|| path(&query.q, None));
            let next = people.next.map(|it| path(&query.q, Some(it)));
            // The form says it itself then.
            let is_said_below = !draft.errors.is_empty();
            view! {
                {(!is_said_below).then(|| view! { <RefusalNotice /> })}
                <LinkNotice link />
                <PersonSearch q=query.q.clone() />
                <PersonTable people=people.data me />
                <Pager first first_words="Newest" next next_words="Older" />
                <InviteForm draft />
            }
        })}
    }
    .into_any()
}

fn path(q: &str, after: Option<CustomerId>) -> String {
    let after = after.map_or_else(String::new, |it| format!("&after={it}"));
    format!("/admin/people?q={}{after}", Url::escape(q))
}

#[component]
fn LinkNotice(link: Option<String>) -> impl IntoView {
    link.map(|link| {
        view! {
            <Notice icon="key" kind="attention">
                <h2>"The link for a new password"</h2>
                <p class="code">{link}</p>
                <p>
                    "Put this server’s address before it and give it to its owner, and to nobody else: whoever opens it \
                    becomes them. It works once, within a day, and is not shown again. Waybill sends no mail yet."
                </p>
            </Notice>
        }
    })
}

#[component]
fn PersonSearch(q: String) -> impl IntoView {
    view! {
        <form class="search-form" role="search" aria-label="People" action="/admin/people" method="get">
            <label class="visually-hidden" for="person-search">"Search people"</label>
            <Icon name="search" />
            <input
                class="input" id="person-search" type="search" name="q" value=q maxlength="254"
                placeholder="E-mail, or another system’s id" autocomplete="off"
            />
            <button class="button">"Search"</button>
        </form>
    }
}

#[component]
fn PersonTable(people: Vec<Person>, me: Option<CustomerId>) -> impl IntoView {
    if people.is_empty() {
        return view! { <p class="quiet">"Nobody is known by that."</p> }.into_any();
    }
    let rows: Vec<_> = people
        .into_iter()
        .map(|person| {
            let is_me = me == Some(person.id);
            view! { <PersonRow person is_me /> }
        })
        .collect();
    view! {
        <div class="table-frame">
            <table class="data-table">
                <caption class="visually-hidden">"People, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Who"</th>
                        <th scope="col">"Role"</th>
                        <th scope="col">"Known since"</th>
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
fn PersonRow(person: Person, is_me: bool) -> impl IntoView {
    let id = person.id.to_string();
    let reached = person.email.clone().or(person.external_ref.clone());
    let role = match is_me {
        true => view! { <span>{word(person.role)}", that is you"</span> }.into_any(),
        false => view! { <RoleForm person=person.clone() /> }.into_any(),
    };
    let reset = person.email.is_some().then(|| {
        view! {
            <form action="/fn/make_reset_link" method="post">
                <input type="hidden" name="id" value=id />
                <button class="button" data-size="small">
                    "Password link" <span class="visually-hidden">{format!(" for {}", person.name)}</span>
                </button>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row" class="webhook-cell">
                {person.name.clone()}
                <small>{reached}</small>
            </th>
            <td data-wide>{role}</td>
            <td><Moment at=person.created_at style=TimeStyle::Date /></td>
            <td>{reset}</td>
        </tr>
    }
    .into_any()
}

const ROLES: [Role; 3] = [Role::Customer, Role::Staff, Role::Admin];

fn word(role: Role) -> &'static str {
    match role {
        Role::Customer => "Customer",
        Role::Staff => "Staff",
        Role::Admin => "Admin",
    }
}

#[component]
fn RoleForm(person: Person) -> impl IntoView {
    let options = role_options(person.role);
    view! {
        <form class="role-form" action="/fn/set_role" method="post">
            <input type="hidden" name="id" value=person.id.to_string() />
            <select class="input" name="role" aria-label=format!("Role of {}", person.name)>{options}</select>
            <button class="button" data-size="small">
                "Change" <span class="visually-hidden">{format!(" the role of {}", person.name)}</span>
            </button>
        </form>
    }
    .into_any()
}

fn role_options(chosen: Role) -> Vec<impl IntoView> {
    let option = |role: Role| {
        view! { <option value=role.to_string() selected=role == chosen>{word(role)}</option> }
    };
    ROLES.into_iter().map(option).collect()
}

#[component]
fn InviteForm(draft: Draft) -> impl IntoView {
    let fields = [("name", "The name"), ("email", "The e-mail")];
    let corrections = fields.into_iter().filter_map(|(name, label)| {
        let detail = draft.error(&format!("/{name}"))?;
        Some(Correction::new(
            format!("#person-{name}"),
            format!("{label} {detail}"),
        ))
    });
    let corrections: Vec<_> = corrections.collect();
    view! {
        <section class="card" aria-labelledby="invite">
            <h2 id="invite">"Invite somebody"</h2>
            <form class="stack" action="/fn/invite_person" method="post">
                <ErrorSummary corrections />
                <Field
                    id="person-name" name="name" label="Name" maxlength=200 value=draft.field("name")
                    error=draft.error("/name")
                />
                <Field
                    id="person-email" name="email" label="E-mail" kind="email" maxlength=254
                    value=draft.field("email") error=draft.error("/email")
                />
                <div class="field">
                    <label for="person-role">"Role"</label>
                    <select class="input" id="person-role" name="role">{role_options(Role::Staff)}</select>
                </div>
                <p><button class="button" data-kind="primary">"Make account"</button></p>
            </form>
        </section>
    }
    .into_any()
}
