//! How far an order is, step by step.

use leptos::prelude::*;

use super::Icon;
use crate::words::say;

/// How far a step is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum StepState {
    Done,
    Current,
    Todo,
    Stopped,
}

/// One step of an order's way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct OrderStep {
    pub(crate) name: &'static str,
    pub(crate) state: StepState,
    /// The icon of the sprite while the step is the current one.
    pub(crate) icon: &'static str,
    /// When it was, or what is to be said of it.
    pub(crate) when: String,
}

/// The steps of an order's way: across on desks, down on phones.
#[component]
pub(crate) fn OrderStepper(steps: Vec<OrderStep>) -> impl IntoView {
    let steps: Vec<_> = steps
        .into_iter()
        .map(|step| view! { <StepperStep step /> })
        .collect();
    view! {
        <div class="order-stepper-frame">
            <ol class="order-stepper" aria-label=say("Progress", "Verlauf")>
                {steps}
            </ol>
        </div>
    }
}

#[component]
fn StepperStep(step: OrderStep) -> impl IntoView {
    let (word, icon) = match step.state {
        StepState::Done => ("done", Some("check")),
        StepState::Current => ("current", Some(step.icon)),
        StepState::Todo => ("todo", None),
        StepState::Stopped => ("stopped", Some("stop")),
    };
    let is_current = step.state == StepState::Current;
    let done = (step.state == StepState::Done)
        .then(|| view! { <span class="visually-hidden">{say(", done", ", erledigt")}</span> });
    view! {
        <li class="order-step" data-state=word aria-current=is_current.then_some("step")>
            <span class="order-step-dot">{icon.map(|name| view! { <Icon name /> })}</span>
            <span class="order-step-name">{step.name} {done}</span>
            <span class="order-step-time">{step.when}</span>
        </li>
    }
}
