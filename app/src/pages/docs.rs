//! The JSON API, to browse.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api::docs::{
        ApiAnswer, ApiField, ApiGroup, ApiOperation, ApiSchema, ApiType, ApiView, find_api,
    },
    components::loaded,
};

/// Every operation and schema of the API on one page: links go around in it, and the browser's search finds everything.
#[component]
pub(in crate::pages) fn DocsPage() -> impl IntoView {
    let found = Resource::new(|| (), |()| find_api());
    view! {
        <Title text="The JSON API" />
        {loaded(found, |api| view! { <Api api /> })}
    }
    .into_any()
}

#[component]
fn Api(api: ApiView) -> impl IntoView {
    let links: Vec<_> = api
        .groups
        .iter()
        .map(|it| view! { <li><a href=format!("#{}", group_id(&it.name))>{it.name.clone()}</a></li> })
        .collect();
    let groups: Vec<_> = api
        .groups
        .into_iter()
        .map(|group| view! { <Group group /> })
        .collect();
    let schemas: Vec<_> = api
        .schemas
        .into_iter()
        .map(|schema| view! { <Schema schema /> })
        .collect();
    view! {
        <div class="page-head">
            <h1>"The JSON API"</h1>
            <p>{api.about}</p>
            <p><a href="/openapi.json">"The same for programs: OpenAPI 3.1"</a></p>
        </div>
        <nav aria-label="Parts of the API">
            <ul class="api-parts">{links}<li><a href="#schemas">"schemas"</a></li></ul>
        </nav>
        {groups}
        <section class="stack" aria-labelledby="schemas">
            <h2 id="schemas">"Schemas"</h2>
            {schemas}
        </section>
    }
    .into_any()
}

#[component]
fn Group(group: ApiGroup) -> impl IntoView {
    let operations: Vec<_> = group
        .operations
        .into_iter()
        .map(|operation| view! { <Operation operation /> })
        .collect();
    view! {
        <section class="stack" aria-labelledby=group_id(&group.name)>
            <h2 id=group_id(&group.name)>{group.name.clone()}</h2>
            <p>{group.about}</p>
            {operations}
        </section>
    }
    .into_any()
}

#[component]
fn Operation(operation: ApiOperation) -> impl IntoView {
    let callers = operation.callers.iter().map(|it| caller_words(it));
    let callers: Vec<_> = callers.collect();
    let answers: Vec<_> = operation
        .answers
        .into_iter()
        .map(|answer| view! { <Answer answer /> })
        .collect();
    let body = operation.body.map(|kind| {
        view! { <p>"Body: " <Kind kind /></p> }
    });
    let parameters = (!operation.parameters.is_empty())
        .then(|| view! { <FieldTable caption="Parameters" fields=operation.parameters /> });
    view! {
        <details class="card api-operation">
            <summary>
                <h3>
                    <span class="api-method">{operation.method}</span>
                    " "
                    <code>{operation.path}</code>
                </h3>
                <span>{operation.summary}</span>
            </summary>
            <p>{operation.about}</p>
            <p class="quiet">"For: " {callers.join(", ")}</p>
            {parameters}
            {body}
            <h4>"Answers"</h4>
            <ul>{answers}</ul>
        </details>
    }
    .into_any()
}

/// A way to say who one is, in words.
fn caller_words(name: &str) -> &'static str {
    match name {
        "bearer" => "signed-in people (Authorization: Bearer)",
        "api_key" => "programs (X-API-Key)",
        "order_token" => "guests with the order’s token (X-Order-Token)",
        "signature" => "payment providers (X-Signature)",
        _ => "everybody",
    }
}

#[component]
fn Answer(answer: ApiAnswer) -> impl IntoView {
    let body = answer.body.map(|kind| view! { " " <Kind kind /> });
    view! { <li><code>{answer.status}</code> " " {answer.about} {body}</li> }.into_any()
}

#[component]
fn Schema(schema: ApiSchema) -> impl IntoView {
    let id = schema_id(&schema.name);
    let fields = if schema.fields.is_empty() {
        view! { <p>{schema.kind.words}</p> }.into_any()
    } else {
        view! { <FieldTable caption="Fields" fields=schema.fields /> }.into_any()
    };
    view! {
        <div class="card api-schema">
            <h3 id=id><code>{schema.name}</code></h3>
            <p>{schema.about}</p>
            {fields}
            {schema.example.map(|it| view! {
                <h4>"Example"</h4>
                <pre class="api-example" tabindex="0"><code>{it}</code></pre>
            })}
        </div>
    }
    .into_any()
}

#[component]
fn FieldTable(caption: &'static str, fields: Vec<ApiField>) -> impl IntoView {
    let rows: Vec<_> = fields
        .into_iter()
        .map(|field| {
            let needed = field
                .is_required
                .then(|| view! { " " <span class="quiet">"(always)"</span> });
            let place = (!field.place.is_empty()).then(|| format!("{}: ", field.place));
            view! {
                <tr>
                    <th scope="row"><span class="quiet">{place}</span><code>{field.name}</code></th>
                    <td><Kind kind=field.kind /> {needed}</td>
                    <td>{field.about}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <div class="table-frame" tabindex="0">
            <table class="data-table">
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"What it is"</th>
                        <th scope="col">"What it says"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Kind(kind: ApiType) -> impl IntoView {
    match kind.schema {
        Some(name) => {
            view! { <a href=format!("#{}", schema_id(&name))>{kind.words}</a> }.into_any()
        }
        None => view! { <span>{kind.words}</span> }.into_any(),
    }
}

/// Pages have ids of their own; those of the API's parts are none of them.
fn group_id(name: &str) -> String {
    format!("part-{name}")
}

fn schema_id(name: &str) -> String {
    format!("schema-{name}")
}
