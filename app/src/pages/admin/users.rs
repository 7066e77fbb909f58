//! GET /admin/users: everybody.

use super::Tabs;
use crate::html::{Html, Rendered};
use crate::layout::page;
use crate::parts::{Empty, Frame, Moment, Pager, Search, address};
use crate::request::{admin, db, page_number, query};
use crate::respond::PageResult;
use leptos::prelude::*;
use server::users::{self, Sort, UserWithSessions};

const PATH: &str = "/admin/users";
const SORTS: [(&str, Sort, &str); 3] =
    [("newest", Sort::Newest, "Newest"), ("name", Sort::Name, "Name"), ("email", Sort::Email, "Email")];

/// The page.
pub async fn users() -> PageResult {
    admin().await?;
    let (words, asked) = (query("q"), query("sort"));
    let (sort_name, sort, _) = SORTS.into_iter().find(|(name, ..)| *name == asked).unwrap_or(SORTS[0]);
    let found = users::search(&db()?, &words, sort, page_number()).await?;
    let (number, count, total) = (found.number, found.count(), found.total);
    let href = {
        let words = words.clone();
        move |page: i64| address(PATH, &[("q", &words), ("sort", sort_name), ("page", &page.to_string())])
    };
    page(
        "Users",
        view! {
            <Frame heading="Users">
                <Tabs here=PATH/>
                <div class="flex flex-wrap items-center justify-between gap-4">
                    <Search action=PATH label="Name or email" words=words.clone() keep=("sort", sort_name)/>
                    {sorts(&words, sort_name)}
                </div>
                {table(found.rows)}
                <Pager number count total noun=("user", "users") href/>
            </Frame>
        },
    )
}

fn sorts(words: &str, current: &str) -> impl IntoView + use<> {
    let links: Vec<_> = SORTS
        .into_iter()
        .map(|(name, _, text)| {
            let is_current = (name == current).then_some("true");
            let class = if is_current.is_some() { "btn btn-primary btn-sm join-item" } else { "btn btn-soft btn-sm join-item" };
            view! { <a class=class href=address(PATH, &[("q", words), ("sort", name)]) aria-current=is_current>{text}</a> }
        })
        .collect();
    view! { <nav class="join" aria-label="Sort by">{links}</nav> }
}

fn table(users: Vec<UserWithSessions>) -> Html {
    if users.is_empty() {
        return view! {
            <Empty heading="Nobody found"><p class="text-base-content/70">"Try fewer or other letters."</p></Empty>
        }
        .rendered();
    }
    let rows: Vec<_> = users.into_iter().map(row).collect();
    view! {
        <div class="overflow-x-auto rounded-box border border-base-300 bg-base-100" tabindex="0" role="region" aria-label="Users">
            <table class="table min-w-3xl">
                <thead class="text-base-content/80"><tr><th>"Name"</th><th>"Email"</th><th>"Sessions"</th><th>"Signed up"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .rendered()
}

fn row(found: UserWithSessions) -> impl IntoView {
    let user = found.user;
    let badge = user.is_admin.then(|| view! { " "<span class="badge badge-sm badge-primary">"Admin"</span> });
    view! {
        <tr>
            <td class="max-w-64 wrap-anywhere">
                <a class="link link-hover font-medium" href=format!("{PATH}/{}", user.id)>{user.name}</a>{badge}
            </td>
            <td class="max-w-72 wrap-anywhere">{user.email}</td>
            <td class="tabular-nums">{found.sessions}</td>
            <td><Moment at=user.created_at/></td>
        </tr>
    }
}
