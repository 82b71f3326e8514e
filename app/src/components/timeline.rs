//! What happened, newest first.

use leptos::prelude::*;

use super::{Happening, Icon, Moment};

/// What happened, newest first.
#[component]
pub(crate) fn Timeline(happenings: Vec<Happening>) -> impl IntoView {
    let entries: Vec<_> = happenings
        .into_iter()
        .map(|happening| view! { <TimelineEntry happening /> })
        .collect();
    view! { <ol class="order-timeline" reversed>{entries}</ol> }
}

#[component]
fn TimelineEntry(happening: Happening) -> impl IntoView {
    view! {
        <li class="timeline-entry" data-tone=happening.needs_eyes.then_some("attention")>
            <span class="timeline-dot">
                <Icon name=happening.icon />
            </span>
            <p class="timeline-what">{happening.what}</p>
            {happening.note.map(|note| view! { <p class="timeline-note">{note}</p> })}
            <p class="timeline-meta">
                <Moment at=happening.at />
                {happening.who.map(|who| format!(", {who}"))}
            </p>
        </li>
    }
}
