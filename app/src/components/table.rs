//! Tables of long lists. On a phone they are wider than the screen and scroll separately.

use leptos::prelude::*;

#[component]
pub fn Table<Rows: IntoView + 'static>(
    /// For users of a screen reader.
    label: &'static str,
    headings: &'static [&'static str],
    /// The default is for five columns.
    #[prop(default = "table min-w-3xl")]
    class: &'static str,
    children: TypedChildren<Rows>,
) -> impl IntoView {
    let headings: Vec<_> = headings.iter().map(|heading| view! { <th>{*heading}</th> }).collect();
    view! {
        <div class="overflow-x-auto rounded-box border border-base-300 bg-base-100" tabindex="0" role="region" aria-label=label>
            <table class=class>
                <thead class="text-base-content/80"><tr>{headings}</tr></thead>
                <tbody>{children.into_inner()()}</tbody>
            </table>
        </div>
    }
}
