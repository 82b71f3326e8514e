//! Whether everything is true that must always be.

use leptos::prelude::*;
use leptos_meta::Title;
use orders::{Checked, Violation};

use crate::{
    api::admin::check_health,
    components::{Icon, Notice, loaded},
};

/// Every invariant, looked at now.
#[component]
pub(in crate::pages) fn AdminHealthPage() -> impl IntoView {
    let checked = Resource::new(|| (), |()| check_health());
    view! {
        <Title text="Health" />
        <div class="admin-head">
            <h1>"Health"</h1>
            <a class="button" href="/admin/health">"Look again"</a>
        </div>
        {loaded(checked, |checked| view! {
            <Verdict violated=checked.iter().filter(|it| !it.holds()).count() />
            <InvariantTable checked />
        })}
    }
    .into_any()
}

#[component]
fn Verdict(violated: usize) -> impl IntoView {
    match violated {
        0 => view! {
            <Notice icon="check-circle" kind="done">
                <p>"Everything that must be true of orders, money and stock is true."</p>
            </Notice>
        }
        .into_any(),
        _ => view! {
            <Notice icon="alert" kind="attention">
                <p>"Something that must be true is not. What violates it is listed below."</p>
            </Notice>
        }
        .into_any(),
    }
}

#[component]
fn InvariantTable(checked: Vec<Checked>) -> impl IntoView {
    let rows: Vec<_> = checked
        .into_iter()
        .map(|checked| view! { <InvariantRow checked /> })
        .collect();
    view! {
        <div class="table-frame">
            <table class="data-table">
                <caption class="visually-hidden">"What must always be true"</caption>
                <thead>
                    <tr>
                        <th scope="col">"What must be true"</th>
                        <th scope="col">"Is it?"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn InvariantRow(checked: Checked) -> impl IntoView {
    let (kind, icon, words) = match checked.violations {
        0 => ("holds", "check", "Yes".to_owned()),
        1 => ("violated", "alert", "1 violation".to_owned()),
        many => ("violated", "alert", format!("{many} violations")),
    };
    view! {
        <tr>
            <td data-wide>
                {checked.means}
                <ViolationList violations=checked.examples />
            </td>
            <td><span class="check-result" data-kind=kind><Icon name=icon />{words}</span></td>
        </tr>
    }
    .into_any()
}

#[component]
fn ViolationList(violations: Vec<Violation>) -> impl IntoView {
    let items: Vec<_> = violations
        .into_iter()
        .map(|it| view! { <li><span class="code">{it.subject}</span>" " {it.detail}</li> })
        .collect();
    (!items.is_empty()).then(|| view! { <ul class="violation-list">{items}</ul> })
}
