//! What staff tell each other about an order.

use leptos::prelude::*;
use orders::{Note, OrderId};

use crate::{
    api::Draft,
    components::{FieldError, FieldLabel, Moment},
};

/// The notes, newest first, and the form for the next one.
#[component]
pub(super) fn Notes(order: OrderId, notes: Vec<Note>, draft: Draft) -> impl IntoView {
    let error = draft.error("/text");
    let notes: Vec<_> = notes
        .into_iter()
        .rev()
        .map(|note| view! { <NoteEntry note /> })
        .collect();
    view! {
        <section class="card" aria-labelledby="notes-heading">
            <h2 id="notes-heading">"Notes"</h2>
            <form class="note-composer" action="/fn/add_note" method="post">
                <input type="hidden" name="id" value=order.to_string() />
                <div class="field">
                    <FieldLabel id="note-text" label="For your colleagues" />
                    <FieldError id="note-text" error=error.clone() />
                    <textarea
                        class="input" id="note-text" name="text" maxlength="2000" required
                        aria-invalid=error.is_some().then_some("true")
                        aria-describedby=error.is_some().then_some("note-text-error")
                    >
                        {draft.field("text")}
                    </textarea>
                </div>
                <button class="button">"Add note"</button>
            </form>
            <ul class="note-list" id="notes" data-live>{notes}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn NoteEntry(note: Note) -> impl IntoView {
    view! {
        <li>
            <p class="note-text">{note.text}</p>
            <p class="quiet">{note.author} ", " <Moment at=note.at relative=true /></p>
        </li>
    }
    .into_any()
}
