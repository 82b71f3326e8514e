//! Goods that come back, and what is decided about them.

use leptos::prelude::*;
use orders::{Order, OrderId, Return, ReturnState};

use crate::components::ReturnCard;

/// The order's returns; nothing where nothing comes back.
#[component]
pub(super) fn Returns(order: Order) -> impl IntoView {
    let returns: Vec<_> = order
        .returns
        .iter()
        .map(|it| {
            let decision = view! { <Decision order=order.id found=it.clone() /> };
            view! { <ReturnCard order=order.clone() found=it.clone()>{decision}</ReturnCard> }
        })
        .collect();
    let section = (!returns.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="returns-heading">
                <h2 id="returns-heading">"Returns"</h2>
                {returns}
            </section>
        }
    });
    view! { <div id="returns" data-live>{section}</div> }.into_any()
}

#[component]
fn Decision(order: OrderId, found: Return) -> impl IntoView {
    let act = match found.status {
        ReturnState::Requested => view! {
            <p class="cluster">
                <button class="button" name="command" value="accept">"Accept return"</button>
                <button class="button" name="command" value="refuse" data-kind="danger">"Refuse return"</button>
            </p>
        }
        .into_any(),
        ReturnState::Accepted => view! {
            <div class="cluster">
                <label class="check-field">
                    <input type="checkbox" name="refund" value="yes" checked=true />
                    "Pay it back"
                </label>
                <label class="check-field">
                    <input type="checkbox" name="restock" value="yes" />
                    "Put it back on the shelf"
                </label>
            </div>
            <p><button class="button" name="command" value="receive">"It has arrived"</button></p>
        }
        .into_any(),
        ReturnState::Refused | ReturnState::Received => return ().into_any(),
    };
    view! {
        <form class="stack" data-gap="small" action="/fn/change_return" method="post">
            <input type="hidden" name="id" value=order.to_string() />
            <input type="hidden" name="return_id" value=found.id.to_string() />
            {act}
        </form>
    }
    .into_any()
}
