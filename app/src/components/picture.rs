//! Pictures of what is sold.

use leptos::prelude::*;

/// A product's picture, large. `children` lie on top of it.
#[component]
pub(crate) fn ProductPicture(
    /// Its path; without one the frame stays empty.
    path: Option<String>,
    /// What it shows; empty where a title stands beside it.
    #[prop(into, optional)]
    alt: String,
    /// Whether it may be loaded once it comes into sight.
    #[prop(optional)]
    lazy: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="product-picture">
            {path
                .map(|path| {
                    view! {
                        <img
                            src=path
                            alt=alt
                            width="400"
                            height="500"
                            loading=lazy.then_some("lazy")
                        />
                    }
                })}
            {children.map(|it| it())}
        </div>
    }
}

/// A product's picture beside a line of a cart or an order.
#[component]
pub(crate) fn LinePicture(
    path: Option<String>,
    #[prop(default = (56, 70))] size: (u16, u16),
) -> impl IntoView {
    match path {
        Some(path) => view! {
            <img
                class="line-picture"
                src=path
                alt=""
                width=size.0.to_string()
                height=size.1.to_string()
            />
        }
        .into_any(),
        None => view! { <span class="line-picture"></span> }.into_any(),
    }
}
