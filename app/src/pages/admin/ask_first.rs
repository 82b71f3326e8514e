//! A button that asks before it does what cannot be undone.

use leptos::prelude::*;

/// The button, with the question behind it.
#[component]
pub(super) fn AskFirst(
    /// The question's id.
    #[prop(into)]
    id: String,
    /// What the button is called.
    word: &'static str,
    /// Which thing it is about, for those who hear a button beside others like it.
    #[prop(into, optional)]
    which: String,
    #[prop(optional)] small: bool,
    heading: String,
    /// The form that does it.
    action: &'static str,
    /// What doing it is called.
    #[prop(into)]
    promise: String,
    /// What will happen, and what the form sends.
    children: Children,
) -> impl IntoView {
    // A view takes its attributes before its children, whatever their order.
    let (heading_id, hidden_id) = (format!("{id}-heading"), id.clone());
    let title_id = heading_id.clone();
    let which = (!which.is_empty())
        .then(|| view! { <span class="visually-hidden">{format!(" {which}")}</span> });
    view! {
        <button class="button" data-size=small.then_some("small") data-kind="danger" popovertarget=id.clone()>
            {word} {which}
        </button>
        <dialog id=id popover aria-labelledby=heading_id>
            <form class="stack" action=action method="post">
                <h2 id=title_id>{heading}</h2>
                {children()}
                <p class="cluster">
                    <button class="button" data-kind="danger" data-solid>{promise}</button>
                    <button class="button" type="button" popovertarget=hidden_id popovertargetaction="hide">
                        "Leave it as it is"
                    </button>
                </p>
            </form>
        </dialog>
    }
    .into_any()
}
