//! What customers are written.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use orders::{Delivery, DeliveryState};

use super::deliveries::{DeliveryTable, Row, mail_words, state_links};
use crate::{
    api::mail::{MailQuery, MailView, find_mails},
    components::{Icon, Notice, Pager, RefusalNotice, loaded},
};

const PATH: &str = "/admin/mails";

/// Mails to customers, those of the newest events first.
#[component]
pub(in crate::pages) fn AdminMailListPage() -> impl IntoView {
    let address = use_query_map().get_untracked();
    let field = |name| address.get(name).unwrap_or_default();
    let query = MailQuery {
        state: field("state"),
        after: field("after"),
    };
    let was_resent = field("done") == "resent";
    let asked = query.clone();
    let found = Resource::new(move || asked.clone(), find_mails);
    view! {
        <Title text="Mails" />
        <div class="admin-head">
            <h1>"Mails"</h1>
        </div>
        {was_resent.then(|| view! {
            <Notice icon="check-circle" kind="done">
                <p>"It is being sent again. Look at the page again in a moment."</p>
            </Notice>
        })}
        <RefusalNotice />
        {loaded(found, move |view| view! { <MailSection view query=query.clone() /> })}
    }
    .into_any()
}

#[component]
fn MailSection(view: MailView, query: MailQuery) -> impl IntoView {
    let is_filtered = query != MailQuery::default();
    if view.mails.data.is_empty() && !is_filtered {
        return view! { <NoMails writes_mail=view.writes_mail /> }.into_any();
    }
    let off = (!view.writes_mail).then(|| {
        view! {
            <Notice icon="alert" kind="attention">
                <p>"Nobody is written to any more: this server has no mail server. What waits goes out when it has one."</p>
            </Notice>
        }
    });
    let chosen = DeliveryState::read(&query.state);
    let links = state_links(chosen, "Sent", |state| path(state, ""));
    let first = (!query.after.is_empty()).then(|| path(chosen, ""));
    let next = (view.mails.next).map(|it| path(chosen, &it.to_string()));
    let list = if view.mails.data.is_empty() {
        view! { <p class="quiet">"There are none."</p> }.into_any()
    } else {
        let rows = view.mails.data.into_iter().map(row).collect();
        view! {
            <DeliveryTable caption="Mails, those of the newest events first" what="Mail" rows page=path(chosen, &query.after) />
        }
        .into_any()
    };
    view! {
        {off}
        <nav class="filter-chips" aria-label="Mails by state">{links}</nav>
        {list}
        <Pager first first_words="Newest" next next_words="Older" />
    }
    .into_any()
}

#[component]
fn NoMails(writes_mail: bool) -> impl IntoView {
    let words = if writes_mail {
        "Customers are written to when their order waits for its money, is confirmed or cancelled, when a parcel leaves, \
        and when money goes back."
    } else {
        "This server has no mail server. With SMTP_URL set, customers are told what happens to their orders."
    };
    view! {
        <div class="empty-state">
            <Icon name="mail" />
            <h2>"No mail yet"</h2>
            <p>{words}</p>
        </div>
    }
    .into_any()
}

fn row(delivery: Delivery) -> Row {
    Row {
        name: format!("#{}", delivery.order_number),
        note: Some(mail_words(&delivery).to_owned()),
        delivery,
    }
}

/// The address of the mails in a state, from behind `after` on.
fn path(state: Option<DeliveryState>, after: &str) -> String {
    let state = state.map(|it| format!("state={it}"));
    let after = (!after.is_empty()).then(|| format!("after={after}"));
    let fields: Vec<_> = state.into_iter().chain(after).collect();
    match fields.as_slice() {
        [] => PATH.to_owned(),
        fields => format!("{PATH}?{}", fields.join("&")),
    }
}
